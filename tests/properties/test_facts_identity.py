"""Properties of identity: which snapshots are of one device, whatever order they come in."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from collectors.facts.facts import Facts
from collectors.facts.identity import Likeness, Match, same_device, same_devices
from collectors.facts.marks import Marks, is_junk
from collectors.facts.merge import subject_of
from collectors.facts.reading import Device, Snapshot, Source, TransportName, snapshot_of
from collectors.facts.sections.system import Firmware
from tests.unit.facts.told import START

told = st.none() | st.sampled_from(["A1", "a1 ", "B2", "0000", "To be filled by O.E.M."])
marks = st.builds(Marks, serial=told, smbios_uuid=told, snmp_engine_id=told, host_key=told)
serials = st.text(st.sampled_from("ABC0123456789"), min_size=6, max_size=12).filter(lambda text: not is_junk(text))


def fortigate(transport: TransportName, address: str, serial: str, minute: int) -> Snapshot:
    own = Marks(serial=serial, snmp_engine_id="8000304404" if transport == "snmp" else None)
    facts = Facts(firmware=Firmware(product="FortiOS", version="v7.4.3"), marks=own, device_class="firewall")
    device = Device(name="fw1", address=address, transport=transport)
    at = START + timedelta(minutes=minute)
    return snapshot_of(facts, device, Source(transport=transport, driver=f"fortigate_{transport}"), at)


@given(serials, st.permutations([0, 1, 2]))
def test_one_fortigate_by_snmp_and_by_ssh_is_one_device(serial: str, order: list[int]) -> None:
    three = [
        fortigate("snmp", "192.0.2.1", serial, 0),
        fortigate("ssh", "fw1.example", f" {serial.lower()}", 1),
        fortigate("snmp", "192.0.2.9", f"{serial}X", 2),
    ]
    groups = same_devices([three[place] for place in order])
    assert sorted(len(group) for group in groups) == [1, 2]


@given(serials)
def test_one_fortigate_by_snmp_and_by_ssh_is_one_row_with_two_sources(serial: str) -> None:
    group = same_devices([fortigate("snmp", "192.0.2.1", serial, 0), fortigate("ssh", "fw1.example", serial, 1)])[0]
    readings = subject_of(group, name="fw1").readings["firmware"]
    assert [reading.source.transport for reading in readings] == ["ssh", "snmp"]


@given(marks, marks)
def test_two_sets_of_marks_are_as_like_as_they_are_the_other_way_round(one: Marks, other: Marks) -> None:
    assert same_device(one, other) == same_device(other, one)


@given(marks)
def test_a_device_never_contradicts_itself(one: Marks) -> None:
    assert same_device(one, one).likeness is (Likeness.EQUAL if one.strong() else Likeness.UNKNOWN)


@given(marks)
def test_marks_that_say_nothing_are_like_no_others(one: Marks) -> None:
    junk = Marks(serial="0000", smbios_uuid="FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", host_key="<private>")
    assert same_device(one, junk) == Match(Likeness.UNKNOWN)


@given(st.lists(st.tuples(marks, st.sampled_from(["192.0.2.1", "192.0.2.2"])), max_size=6), st.randoms())
def test_the_order_of_documents_does_not_decide_which_belong_together(
    given_: list[tuple[Marks, str]], random: object
) -> None:
    documents = [
        Snapshot(observed_at=START + timedelta(hours=place), device=Device(name="d", address=address), marks=own)
        for place, (own, address) in enumerate(given_)
    ]
    shuffled = list(documents)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    def together(groups: tuple[tuple[Snapshot, ...], ...]) -> set[frozenset[int]]:
        return {frozenset(documents.index(each) for each in group) for group in groups}

    assert together(same_devices(shuffled)) == together(same_devices(documents))
