"""Answers one standard for one subject at one instant: pure, deterministic, and without ever raising."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache, partial
from itertools import product

from collectors.facts.subject import Subject
from collectors.facts.words import noun
from rules.compile.bound import Bound
from rules.compile.env import NO, NOT_APPLICABLE, UNKNOWN, YES, Env, TooMuch
from rules.compile.lines import Held, Lines, PersonDecides, Vague
from rules.evidence.words import each_kind, evidence, reason_of
from rules.settings import AS_SHIPPED, ClientSettings
from rules.standard import Standard
from rules.verdict import Evidence, Reason, Verdict, Word
from rules.view import EPOCH, FOR_EVER_S, Seen, View, clock_at

WORDS = {YES: Word.YES, NO: Word.NO, UNKNOWN: Word.UNKNOWN, NOT_APPLICABLE: Word.NOT_APPLICABLE}
MAX_TURNS = 16  # combinations of sources that disagree; more of them decide nothing

Turns = Mapping[tuple[int, str], int]
AT_FIRST: Turns = {}


Run = tuple[int, Lines, Env, bool]
"""One pass through the closures: the answer, its lines, what it carried along, and whether the precondition gave it."""


def evaluate(
    standard: Standard,
    subject: Subject,
    at: datetime,
    settings: ClientSettings = AS_SHIPPED,
    zone: tzinfo = UTC,
) -> Verdict:
    """Return what the standard says of the subject at that second; days and months count in `zone`.

    Never raises: what is missing, stale, disputed or not to be compared is unknown, with its reason.
    """
    return evaluate_view(standard, View(subject, clock_at(at, zone)), settings)


def evaluate_view(standard: Standard, view: View, settings: ClientSettings = AS_SHIPPED) -> Verdict:
    """Return what the standard says of a subject that is already seen at an instant, for many standards over one."""
    if view.subject.kind not in standard.entry.applies_to.each:
        return _not_asked(standard, view)
    bound = settings.bound(standard)
    run = _run(standard, view, bound, AT_FIRST)
    if run[2].disputed:
        disputed = {key: seen for key, seen in run[2].disputed.items() if _concerns(standard, key[1], seen)}
        if disputed:
            return _disputed(standard, view, bound, disputed)
    return _verdict(run)


def _run(standard: Standard, view: View, bound: Bound, turns: Turns) -> Run:
    env = Env(view, bound.wants, bound.shown, standard.fresh_s, turns)
    where, check = standard.compiled.where, standard.compiled.check
    try:
        if where is not None:
            word, lines = where(env, view, None)
            if word in {NO, NOT_APPLICABLE}:
                return NOT_APPLICABLE, lines, env, True
            if word == UNKNOWN:
                return UNKNOWN, lines, env, True
        if check is None:
            return UNKNOWN, (PersonDecides(),), env, False
        word, lines = check(env, view, None)
    except TooMuch:
        return UNKNOWN, (Vague(None, "objects", Reason.DOUBTFUL, "too many to look at"),), env, False
    return word, lines, env, False


def _verdict(run: Run, until_s: int | None = None) -> Verdict:
    word, lines, env, _ = run
    reason = reason_of(lines, env) if word == UNKNOWN else None
    return Verdict(WORDS[word], reason, instant_of(env.until_s if until_s is None else until_s), partial(_tell, run))


def _tell(run: Run) -> Evidence:
    word, lines, env, precondition = run
    return evidence(word, lines, env, precondition=precondition, notes=_not_reread(lines, env))


def _not_reread(lines: Lines, env: Env) -> tuple[str, ...]:
    """Return a note for each section whose old value still stands after a newer scan could not read it."""
    notes: dict[str, str] = {}
    for line in each_kind(lines):
        section = line.fact.section if isinstance(line, Held) else ""
        gap = env.view.subject.not_reread.get(section)
        if gap is not None:
            readings = env.view.section(section, env.fresh_s).readings
            day = max(one.read_at for one in readings).astimezone(env.clock.zone).date() if readings else "then"
            notes[section] = f"{noun(section)}: not re-read since {day}, because it {gap.text}"
    return tuple(notes.values())


@lru_cache(maxsize=1024)
def instant_of(second: int) -> datetime | None:
    """Return a second as an instant; None for what time alone never brings."""
    return None if second >= FOR_EVER_S else EPOCH + timedelta(seconds=second)


def _not_asked(standard: Standard, view: View) -> Verdict:
    text = f"does not apply: asked of each {' or '.join(standard.kinds)}, and this is a {view.subject.kind}"
    return Verdict(Word.NOT_APPLICABLE, None, None, lambda: Evidence((text,)))


def _concerns(standard: Standard, section: str, seen: Seen) -> bool:
    """Return whether sources disagree about something that the rule reads."""
    fields = standard.reads.get(section, frozenset())
    differing = (*seen.disagreements, *seen.moved)
    names = {"" if path.endswith("]") else path.rpartition(".")[2] for path in differing}
    return "*" in fields or bool(names & fields)


def _disputed(standard: Standard, view: View, bound: Bound, disputed: Mapping[tuple[int, str], Seen]) -> Verdict:
    """Return the verdict where fresh sources differ: the rule runs on each; only one and the same answer counts."""
    keys = list(disputed)
    combinations = product(*(range(len(disputed[key].others)) for key in keys))
    runs: list[Run] = []
    for turns in combinations:
        if len(runs) >= MAX_TURNS:
            break
        runs.append(_run(standard, view, bound, dict(zip(keys, turns, strict=True))))
    complete = len(runs) < MAX_TURNS or next(combinations, None) is None
    until_s = min(env.until_s for _, _, env, _ in runs)
    words = {word for word, *_ in runs}
    agree = complete and len(words) == 1
    if agree and not any(seen.disagreements for seen in disputed.values()):
        return _verdict(runs[0], until_s)
    word = words.pop() if agree else UNKNOWN
    reason = None
    if word == UNKNOWN:
        _, lines, env, _ = runs[0]
        reason = reason_of(lines, env) if agree else Reason.CONFLICT
    tell = partial(_tell_both, tuple(runs), tuple(disputed.items()))
    return Verdict(WORDS[word], reason, instant_of(until_s), tell)


def _tell_both(runs: tuple[Run, ...], disputed: tuple[tuple[tuple[int, str], Seen], ...]) -> Evidence:
    parts = [_tell(run) for run in runs]
    lines = tuple(dict.fromkeys(line for part in parts for line in part.lines))
    notes = []
    for (_, section), seen in disputed:
        sources = dict.fromkeys(f"{one.source.transport} ({one.source.driver})" for one in seen.readings)
        fields = ", ".join((*seen.disagreements, *seen.moved)[:5])
        notes.append(f"{noun(section)}: {' and '.join(sources)} differ about {fields}")
    objects = tuple(dict.fromkeys(one for part in parts for one in part.objects))
    gaps = dict(gap for part in parts for gap in part.gaps)
    return Evidence((*lines[:6], *notes), objects, tuple(gaps.items()))
