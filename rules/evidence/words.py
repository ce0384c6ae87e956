"""Puts the lines of a verdict into words: at most five sentences, each with its object, and how many more there are."""

from collections.abc import Iterator

from collectors.facts.gaps import Gap
from collectors.facts.paths import FactKind
from collectors.facts.words import noun, say_list
from rules.compile.env import NO, NOT_APPLICABLE, YES, Env, key_of
from rules.compile.lines import (
    Absent,
    AgreedSo,
    AllPass,
    Counted,
    Doubt,
    Found,
    Held,
    Later,
    Line,
    Lines,
    Missing,
    NoneOf,
    NothingHere,
    Often,
    Passing,
    Place,
    Rose,
    Unagreed,
    Unlisted,
    Vague,
)
from rules.evidence.limits import limit, must, written
from rules.evidence.missing import reason_why, why
from rules.evidence.rule import CONDITIONS, in_words
from rules.evidence.values import before, held, label, share_beside, shown_value, value_alone
from rules.verdict import REASONS, Evidence, Reason

SHOWN = 5  # lines of evidence before "and N more"
EACH_TOLD = 3  # objects that pass and are told one by one; of more only the nearest to its limit is


def evidence(word: int, lines: Lines, env: Env, *, precondition: bool, notes: tuple[str, ...] = ()) -> Evidence:
    """Return the evidence of a verdict in words."""
    if word == NOT_APPLICABLE and precondition:
        told = [f"does not apply: {'; '.join(_unlike(_alone(line, env) for line in flat(lines)))}"]
    else:
        told = list(_unlike(sentence(line, env, word) for line in _spread(lines, env)))
    shown = told[:SHOWN] + ([f"and {len(told) - SHOWN} more"] if len(told) > SHOWN else [])
    gaps: dict[str, Gap] = {}
    for line in each_kind(lines):
        if isinstance(line, Missing):
            found = why(line, env)
            gaps[found.path] = found.gap
    objects = tuple(dict.fromkeys(_objects(lines))) if word == NO else ()
    return Evidence((*shown, *notes), objects, tuple(gaps.items()))


def reason_of(lines: Lines, env: Env) -> Reason:
    """Return the reason of an unknown that is shown first when several hold."""
    if len(lines) == 1 and isinstance(lines[0], Missing):  # as good as every unknown
        return reason_why(lines[0], env)
    found = {_reason(line, env) for line in flat(lines)}
    if len(found) == 1:
        return found.pop()
    return next((reason for reason in REASONS if reason in found), Reason.GAP)


def _reason(line: Line, env: Env) -> Reason:
    if isinstance(line, Missing):
        return reason_why(line, env)
    if isinstance(line, Doubt | Vague):
        return line.reason
    if isinstance(line, Unagreed):
        return Reason.NOT_AGREED
    return Reason.PERSON if type(line).__name__ == "PersonDecides" else Reason.GAP


def sentence(line: Line, env: Env, word: int) -> str:
    """Return one line in words."""
    match line:
        case Held():
            return held(line, env, passes=word == YES)
        case Missing():
            return why(line, env).text
        case Unlisted():
            return f"{before(line.place)}devices are not all known"
        case Unagreed():
            return f"{line.setting.replace('_', ' ')} is not agreed with this client yet"
        case AgreedSo():
            wanted = "" if line.value is line.wanted else f", must be {'yes' if line.wanted else 'no'}"
            return f"{line.setting.replace('_', ' ')}: {'yes' if line.value else 'no'} is agreed{wanted}"
        case Doubt():
            return _doubt(line, env)
        case Vague():
            return f"{before(line.place)}{line.called}: {line.text}"
        case NothingHere():
            return f"{before(line.place)}there are no {line.called} to which this applies"
        case Found():
            told = _conditions(line, env)
            return f"{before(line.place)}{told}" if told else label(line.place)
        case NoneOf():
            return _none_of(line, env)
        case Counted():
            return _counted(line, passes=word == YES)
        case Absent():
            return f"{before(line.place)}{line.name} is not among the {line.called}"
        case Often():
            return _often(line)
        case Rose():
            return _rose(line, env, passes=word == YES)
        case AllPass():
            return f"{before(line.place)}all {len(line.groups)} {line.called} pass"
        case _:
            return "a person decides"


def _doubt(line: Doubt, env: Env) -> str:
    start = f"{before(line.place)}{noun(line.fact.path)}"
    if line.reason is not Reason.DOUBTFUL or line.text:
        return f"{start}: {line.text}" if line.reason is not Reason.DOUBTFUL else f"{start} {line.text}"
    if line.fact.kind is FactKind.VERSION and isinstance(line.value, tuple):
        return f"{start} {line.value[0]}: cannot be put in order beside the limit"
    shown = shown_value(line.fact, line.value, env)
    if line.fact.kind in {FactKind.INSTANT, FactKind.DAY} and line.value != "never":
        return f"{start} {shown}: a moment in the future cannot be right"
    return f"{start} {shown}: on both sides of the limit"


