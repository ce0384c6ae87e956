"""The system group, and when its uptime may be believed."""

from datetime import UTC, datetime, timedelta

import pytest

from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.system import Identity, Os
from collectors.readers.mibs import system_group
from tests.unit.readers.replies import NOON, told

UP = "1.3.6.1.2.1.1.3.0|67|"
ENGINE = "1.3.6.1.6.3.10.2.1.3.0|2|"
HOST = "1.3.6.1.2.1.25.1.1.0|67|"
DAY_TICKS = 8_640_000
WRAP_S = 42_949_672.96  # 2^32 hundredths


def test_name_location_and_contact_are_what_a_person_set() -> None:
    part = system_group.read_identity(
        told(
            "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.1.1",
            "1.3.6.1.2.1.1.4.0|4|",
            "1.3.6.1.2.1.1.5.0|4| core-1 ",
            "1.3.6.1.2.1.1.6.0|4|<private>",
        ),
        vendor="Cisco",
        serial="FFFFFFFF",
    )
    assert part.value == Identity(
        vendor="Cisco",
        name="core-1",
        location="<private>",
        serial="FFFFFFFF",  # what the device says; as a mark of identity it does not count
        sys_object_id="1.3.6.1.4.1.9.1.1",
    )
    assert {path: gap.reason for path, gap in part.gaps.items()} == {"contact": GapReason.NOT_TOLD}


def test_the_null_object_id_identifies_nothing() -> None:
    part = system_group.read_identity(told("1.3.6.1.2.1.1.2.0|6|0.0", "1.3.6.1.2.1.1.5.0|4|x"))
    assert part.gaps["sys_object_id"].reason is GapReason.SENTINEL


def test_an_uptime_that_the_engines_clock_confirms_is_told_to_the_minute() -> None:
    # APC SMT750X: sysUpTime 719178.50 s, snmpEngineTime 719178 s: 8 days, 7 h, 46 min, 18 s
    replies = told(f"{UP}71917850", f"{ENGINE}719178")
    assert system_group.booted_at(replies) == datetime(2026, 11, 13, 4, 14, tzinfo=UTC)
    assert system_group.read_os(replies).value == Os(booted_at=datetime(2026, 11, 13, 4, 14, tzinfo=UTC))


def test_a_lost_wrap_is_added_when_the_engines_clock_shows_it() -> None:
    # Synology: sysUpTime 42157224.85 s, hrSystemUptime 42157419.92 s, snmpEngineTime 85106898 s: one wrap more
    replies = told(f"{UP}4215722485", f"{HOST}4215741992", f"{ENGINE}85106898")
    booted = NOON - timedelta(seconds=42_157_419.92 + WRAP_S)
    moment = system_group.booted_at(replies)
    assert isinstance(moment, datetime)
    assert abs(moment - booted) <= timedelta(seconds=30)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ((f"{UP}{53 * DAY_TICKS}",), "no second clock: 53 days, or 550"),
        ((f"{UP}430400", f"{HOST}430500", f"{ENGINE}3703088"), "RouterOS: the engine counts through restarts"),
        ((f"{UP}2829326080", f"{ENGINE}2939697"), "Zyxel: the engine began long after"),
        ((f"{UP}3444780908", f"{ENGINE}184955241"), "ASA: larger, but by no whole number of wraps"),
        ((f"{UP}208255664", f"{HOST}1117978429", f"{ENGINE}2082557"), "Linux: the agent is younger than the host"),
        ((f"{HOST}127716610",), "Windows: no version 3, so no second clock"),
        ((f"{UP}100", f"{ENGINE}-1"), "a time that cannot be"),
    ],
)
def test_an_uptime_that_nothing_confirms_is_a_gap(lines: tuple[str, ...], why: str) -> None:
    gap = system_group.booted_at(told(*lines))
    assert isinstance(gap, Gap), why
    assert "not certain" in gap.text


def test_no_uptime_at_all_is_not_told() -> None:
    gap = system_group.booted_at(told())
    assert isinstance(gap, Gap)
    assert gap.reason is GapReason.NOT_TOLD
