"""A standard's cases: what a subject says, written as in a check, and the verdict that must come out."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from collectors.facts.subject import Subject
from rules.case_facts import subject_of
from rules.evaluate import evaluate
from rules.problems import Refused
from rules.settings import ClientSettings, accepted
from rules.standard import Standard
from rules.verdict import Verdict, Word
from rules.yaml_texts import Map

AT: Final = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
"""The instant of every case."""

_KEYS = {"verdict", "evidence", "settings", "reason"}


@dataclass(frozen=True)
class CaseResult:
    """What came out of a case; `problem` is empty when it is right."""

    standard: str
    number: int
    line: int
    verdict: Verdict | None
    problem: str


def run_case(standard: Standard, number: int) -> CaseResult:
    """Return how one case came out. A case that cannot be built is a problem of the case."""
    case = standard.cases[number]
    try:
        wanted = Word(str(case.get("verdict")))
    except ValueError:
        return CaseResult(standard.id, number, case.line, None, f"verdict {case.get('verdict')!r} is none of the four")
    try:
        verdict = evaluate(standard, case_subject(standard, case), AT, case_settings(standard, case))
    except Refused as refused:
        return CaseResult(standard.id, number, refused.line or case.line, None, refused.text)
    return CaseResult(standard.id, number, case.line, verdict, _difference(case, wanted, verdict))


def case_subject(standard: Standard, case: Map) -> Subject:
    """Return the subject that a case describes; raises Refused."""
    facts = Map(case.line)
    facts.key_lines = case.key_lines
    facts.update({key: value for key, value in case.items() if key not in _KEYS})
    return subject_of(facts, standard.kinds[0], AT)


def case_settings(standard: Standard, case: Map) -> ClientSettings:
    """Return the client's settings of a case; raises Refused for what the standard would refuse."""
    own = case.get("settings")
    if own is None:
        return ClientSettings()
    if not isinstance(own, Map):
        raise Refused("settings are written {name: value}")
    for name, value in own.items():
        if name not in standard.settings:
            raise Refused(f"there is no setting {name!r}")
        accepted(standard.settings[name], value)
    return ClientSettings({standard.id: dict(own)})


def _difference(case: Map, wanted: Word, verdict: Verdict) -> str:
    told = "; ".join(verdict.evidence)
    if verdict.word is not wanted:
        return f"verdict is {verdict.word}, must be {wanted}: {told}"
    part = case.get("evidence")
    if part is not None and str(part) not in told:
        return f"evidence is {told!r}, must hold {str(part)!r}"
    reason = case.get("reason")
    if reason is not None and str(reason) != verdict.reason:
        return f"reason is {verdict.reason}, must be {reason}"
    return ""
