"""Which device answered: equal, another one, or nothing to say."""

import pytest

from collectors.facts.gaps import GapReason
from collectors.facts.identity import (
    Group,
    KnownDevice,
    Likeness,
    Proposal,
    counted_once,
    not_counted,
    propose,
    quarantined,
    same_device,
)
from collectors.facts.marks import Marks
from collectors.facts.reading import Device, Snapshot
from tests.unit.facts.told import START


def answer(address: str = "192.0.2.1", **marks: str) -> Snapshot:
    return Snapshot(observed_at=START, device=Device(name="d1", address=address), marks=Marks(**marks))


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ({"serial": "FGT60F01"}, {"serial": " fgt60f01"}, Likeness.EQUAL),
        ({"serial": "FGT60F01"}, {"serial": "FGT60F02"}, Likeness.CONTRADICTS),
        ({"serial": "FGT60F01"}, {"host_key": "SHA256:abc"}, Likeness.UNKNOWN),
        ({"serial": "FGT60F01", "host_key": "k1"}, {"serial": "FGT60F01", "host_key": "k2"}, Likeness.EQUAL),
        ({"serial": "FGT60F01", "host_key": "k1"}, {"serial": "FGT60F02", "host_key": "k1"}, Likeness.CONTRADICTS),
        ({"host_key": "k1"}, {"host_key": "k2"}, Likeness.CONTRADICTS),
        ({"host_key": "k1", "snmp_engine_id": "e1"}, {"host_key": "k1", "snmp_engine_id": "e2"}, Likeness.UNKNOWN),
        ({"serial": "To be filled by O.E.M."}, {"serial": "To be filled by O.E.M."}, Likeness.UNKNOWN),
        ({"smbios_uuid": "FFFFFFFF-FFFF"}, {"smbios_uuid": "00000000-0000"}, Likeness.UNKNOWN),
        ({}, {}, Likeness.UNKNOWN),
    ],
)
def test_marks_that_are_built_in_decide(one: dict[str, str], other: dict[str, str], likeness: Likeness) -> None:
    assert same_device(Marks(**one), Marks(**other)).likeness is likeness


def test_an_equal_device_with_another_key_names_the_key() -> None:
    match = same_device(Marks(serial="A1", host_key="k1"), Marks(serial="A1", host_key="k2"))
    assert (match.agreeing, match.contradicting) == (("serial",), ("host_key",))


def test_another_device_at_the_address_is_put_in_quarantine() -> None:
    gap = quarantined(Marks(serial="A1"), answer(serial="B2"))
    assert gap is not None
    assert gap.reason is GapReason.IDENTITY_CHANGED
    assert gap.text == "was not taken over: another device answers here (another serial number)"


def test_a_device_that_shows_no_marks_is_not() -> None:
    assert quarantined(Marks(serial="A1"), answer()) is None


def test_a_member_of_the_stack_or_pair_may_answer() -> None:
    assert quarantined(Marks(serial="A1"), answer(serial="B2"), members=(Marks(serial="B2"),)) is None


def test_a_key_that_cloned_machines_share_does_not_count() -> None:
    clones = {
        "a": Marks(smbios_uuid="uuid-1", host_key="k1"),
        "b": Marks(smbios_uuid="uuid-2", host_key="k1"),
        "c": Marks(smbios_uuid="uuid-3", host_key="k3"),
    }
    assert not_counted(clones) == {("host_key", "k1")}
    assert same_device(clones["a"], Marks(host_key="k1"), not_counted(clones)).likeness is Likeness.UNKNOWN


def test_equal_marks_at_two_devices_propose_a_merge() -> None:
    known = {"snmp": KnownDevice(Marks(serial="A1")), "ssh": KnownDevice(Marks())}
    assert propose(known, answer(serial="A1"), "ssh") == (Proposal("merge", "snmp", "ssh", None, ("serial",)),)


def test_a_known_device_at_another_one_s_address_proposes_a_move() -> None:
    known = {
        "old": KnownDevice(Marks(serial="A1"), frozenset({"192.0.2.1"})),
        "moved": KnownDevice(Marks(serial="B2", host_key="k2"), frozenset({"192.0.2.2"}), pinned=True),
    }
    proposals = propose(known, answer(serial="B2", host_key="k2"), "old")
    assert proposals == (Proposal("move", "moved", None, "192.0.2.1", ("serial", "host_key"), confirmed=True),)


def test_devices_that_a_person_told_apart_are_not_proposed_again() -> None:
    known = {"a": KnownDevice(Marks(serial="A1")), "b": KnownDevice(Marks())}
    assert propose(known, answer(serial="A1"), "b", apart={frozenset({"a", "b"})}) == ()


def test_a_pair_counts_once() -> None:
    pair = Group("fw", "ha-pair", {"fw-a": "active", "fw-b": "passive"})
    assert counted_once(["sw1", "fw-a", "fw-b"], [pair]) == ("sw1", "fw")
