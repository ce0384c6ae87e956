"""The roll-up in words: how many are aligned, which are not, which are not known and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from collectors.facts.subject import Subject
from rules.evidence.values import one_line
from rules.standard import Standard
from rules.verdict import Verdict, Word

TOLD = 5  # subjects that are named of each sort


@dataclass(frozen=True)
class Counts:
    """How many subjects came out how; devices of one group count once."""

    yes: int = 0
    no: int = 0
    unknown: int = 0
    not_applicable: int = 0
    waived: int = 0
    retired: int = 0


class Told(Protocol):
    """A subject with its verdict."""

    @property
    def subject(self) -> Subject: ...

    @property
    def verdict(self) -> Verdict: ...


def told(standard: Standard, word: Word, left: Sequence[Told], counts: Counts) -> str:
    """Return '9 of 12 servers aligned; 2 not: SRV-04 ..., SRV-07 ...; 1 not known: SRV-09 (access denied)'."""
    total = counts.yes + counts.no + counts.unknown
    single = total == 1 and len(left) == 1
    if single and left[0].subject.kind in {"client", "site", "domain"}:
        return "; ".join(left[0].verdict.evidence) or str(word)
    noun = _many(standard.kinds, total)
    parts = [f"{counts.yes} of {total} {noun} aligned"]
    failing = [one for one in left if one.verdict.word is Word.NO]
    if failing:
        parts.append(f"{counts.no} not: {_list(failing)}")
    unknown = [one for one in left if one.verdict.word is Word.UNKNOWN]
    if unknown:
        parts.append(f"{counts.unknown} not known: {_list(unknown)}")
    text = "; ".join(parts)
    return f"{text}, {counts.waived} waived" if counts.waived else text


def _many(kinds: tuple[str, ...], total: int) -> str:
    if len(kinds) > 1:
        return "device" if total == 1 else "devices"
    if total == 1:
        return "UPS device" if kinds[0] == "ups" else kinds[0]
    kind = kinds[0]
    special = {"ups": "UPS devices", "pdu": "PDUs", "nas": "NAS devices", "switch": "switches"}
    return special.get(kind, f"{kind}s")


def _list(some: Sequence[Told]) -> str:
    texts = [_one(one) for one in some[:TOLD]]
    more = f", and {len(some) - TOLD} more" if len(some) > TOLD else ""
    return ", ".join(texts) + more


def _one(one: Told) -> str:
    why = one.verdict.evidence[0] if one.verdict.evidence else str(one.verdict.reason or one.verdict.word)
    return f"{one_line(one.subject.name)} ({why})"
