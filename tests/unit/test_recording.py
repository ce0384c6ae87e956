"""Recordings for a person to check."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml

from collectors import driver_index
from collectors.collect import Observation, snapshot_from
from collectors.detection import Known
from collectors.driver import Matches
from collectors.driver_index import DriverIndex
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.reading import Device, Snapshot
from collectors.recording import HEAD, recording_of
from collectors.replies import SnmpReplies, SnmpValue, TextReplies
from collectors.session import AnyDriver
from tests.test_drivers import FILES, load, replies_of

NAMING = {
    "aaa_servers", "allowed_networks", "chassis_mac", "contact", "domain", "location", "machine_id", "name",
    "permitted_networks", "port", "privileged_accounts",
    "remote_hosts", "root", "serial", "servers", "smbios_uuid", "sources", "trusted_networks",
}  # fmt: skip
"""The fields that a recording may tell otherwise than the device did."""
LIKE_AN_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
"""A version of four numbers cannot be told from an address: rather a wrong version in a file than an address."""
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
    known = Known("apc", cast(AnyDriver, SimpleNamespace(TITLE="A UPS", ASKS=(), PREPARES=(), MATCHES=Matches())))
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


def told(value: Any, place: str = "") -> Iterator[tuple[str, object]]:
    """Yield every fact with its place, names and addresses left out."""
    if isinstance(value, dict):
        for field, one in value.items():
            bare = re.sub(r"\[.*\]", "[]", field)
            yield from [(f"{place}.{field}", "...")] if field in NAMING else told(one, f"{place}.{bare}")
    elif isinstance(value, list):
        for one in value:
            yield from told(one, f"{place}[]")
    else:
        yield place, "..." if LIKE_AN_ADDRESS.search(str(value)) else value


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_driver_reads_from_a_recording_what_it_read_from_the_device(path: Path) -> None:
    known = Known(path.parent.name, driver_index.driver(path.parent.name))
    replies = replies_of(load(path), known.driver)
    device = Device(name="device-1", transport=known.driver.TRANSPORT)
    snapshot = snapshot_from(device, known.driver.TRANSPORT, known, replies)
    text = recording_of(Observation(snapshot, known, replies))
    assert text is not None
    again = known.driver.read(replies_of(yaml.safe_load(text), known.driver))  # type: ignore[arg-type]
    before = known.driver.read(replies)  # type: ignore[arg-type]
    facts = [sorted(told(one.model_dump(mode="json", exclude_none=True)), key=str) for one in (before, again)]
    assert facts[1] == facts[0]
