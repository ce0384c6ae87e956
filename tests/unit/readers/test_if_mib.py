"""Interfaces by the IF-MIB, worked out from RFC 2863 and RFC 3635."""

import pytest

from collectors.errors import NoReply
from collectors.facts.sections.network import Interface
from collectors.readers.mibs import if_mib
from tests.unit.readers.replies import BROKE_OFF, told

IF = "1.3.6.1.2.1.2.2.1"
IFX = "1.3.6.1.2.1.31.1.1.1"
DUPLEX = "1.3.6.1.2.1.10.7.2.1.19"

UPLINK = (
    f"{IF}.2.10101|4|GigabitEthernet1/0/1", f"{IF}.3.10101|2|6", f"{IF}.5.10101|66|1000000000", f"{IF}.7.10101|2|1",
    f"{IF}.8.10101|2|1", f"{IF}.14.10101|65|7", f"{IFX}.1.10101|4|Gi1/0/1", f"{IFX}.7.10101|70|5000000000",
    f"{IFX}.8.10101|70|30", f"{IFX}.9.10101|70|2", f"{IFX}.15.10101|66|1000", f"{IFX}.18.10101|4|to the core",
    f"{DUPLEX}.10101|2|3",
)  # fmt: skip


def test_a_whole_interface_is_read() -> None:
    part = if_mib.read_interfaces(told(*UPLINK))
    assert part.value == (
        Interface(
            name="Gi1/0/1",
            kind="ethernet",
            description="to the core",
            enabled=True,
            up=True,
            duplex="full",
            speed_bps=1_000_000_000,
            in_errors_count=7,
            in_packets_count=5_000_000_032,
        ),
    )
    assert part.complete
    assert part.gaps == {}


def test_what_is_not_told_stays_unknown() -> None:
    part = if_mib.read_interfaces(told(f"{IF}.2.1|4|eth0"))
    assert part.value == (Interface(name="eth0"),)


def test_a_name_that_comes_again_is_numbered_in_index_order() -> None:
    lines = [f"{IF}.2.{index}|4|Ethernet Interface" for index in (10, 9, 1)]
    part = if_mib.read_interfaces(told(*lines, f"{IF}.7.10|2|2", f"{IF}.7.1|2|1"))
    assert part.value == (
        Interface(name="Ethernet Interface", enabled=True),
        Interface(name="Ethernet Interface #2"),
        Interface(name="Ethernet Interface #3", enabled=False),
    )


def test_an_interface_without_a_name_is_called_by_its_index() -> None:
    part = if_mib.read_interfaces(told(f"{IF}.2.4|4|", f"{IFX}.1.4|4|"))
    assert part.value == (Interface(name="interface 4"),)


@pytest.mark.parametrize(
    ("speed", "high_speed", "expected"),
    [
        (100_000_000, 100, 100_000_000),
        (4_294_967_295, 10_000, 10_000_000_000),  # 'look at ifHighSpeed'
        (1_410_065_408, 10_000, 10_000_000_000),  # 10 Gb/s cut to 32 bits
        (64_000, 0, 64_000),  # a line below one megabit
        (4_294_967_295, None, None),
        (0, 0, None),
        (None, None, None),
        (1_000_000_000, 1_000_000_000, 1_000_000_000),  # an agent that writes bits into the field of megabits
        (-1, None, None),
    ],
)
def test_speed_is_in_bits_a_second(speed: int | None, high_speed: int | None, expected: int | None) -> None:
    assert if_mib.speed_bps(speed, high_speed) == expected


@pytest.mark.parametrize(
    ("column", "code", "field", "expected"),
    [
        (7, 1, "enabled", True), (7, 2, "enabled", False), (7, 3, "enabled", None), (8, 1, "up", True),
        (8, 2, "up", False), (8, 3, "up", None), (8, 4, "up", None), (8, 5, "up", False), (8, 6, "up", False),
        (8, 7, "up", False), (3, 6, "kind", "ethernet"), (3, 161, "kind", "lag"), (3, 135, "kind", "vlan"),
        (3, 136, "kind", "vlan"), (3, 24, "kind", "loopback"), (3, 131, "kind", "other"),
    ],
)  # fmt: skip
def test_codes_are_those_of_the_mib(column: int, code: int, field: str, expected: object) -> None:
    part = if_mib.read_interfaces(told(f"{IF}.2.1|4|x", f"{IF}.{column}.1|2|{code}"))
    assert isinstance(part.value, tuple)
    assert getattr(part.value[0], field) == expected


@pytest.mark.parametrize(("code", "expected"), [(1, None), (2, "half"), (3, "full")])
def test_duplex_is_that_of_the_etherlike_mib(code: int, expected: str | None) -> None:
    part = if_mib.read_interfaces(told(f"{IF}.2.1|4|x", f"{DUPLEX}.1|2|{code}"))
    assert part.value == (Interface.model_validate({"name": "x", "duplex": expected}),)


def test_packets_are_not_counted_without_all_three_long_counters() -> None:
    part = if_mib.read_interfaces(told(f"{IF}.2.1|4|x", f"{IFX}.7.1|70|5", f"{IFX}.8.1|70|1"))
    assert part.value == (Interface(name="x"),)


def test_a_broken_column_of_values_is_a_gap_at_each_interface_and_loses_no_other() -> None:
    part = if_mib.read_interfaces(
        told(f"{IF}.2.1|4|x", f"{IF}.2.2|4|y", f"{IF}.7.1|2|1", f"{IF}.8.1|2|1", gaps={f"{IF}.7": BROKE_OFF})
    )
    assert part.value == (Interface(name="x", enabled=True, up=True), Interface(name="y"))
    assert part.gaps == {"[y].enabled": BROKE_OFF}
    assert part.complete


def test_a_broken_column_of_names_makes_the_list_partial() -> None:
    part = if_mib.read_interfaces(told(f"{IF}.2.1|4|x", gaps={f"{IF}.2": BROKE_OFF}))
    assert not part.complete


def test_no_names_because_of_a_failure_is_no_empty_list() -> None:
    with pytest.raises(NoReply):
        if_mib.read_interfaces(told(gaps={f"{IF}.2": BROKE_OFF}))


def test_a_device_without_the_mib_says_nothing() -> None:
    assert if_mib.read_interfaces(told()).value is None
