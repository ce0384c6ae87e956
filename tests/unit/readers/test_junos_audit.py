"""What a Junos configuration does not tell in one place, or not to every account."""

import pytest

from collectors.errors import AccessDenied, UnexpectedReply
from collectors.readers.junos import junos_audit, junos_outputs, junos_snmp
from collectors.readers.junos.junos_config import parse

BASE = "set version 20.1R1\nset system host-name sw\n"
RANGE = """set interfaces interface-range desks member "ge-0/0/[0-9]"
set interfaces interface-range desks unit 0 family ethernet-switching vlan members offices
set interfaces ge-0/0/20 unit 0 family ethernet-switching interface-mode trunk
set vlans offices vlan-id 20
"""
COMMUNITY = "set snmp community a-long-one "


def test_ports_in_a_range_leave_trunks_and_counts_open() -> None:
    config = parse(BASE + RANGE)
    vlans = junos_audit.read_vlans(config)
    assert isinstance(vlans.value, tuple)
    assert vlans.value[0].access_ports_count is None  # type: ignore[union-attr]
    assert "[20].access_ports_count" in vlans.gaps
    assert not junos_audit.read_trunks(config).complete
    assert junos_audit.port_settings(config)["ge-0/0/20"] == {}


def test_a_range_of_vlans_makes_the_list_a_part() -> None:
    assert not junos_audit.read_vlans(parse(BASE + "set vlans many vlan-range 10-20")).complete


@pytest.mark.parametrize(
    ("lines", "networks"),
    [
        ("clients 10.0.0.0/8", ("10.0.0.0/8",)),
        ("authorization read-only", ()),
        ("client-list-name ours\nset snmp client-list ours 10.1.0.0/16", ("10.1.0.0/16",)),
        (f"clients 10.0.0.0/8\n{COMMUNITY}clients 0.0.0.0/0 restrict", ("10.0.0.0/8",)),
    ],
)
def test_a_community_is_limited_to_its_clients(lines: str, networks: tuple[str, ...]) -> None:
    told = junos_snmp.read_snmp(parse(BASE + COMMUNITY + lines)).value
    assert told.allowed_networks == networks  # type: ignore[union-attr]


def test_a_part_that_is_hidden_from_the_account_is_no_answer() -> None:
    with pytest.raises(AccessDenied):
        parse("version 20.1R1;\nsystem { /* ACCESS-DENIED */ }\n")


def test_a_configuration_without_its_system_is_not_all_of_it() -> None:
    with pytest.raises(UnexpectedReply):
        parse("set version 20.1R1\nset interfaces ge-0/0/0 unit 0\n")


def test_an_interface_of_an_unknown_name_makes_the_list_a_part() -> None:
    head = "Physical interface: {name}, Enabled, Physical link is Up\n  Link-mode: Full-duplex\n"
    whole = junos_outputs.read_interfaces(head.format(name="ge-0/0/0") + head.format(name="pimd"), {})
    part = junos_outputs.read_interfaces(head.format(name="ge-0/0/0") + head.format(name="zz-9"), {})
    assert (whole.complete, part.complete) == (True, False)
