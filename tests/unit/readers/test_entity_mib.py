"""Components and chassis by the ENTITY-MIB, worked out from RFC 6933."""

from datetime import date

import pytest

from collectors.errors import NoReply
from collectors.facts.sections.system import Component
from collectors.readers.mibs import entity_mib
from tests.unit.readers.replies import BROKE_OFF, told

E = "1.3.6.1.2.1.47.1.1.1.1"
BRIDGE = "1.3.6.1.2.1.17.1.1.0"
LLDP = "1.0.8802.1.1.2.1.3"
CHASSIS = (
    f"{E}.5.1|2|3", f"{E}.7.1|4|Chassis", f"{E}.8.1|4|V02", f"{E}.10.1|4|17.3.5", f"{E}.11.1|4|FCW2204L050",
    f"{E}.13.1|4|C9300-48P", f"{E}.17.1|4x|07e1010c00000000",
)  # fmt: skip


def test_a_chassis_is_read_with_model_serial_versions_and_day() -> None:
    expected = Component(
        name="Chassis",
        kind="other",
        model="C9300-48P",
        serial="FCW2204L050",
        version="17.3.5",
        hardware_revision="V02",
        made_on=date(2017, 1, 12),  # 0x07e1, 1, 12
    )
    assert entity_mib.read_components(told(*CHASSIS)).value == (expected,)
    assert entity_mib.only_chassis(told(*CHASSIS)) == expected


def test_fans_supplies_and_modules_are_components_and_ports_are_not() -> None:
    lines = [
        line
        for index, code in enumerate((3, 6, 7, 9, 10, 8, 5, 4), 1)
        for line in (f"{E}.5.{index}|2|{code}", f"{E}.7.{index}|4|part of class {code}")
    ]
    part = entity_mib.read_components(told(*lines))
    assert part.value == (
        Component(name="part of class 3", kind="other"),
        Component(name="part of class 6", kind="other"),
        Component(name="part of class 7", kind="fan"),
        Component(name="part of class 9", kind="module"),
    )


def test_the_description_names_a_part_without_a_name_and_doubles_are_numbered() -> None:
    lines = [line for index in (1, 2) for line in (f"{E}.5.{index}|2|7", f"{E}.2.{index}|4|Fan")]
    part = entity_mib.read_components(told(*lines, f"{E}.5.3|2|7"))
    assert part.value == tuple(Component(name=name, kind="fan") for name in ("Fan", "Fan #2", "part 3"))


def test_placeholders_are_no_serial_numbers() -> None:
    part = entity_mib.read_components(told(f"{E}.5.1|2|3", f"{E}.7.1|4|Chassis", f"{E}.11.1|4|00000000"))
    assert part.value == (Component(name="Chassis", kind="other"),)


def test_a_stack_has_several_chassis_and_no_one_of_its_own() -> None:
    second = [line.replace(".1|", ".2|", 1).replace("FCW2204L050", "FCW2204L051") for line in CHASSIS]
    chassis = entity_mib.read_chassis(told(*CHASSIS, *second))
    assert [one.serial for one in chassis] == ["FCW2204L050", "FCW2204L051"]
    assert entity_mib.only_chassis(told(*CHASSIS, *second)) is None


def test_a_class_column_that_broke_off_hides_how_many_chassis_there_are() -> None:
    replies = told(*CHASSIS, gaps={f"{E}.5": BROKE_OFF})
    assert not entity_mib.read_components(replies).complete
    with pytest.raises(NoReply):
        entity_mib.read_chassis(replies)


def test_a_broken_column_is_a_gap_at_its_field() -> None:
    part = entity_mib.read_components(told(f"{E}.5.1|2|3", f"{E}.7.1|4|Chassis", gaps={f"{E}.11": BROKE_OFF}))
    assert part.gaps == {"[Chassis].serial": BROKE_OFF}


def test_a_day_of_manufacture_that_is_none_is_a_gap() -> None:
    part = entity_mib.read_components(told(f"{E}.5.1|2|3", f"{E}.7.1|4|Chassis", f"{E}.17.1|4x|07e10d0c00000000"))
    assert set(part.gaps) == {"[Chassis].made_on"}


@pytest.mark.parametrize(
    ("lines", "address"),
    [
        ((f"{BRIDGE}|4x|8c85c162c740",), "8c:85:c1:62:c7:40"),
        ((f"{LLDP}.1.0|2|4", f"{LLDP}.2.0|4x|a4b239e4d9d1"), "a4:b2:39:e4:d9:d1"),
        ((f"{LLDP}.1.0|2|7", f"{LLDP}.2.0|4|switch"), None),  # a locally assigned name, no address
        ((f"{BRIDGE}|4x|000000000000",), None),
        ((f"{BRIDGE}|4x|ffffffffffff",), None),
        ((f"{BRIDGE}|4x|01005e000001",), None),  # a group address
        ((f"{BRIDGE}|4x|8c85c1",), None),
        ((), None),
    ],
)
def test_the_chassis_address_is_a_devices_own(lines: tuple[str, ...], address: str | None) -> None:
    assert entity_mib.chassis_address(told(*lines)) == address
