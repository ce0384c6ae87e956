"""Checklists made by hand for the tests of reports."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from agent.checklist import Checklist, DeviceLine, Problem, Question, Row, sections_of
from agent.mending import mends_of
from collectors.facts.gaps import Gap, GapReason
from rules.verdict import Reason, Word

AT = datetime(2026, 11, 21, 9, 2, tzinfo=UTC)
UNREACHED = Gap(reason=GapReason.UNREACHABLE, text="did not answer within 60 s")
NOT_TOLD = Gap(reason=GapReason.NOT_TOLD, text="is not told by this model")


def row(
    word: Word,
    subject: str = "ups1",
    evidence: tuple[str, ...] = ("runtime 24 minutes",),
    reason: Reason | None = None,
    gaps: tuple[tuple[str, Gap], ...] = (),
) -> Row:
    return Row(subject, "ups", word, reason, evidence, AT if word is not Word.UNKNOWN else None, None, gaps)


def question(
    name: str, word: Word, rows: tuple[Row, ...] = (), *, section: str = "Power Management", priority: str = "high",
    reason: Reason | None = None, text: str = "", outcome: str = "1 of 1",
) -> Question:  # fmt: skip
    return Question(
        id=name,
        text=text or f"Is {name} as it should be?",
        section=section,
        category="UPS health",
        priority=priority,
        word=word,
        reason=reason,
        outcome=outcome,
        rows=rows or ((row(word),) if reason is not Reason.NO_DEVICE else ()),
        kinds=("ups",),
        why="Less time means damaged data.",
        how="Read the runtime.",
        remedy="Add a battery.",
        source_title="RFC 1628",
        source_url="https://www.rfc-editor.org/rfc/rfc1628",
    )


def device(name: str = "ups1", *problems: Gap, read: bool = True) -> DeviceLine:
    told = tuple(Problem("SNMP", gap) for gap in problems)
    return DeviceLine(name, "ups", read, 4 if read else 0, 1, told)


def checklist(questions: list[Question], devices: list[DeviceLine] | None = None, **more: object) -> Checklist:
    known = [device()] if devices is None else devices
    return Checklist(
        client=str(more.get("client", "Example Ltd")),
        site="Head office",
        at=AT,
        zone=ZoneInfo("Europe/Berlin"),
        sections=sections_of(questions),
        devices=tuple(known),
        mends=mends_of(questions, known),
        interrupted=bool(more.get("interrupted", False)),
    )
