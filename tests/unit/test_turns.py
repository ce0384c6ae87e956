"""Whose turn it is among devices that are read, that hang, and that rest."""

from pydantic import SecretStr

from collectors.access import Access, Secret
from collectors.credentials import SnmpCommunity
from collectors.pool.job import Job
from collectors.pool.turns import KNOWN_FROM_COUNT, SLOWER, UNKNOWN_S, Attempt, Turns

SECRET = Secret("snmp", SnmpCommunity(kind="snmp", version="2c", community=SecretStr("public")))


def attempt(name: str) -> Attempt:
    return Attempt(Job(name, name, Access(transport="snmp", address=name), SECRET))


def turns(count: int, at_once_count: int = 2) -> Turns:
    return Turns(at_once_count, {"snmp": 500}, [attempt(f"device-{number}") for number in range(count)])


def taken(playing: Turns, at_s: float) -> int:
    """Return how many begin at this moment."""
    count = 0
    while playing.take(at_s, lambda _: True):
        count += 1
    return count


def used_to(playing: Turns, took_s: float) -> Turns:
    for _ in range(KNOWN_FROM_COUNT):
        playing.learn("snmp", took_s)
    return playing


def test_no_more_begin_than_may_run_at_once() -> None:
    assert taken(turns(5), 0) == 2


def test_a_device_that_takes_longer_than_the_others_steps_aside() -> None:
    playing = used_to(turns(5), took_s=4)
    taken(playing, 0)
    assert taken(playing, 4 * SLOWER - 0.1) == 0
    assert taken(playing, 4 * SLOWER) == 2


def test_a_site_where_every_device_is_slow_lets_no_more_begin() -> None:
    playing = used_to(turns(5), took_s=100)
    taken(playing, 0)
    assert taken(playing, 100) == 0


def test_while_nothing_is_known_devices_have_long_to_answer() -> None:
    playing = turns(5)
    taken(playing, 0)
    assert taken(playing, UNKNOWN_S - 1) == 0
    assert taken(playing, UNKNOWN_S) == 2


def test_one_that_has_stepped_aside_still_counts_for_its_transport() -> None:
    playing = used_to(Turns(2, {"snmp": 3}, [attempt(f"device-{number}") for number in range(5)]), took_s=1)
    taken(playing, 0)
    assert taken(playing, 60) == 1


def test_the_next_turn_is_due_when_a_running_device_steps_aside() -> None:
    playing = used_to(turns(5), took_s=4)
    taken(playing, 10)
    assert playing.wakes_at_s(11) == 10 + 4 * SLOWER


def test_an_ended_device_makes_room_at_once() -> None:
    playing = turns(5)
    first = playing.take(0, lambda _: True)
    assert first is not None
    taken(playing, 0)
    playing.end(first, 1)
    assert taken(playing, 1) == 1
