"""Every attack of a NUT server, in one child of the pool with honest servers."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from collectors.access import Access, Secret
from collectors.collect import collect
from collectors.credentials import NutAccount
from collectors.facts.gaps import GapReason
from collectors.facts.reading import Snapshot
from tests.contract.hostile.stage import (
    HONEST_S,
    MEMORY_PEAK_BYTES,
    Played,
    facts,
    job,
    play,
    reasons,
    said_yes,
)
from tests.contract.open_circumstances import circumstances
from tests.demo.recorded import replies_in
from tests.peers.nut import MISCHIEF, NutPeer

ATTACK_S = 2.0
SECRET = Secret("nut", NutAccount(kind="nut"))
HONEST = ["honest-1", "honest-2"]
LATE, BAD = GapReason.UNREACHABLE, GapReason.UNEXPECTED_REPLY
ATTACKS = {
    "silent": LATE,
    "endless_list": BAD,
    "long_line": BAD,
    "wrong_end": BAD,
    "no_end": LATE,
    "other_ups": BAD,
    "unquoted": BAD,
    "close_in_list": LATE,
    "drip": LATE,
    "binary": BAD,
    "short_row": BAD,
    "twice": BAD,
    "error_without_end": BAD,
}
UNTIDY = ["escapes"]


def server(mischief: str | None = None) -> NutPeer:
    variables = replies_in("nut_ups/usb_ups_asks_for_a_battery", "replies")["LIST VAR"]
    return NutPeer({"ups": "".join(f"{name}: {text}\n" for name, text in variables.items())}, mischief=mischief)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with ExitStack() as keep:
        jobs = [
            job(name, "nut", keep.enter_context(server(name)), SECRET, "nut_ups", ATTACK_S)
            for name in (*ATTACKS, *UNTIDY)
        ]
        jobs[3:3] = [job(name, "nut", keep.enter_context(server()), SECRET, None, HONEST_S) for name in HONEST]
        yield play(jobs, tmp_path_factory.mktemp("agent"))


@pytest.fixture(scope="module")
def alone() -> Snapshot:
    """An honest server, read alone in this process."""
    with server() as peer:
        access = Access(transport="nut", address=peer.address, port=peer.port)
        return collect("alone", access, SECRET, circumstances(HONEST_S))


def test_every_attack_is_played() -> None:
    assert {*ATTACKS, *UNTIDY} == set(MISCHIEF)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_a_gap_for_the_right_reason(played: Played, attack: str) -> None:
    assert reasons(played.snapshots[attack]) == {ATTACKS[attack]}


@pytest.mark.parametrize("attack", [*ATTACKS, *UNTIDY])
def test_no_attack_makes_a_yes(played: Played, attack: str, alone: Snapshot) -> None:
    assert said_yes(played.snapshots[attack]) <= said_yes(alone)


@pytest.mark.parametrize("name", HONEST)
def test_honest_servers_in_the_same_child_are_read_in_full(played: Played, name: str, alone: Snapshot) -> None:
    assert facts(played.snapshots[name]) == facts(alone)


def test_no_escape_of_a_server_reaches_the_facts(played: Played) -> None:
    assert "\x1b" not in played.snapshots["escapes"].model_dump_json()
    assert "\\u001b" not in played.snapshots["escapes"].model_dump_json()


def test_no_attack_ends_the_child_or_fills_it(played: Played) -> None:
    assert played.tried_again == set()
    assert played.children_count == 1
    assert played.peak_bytes < MEMORY_PEAK_BYTES
