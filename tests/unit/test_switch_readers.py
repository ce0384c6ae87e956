"""The readers of the standard switch MIBs at the edges that recordings do not reach."""

from datetime import UTC, datetime

import pytest

from collectors.errors import NoReply
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.network import Poe, Ports, Stp, Vlan
from collectors.readers.mibs import (
    bridge_stp,
    entity_sensors,
    lldp_cdp,
    part_tables,
    poe,
    port_use,
    q_bridge,
    switch_mibs,
)
from collectors.replies import SnmpReplies, SnmpValue
from collectors.snmprec import parse

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
BROKEN = Gap(reason=GapReason.UNREACHABLE, text="could not be read: the device did not answer")


def replies(recording: str = "", *broken: str) -> SnmpReplies:
    return SnmpReplies(AT, parse(recording), gaps=dict.fromkeys(broken, BROKEN))


@pytest.mark.parametrize(
    ("octets", "ports"),
    [(b"\x80", {1}), (b"\x01\x80", {8, 9}), (b"", set()), (b"\0\0\0", set()), (b"\xff", {1, 2, 3, 4, 5, 6, 7, 8})],
)
def test_the_first_bit_of_a_port_list_is_port_1(octets: bytes, ports: set[int]) -> None:
    assert q_bridge.port_list(SnmpValue("octets", octets)) == frozenset(ports)


def test_a_port_list_longer_than_any_switch_is_not_read() -> None:
    assert q_bridge.port_list(SnmpValue("octets", b"\xff" * 3000)) is None


def test_access_ports_stay_open_when_one_vlan_has_no_port_list() -> None:
    told = replies(
        f"""{q_bridge.STATIC_NAME}.1|4|one
{q_bridge.STATIC_NAME}.2|4|two
{q_bridge.STATIC_EGRESS}.1|4x|80
{q_bridge.STATIC_UNTAGGED}.1|4x|80
{q_bridge.PVID}.1|66|1
1.3.6.1.2.1.17.1.4.1.2.1|2|1
1.3.6.1.2.1.2.2.1.3.1|2|6"""
    )
    assert q_bridge.read_vlans(told).value == (Vlan(number=1, name="one"), Vlan(number=2, name="two"))


def test_an_aggregate_is_no_access_port() -> None:
    told = replies(
        f"""{q_bridge.STATIC_NAME}.1|4|one
{q_bridge.STATIC_EGRESS}.1|4x|C0
{q_bridge.STATIC_UNTAGGED}.1|4x|C0
{q_bridge.PVID}.1|66|1
{q_bridge.PVID}.2|66|1
1.3.6.1.2.1.17.1.4.1.2.1|2|1
1.3.6.1.2.1.17.1.4.1.2.2|2|50
1.3.6.1.2.1.2.2.1.3.1|2|6
1.3.6.1.2.1.2.2.1.3.50|2|161"""
    )
    assert q_bridge.read_vlans(told).value == (Vlan(number=1, name="one", access_ports_count=1),)


@pytest.mark.parametrize("read", [q_bridge.read_vlans, q_bridge.read_trunks, bridge_stp.read_stp, poe.read_poe])
def test_what_could_not_be_read_is_never_told_as_nothing(read: object) -> None:
    told = replies(
        "",
        q_bridge.STATIC_NAME,
        q_bridge.STATIC_EGRESS,
        q_bridge.CURRENT_EGRESS,
        bridge_stp.ROOT,
        bridge_stp.PROTOCOL,
        bridge_stp.TOP_CHANGES,
        poe.MAIN_POWER,
    )
    with pytest.raises(NoReply):
        read(told)  # type: ignore[operator]


def test_spanning_tree_without_a_root_is_off() -> None:
    told = replies(f"{bridge_stp.PROTOCOL}|2|3\n{bridge_stp.ROOT}|4x|0000000000000000\n{bridge_stp.TOP_CHANGES}|65|0")
    assert bridge_stp.read_stp(told).value == Stp(enabled=False, changes_count=0)


def test_a_port_that_is_held_back_shows_that_spanning_tree_runs() -> None:
    told = replies(
        f"""{bridge_stp.BRIDGE_ADDRESS}|4x|020000000001
{bridge_stp.ROOT}|4x|8000020000000001
{bridge_stp.TOP_CHANGES}|65|0
{bridge_stp.PORT_STATE}.1|2|5
{bridge_stp.PORT_STATE}.2|2|2"""
    )
    assert bridge_stp.is_running(told) is True


