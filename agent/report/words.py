"""Sentences of the checklist that every form of it says alike."""

from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from agent.checklist import SAYS, Checklist, DeviceLine, Question, Row, many
from agent.mending import who_acts
from collectors.facts.plain_text import plain_line
from rules.verdict import Reason, Word

LINE_SHOWN = 300  # characters of one line of evidence
_ROW_ORDER = (Word.NO, Word.UNKNOWN, Word.YES, Word.NOT_APPLICABLE)


def rows_by_need(question: Question) -> list[Row]:
    """Return a question's rows, those that need somebody first."""
    return sorted(question.rows, key=lambda row: _ROW_ORDER.index(row.word))


def gist(question: Question) -> str:
    """Return in one line why the answer is what it is."""
    telling = [row for row in rows_by_need(question) if row.word is question.word and row.evidence]
    if question.word is Word.UNKNOWN and not telling:
        return f"{SAYS[Word.UNKNOWN]}: {line(question.outcome)}" if question.outcome else question.spoken
    if question.word in {Word.NO, Word.UNKNOWN} and telling:
        more = len({row.subject for row in telling}) - 1
        begin = f"{SAYS[Word.UNKNOWN]}: " if question.word is Word.UNKNOWN else ""
        first = f"{begin}{named(telling[0])}: {line(telling[0].evidence[0])}"
        return f"{first}, and {many(more, 'more device')}" if more else first
    if len(question.rows) == 1 and telling:
        return line(telling[0].evidence[0])
    return line(question.outcome)


def named(row: Row) -> str:
    """Return a row's subject, with its object where it speaks of one."""
    return f"{row.subject}, {row.object}" if row.object else row.subject


def line(text: str) -> str:
    """Return a text on one line of bounded length."""
    text = plain_line(text)
    return text if len(text) <= LINE_SHOWN else f"{text[:LINE_SHOWN]}…"


def problem_of(device: DeviceLine) -> tuple[str, str]:
    """Return what kept a device, or one of its accesses, from being read, and who must act; empty texts for nothing."""
    texts = dict.fromkeys(map(str, device.problems))
    acts = dict.fromkeys(who_acts(problem.gap) for problem in device.problems)
    return "; ".join(texts), capital("; ".join(acts))


def capital(sentence: str) -> str:
    """Return a sentence with a capital letter at its begin."""
    return sentence[:1].upper() + sentence[1:]


def measured_when(checklist: Checklist) -> str:
    """Return when and where: '19 November 2026, 09:58 to 10:02 (Europe/Berlin)'."""
    zone, at = checklist.zone, checklist.at.astimezone(checklist.zone)
    began = (checklist.began_at or checklist.at).astimezone(zone)
    if began.date() == at.date():
        times = f"{at:%H:%M}" if f"{began:%H:%M}" == f"{at:%H:%M}" else f"{began:%H:%M} to {at:%H:%M}"
        return f"{day(at)}, {times} ({zone})"
    return f"{day(began)}, {began:%H:%M} to {day(at)}, {at:%H:%M} ({zone})"


def day(at: datetime) -> str:
    """Return a day in words."""
    return f"{at.day} {at:%B %Y}"


def summary(checklist: Checklist) -> tuple[str, str]:
    """Return the first sentence of the summary, and what it means."""
    counts = checklist.counts
    share = f"{counts.definite} of {many(counts.applicable, 'standard')} that apply ({counts.coverage_percent} %)"
    rest = f"{counts[Word.UNKNOWN]} could not be measured and are never counted as yes." if counts[Word.UNKNOWN] else ""
    if checklist.measurement is None:
        return f"Measured: {share}.", rest or "Nothing here applies to what was read."
    return (
        f"Today's measurement: {checklist.measurement} of 100.",
        f"Weighted by priority. It counts only what was measured: {share}. {rest}".strip(),
    )


def program() -> str:
    """Return our own name and version."""
    try:
        return f"datumline {version('datumline')}"
    except PackageNotFoundError:
        return "datumline"


def mark_of(word: Word, reason: Reason | None) -> str:
    """Return the name of an answer's mark: yes, no, na, unknown, stale."""
    if word is Word.UNKNOWN and reason is Reason.STALE:
        return "stale"
    return {Word.YES: "yes", Word.NO: "no", Word.UNKNOWN: "unknown", Word.NOT_APPLICABLE: "na"}[word]
