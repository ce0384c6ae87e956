"""Recordings cut, reordered, at edges of types, in another language: nothing raises, and a cut tells nothing new."""

import os
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from collectors import driver_index
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.vocabulary import SECTIONS
from collectors.replies import JsonReplies, JsonValue, SnmpReplies, SnmpValue, TextReplies
from collectors.session import AnyDriver, Replies
from tests.corpus.cli import told as told_of
from tests.ends import WITHOUT_END_MARK
from tests.test_drivers import FILES, load, replies_of

CUT = Gap(reason=GapReason.UNREACHABLE, text="is not known: the replies did not end in time")
EDGES = (-1, 0, 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1, 10**30)
FOREIGN = ("Größe nicht verfügbar", "いいえ", "Désactivé — non défini", "не задано", "١٢٣", "\u202e\x00\x07", "")
SEED = os.environ.get("SOAK_SEED", "")  # another in each round of `make soak`
LINES = 12  # how many lines of a text are changed, one after the other
NUMBER = re.compile(r"\d+")
ENDED = {"show running-config", "show"}
"""Replies that end with a mark of their own, and may be cut anywhere."""


OVER_SNMP = [path for path in FILES if "snmprec" in load(path)]  # elsewhere the order of lines means something


def each_recording(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(name, FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")


def facts_of(driver: AnyDriver, replies: Replies) -> Facts:
    return driver.read(replies)  # type: ignore[arg-type]


def told(facts: Facts) -> dict[str, object]:
    """Return every value by its path, objects of lists by their key."""
    return {path: value for section in SECTIONS for path, value in told_of(facts, section).items() if path != section}


def new_in(changed: Facts, whole: Facts) -> dict[str, object]:
    """Return what is told now and was not before, or otherwise."""
    before = told(whole)
    return {path: value for path, value in told(changed).items() if before.get(path) != value}


def cuts(replies: Replies, driver: AnyDriver, ended: bool) -> Iterator[tuple[str, Replies]]:
    """Give the replies with one question at a time not answered, or a walk broken off after its first value."""
    if isinstance(replies, SnmpReplies):
        for ask in driver.ASKS:
            under = [oid for oid in replies.values if oid == ask or oid.startswith(f"{ask}.")]
            for kept in (under[:1], []) if len(under) > 1 else ([],):
                values = {oid: value for oid, value in replies.values.items() if oid not in under or oid in kept}
                yield ask, replace(replies, values=values, gaps={**replies.gaps, ask: CUT})
        return
    for question, reply in replies.replies.items():
        yield question, with_reply(replies, question, CUT)
        if ended and question in ENDED and isinstance(reply, str):
            lines = reply.splitlines()
            for count in range(1, len(lines) - 1):
                text = "\n".join(lines[:count])
                yield f"{question} after line {count}", with_reply(replies, question, text)


def with_reply(replies: TextReplies | JsonReplies, question: str, reply: JsonValue | Gap) -> Replies:
    changed: Any = {**replies.replies, question: reply}
    return replace(replies, replies=changed)


def reordered(replies: Replies, chance: random.Random) -> Replies:
    if isinstance(replies, SnmpReplies):
        return replace(replies, values=dict(chance.sample(sorted(replies.values.items()), len(replies.values))))
    changed = {question: _shuffled(reply, chance) for question, reply in replies.replies.items()}
    return replace(replies, replies=cast("Any", changed))


def _shuffled(value: object, chance: random.Random) -> object:
    if isinstance(value, str):
        lines = value.splitlines()
        return "\n".join(chance.sample(lines, len(lines)))
    if isinstance(value, list):
        return chance.sample([_shuffled(item, chance) for item in value], len(value))
    if isinstance(value, dict):
        return {key: _shuffled(value[key], chance) for key in chance.sample(sorted(value), len(value))}
    return value


def replaced(replies: Replies, chance: random.Random, words: tuple[object, ...]) -> Iterator[Replies]:
    """Give the replies with some values replaced by others, a few at a time."""
    for word in words:
        if isinstance(replies, SnmpReplies):
            chosen = set(chance.sample(sorted(replies.values), max(1, len(replies.values) // 3)))
            yield replace(
                replies,
                values={oid: _snmp_value(word) if oid in chosen else value for oid, value in replies.values.items()},
            )
        else:
            changed = {question: _with_word(reply, word, chance) for question, reply in replies.replies.items()}
            yield replace(replies, replies=cast("Any", changed))


def _snmp_value(word: object) -> SnmpValue:
    if isinstance(word, int):
        return SnmpValue("integer", word)
    return SnmpValue("octets", str(word).encode())


def _with_word(value: object, word: object, chance: random.Random) -> object:
    if isinstance(value, str):
        lines = value.splitlines() or [""]
        for place in chance.sample(range(len(lines)), min(LINES, len(lines))):
            line = lines[place]
            lines[place] = (
                NUMBER.sub(str(word), line) if isinstance(word, int) else line.replace(line.strip(), str(word))
            )
        return "\n".join(lines)
    if isinstance(value, list):
        return [_with_word(item, word, chance) for item in value]
    if isinstance(value, dict):
        return {key: _with_word(item, word, chance) for key, item in value.items()}
    return word if chance.random() < 0.5 else value


def played(path: Any) -> tuple[AnyDriver, Replies]:
    driver = driver_index.driver(path.parent.name)
    return driver, replies_of(load(path), driver)


@each_recording("path")
def test_a_cut_reply_tells_nothing_that_the_whole_one_does_not(path: Any) -> None:
    driver, replies = played(path)
    whole = facts_of(driver, replies)
    new: Mapping[str, object] = {
        f"without {where}: {fact}": value
        for where, cut in cuts(replies, driver, ended=path.parent.name not in WITHOUT_END_MARK)
        for fact, value in new_in(facts_of(driver, cut), whole).items()
    }
    assert not new


@each_recording("path")
def test_replies_in_another_order_are_read_without_an_error(path: Any) -> None:
    driver, replies = played(path)
    chance = random.Random(SEED + path.stem)
    for _ in range(5):
        assert isinstance(facts_of(driver, reordered(replies, chance)), Facts)


@pytest.mark.parametrize("path", OVER_SNMP, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_agent_that_answers_in_another_order_says_the_same(path: Any) -> None:
    driver, replies = played(path)
    chance = random.Random(SEED + path.stem)
    assert told(facts_of(driver, reordered(replies, chance))) == told(facts_of(driver, replies))


@each_recording("path")
def test_numbers_at_the_edges_of_types_are_read_without_an_error(path: Any) -> None:
    driver, replies = played(path)
    chance = random.Random(SEED + path.stem)
    for changed in replaced(replies, chance, EDGES):
        assert isinstance(facts_of(driver, changed), Facts)


@each_recording("path")
def test_texts_of_another_language_are_read_without_an_error(path: Any) -> None:
    driver, replies = played(path)
    chance = random.Random(SEED + path.stem)
    for changed in replaced(replies, chance, FOREIGN):
        assert isinstance(facts_of(driver, changed), Facts)
