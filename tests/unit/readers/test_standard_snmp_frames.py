"""What every driver over SNMP shares: the standard sections, the mark, the class."""

from datetime import UTC, datetime

from collectors.driver import Part
from collectors.facts.sections.system import Firmware, Identity, Os
from collectors.readers.mibs import appliance_mibs, switch_mibs
from collectors.replies import SnmpReplies, SnmpValue

SERIAL = "1.3.6.1.4.1.99999.1.0"


def replies(**values: str) -> SnmpReplies:
    return SnmpReplies(
        datetime(2026, 11, 21, tzinfo=UTC), {oid: SnmpValue("octets", text.encode()) for oid, text in values.items()}
    )


def identity(_: SnmpReplies) -> Part:
    return Part(Identity(vendor="Example"))


def firmware(_: SnmpReplies) -> Part:
    return Part(Firmware(version="1.2"))


def test_the_object_of_the_serial_number_is_the_mark_of_an_appliance() -> None:
    facts = appliance_mibs.facts(replies(**{SERIAL: "AB12"}), identity, {}, serial=SERIAL)
    assert facts.marks.serial == "AB12"


def test_a_serial_number_of_filler_is_no_mark_where_junk_is_left_out() -> None:
    facts = appliance_mibs.facts(
        replies(**{SERIAL: "0000000"}), identity, {}, serial=appliance_mibs.serial_unless_junk(SERIAL)
    )
    assert facts.marks.serial is None


def test_a_section_of_the_driver_goes_before_the_standard_one() -> None:
    facts = appliance_mibs.facts(replies(), identity, {"os": lambda _: Part(Os(build="7"))}, device_class="firewall")
    assert facts.os == Os(build="7")


def test_the_class_can_be_a_word() -> None:
    assert appliance_mibs.facts(replies(), identity, {}, device_class="firewall").device_class == "firewall"


def test_a_switch_without_a_standard_section_has_neither_it_nor_its_gap() -> None:
    facts = switch_mibs.facts(replies(), identity, firmware, without={"os"})
    assert facts.os is None
    assert not [path for path in facts.gaps if path.startswith("os")]
    assert [path for path in switch_mibs.facts(replies(), identity, firmware).gaps if path.startswith("os")]
