"""Recordings damaged in every way, from the reply to the verdict: a lost or senseless reply never makes a new answer.

Each mutation goes through the driver, the document and the shipped library. Only some of all mutations run each time,
the same ones; `make soak` takes others in each round. Which of them lose something is written beside each kind.
"""

import os
import random
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any, cast

import pytest

from collectors import driver_index
from collectors.collect import snapshot_from
from collectors.detection import Known
from collectors.facts import document
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.merge import subject_of
from collectors.facts.reading import Device
from collectors.replies import JsonReplies, SnmpReplies, SnmpValue, TextReplies
from collectors.session import AnyDriver, Replies
from rules.judge import judge
from rules.library_at import library_at
from rules.lifecycle import store
from rules.verdict import Word
from tests.ends import WITHOUT_END_MARK
from tests.test_drivers import FILES, load, replies_of

LIBRARY = library_at(None)
CATALOGUE = store.load()
AGREED: Any = {
    "windows.time-source": {"approved_time_servers": ["*.example.com"]},
    "windows.local-admins": {"approved_admins": ["*"]},
}
SEED = os.environ.get("SOAK_SEED", "")
"""Which mutations: set by each round of `make soak`."""
EACH = 15 if SEED else 30
"""How many mutations of each kind run on each recording; a round of the soak is short, and there are many."""

BROKE_OFF = Gap(reason=GapReason.UNREACHABLE, text="is not known: the connection ended before its reply did")
EDGE_NUMBERS = (-1, -5, 2**31 - 1, 2**32 - 1, 2**64 - 1)
EDGE_OCTETS = (b"", b"N/A", b"unbekannt", "なし".encode(), b"\xff\xfe\x00", b"-3", b"9" * 30)
EDGE_JSON: tuple[Any, ...] = (
    "", "N/A", "unbekannt", "-1", "nan", -1, 2**32 - 1, 10**30, 1.5, [], {}, [None], "0001-01-01T00:00:00+14:00",
)  # fmt: skip
EDGE_WORDS = ("-1", "N/A", "9" * 30, "9" * 5000)
ENDED = ("show running-config", "show system", "show firewall", "show vpn", "show log")
"""Questions whose reply ends with a mark of its own; a transport proves the end of all others."""

NOT_LOST = ("policy_",)
"""Keys whose null says that there is no such policy, which is an answer."""

ANY_NUMBER = ("off_by_default",)
"""Values of the registry where any number but 0 means yes: -1, which is 0xffffffff there, is what guides advise."""

UNTOLD_BY_MANY = "1.3.6.1.4.1.318.1.1.1.8"
"""upsCommStatus: most recorded cards do not have it and are believed, so a view that hides it cannot be noticed."""


@dataclass(frozen=True)
class Mutation:
    """Damaged replies, and what was done to them."""

    what: str
    replies: Replies
    empty: bool = False
    """Whether a whole reply is now a list of nothing: to a question for a list that is an answer, though not a yes."""


@dataclass(frozen=True)
class Recorded:
    """A recording with its driver and what the library says of it undamaged."""

    name: str
    driver: AnyDriver
    replies: Replies
    kind: str | None
    words: dict[str, Word]

    @classmethod
    def of(cls, path: Path) -> "Recorded":
        recording = load(path)
        driver = driver_index.driver(path.parent.name)
        replies = replies_of(recording, driver)
        kind = recording.get("device_class") or driver.DEVICE_CLASS
        made = cls(path.parent.name, driver, replies, kind, {})
        return replace(made, words=made.judged(replies))

    def judged(self, replies: Replies) -> dict[str, Word]:
        """Return what each standard says, after the driver's facts went through a document and back."""
        facts = self.driver.read(replies)  # type: ignore[arg-type]
        assert isinstance(facts, Facts)
        device = Device(name="d", driver=self.name, transport=self.driver.TRANSPORT)
        snapshot = snapshot_from(device, self.driver.TRANSPORT, Known(self.name, self.driver), replies)
        subject = subject_of([document.parse(document.to_json(snapshot))], name="d", kind=self.kind)
        at = replies.observed_at + timedelta(minutes=5)
        told = judge([subject], LIBRARY, at, client="c", catalogue=CATALOGUE, overrides=AGREED)
        return {one.id: each.verdict for one in told.standards for each in one.subjects if each.name == "d"}

    def new_answers(self, mutation: Mutation, allowed: set[Word]) -> list[str]:
        """Return the standards that say something else now than before, and not one of the allowed words."""
        return [
            f"{mutation.what}: {standard} {self.words.get(standard)} -> {word}"
            for standard, word in self.judged(mutation.replies).items()
            if word not in {*allowed, self.words.get(standard), *([Word.NOT_APPLICABLE] if mutation.empty else [])}
        ]


@pytest.fixture(params=FILES, ids=lambda path: f"{path.parent.name}/{path.stem}", scope="module")
def recorded(request: pytest.FixtureRequest) -> Recorded:
    return Recorded.of(request.param)


def some(recorded: Recorded, mutations: Iterator[Mutation]) -> list[Mutation]:
    """Return the mutations of this run: the same ones each time, but for the seed."""
    found = list(mutations)
    return found if len(found) <= EACH else random.Random(SEED + recorded.name).sample(found, EACH)


def losses(recorded: Recorded) -> Iterator[Mutation]:
    """Give the replies with something missing: an object, a subtree that a view hides, a reply, a key."""
    replies = recorded.replies
    if isinstance(replies, SnmpReplies):
        yield from _snmp_losses(replies, recorded.driver)
        return
    for question in replies.replies:
        yield Mutation(f"no reply to {question}", _with(replies, question, BROKE_OFF))
    if isinstance(replies, JsonReplies):
        for path in _paths(replies.replies):
            if len(path) > 1 and isinstance(path[-1], str):
                yield Mutation(f"without {path}", replace(replies, replies=_changed(replies.replies, path)))
                if not path[-1].startswith(NOT_LOST):
                    yield Mutation(f"null at {path}", replace(replies, replies=_changed(replies.replies, path, None)))


