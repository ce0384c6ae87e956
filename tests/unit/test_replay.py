"""Replaying recorded replies."""

from datetime import UTC, datetime

import pytest

from collectors.driver_index import DriverIndex
from collectors.facts.gaps import GapReason
from collectors.facts.reading import Snapshot
from collectors.facts.sections.system import Identity
from collectors.replay import Recorded, ReplayError, replay, unread

AT = datetime(2026, 11, 21, 3, tzinfo=UTC)
BOXES = DriverIndex("tests.contract.pool.drivers")
NUT = b"battery.charge: 97\nbattery.runtime: 1740\nups.status: OL\nups.mfr: APC\n"
SNMP = b"1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.318.1.3.27\n1.3.6.1.4.1.318.1.1.1.2.2.3.0|67|174000\n"


def value(snapshot: Snapshot, section: str) -> object:
    return next((reading.value for reading in snapshot.readings if reading.section == section), None)


def test_a_command_lines_reply_is_read() -> None:
    snapshot = replay("box", Recorded({"name": b"sw1"}), AT, BOXES)
    assert value(snapshot, "identity") == Identity(name="sw1")
    assert (snapshot.device.name, snapshot.observed_at) == ("sw1", AT)


@pytest.mark.parametrize("file", ["sw1".encode("utf-16"), b"\xef\xbb\xbfsw1", b"\x1b[0msw1"])
def test_a_reply_is_read_as_a_terminal_or_a_windows_shell_wrote_it(file: bytes) -> None:
    assert value(replay("box", Recorded({"name": file}), AT, BOXES), "identity") == Identity(name="sw1")


def test_a_nut_dump_is_read() -> None:
    assert getattr(value(replay("nut_ups", Recorded(nut=NUT), AT), "ups"), "runtime_s", None) == 1740


def test_an_snmp_recording_is_read() -> None:
    snapshot = replay("apc_powernet", Recorded(snmp=SNMP), AT)
    assert getattr(value(snapshot, "ups"), "runtime_s", None) == 1740


def test_a_block_that_is_no_json_is_a_gap() -> None:
    snapshot = replay("local_host", Recorded({"system": b"{oops"}), AT)
    gaps = {reading.section: reading.gap.reason for reading in snapshot.readings if reading.gap}
    assert GapReason.UNEXPECTED_REPLY in gaps.values()


def test_what_was_not_given_is_a_gap_not_asked() -> None:
    snapshot = replay("local_host", Recorded({"system": b"{}"}), AT)
    gaps = {reading.section: reading.gap.reason for reading in snapshot.readings if reading.gap}
    assert gaps["volumes"] is GapReason.NOT_ASKED


@pytest.mark.parametrize(
    ("driver", "recorded", "says"),
    [
        ("nope", Recorded(nut=NUT), "No driver is called 'nope'"),
        ("nut_ups", Recorded({"LIST VAR": b"x"}), "give one NUT dump"),
        ("nut_ups", Recorded(nut=b"nothing"), "no line of the form"),
        ("apc_powernet", Recorded(nut=NUT), "give one SNMP recording"),
        ("apc_powernet", Recorded(snmp=b"nothing\n"), r"OID\|type\|value"),
        ("local_host", Recorded(snmp=SNMP), "give them with --reply"),
        ("local_host", Recorded(config=b"x"), "reads no configuration"),
        ("local_host", Recorded({"show version": b"x"}), "reads none of the given replies. It reads: system"),
    ],
)
def test_input_that_does_not_fit_is_refused_with_what_would(driver: str, recorded: Recorded, says: str) -> None:
    with pytest.raises(ReplayError, match=says):
        replay(driver, recorded, AT)


def test_a_reply_that_the_driver_does_not_ask_for_is_named() -> None:
    assert unread("box", Recorded({"name": b"sw1", "show nmae": b""}), BOXES) == ("show nmae",)
