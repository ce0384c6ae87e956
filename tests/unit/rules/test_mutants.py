"""Deliberate mistakes in the engine: each must be caught by a case of `words/`, or by knowing less, or by time."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from rules import quantities, view
from rules.cases import AT, case_settings, case_subject, run_case
from rules.compile import bound, build, comparisons, counts, history, joins, leaves, lists, reach, times
from rules.compile import env as env_module
from rules.compile.context import Check
from rules.compile.env import NO, NOT_APPLICABLE, UNKNOWN, YES
from rules.compile.lines import Want
from rules.compile.texts import matcher
from rules.evaluate import evaluate
from rules.grammar.sentences import Comparison
from rules.loader import survey
from rules.standard import Standard
from rules.verdict import Word
from tests.unit.rules.random_subjects import subject_for, with_less
from tests.unit.rules.words_library import WORDS

Patch = pytest.MonkeyPatch


def never_partly(patch: Patch) -> None:
    patch.setattr(lists, "partly", lambda _fact: lambda _env, _owner: False)


def texts_never_partly(patch: Patch) -> None:
    patch.setattr(leaves, "_overturned", lambda *_: False)


def devices_always_listed(patch: Patch) -> None:
    patch.setattr(view.View, "devices_complete", lambda _self: True)


def _joined(wrong: int) -> Callable[..., Check]:
    right = joins.join

    def join(parts: tuple[Check, ...], *, any_of: bool) -> Check:
        softened = tuple(_unknown_as(part, wrong) for part in parts) if any_of is (wrong == NO) else parts
        return right(softened, any_of=any_of)

    return join


def _unknown_as(part: Check, word: int) -> Check:
    def check(env, owner, place):  # type: ignore[no-untyped-def]
        said, found = part(env, owner, place)
        return (word if said == UNKNOWN else said), found

    return check


def any_of_takes_unknown_for_no(patch: Patch) -> None:
    patch.setattr(build, "join", _joined(NO))


def all_of_takes_unknown_for_yes(patch: Patch) -> None:
    patch.setattr(build, "join", _joined(YES))


def not_takes_unknown_for_yes(patch: Patch) -> None:
    right = joins.negate
    patch.setattr(build, "negate", lambda part: _unknown_as(right(part), YES))


def choose_goes_on_after_unknown(patch: Patch) -> None:
    right = joins.choose
    patch.setattr(
        build,
        "choose",
        lambda sentence, arms, last, c: right(sentence, tuple((_unknown_as(w, NO), t) for w, t in arms), last, c),
    )


def where_unknown_does_not_count(patch: Patch) -> None:
    right = lists.counting
    patch.setattr(build, "counting", lambda where, out: _unknown_as(right(where, out), NO))


def where_unknown_counts(patch: Patch) -> None:
    right = lists.counting
    patch.setattr(build, "counting", lambda where, out: _unknown_as(right(where, out), YES))


def except_is_ignored(patch: Patch) -> None:
    right = lists.counting
    patch.setattr(build, "counting", lambda where, _out: right(where, None))


def missing_list_is_empty(patch: Patch) -> None:
    right = reach.getter
    patch.setattr(lists, "getter", lambda fact: lambda env, owner: right(fact)(env, owner) or ())


def has_unknown_passes(patch: Patch) -> None:
    right = lists.every
    patch.setattr(build, "every", lambda sentence, c, has, _: right(sentence, c, _unknown_as(has, NOT_APPLICABLE)))


def stale_facts_count(patch: Patch) -> None:
    right = view._seen
    patch.setattr(view, "_seen", lambda readings, _fresh, at_s: right(readings, 10**9, at_s))


def readings_from_the_future_count(patch: Patch) -> None:
    patch.setattr(view, "CLOCK_ERROR_S", 10**9)


def a_future_moment_is_young(patch: Patch) -> None:
    patch.setattr(times, "CLOCK_ERROR_S", 10**9)


def a_month_too_long(patch: Patch) -> None:
    right = quantities.months_from
    patch.setattr(times, "months_from", lambda day, months: right(day, months - 1))


def count_forgets_the_unknown(patch: Patch) -> None:
    patch.setattr(counts, "_over_interval", lambda test, _c, want, low, _high, env: test(low, want.value, env))


def share_forgets_the_unknown(patch: Patch) -> None:
    def interval(tally: dict[tuple[int, int], int]) -> tuple[float, float]:
        good, bad = tally.get((YES, YES), 0), tally.get((YES, NO), 0)
        share = 100 * good / (good + bad) if good + bad else 0.0
        return share, share

    patch.setattr(counts, "_interval", interval)


def few_readings_are_enough(patch: Patch) -> None:
    patch.setattr(history, "NEARLY_ALL", 0.1)


def an_old_reading_will_do(patch: Patch) -> None:
    patch.setattr(history, "OLDEST", 100)


def the_right_side_is_whole(patch: Patch) -> None:
    right = leaves._in_set
    patch.setattr(leaves, "_in_set", lambda comparison, value, have, _whole: right(comparison, value, have, True))


def not_agreed_is_an_empty_list(patch: Patch) -> None:
    right = bound._want

    def want(slot, values):  # type: ignore[no-untyped-def]
        made = right(slot, values)
        return made if made.lacking is None else Want(matcher(()) if slot.limit else (), ())

    patch.setattr(bound, "_want", want)


def if_none_is_ignored(patch: Patch) -> None:
    right = lists.if_none
    patch.setattr(lists, "if_none", lambda sentence, place, other: right(replace(sentence, if_none=None), place, other))


def at_least_leaves_out_the_limit(patch: Patch) -> None:
    right = comparisons._at_least
    patch.setitem(
        comparisons._TESTS,
        Comparison.AT_LEAST,
        lambda value, wanted, env: value != wanted and right(value, wanted, env),
    )


def between_leaves_out_its_low_end(patch: Patch) -> None:
    patch.setitem(comparisons._TESTS, Comparison.BETWEEN, lambda v, w, env: comparisons._at_most(v, w[1], env))


def incomparable_is_newer(patch: Patch) -> None:
    right = comparisons._VERSIONS[Comparison.AT_LEAST]
    patch.setitem(comparisons._VERSIONS, Comparison.AT_LEAST, lambda v, w, env: right(v, w, env) is not False)


def an_unreadable_address_lies_inside(patch: Patch) -> None:
    right = comparisons._inside
    patch.setitem(comparisons._TESTS, Comparison.INSIDE, lambda v, w, env: right(v, w, env) is not False)


def one_name_is_enough(patch: Patch) -> None:
    right = lists._best
    patch.setattr(lists, "_best", lambda *parts: (YES, ()) if right(*parts)[0] is None else right(*parts))


def limits_are_never_left(patch: Patch) -> None:
    patch.setattr(env_module.Env, "until", lambda _self, _second: None)


def freshness_never_ends(patch: Patch) -> None:
    right = env_module.Env.section

    def section(self, seen_by, name):  # type: ignore[no-untyped-def]
        before = self.until_s
        seen = right(self, seen_by, name)
        self.until_s = before
        return seen

    patch.setattr(env_module.Env, "section", section)


MUTANTS = [
    never_partly,
    texts_never_partly,
    devices_always_listed,
    any_of_takes_unknown_for_no,
    all_of_takes_unknown_for_yes,
    not_takes_unknown_for_yes,
    choose_goes_on_after_unknown,
    where_unknown_does_not_count,
    where_unknown_counts,
    except_is_ignored,
    missing_list_is_empty,
    has_unknown_passes,
    stale_facts_count,
    readings_from_the_future_count,
    a_future_moment_is_young,
    a_month_too_long,
    count_forgets_the_unknown,
    share_forgets_the_unknown,
    few_readings_are_enough,
    an_old_reading_will_do,
    the_right_side_is_whole,
    not_agreed_is_an_empty_list,
    if_none_is_ignored,
    at_least_leaves_out_the_limit,
    between_leaves_out_its_low_end,
    incomparable_is_newer,
    an_unreadable_address_lies_inside,
    one_name_is_enough,
    limits_are_never_left,
    freshness_never_ends,
]


def test_without_a_mistake_nothing_is_caught() -> None:
    assert not caught()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.__name__)
def test_a_mistake_in_the_engine_is_caught(mutant: Callable[[Patch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    mutant(monkeypatch)
    assert caught(), f"{mutant.__name__} was not noticed"


def caught() -> str:
    """Return the first thing that shows a mistake: a case, an answer made of less knowledge, or a change too early."""
    standards, _ = survey(WORDS)
    for standard in standards:
        wrong = next((r.problem for n in range(len(standard.cases)) if (r := run_case(standard, n)).problem), "")
        if wrong:
            return f"{standard.id}: {wrong}"
    rng = random.Random(5)
    return next((seen for standard in standards if (seen := _law_broken(standard, rng))), "")


def _law_broken(standard: Standard, rng: random.Random) -> str:
    for case in standard.cases:
        subject, settings = case_subject(standard, case), case_settings(standard, case)
        before = evaluate(standard, subject, AT, settings)
        after = evaluate(standard, with_less(subject, rng), AT, settings)
        if after.word not in {before.word, Word.UNKNOWN}:
            return f"{standard.id}: less knowledge turned {before.word} into {after.word}"
    for _ in range(60 if standard.category == "Times" else 8):
        subject = subject_for(standard, rng)
        now = evaluate(standard, subject, AT)
        last = AT + timedelta(days=300) if now.valid_until is None else now.valid_until - timedelta(seconds=1)
        if evaluate(standard, subject, last).word is not now.word:
            return f"{standard.id}: {now.word} changed before {now.valid_until}"
    return ""
