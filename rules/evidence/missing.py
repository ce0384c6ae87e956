"""Why a value is not known: the reason, the collector's words, and the last value where it is only too old."""

from typing import NamedTuple

from collectors.facts.amounts import say_duration
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.model import Item
from collectors.facts.words import noun
from rules.compile.env import Env
from rules.compile.lines import Missing, Place
from rules.evidence.values import before, label, shown_value
from rules.verdict import Reason
from rules.view import State, View


class Why(NamedTuple):
    """Why a value is missing: reason, path with keys, gap, and the sentence."""

    reason: Reason
    path: str
    gap: Gap
    text: str


def why(line: Missing, env: Env) -> Why:
    """Return why a fact is not known."""
    view, inner = _view_and_objects(line, env)
    section = line.fact.type.section
    path = _keyed_path(section, inner, line)
    if view is None:
        gap = Gap(reason=GapReason.NOT_ASKED, text=f"is not known: there is no {line.fact.whose} to ask")
        return Why(Reason.GAP, path, gap, f"{before(line.place)}{noun(line.fact.path)} {gap.text}")
    seen = env.section(view, section)
    start = before(line.place)
    if seen.state is State.STALE:
        gap = view.subject.not_reread.get(section) or Gap(reason=GapReason.NOT_ASKED, text=_too_old(view, section, env))
        text = f"{start}{noun(section)} {_too_old(view, section, env)}{_last_known(line, view, section, env)}"
        return Why(Reason.STALE, section, gap, text)
    if seen.state is State.AHEAD:
        gap = Gap(reason=GapReason.UNEXPECTED_REPLY, text="was read after the moment that is asked about")
        return Why(Reason.DOUBTFUL, section, gap, f"{start}{noun(section)} {gap.text}")
    keyed = path[len(section) :].lstrip(".")
    gap = view.gap(section, line.fact.path.partition(".")[2], keyed)
    whole = seen.state is State.ABSENT
    named = noun(section) if whole else noun(line.fact.path)
    return Why(Reason.GAP, section if whole else path, gap, f"{start}{named} {gap.text}")


def reason_why(line: Missing, env: Env) -> Reason:
    """Return the reason alone why a fact is not known."""
    if line.place is None and line.owner is env.view and line.fact.whose == "own":
        view: View | None = env.view
    else:
        view, _ = _view_and_objects(line, env)
    state = None if view is None else env.section(view, line.fact.type.section).state
    return Reason.STALE if state is State.STALE else Reason.DOUBTFUL if state is State.AHEAD else Reason.GAP


def _view_and_objects(line: Missing, env: Env) -> tuple[View | None, list[Place]]:
    """Return whose fact it is, and the objects between the subject and the value, outermost first."""
    if line.fact.whose != "own" and line.fact.of_subject:
        return env.view.whose(line.fact.whose), []
    inner: list[Place] = []
    place = line.place
    while place is not None and isinstance(place.item, Item):
        inner.append(place)
        place = place.outer
    if place is not None and isinstance(place.item, View):
        return place.item, inner[::-1]
    return (line.owner if isinstance(line.owner, View) else env.view), inner[::-1]


def _keyed_path(section: str, inner: list[Place], line: Missing) -> str:
    path = section
    for place in inner:
        name = place.list_path.rpartition(".")[2]
        path = f"{path}[{label(place._replace(outer=None))}]" if name == section else f"{path}.{name}[{place.item.key}]"  # type: ignore[union-attr]
    rest = line.fact.path.partition(".")[2].rpartition(".")[2]
    return f"{path}.{rest}" if rest else path


def _too_old(view: View, section: str, env: Env) -> str:
    newest = max(reading.read_at for reading in env.section(view, section).readings)
    age = say_duration((env.clock.at - newest).total_seconds(), parts_count=1)
    return f"was last read {age} ago, too long to say yes or no"


def _last_known(line: Missing, view: View, section: str, env: Env) -> str:
    if not line.fact.of_subject or "." not in line.fact.path:
        return ""
    newest = max(env.section(view, section).readings, key=lambda reading: reading.read_at)
    value = getattr(newest.value, line.fact.type.name, None) if not line.fact.type.derived else None
    if value is None:
        return ""
    day = newest.read_at.astimezone(env.clock.zone).date()
    return f" ({noun(line.fact.path)} {shown_value(line.fact.type, value, env)} on {day})"
