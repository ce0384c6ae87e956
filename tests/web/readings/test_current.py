"""What is kept of each device in one row gives rules the same as all snapshots that ever came."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.facts.gaps import Gap, GapReason
from collectors.facts.merge import subject_of
from collectors.facts.reading import Device, Reading, Snapshot, Source
from collectors.facts.sections.power import Ups
from collectors.facts.sections.system import Firmware, Os
from collectors.facts.subject import Subject
from collectors.facts.vocabulary import KINDS
from server.readings.current import ASIDE_LENGTH, SOURCES_COUNT, Current, merged, packed, unpacked
from server.readings.lasting import tells_instants
from tests.unit.facts.told import START, snapshots

SECTIONS = ("ups", "os", "firmware", "volumes", "interfaces", "vms", "roles", "accounts")
UNREAD = Gap(reason=GapReason.UNREACHABLE, text="could not be read: the device did not answer")
several = st.lists(snapshots(SECTIONS), max_size=5, unique_by=lambda one: (one.observed_at, one.device.transport))
"""One source tells nothing twice at one instant: which of two such readings counts, no rule of the field says."""


def told(subject: Subject) -> tuple[object, ...]:
    return subject.readings, subject.gaps, subject.not_reread


def kept_of(taken: list[Snapshot]) -> Current:
    current = Current()
    for one in taken:
        current = unpacked(packed(merged(current, one).current))
    return current


def scan(minutes: int, **values: object) -> Snapshot:
    at = START + timedelta(minutes=minutes)
    source = Source(transport="snmp", driver="apc_powernet")
    readings = tuple(
        Reading(section=name, read_at=at, source=source, gap=value)
        if isinstance(value, Gap)
        else Reading(section=name, read_at=at, source=source, value=value)  # type: ignore[arg-type]
        for name, value in values.items()
    )
    return Snapshot(observed_at=at, device=Device(name="ups1", transport="snmp"), readings=readings)


@given(several)
def test_one_row_tells_rules_what_all_snapshots_tell(taken: list[Snapshot]) -> None:
    in_order = sorted(taken, key=lambda one: one.observed_at)
    assert told(kept_of(in_order).subject("d1")) == told(subject_of(in_order, name="d1"))


@given(several)
def test_a_snapshot_that_comes_twice_changes_nothing(taken: list[Snapshot]) -> None:
    in_order = sorted(taken, key=lambda one: one.observed_at)
    once = kept_of(in_order)
    assert told(kept_of([*in_order, *in_order[-1:]]).subject("d1")) == told(once.subject("d1"))


def test_a_late_report_never_overwrites_newer_facts() -> None:
    newer, older = scan(10, firmware=Firmware(version="2.0")), scan(0, firmware=Firmware(version="1.0"))
    current = kept_of([newer, older])
    assert current.subject("d").readings["firmware"][0].value == Firmware(version="2.0")


def test_a_late_report_is_a_change_of_history_alone() -> None:
    newer, older = scan(10, firmware=Firmware(version="2.0")), scan(0, firmware=Firmware(version="1.0"))
    changes = merged(kept_of([newer]), older).changes
    assert [(one.late, one.before) for one in changes] == [(True, None)]


def test_a_later_gap_erases_nothing_and_is_told() -> None:
    current = kept_of([scan(0, ups=Ups(charge_percent=20.0)), scan(10, ups=UNREAD)])
    subject = current.subject("d")
    assert (subject.readings["ups"][0].value, subject.not_reread["ups"]) == (Ups(charge_percent=20.0), UNREAD)


def test_a_later_scan_that_was_not_asked_leaves_what_could_not_be_read() -> None:
    device = Device(name="ups1", transport="snmp")
    denied, not_asked = (Gap(reason=one, text="") for one in (GapReason.ACCESS_DENIED, GapReason.NOT_ASKED))
    nights = [
        Snapshot(observed_at=START + timedelta(minutes=at), device=device, problem=gap)
        for at, gap in ((20, denied), (40, not_asked))
    ]
    taken = [scan(0, ups=Ups(charge_percent=20.0)), *nights]
    assert kept_of(taken).subject("d").not_reread == subject_of(taken, name="d").not_reread == {"ups": denied}


def test_what_changes_by_itself_is_no_change() -> None:
    current = kept_of([scan(0, ups=Ups(charge_percent=20.0))])
    after = merged(current, scan(10, ups=Ups(charge_percent=35.0)))
    assert (after.changes, after.current.subject("d").readings["ups"][0].value) == ((), Ups(charge_percent=35.0))


def test_a_start_that_is_told_a_second_later_is_the_same_start() -> None:
    started = START - timedelta(days=3)
    current = kept_of([scan(0, os=Os(booted_at=started))])
    after = merged(current, scan(10, os=Os(booted_at=started + timedelta(seconds=1))))
    assert (after.changes, after.current.subject("d").readings["os"][0].value) == ((), Os(booted_at=started))


def test_sections_that_tell_instants_are_known() -> None:
    told = {section for section in KINDS if tells_instants(section)}
    assert {"os", "accounts", "certificates", "ups", "vms", "backup_jobs"} <= told
    assert not {"firmware", "roles", "load", "smb", "vlans"} & told


def test_a_night_of_gaps_after_night_stays_one_gap() -> None:
    current = kept_of(
        [scan(0, ups=Ups(charge_percent=20.0)), *(scan(10 * night, ups=UNREAD) for night in range(1, 40))]
    )
    assert len(current.readings["ups", "snmp|apc_powernet"]) == 2


def test_a_hostile_agent_cannot_make_a_device_of_endless_sources() -> None:
    current = Current()
    for number in range(40):
        at = START + timedelta(minutes=number)
        source = Source(transport="snmp", driver=f"driver{number}")
        reading = Reading(section="firmware", read_at=at, source=source, value=Firmware(version="1"))
        taken = Snapshot(observed_at=at, device=Device(name="d", transport="snmp"), readings=(reading,))
        current = merged(current, taken).current
    assert (len(current.sources), "snmp|driver39" in current.sources) == (SOURCES_COUNT, True)


@pytest.mark.parametrize("name", ["future_section", "Bad name", "x" * 80])
def test_sections_of_a_newer_version_are_kept_aside_by_usable_names(name: str) -> None:
    taken = scan(0, firmware=Firmware(version="1")).model_copy(update={"kept_aside": {name: "[" + "0," * ASIDE_LENGTH}})
    aside = merged(Current(), taken).current.aside
    assert aside == ({"snmp|apc_powernet": {name: ""}} if name == "future_section" else {})
