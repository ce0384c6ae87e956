"""What would make unknown questions known, each with the number of questions and who must act."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from agent.checklist import DeviceLine, Mend, Problem, Question, Row, many
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.words import gap_sentence
from rules.verdict import Reason, Word

DETAILS_SHOWN: Final = 6

ACTS: Final[Mapping[GapReason, str]] = {
    GapReason.UNREACHABLE: "the network: check address, port, cable, and what filters between the agent and the device",
    GapReason.ACCESS_DENIED: "whoever keeps the account: correct password or rights (see 'datumline drivers')",
    GapReason.CREDENTIAL_ON_HOLD: "whoever keeps the account: test it, enter it anew; until then nothing is tried",
    GapReason.UNSUPPORTED: "nobody; the device cannot tell this; look on site",
    GapReason.UNEXPECTED_REPLY: "us: send a recording ('datumline record')",
    GapReason.IDENTITY_CHANGED: "a person: compare key, certificate or serial with the device, then pin the new one",
    GapReason.NOT_TOLD: "nobody; this model does not tell it; look on site",
    GapReason.SENTINEL: "nobody; the device does not know it; look on site",
    GapReason.NOT_ASKED: "whoever keeps the inventory: add an access that can be asked for it",
}  # fmt: skip
NOT_REACHED: Final = Gap(reason=GapReason.NOT_ASKED, text="was not read: the run was interrupted before")
_UNREAD: Final[Mapping[GapReason, str]] = {
    GapReason.UNREACHABLE: "not reached",
    GapReason.ACCESS_DENIED: "access denied",
    GapReason.CREDENTIAL_ON_HOLD: "credential on hold",
    GapReason.UNSUPPORTED: "not supported",
    GapReason.UNEXPECTED_REPLY: "reply not understood",
    GapReason.IDENTITY_CHANGED: "another device, key or certificate answers",
    GapReason.NOT_TOLD: "tells nothing",
    GapReason.SENTINEL: "tells nothing",
    GapReason.NOT_ASKED: "was not asked",
}
_GAPS: Final[Mapping[GapReason, str]] = {
    GapReason.UNREACHABLE: "parts of {devices} that broke off",
    GapReason.ACCESS_DENIED: "parts that {devices} denied to the account",
    GapReason.CREDENTIAL_ON_HOLD: "parts not asked of {devices}, the credential is on hold",
    GapReason.UNSUPPORTED: "facts that {devices} cannot tell",
    GapReason.UNEXPECTED_REPLY: "replies of {devices} that were not understood",
    GapReason.IDENTITY_CHANGED: "parts of {devices} where another key or certificate answers",
    GapReason.NOT_TOLD: "facts that {devices} did not tell",
    GapReason.SENTINEL: "facts that {devices} did not know",
    GapReason.NOT_ASKED: "facts that no access was asked for",
}
_REASONS: Final[Mapping[Reason, tuple[str, str]]] = {
    Reason.STALE: ("values too old", "whoever runs the scans: read the devices again"),
    Reason.NOT_ENOUGH_HISTORY: ("not enough history yet", "nobody; it comes with time, from regular scans"),
    Reason.PARTIAL: ("lists only partly read", "us: send a recording ('datumline record')"),
    Reason.CONFLICT: ("two sources differ", "a person: look at the device and see which source is right"),
    Reason.DOUBTFUL: ("values that cannot be trusted", "a person: look at the device"),
    Reason.PERSON: ("a person decides", "the TAM: answer at the review"),
    Reason.GAP: ("facts that nothing here reads", "us: no driver of these devices reads them yet; look on site"),
}  # fmt: skip


@dataclass(frozen=True, order=True)
class _Cause:
    what: str
    """'{devices}' or '{lists}' stands for how many."""
    who: str


@dataclass
class _Effect:
    questions: set[str] = field(default_factory=set)
    devices: set[str] = field(default_factory=set)
    details: dict[str, None] = field(default_factory=dict)


def who_acts(gap: Gap) -> str:
    """Return who must act to mend a gap, and what to do."""
    return "whoever runs the assessment: run it again" if gap == NOT_REACHED else ACTS[gap.reason]


def mends_of(questions: Iterable[Question], devices: Iterable[DeviceLine]) -> tuple[Mend, ...]:
    """Return what would mend unknown questions, the most questions first; one counts at each of its causes."""
    known = {device.name: device for device in devices}
    effects: dict[_Cause, _Effect] = defaultdict(_Effect)
    for question in questions:
        if question.word is not Word.UNKNOWN:
            continue
        for cause, device, detail in _causes(question, known):
            effect = effects[cause]
            effect.questions.add(question.id)
            effect.details[detail] = None
            if device:
                effect.devices.add(device)
    mends = [_mend(cause, effect) for cause, effect in effects.items()]
    return tuple(sorted(mends, key=lambda mend: (-mend.questions_count, mend.what)))


def _mend(cause: _Cause, effect: _Effect) -> Mend:
    details = tuple(detail for detail in effect.details if detail)
    more = len(details) - DETAILS_SHOWN
    shown = (*details[:DETAILS_SHOWN], f"and {more} more") if more > 0 else details
    what = cause.what.format(
        devices=many(len(effect.devices), "device"),
        values="1 value" if len(details) == 1 else f"{len(details)} values",
    )
    return Mend(what, cause.who, len(effect.questions), shown)


def _causes(question: Question, devices: Mapping[str, DeviceLine]) -> Iterator[tuple[_Cause, str, str]]:
    """Give each cause of an unknown question with the device it lies in, and a detail."""
    rows = [row for row in question.rows if row.word is Word.UNKNOWN]
    if question.reason is Reason.NO_DEVICE or not question.rows:
        kinds = ", ".join(question.kinds) or "device of the kind asked for"
        who = "whoever keeps the inventory: add such a device, or state that there is none ([statements.KIND])"
        yield _Cause("kinds of device that the inventory does not hold", who), "", kinds
        return
    for row in rows:
        yield from _causes_of_row(question, row, devices.get(row.subject))


def _causes_of_row(question: Question, row: Row, device: DeviceLine | None) -> Iterator[tuple[_Cause, str, str]]:
    failed = _failed_accesses(row, device)
    if row.reason is Reason.NOT_AGREED:
        who = "the TAM and the client: agree on them and write them into [parameters]"
        for line in row.evidence:
            yield _Cause("{values} to be agreed with the client", who), "", line
    elif failed:
        for problem in failed:
            gap = problem.gap
            told = "the run was interrupted" if gap == NOT_REACHED else _UNREAD[gap.reason]
            what = "an access of {devices}" if device and device.read else "{devices} unread"
            yield _Cause(f"{what}: {told}", who_acts(gap)), row.subject, f"{row.subject}: {problem}"
    elif row.gaps:
        for path, gap in row.gaps:
            detail = f"{row.subject}: {gap_sentence(path, gap)}"
            yield _Cause(_GAPS[gap.reason], who_acts(gap)), row.subject, detail
    else:
        what, who = _REASONS[row.reason or Reason.GAP]
        detail = question.text if row.reason is Reason.PERSON else f"{row.subject}: {question.text}"
        yield _Cause(what, who), "", detail


def _failed_accesses(row: Row, device: DeviceLine | None) -> tuple[Problem, ...]:
    """Return the accesses whose failure keeps this row unknown: all of an unread device, else those its gaps name."""
    if device is None or not device.read:
        return () if device is None else device.problems
    gaps = [gap for _, gap in row.gaps]
    return tuple(problem for problem in device.problems if problem.gap in gaps)
