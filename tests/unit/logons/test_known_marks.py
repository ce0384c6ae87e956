"""A snapshot by another device changes no fact."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectors.access import Access
from collectors.facts.facts import Facts
from collectors.facts.gaps import GapReason
from collectors.facts.marks import Marks
from collectors.facts.reading import Device, Snapshot, Source, snapshot_of
from collectors.facts.sections.system import Identity
from collectors.known_marks import KnownMarks

SSH = Access(transport="ssh", address="192.0.2.1")
SNMP = Access(transport="snmp", address="192.0.2.1")


@pytest.fixture
def known(tmp_path: Path) -> Iterator[KnownMarks]:
    with closing(KnownMarks(tmp_path)) as store:
        yield store


def snapshot(**marks: str) -> Snapshot:
    facts = Facts(identity=Identity(name="fw1"), marks=Marks(**marks))
    return snapshot_of(facts, Device(name="fw1"), Source(transport="ssh", driver="box"), datetime.now(UTC))


def test_the_same_device_is_taken_over(known: KnownMarks) -> None:
    for _ in range(2):
        assert known.judge("fw1", SSH, snapshot(serial="FGT60F0001")).problem is None


def test_another_serial_number_is_put_in_quarantine(known: KnownMarks) -> None:
    known.judge("fw1", SSH, snapshot(serial="FGT60F0001"))
    judged = known.judge("fw1", SSH, snapshot(serial="FGT60F0002"))
    assert judged.readings == ()
    assert judged.problem is not None
    assert judged.problem.reason is GapReason.IDENTITY_CHANGED


def test_the_serial_number_of_one_access_counts_for_another(known: KnownMarks) -> None:
    known.judge("fw1", SSH, snapshot(serial="FGT60F0001"))
    assert known.judge("fw1", SNMP, snapshot(serial="FGT60F0002")).problem is not None


def test_a_host_key_is_for_the_pins_to_judge(known: KnownMarks) -> None:
    known.judge("fw1", SSH, snapshot(host_key="SHA256:one"))
    assert known.judge("fw1", SSH, snapshot(host_key="SHA256:two")).problem is None


def test_a_stranger_is_not_remembered(known: KnownMarks) -> None:
    known.judge("fw1", SSH, snapshot(serial="FGT60F0001"))
    known.judge("fw1", SSH, snapshot(serial="FGT60F0002"))
    assert known.judge("fw1", SSH, snapshot(serial="FGT60F0001")).problem is None


def test_a_replaced_device_is_known_when_a_person_says_so(known: KnownMarks) -> None:
    known.judge("fw1", SSH, snapshot(serial="FGT60F0001"))
    assert known.forget("fw1") == 1
    assert known.judge("fw1", SSH, snapshot(serial="FGT60F0002")).problem is None


def test_a_placeholder_contradicts_nothing(known: KnownMarks) -> None:
    known.judge("fw1", SSH, snapshot(serial="FGT60F0001"))
    assert known.judge("fw1", SSH, snapshot(serial="<private>")).problem is None
