"""Recordings for a person to check."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

import yaml

from collectors.collect import Observation, snapshot_from
from collectors.detection import Known
from collectors.driver_index import DriverIndex
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.reading import Device, Snapshot
from collectors.recording import HEAD, recording_of
from collectors.replies import SnmpReplies, SnmpValue, TextReplies
from collectors.session import AnyDriver

AT = datetime(2026, 11, 21, 3, tzinfo=UTC)
BOX = Known("box", DriverIndex("tests.contract.pool.drivers")["box"])


def text_recording() -> str:
    refused = Gap(reason=GapReason.ACCESS_DENIED, text="was refused")
    replies = TextReplies(AT, {"name": "acme-sw1", "show run": "hostname acme-sw1\nip 10.1.1.1\n", "show x": refused})
    snapshot = snapshot_from(Device(name="acme-sw1"), "ssh", BOX, replies)
    recording = recording_of(Observation(snapshot, BOX, replies))
    assert recording is not None
    return recording


def snmp_recording(values: dict[str, SnmpValue]) -> list[str]:
    known = Known("apc", cast(AnyDriver, SimpleNamespace(TITLE="A UPS")))
    replies = SnmpReplies(AT, values)
    recording = recording_of(Observation(Snapshot(observed_at=AT, device=Device(name="ups1")), known, replies))
    assert recording is not None
    lines: list[str] = yaml.safe_load(recording)["snmprec"].splitlines()
    return lines


def test_a_recording_has_the_form_that_the_driver_tests_read() -> None:
    recording = yaml.safe_load(text_recording())
    assert list(recording) == ["device", "origin", "observed_at", "replies", "facts", "gaps"]


def test_the_facts_are_left_to_a_person() -> None:
    assert yaml.safe_load(text_recording())["facts"] == {}


def test_names_and_addresses_are_replaced_everywhere() -> None:
    assert yaml.safe_load(text_recording())["replies"] == {
        "name": "name1",
        "show run": "hostname name1\nip 192.0.2.1\n",
    }


def test_a_person_is_told_to_look_and_what_was_not_read() -> None:
    assert text_recording().startswith(HEAD + "# Not read: show x: access denied\n")


def test_snmp_values_are_written_in_their_types() -> None:
    values = {
        "1.3.6.1.2.1.2.2.1.10.2": SnmpValue("integer", 4_000_000_000),
        "1.3.6.1.2.1.2.2.1.8.10": SnmpValue("integer", -1),
        "1.3.6.1.2.1.1.1.0": SnmpValue("octets", b"Smart-UPS"),
        "1.3.6.1.2.1.1.2.0": SnmpValue("oid", "1.3.6.1.4.1.318"),
    }
    assert snmp_recording(values) == [
        "1.3.6.1.2.1.1.1.0|4|Smart-UPS",
        "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.318",
        "1.3.6.1.2.1.2.2.1.8.10|2|-1",
        "1.3.6.1.2.1.2.2.1.10.2|66|4000000000",
    ]


def test_an_address_in_an_index_is_replaced_like_its_value() -> None:
    values = {"1.3.6.1.2.1.4.20.1.1.10.1.1.1": SnmpValue("ip", "10.1.1.1")}
    assert snmp_recording(values) == ["1.3.6.1.2.1.4.20.1.1.192.0.2.1|64|192.0.2.1"]


def test_six_octets_are_an_address_whose_maker_stays() -> None:
    (line,) = snmp_recording({"1.3.6.1.2.1.17.1.1.0": SnmpValue("octets", bytes.fromhex("00259c0aff2c"))})
    assert line.startswith("1.3.6.1.2.1.17.1.1.0|4x|00259c")
    assert not line.endswith("0aff2c")


def test_a_device_that_did_not_answer_gives_no_recording() -> None:
    assert recording_of(Observation(Snapshot(observed_at=AT, device=Device(name="x")))) is None