def _snmp_losses(replies: SnmpReplies, driver: AnyDriver) -> Iterator[Mutation]:
    views = {".".join(oid.split(".")[:count]) for oid in replies.values for count in range(6, len(oid.split(".")))}
    hidden = [*replies.values, *(view + "." for view in sorted(views))]
    for place in hidden:
        if not place.startswith(UNTOLD_BY_MANY):
            left = {oid: value for oid, value in replies.values.items() if oid != place and not oid.startswith(place)}
            yield Mutation(f"{place} is hidden", replace(replies, values=left))
    for ask in driver.ASKS:
        under = [oid for oid in replies.values if oid == ask or oid.startswith(f"{ask}.")]
        for count in range(len(under)):
            cut = {oid: value for oid, value in replies.values.items() if oid not in under[count:]}
            yield Mutation(f"{ask} broke off at {count}", replace(replies, values=cut, gaps={ask: BROKE_OFF}))
            if count:
                yield Mutation(f"{ask} ends silently at {count}", replace(replies, values=cut))


def swaps(recorded: Recorded) -> Iterator[Mutation]:
    """Give the replies with one in the place of another."""
    replies = recorded.replies
    if isinstance(replies, SnmpReplies):
        return
    for one, other in permutations(replies.replies, 2):
        reply = replies.replies[other]
        yield Mutation(f"{other} in place of {one}", _with(replies, one, reply), empty=reply == [])


def cuts(recorded: Recorded) -> Iterator[Mutation]:
    """Give each reply that tells its own end, cut at every line."""
    replies = recorded.replies
    if not isinstance(replies, TextReplies) or recorded.name in WITHOUT_END_MARK:
        return
    for question, reply in replies.replies.items():
        if isinstance(reply, str) and question.startswith(ENDED):
            lines = reply.rstrip("\n").splitlines(keepends=True)
            for count in range(len(lines)):
                yield Mutation(f"{question} cut at {count}", _with(replies, question, "".join(lines[:count])))


def edges(recorded: Recorded) -> Iterator[Mutation]:
    """Give the replies with one value at the edge of its type, of another type, or of another language."""
    replies = recorded.replies
    if isinstance(replies, SnmpReplies):
        senseless = [SnmpValue("integer", number) for number in EDGE_NUMBERS]
        senseless += [SnmpValue("octets", octets) for octets in EDGE_OCTETS] + [SnmpValue("oid", "1.3.6")]
        for oid, told in replies.values.items():
            for value in senseless:
                if value.kind != "oid" or told.kind != "oid":  # another OID in place of one is another answer
                    yield Mutation(f"{oid} is {value}", replace(replies, values={**replies.values, oid: value}))
    elif isinstance(replies, JsonReplies):
        for path in _paths(replies.replies):
            for json_value in EDGE_JSON:
                if path[-1] in ANY_NUMBER and type(json_value) is int:
                    continue
                what = f"{json_value!r} at {path}"
                yield Mutation(
                    what,
                    replace(replies, replies=_changed(replies.replies, path, json_value)),
                    empty=len(path) == 1 and json_value == [],
                )
    else:
        for question, reply in replies.replies.items():
            for words in _edged(reply) if isinstance(reply, str) else ():
                yield Mutation(f"{question}: {words[:60]}", _with(replies, question, words))


def _edged(reply: str) -> Iterator[str]:
    lines = reply.splitlines()
    for place, line in enumerate(lines):
        words = line.split(" ")
        for at, word in enumerate(words):
            if any(letter.isdigit() for letter in word):
                for edge in EDGE_WORDS:
                    yield "\n".join(
                        [*lines[:place], " ".join([*words[:at], edge, *words[at + 1 :]]), *lines[place + 1 :]]
                    )


def _with(replies: TextReplies | JsonReplies, question: str, reply: object) -> Replies:
    return replace(replies, replies=cast("Any", {**replies.replies, question: reply}))


def _paths(value: object, here: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield (*here, key)
        yield from _paths(part, (*here, key))


_NOTHING = object()


def _changed(replies: object, path: tuple[str | int, ...], value: object = _NOTHING) -> Any:
    """Return a copy with another value at a path, or without it."""
    copy: Any = deepcopy(replies)
    owner = copy
    for step in path[:-1]:
        owner = owner[step]
    if value is _NOTHING:
        del owner[path[-1]]
    else:
        owner[path[-1]] = value
    return copy


def test_what_is_lost_makes_no_other_answer(recorded: Recorded) -> None:
    found = [new for each in some(recorded, losses(recorded)) for new in recorded.new_answers(each, {Word.UNKNOWN})]
    assert not found


def test_a_configuration_that_is_cut_makes_no_other_answer(recorded: Recorded) -> None:
    found = [new for each in some(recorded, cuts(recorded)) for new in recorded.new_answers(each, {Word.UNKNOWN})]
    assert not found


def test_the_reply_to_another_question_makes_no_yes(recorded: Recorded) -> None:
    allowed = {Word.UNKNOWN, Word.NO}
    found = [new for each in some(recorded, swaps(recorded)) for new in recorded.new_answers(each, allowed)]
    assert not found


def test_a_senseless_value_makes_no_yes(recorded: Recorded) -> None:
    allowed = {Word.UNKNOWN, Word.NO}
    found = [new for each in some(recorded, edges(recorded)) for new in recorded.new_answers(each, allowed)]
    assert not found
