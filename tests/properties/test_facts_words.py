"""Properties of words: a shown number stands on its own side of the limit, and every value has words."""

import re
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from collectors.facts.amounts import say_amount_beside
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.model import Section
from collectors.facts.paths import UNITS, FactKind, Unit, every_fact, resolve
from collectors.facts.words import gap_sentence, say, say_beside
from tests.unit.facts.told import START, json_value, texts, values

SIZES = {
    "TB": 2**40, "GB": 2**30, "MB": 2**20, "kB": 2**10, "bytes": 1, "Gbit/s": 10**9, "Mbit/s": 10**6, "kbit/s": 10**3,
    "bit/s": 1, "%": 1, "°C": 1, "V": 1, "s": 1, "minute": 60, "minutes": 60, "min": 60, "hour": 3600, "hours": 3600,
    "h": 3600, "day": 86400, "days": 86400,
}  # fmt: skip
numbers = st.integers(0, 2**45) | st.floats(0, 1e6).map(lambda number: round(number, 6))
SCALARS = [here.path for here in every_fact() if here.kind not in {FactKind.SECTION, FactKind.OBJECTS}]


def as_read(text: str) -> float:
    """Return the number that a reader takes from the words."""
    parts = re.findall(r"([\d.]+)(?: ([A-Za-z%°/]+))?", text)
    return sum(float(number) * SIZES.get(unit, 1) for number, unit in parts)


@given(st.sampled_from(UNITS), numbers, st.floats(-1e-3, 1e-3))
def test_a_shown_number_stands_on_its_own_side_of_the_limit(unit: Unit, limit: float, share: float) -> None:
    value = round(limit * (1 + share), 6)
    shown = as_read(say_amount_beside(value, limit, unit))
    assert value == limit or (shown > limit, shown < limit) == (value > limit, value < limit)


@given(st.integers(60, 10**8), st.integers(-7200, 7200))
def test_a_shown_age_stands_on_its_own_side_of_the_limit(limit_s: int, more_s: int) -> None:
    age_s = max(0, limit_s + more_s)
    taken_at, cut_off = START - timedelta(seconds=age_s), START - timedelta(seconds=limit_s)
    shown = as_read(say_beside("vms.checkpoints.taken_at", taken_at, cut_off, at=START).partition(", ")[2])
    assert age_s == limit_s or (shown > limit_s, shown < limit_s) == (age_s > limit_s, age_s < limit_s)


@given(st.sampled_from(["ups", "os", "firmware", "management", "lockout", "directory", "patch"]).flatmap(
    lambda section: st.tuples(st.just(section), values(section))
))  # fmt: skip
def test_every_value_has_words_on_one_line(told: tuple[str, Section]) -> None:
    section, value = told
    for name in type(value).model_fields:
        words = say(f"{section}.{name}", getattr(value, name), at=START)
        assert words
        assert "\n" not in words


@given(st.sampled_from(SCALARS).flatmap(lambda path: st.tuples(st.just(path), json_value(resolve(path)))))
def test_every_fact_has_words_for_what_it_may_hold(told: tuple[str, object]) -> None:
    path, value = told
    assert isinstance(value, dict) or say(path, tuple(value) if isinstance(value, list) else value)


@given(texts, texts)
def test_a_gap_has_a_sentence_wherever_it_stands(path: str, text: str) -> None:
    assert gap_sentence(path, Gap(reason=GapReason.NOT_TOLD, text=text))