def _none_of(line: NoneOf, env: Env) -> str:
    if not line.looked_at:
        return f"{before(line.place)}there are no {line.called}"
    asked = f" with {in_words(line.where, env.wanted_by_setting)}" if line.where is not None else ""
    return f"{before(line.place)}none of {line.looked_at} {line.called}{asked}"


def _counted(line: Counted, *, passes: bool) -> str:
    if line.total is None:
        names = say_list(label(place._replace(outer=None)) for place in line.names())
        shown = f"{line.good} ({names})" if names else f"{line.good}"
    else:
        shown = f"{line.good} of {line.total} = {share_beside(100 * line.good / line.total, line.want.value)}"
    tail = _tail(line, passes=passes)
    return f"{before(line.place)}{line.called}: {shown}{tail}"


def _tail(line: Counted | Rose, *, passes: bool) -> str:
    if passes:
        return f" {limit(line.comparison, line.want, negated=line.negated)}"
    return f", {must(line.comparison, line.want, negated=line.negated)}"


def _often(line: Often) -> str:
    condition = f"{CONDITIONS[line.comparison].removeprefix('is ')} {written(line.want.shown)}"
    many = f"in {line.good} of {line.read} readings of the last {line.over}"
    return f"{before(line.place)}{noun(line.fact.path)} {condition} {many}, must be so in 95 %"


def _rose(line: Rose, env: Env, *, passes: bool) -> str:
    if line.per is not None:
        shown = f"{noun(line.counter.path)} per {noun(line.per.path)} {share_beside(line.value, line.want.value)}"
        shown += f" over {line.over}"
    else:
        amount = shown_value(line.counter, line.value, env)
        shown = f"rise of {noun(line.counter.path)} over {line.over} {amount}"
    return f"{before(line.place)}{shown}{_tail(line, passes=passes)}"


def _conditions(line: Found, env: Env) -> str:
    own = key_of(line.place.item)
    kept = (one for one in flat(line.lines) if not (isinstance(one, Held) and one.value == own))
    return "; ".join(_unlike(_alone(one, env) for one in kept))


def _alone(line: Line, env: Env) -> str:
    return value_alone(line, env) if isinstance(line, Held) else sentence(line, env, YES)


def _unlike(texts: Iterator[str]) -> Iterator[str]:
    return iter(dict.fromkeys(texts))


def flat(lines: Lines) -> Iterator[Line]:
    """Yield lines with those of objects that pass one after the other."""
    for line in lines:
        if isinstance(line, AllPass):
            for group in line.groups:
                yield from flat(group)
        elif isinstance(line, Later):
            yield from flat(line.lines())
        else:
            yield line


def each_kind(lines: Lines) -> Iterator[Line]:
    """Yield lines like `flat`, but of objects that all pass alike only those of the first."""
    for line in lines:
        if isinstance(line, AllPass):
            for group in line.groups.first() if isinstance(line.groups, Passing) else line.groups:
                yield from each_kind(group)
        elif isinstance(line, Later):
            yield from each_kind(line.lines())
        else:
            yield line


def _spread(lines: Lines, env: Env) -> Iterator[Line]:
    """Yield lines as they are told: few objects that pass one by one, many as a number and the nearest to its limit."""
    for line in lines:
        if isinstance(line, Later):
            yield from _spread(line.lines(), env)
        elif not isinstance(line, AllPass):
            yield line
        elif len(line.groups) <= EACH_TOLD:
            for group in line.groups:
                yield from _spread(group, env)
        else:
            yield line
            yield from _nearest(line, env)


def _nearest(line: AllPass, env: Env) -> tuple[Line, ...]:
    if isinstance(line.groups, Passing) and not line.groups.measured:
        return ()
    near = [(gap, number, one) for number, one in enumerate(flat((line,))) if (gap := _distance(one, env)) is not None]
    return (min(near, key=lambda entry: entry[:2])[2],) if near else ()


def _distance(line: Line, env: Env) -> float | None:
    if not isinstance(line, Held | Rose) or isinstance(line.value, bool) or isinstance(line.want.value, bool):
        return None
    if isinstance(line.value, int | float) and isinstance(line.want.value, int | float):
        scale = abs(line.want.value) or 1
        try:
            return abs(line.value - line.want.value) / scale
        except OverflowError:
            return None
    return None


def _objects(lines: Lines) -> Iterator[str]:
    for line in lines:
        if isinstance(line, Later):
            yield from _objects(line.lines())
            continue
        if isinstance(line, Absent):
            yield line.name
        place: Place | None = getattr(line, "place", None)
        if place is not None:
            yield label(place)
