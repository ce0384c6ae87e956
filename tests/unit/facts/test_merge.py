"""What several scans and several sources make of one device."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, SENTINEL, Gap, GapReason
from collectors.facts.merge import NEWER_VERSION, alternatives, combine, subject_of
from collectors.facts.reading import Device, Reading, Snapshot, Source, TransportName, snapshot_of
from collectors.facts.sections.management import Snmp
from collectors.facts.sections.network import Interface
from collectors.facts.sections.power import Phase, Ups
from collectors.facts.sections.system import Firmware, Os
from collectors.facts.sections.timekeeping import Time
from collectors.facts.sections.virtualization import Checkpoint, Vm
from collectors.facts.subject import Subject
from tests.unit.facts.told import START

DENIED = Gap(reason=GapReason.ACCESS_DENIED, text="could not be read: access denied")
SILENT = Gap(reason=GapReason.UNREACHABLE, text="could not be read: the device did not answer")


def scan(transport: TransportName, hours: float = 0, device_class: str | None = None, **told: Any) -> Snapshot:
    """Return a snapshot by a transport, so many hours after the start."""
    device = Device(name="d1", transport=transport, device_class=device_class)
    source = Source(transport=transport, driver=f"d_{transport}")
    return snapshot_of(Facts(**told), device, source, START + timedelta(hours=hours))


def merged(*scans: Snapshot) -> Subject:
    return subject_of(scans, name="d1")


def combined(section: str, *scans: Snapshot) -> Any:
    return combine(merged(*scans).readings[section])


def test_the_newest_successful_reading_of_a_source_stands() -> None:
    subject = merged(scan("snmp", 0, ups=Ups(runtime_s=60)), scan("snmp", 1, ups=Ups(runtime_s=50)))
    assert [reading.value for reading in subject.readings["ups"]] == [Ups(runtime_s=50)]
    assert [reading.value for reading in subject.earlier["ups"]] == [Ups(runtime_s=60)]


def test_a_new_version_of_a_driver_takes_the_place_of_the_old_one() -> None:
    source = Source(transport="snmp", driver="d_snmp", driver_version=2)
    newer = snapshot_of(Facts(ups=Ups(runtime_s=50)), Device(name="d1"), source, START + timedelta(hours=1))
    assert len(merged(scan("snmp", 0, ups=Ups(runtime_s=60)), newer).readings["ups"]) == 1


def test_a_later_gap_says_why_the_value_is_old() -> None:
    subject = merged(scan("snmp", 0, ups=Ups(runtime_s=60)), scan("snmp", 1, gaps={"ups": DENIED}))
    assert subject.not_reread == {"ups": DENIED}
    assert subject.gaps == {}


def test_a_gap_before_the_value_is_forgotten() -> None:
    subject = merged(scan("snmp", 0, gaps={"ups": DENIED}), scan("snmp", 1, ups=Ups(runtime_s=60)))
    assert (subject.not_reread, subject.gaps) == ({}, {})


def test_a_gap_without_any_value_is_a_gap() -> None:
    assert merged(scan("ssh", gaps={"ups": DENIED, "os.version": NOT_TOLD})).gaps == {
        "ups": DENIED,
        "os.version": NOT_TOLD,
    }


def test_of_two_gaps_the_one_that_can_be_mended_is_told() -> None:
    subject = merged(scan("snmp", 1, gaps={"ups": NOT_TOLD}), scan("ssh", 0, gaps={"ups": DENIED}))
    assert subject.gaps == {"ups": DENIED}


def test_a_field_that_could_not_be_read_again_stands_with_its_own_age() -> None:
    newer = scan("ssh", 5, ups=Ups(battery="low"), gaps={"ups.runtime_s": DENIED})
    told = combined("ups", scan("ssh", 0, ups=Ups(runtime_s=60)), newer)
    assert told.value == Ups(runtime_s=60, battery="low")
    assert (told.read_at_of("runtime_s"), told.read_at_of("battery")) == (START, START + timedelta(hours=5))
    assert (told.read_at, told.field_gaps) == (START, {})


def test_an_old_kernel_does_not_stand_beside_a_new_version() -> None:
    newer = scan("ssh", 5, os=Os(version="13"), gaps={"os.kernel": DENIED})
    told = combined("os", scan("ssh", 0, os=Os(version="12", kernel="6.1")), newer)
    assert (told.value, told.field_gaps) == (Os(version="13"), {"kernel": DENIED})


def test_a_field_that_the_device_no_longer_knows_is_not_known() -> None:
    newer = scan("snmp", 5, ups=Ups(), gaps={"ups.runtime_s": SENTINEL})
    told = combined("ups", scan("snmp", 0, ups=Ups(runtime_s=60)), newer)
    assert (told.value, told.field_gaps) == (Ups(), {"runtime_s": SENTINEL})


def test_a_device_that_did_not_answer_last_is_told_so() -> None:
    silent = Snapshot(observed_at=START + timedelta(hours=2), device=Device(name="d1"), problem=SILENT)
    subject = merged(scan("snmp", 0, ups=Ups(runtime_s=60)), silent)
    assert subject.gaps == {"*": SILENT}
    assert subject.not_reread == {"ups": SILENT}


def test_a_device_that_answered_since_is_not() -> None:
    silent = Snapshot(observed_at=START, device=Device(name="d1"), problem=SILENT)
    assert merged(silent, scan("snmp", 1, ups=Ups(runtime_s=60))).gaps == {}


def test_a_refused_access_is_told_although_another_access_gave_something_later() -> None:
    refused = Snapshot(observed_at=START, device=Device(name="d1", transport="ssh"), problem=DENIED)
    subject = merged(refused, scan("snmp", 1, ups=Ups(runtime_s=60)))
    assert subject.gaps == {"*": DENIED}
    assert subject.not_reread == {}


def test_a_refused_access_does_not_make_another_one_s_facts_old() -> None:
    refused = Snapshot(
        observed_at=START + timedelta(hours=2), device=Device(name="d1", transport="ssh"), problem=DENIED
    )
    subject = merged(scan("snmp", 1, ups=Ups()), scan("ssh", 1, snmp=Snmp(write_enabled=False)), refused)
    assert subject.not_reread == {"snmp": DENIED}


def test_two_readings_of_one_instant_make_the_same_in_either_order() -> None:
    one, other = scan("snmp", 0, ups=Ups(runtime_s=60)), scan("snmp", 0, ups=Ups(runtime_s=50))
    assert merged(one, other) == merged(other, one)


def test_the_configuration_is_ranked_over_the_management_objects() -> None:
    readings = merged(scan("nut", 3, ups=Ups()), scan("snmp", 2, ups=Ups()), scan("ssh", 1, ups=Ups())).readings["ups"]
    assert [reading.source.transport for reading in readings] == ["ssh", "snmp", "nut"]


def test_open_fields_are_filled_from_the_next_source() -> None:
    told = combined("ups", scan("nut", ups=Ups(charge_percent=90, runtime_s=1)), scan("snmp", ups=Ups(runtime_s=60)))
    assert told.value == Ups(runtime_s=60, charge_percent=90)
    assert {path: source.transport for path, source in told.sources.items()} == {
        "runtime_s": "snmp",
        "charge_percent": "nut",
    }


def test_version_and_date_travel_together() -> None:
    ssh = scan("ssh", firmware=Firmware(version="7.4.3", boot_mode="uefi"))
    snmp = scan("snmp", firmware=Firmware(product="FortiOS", version="7.2.1", cycle="7.2", secure_boot=True))
    assert combined("firmware", ssh, snmp).value == Firmware(version="7.4.3", boot_mode="uefi", secure_boot=True)


@pytest.mark.parametrize(
    ("one", "other", "paths"),
    [
        (Firmware(version="v7.4.3"), Firmware(version="7.4.3 "), ()),
        (Firmware(version="7.4.3"), Firmware(version="7.4.4"), ("version",)),
        (Os(booted_at=START), Os(booted_at=START + timedelta(minutes=2)), ()),
        (Os(booted_at=START), Os(booted_at=START + timedelta(minutes=3)), ("booted_at",)),
        (Ups(self_test_at=START), Ups(self_test_at=START + timedelta(minutes=5)), ()),
        (Ups(self_test_at=START), Ups(self_test_at="never"), ("self_test_at",)),
        (Ups(runtime_s=60), Ups(runtime_s=70), ()),
        (Ups(alarms=("a", "b")), Ups(alarms=("B", "a")), ()),
        (Ups(battery="low"), Ups(battery="normal"), ("battery",)),
        (Time(kind="ntp"), Time(stratum=3), ()),
    ],
)
def test_two_sources_disagree_where_they_state_different_things(one: Any, other: Any, paths: tuple[str, ...]) -> None:
    section = type(one).__name__.lower()
    assert combined(section, scan("ssh", **{section: one}), scan("snmp", **{section: other})).disagreements == paths


def test_objects_of_lists_are_joined_by_their_key() -> None:
    seen = (Interface(name="WAN1", description="line"), Interface(name="wan2"))
    ssh = scan("ssh", interfaces=seen, incomplete={"interfaces"})
    snmp = scan("snmp", interfaces=(Interface(name="wan1", up=True), Interface(name="lan", up=False)))
    told = combined("interfaces", ssh, snmp)
    assert told.value == (
        Interface(name="WAN1", description="line", up=True),
        Interface(name="wan2"),
        Interface(name="lan", up=False),
    )
    assert told.complete
    assert told.disagreements == ("[wan2]",)
    assert told.source_of("[WAN1].up").transport == "snmp"
    assert told.source_of("[WAN1].description").transport == "ssh"
    assert told.source_of("[lan].up").transport == "snmp"


def test_two_lists_that_were_partly_read_do_not_make_a_whole_one() -> None:
    one = scan("ssh", phases=(Phase(name="1"),), incomplete={"phases"})
    other = scan("snmp", phases=(Phase(name="2"),), incomplete={"phases"})
    assert not combined("phases", one, other).complete


def test_lists_inside_objects_are_joined_too() -> None:
    one = scan("winrm", vms=(Vm(name="SQL01", checkpoints=(Checkpoint(name="a"),), partial=("checkpoints",)),))
    other = scan("ssh", vms=(Vm(name="SQL01", checkpoints=(Checkpoint(name="b"),), running=True),))
    told = combined("vms", one, other)
    assert told.value == (Vm(name="SQL01", running=True, checkpoints=(Checkpoint(name="b"), Checkpoint(name="a"))),)
    assert told.disagreements == ("[SQL01].checkpoints[a]",)


def test_lists_of_texts_are_put_together() -> None:
    told = combined("roles", scan("winrm", roles=("web-server",)), scan("snmp", roles=("Web-Server", "dns-server")))
    assert told.value == ("web-server", "dns-server")
    assert told.disagreements == ("[dns-server]",)


def test_each_source_alone_is_an_alternative() -> None:
    readings = merged(scan("snmp", ups=Ups(battery="low")), scan("ssh", ups=Ups(battery="normal"))).readings["ups"]
    assert [each.value for each in alternatives(readings)] == [Ups(battery="normal"), Ups(battery="low")]


@pytest.mark.parametrize(("minutes", "kept"), [(2, True), (3, False)])
def test_a_start_that_wanders_with_the_clock_stays_what_it_was(minutes: int, kept: bool) -> None:
    later = START + timedelta(minutes=minutes)
    value = combined("os", scan("snmp", 0, os=Os(booted_at=START)), scan("snmp", 1, os=Os(booted_at=later))).value
    assert value == Os(booted_at=START if kept else later)


def test_a_moment_inside_a_list_stays_what_it_was_while_it_means_the_same() -> None:
    def vms(taken_at: datetime) -> tuple[Vm, ...]:
        return (Vm(name="a", checkpoints=(Checkpoint(name="b", taken_at=taken_at),)),)

    five = [scan("winrm", hours, vms=vms(START + timedelta(minutes=3 * hours))) for hours in range(2)]
    assert combined("vms", *five).value == vms(START)


def test_nothing_to_combine_is_a_mistake_of_the_caller() -> None:
    gap = Reading(section="ups", read_at=START, source=Source(transport="snmp", driver="d"), gap=DENIED)
    with pytest.raises(ValueError, match="no reading"):
        combine([gap])


def test_a_section_of_a_newer_version_is_a_gap_in_its_place() -> None:
    aside = Snapshot(observed_at=START, device=Device(name="d1"), kept_aside={"firmware": "{}"})
    assert merged(aside).gaps == {"firmware": NEWER_VERSION}


def test_the_kind_of_a_subject_is_the_class_that_its_best_access_told() -> None:
    scans = [scan("snmp", 5, "switch", ups=Ups()), scan("ssh", 1, "firewall", ups=Ups()), scan("ssh", 9, ups=Ups())]
    assert merged(*scans).kind == "firewall"
    assert subject_of(scans, name="d1", kind="router").kind == "router"


def test_a_device_whose_class_nobody_told_is_a_device() -> None:
    assert merged(scan("snmp", ups=Ups())).kind == "device"
