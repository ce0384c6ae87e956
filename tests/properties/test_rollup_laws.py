"""Laws of the roll-up: an answer for the client is the same however its devices are ordered, split or joined."""

from hypothesis import given
from hypothesis import strategies as st

from rules.rollup import roll_up
from rules.verdict import Word
from tests.unit.rules.subjects import AT
from tests.unit.rules.test_rollup import judged, rolled, standard

YES, NO, UNKNOWN, NA = Word.YES, Word.NO, Word.UNKNOWN, Word.NOT_APPLICABLE
MIRROR = {YES: NO, NO: YES, UNKNOWN: UNKNOWN, NA: NA}
WORDS = st.lists(st.sampled_from(Word), min_size=1, max_size=8)
HOLDS = st.sampled_from(("every", "any"))


@given(WORDS, HOLDS, st.randoms(use_true_random=False))
def test_the_order_of_devices_makes_no_difference(words: list[Word], holds_for: str, random: object) -> None:
    mixed = list(words)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert rolled(*mixed, holds_for=holds_for) is rolled(*words, holds_for=holds_for)


@given(WORDS, HOLDS)
def test_a_device_like_another_makes_no_difference(words: list[Word], holds_for: str) -> None:
    assert rolled(*words, *words, holds_for=holds_for) is rolled(*words, holds_for=holds_for)


@given(WORDS, WORDS, HOLDS)
def test_a_site_split_in_two_comes_to_the_same(one: list[Word], other: list[Word], holds_for: str) -> None:
    parts = rolled(*one, holds_for=holds_for), rolled(*other, holds_for=holds_for)
    assert rolled(*parts, holds_for=holds_for) is rolled(*one, *other, holds_for=holds_for)


@given(WORDS, HOLDS, st.integers(0, 7))
def test_knowing_less_of_one_device_never_makes_another_answer(words: list[Word], holds_for: str, place: int) -> None:
    less = list(words)
    less[place % len(words)] = UNKNOWN
    before, after = rolled(*words, holds_for=holds_for), rolled(*less, holds_for=holds_for)
    assert after in {before, UNKNOWN} or before is NA or words[place % len(words)] is NA
    assert not (after is YES and before is NO)


@given(WORDS)
def test_any_is_the_mirror_of_every(words: list[Word]) -> None:
    mirrored = rolled(*(MIRROR[word] for word in words), holds_for="any")
    assert MIRROR[mirrored] is rolled(*words, holds_for="every")


@given(WORDS, HOLDS, st.integers(1, 4))
def test_what_does_not_apply_or_is_retired_makes_no_difference(words: list[Word], holds_for: str, count: int) -> None:
    some = [judged(f"u{number}", word) for number, word in enumerate(words)]
    more = [judged(f"n{number}", NA) for number in range(count)]
    retired = [judged(f"r{number}", NO, retired=True) for number in range(count)]
    asked = standard(holds_for=holds_for)
    assert roll_up(asked, [*more, *some, *retired], AT).word is roll_up(asked, some, AT).word


@given(st.lists(st.sampled_from((NO, UNKNOWN, NA)), max_size=8), HOLDS)
def test_without_one_yes_there_is_no_yes(words: list[Word], holds_for: str) -> None:
    assert rolled(*words, holds_for=holds_for) is not YES