@pytest.mark.parametrize(
    ("recording", "percent"),
    [
        ("2.1|66|100\n1.3.6.1.2.1.105.1.3.1.1.4.1|66|0", 0.0),
        ("2.1|66|100\n1.3.6.1.2.1.105.1.3.1.1.4.1|66|4294967295", None),
        ("2.1|66|100\n1.3.6.1.2.1.105.1.3.1.1.4.1|66|5000", None),
        ("2.1|66|400\n1.3.6.1.2.1.105.1.3.1.1.2.2|66|100\n1.3.6.1.2.1.105.1.3.1.1.4.1|66|40"
         "\n1.3.6.1.2.1.105.1.3.1.1.4.2|66|90", 90.0),
    ],
)  # fmt: skip
def test_the_fullest_unit_tells_the_share_of_the_power_budget(recording: str, percent: float | None) -> None:
    value = poe.read_poe(replies(f"1.3.6.1.2.1.105.1.3.1.1.{recording}")).value
    assert (value.used_percent if isinstance(value, Poe) else None) == percent


def test_ports_are_not_counted_while_the_state_of_one_is_unknown() -> None:
    rows = [f"1.3.6.1.2.1.2.2.1.{column}" for column in ("2.1|4|p1", "2.2|4|p2", "3.1|2|6", "3.2|2|6", "8.1|2|1")]
    assert port_use.read_ports(replies("\n".join([*rows, "1.3.6.1.2.1.2.2.1.8.2|2|4"]))).value is None
    told = replies("\n".join([*rows, "1.3.6.1.2.1.2.2.1.8.2|2|7"]))
    assert port_use.read_ports(told).value == Ports(total_count=2, free_count=1)


def test_no_neighbour_is_stated_only_by_an_agent_that_listens() -> None:
    assert lldp_cdp.read_neighbors(replies(f"{lldp_cdp.LOCAL_PORT_ID}.1|4|p1")).value is None
    assert lldp_cdp.read_neighbors(replies(f"{lldp_cdp.ADMIN_STATUS}.1|2|4")).value is None
    assert lldp_cdp.read_neighbors(replies(f"{lldp_cdp.ADMIN_STATUS}.1|2|3")).value == ()


@pytest.mark.parametrize(
    ("scale", "precision", "value", "reading"),
    [(9, 0, 41, 41.0), (9, 1, 415, 41.5), (8, 0, 41500, 41.5), (9, 0, 0, None)],
)
def test_a_sensor_is_read_by_its_scale_and_decimals(
    scale: int, precision: int, value: int, reading: float | None
) -> None:
    kind, scales, decimals, values, status = entity_sensors.STANDARD.asks
    rows = f"{kind}.7|2|8\n{scales}.7|2|{scale}\n{decimals}.7|2|{precision}\n{values}.7|2|{value}\n{status}.7|2|1"
    told = entity_sensors.read_temperatures(replies(rows)).value or ()
    assert [getattr(sensor, "reading_celsius", None) for sensor in told] == ([] if reading is None else [reading])


def test_an_impossible_temperature_is_a_gap() -> None:
    part = part_tables.read_temperatures(replies("1.3.6.1.9.1.1|2|2550"), part_tables.TemperatureTable("1.3.6.1.9.1"))
    assert part.gaps["[sensor 1].reading_celsius"].reason is GapReason.UNEXPECTED_REPLY


@pytest.mark.parametrize("written", ["12-Sep-2022", "Sep 12 09:57:06 UTC 2022", "Sep 12 2022"])
def test_a_build_day_is_read_from_the_forms_that_makers_write(written: str) -> None:
    span = switch_mibs.built_in(f"Build Time: {written}", "Build Time:")
    assert not isinstance(span, Gap)
    assert str(span.earliest_on) == "2022-09-12"


def test_a_month_first_day_is_not_read_day_first() -> None:
    span = switch_mibs.built_month_first("09/04/2023")
    assert not isinstance(span, Gap)
    assert str(span.earliest_on) == "2023-09-04"
