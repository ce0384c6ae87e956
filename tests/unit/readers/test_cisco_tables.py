"""Tables of Cisco IOS and NX-OS of which a part is missing, cut, or in words that nobody foresaw."""

import pytest

from collectors.drivers import cisco_ios, cisco_nxos
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.network import Interface, Neighbor
from collectors.readers.cisco.ios_state import SHOW_NTP
from collectors.replies import TextReplies
from tests.unit.readers.replies import BROKE_OFF, NOON

UNKNOWN_COMMAND = Gap(reason=GapReason.UNSUPPORTED, text="is not known to the device's command line")
PORTS = """Port      Name               Status       Vlan       Duplex  Speed Type
Gi1/0/1   desk 14            connected    10         a-full a-1000 10/100/1000BaseTX
Gi1/0/2   the meeting room 3 notconnect   10           auto   auto 10/100/1000BaseTX
Gi1/0/3                      connected    trunk      a-full a-1000 10/100/1000BaseTX
Gi1/0/4                      connected    1          a-full a-1000 10/100/1000BaseTX
Gi1/0/5                      notconnect   1            auto   auto 10/100/1000BaseTX
"""
ADDRESSES = """Interface              IP-Address      OK? Method Status                Protocol
Vlan10                 10.0.10.1       YES NVRAM  up                    up
GigabitEthernet1/0/1   unassigned      YES unset  up                    up
"""
CDP = """Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID
core.example.com Ten 1/1/1         150             R S I  C9500-24Y Twe 1/0/5
"""
LLDP = """Device ID           Local Intf     Hold-time  Capability      Port ID
core.example.com    Te1/1/1        120        B,R             Twe1/0/5
phone               Gi1/0/1        120        B,T             0011.2233.4455
"""
NEXUS_PORTS = """Port          Name               Status    Vlan      Duplex  Speed   Type
Eth1/1        --                 connected 20        full    10G     10g
Eth1/2        --                 notconnec 20        auto    auto    10g
"""


def ios(**replies: str | Gap) -> Facts:
    named = {
        "config": cisco_ios.SHOW_CONFIG, "ports": "show interfaces status", "addresses": "show ip interface brief",
        "cdp": cisco_ios.SHOW_CDP, "lldp": cisco_ios.SHOW_LLDP, "ntp": SHOW_NTP, "ssh": "show ip ssh",
        "root": cisco_ios.SHOW_STP_ROOT, "vlans": "show vlan brief",
    }  # fmt: skip
    return cisco_ios.read(TextReplies(NOON, {named[name]: reply for name, reply in replies.items()}))


def configured(*lines: str) -> str:
    text = "\n".join(["Building configuration...", "version 17.9", "hostname sw", *lines, "line con 0", "line vty 0 4"])
    return f"{text}\n transport input ssh\nend\n"


def roles(*lines: str) -> list[str | None]:
    facts = ios(config=configured(*lines), ports=PORTS, addresses=ADDRESSES)
    return [port.role for port in facts.interfaces or () if port.kind == "ethernet"]


def test_a_description_that_fills_its_column_may_go_on() -> None:
    ports = ios(ports=PORTS, addresses=ADDRESSES).interfaces
    assert [port.description for port in (ports or ())[:2]] == ["desk 14", None]


def test_a_port_is_an_access_port_by_its_mode_or_by_its_link() -> None:
    lines = ["interface GigabitEthernet1/0/1", " switchport mode access", "interface GigabitEthernet1/0/2",
             " spanning-tree portfast", "interface GigabitEthernet1/0/3", " switchport mode trunk",
             "interface GigabitEthernet1/0/4", "interface GigabitEthernet1/0/5"]  # fmt: skip
    assert roles(*lines) == ["access", "access", "other", "access", None]


@pytest.mark.parametrize("line", [" channel-group 1 mode active", " no switchport", " switchport mode dot1q-tunnel"])
def test_a_port_between_devices_is_no_access_port(line: str) -> None:
    assert roles("interface GigabitEthernet1/0/1", line, " switchport access vlan 10")[0] == "other"


def test_without_the_configuration_no_port_has_a_role() -> None:
    facts = ios(ports=PORTS, addresses=ADDRESSES)
    assert {port.role for port in facts.interfaces or () if port.kind == "ethernet"} == {None}


@pytest.mark.parametrize("addresses", [BROKE_OFF, "nothing of the kind", f"{ADDRESSES}Vlan20 is up somehow\n"])
def test_interfaces_are_a_part_while_the_list_of_addresses_is_not_understood(addresses: str | Gap) -> None:
    assert ios(ports=PORTS, addresses=addresses).incomplete == {"interfaces"}


def test_a_line_of_a_port_that_is_not_understood_leaves_a_part() -> None:
    assert ios(ports=f"{PORTS}N/A\n", addresses=ADDRESSES).incomplete == {"interfaces"}


@pytest.mark.parametrize(("ports", "incomplete"), [(UNKNOWN_COMMAND, set()), (BROKE_OFF, {"interfaces"})])
def test_a_router_has_no_table_of_ports_and_a_switch_has_one(ports: Gap, incomplete: set[str]) -> None:
    facts = ios(ports=ports, addresses=ADDRESSES)
    assert len(facts.interfaces or ()) == 2
    assert facts.incomplete == incomplete


@pytest.mark.parametrize("off", ["% LLDP is not enabled\n", UNKNOWN_COMMAND])
def test_a_protocol_that_is_off_hears_nobody(off: str | Gap) -> None:
    facts = ios(cdp=CDP, lldp=off)
    assert facts.neighbors == (
        Neighbor(name="core.example.com", local_port="Te1/1/1", port="Twe 1/0/5", platform="C9500-24Y"),
    )
    assert "neighbors" not in facts.incomplete


@pytest.mark.parametrize("lost", [BROKE_OFF, "なし"])
def test_without_lldp_the_neighbours_are_a_part(lost: str | Gap) -> None:
    facts = ios(cdp=CDP, lldp=lost)
    assert len(facts.neighbors or ()) == 1
    assert "neighbors" in facts.incomplete


@pytest.mark.parametrize("lost", [BROKE_OFF, "なし"])
def test_without_cdp_lldp_has_other_words_for_the_same_neighbours(lost: str | Gap) -> None:
    facts = ios(cdp=lost, lldp=LLDP)
    assert facts.neighbors is None
    assert "neighbors" in facts.gaps


def test_a_root_that_is_not_understood_is_not_passed_over() -> None:
    head = "Vlan                   Root ID          Cost    Time  Age Dly  Root Port\n---------------- ------- ----\n"
    known = "VLAN0001         24577 00aa.bb00.0001         4    2   20  15  Po1\n"
    found = [
        ios(root=head + known + more).stp for more in ("", "VLAN0010         24577 N/A         4    2   20  15  Po1\n")
    ]
    assert [getattr(each, "root", None) for each in found] == ["00:aa:bb:00:00:01", None]


def test_a_stated_version_of_ssh_does_not_count_while_the_server_is_not_heard() -> None:
    config = configured("ip ssh version 2")
    found = [ios(config=config, ssh=ssh).management for ssh in (BROKE_OFF, UNKNOWN_COMMAND)]
    assert [getattr(each, "ssh_version", None) for each in found] == [None, 2]


def test_a_clock_without_a_server_in_the_configuration_may_follow_one() -> None:
    found = [ios(config=configured(), ntp=ntp).time for ntp in (BROKE_OFF, "%NTP is not enabled.")]
    assert [getattr(each, "kind", None) for each in found] == [None, "none"]


@pytest.mark.parametrize("lost", [BROKE_OFF, NEXUS_PORTS])
def test_without_the_list_of_ports_in_error_none_is_free_of_one(lost: str | Gap) -> None:
    replies: dict[str, str | Gap] = {cisco_nxos.SHOW_PORTS: NEXUS_PORTS, cisco_nxos.SHOW_ERROR_PORTS: lost}
    facts = cisco_nxos.read(TextReplies(NOON, replies))
    assert [port.err_disabled for port in facts.interfaces or ()] == [None, None]


def test_the_list_of_ports_in_error_alone_is_a_part() -> None:
    text = "Port   Name   Status        Reason\nEth1/3 --     linkFlapErr   linkFlapErrDisabled\n"
    replies: dict[str, str | Gap] = {cisco_nxos.SHOW_PORTS: BROKE_OFF, cisco_nxos.SHOW_ERROR_PORTS: text}
    facts = cisco_nxos.read(TextReplies(NOON, replies))
    assert facts.interfaces == (Interface(name="Ethernet1/3", err_disabled=True),)
    assert "interfaces" in facts.incomplete


@pytest.mark.parametrize(
    ("lines", "versions"),
    [
        (("snmp-server user mon ops auth sha 0x0 priv aes-128 0x0",), None),
        (("snmp-server user mon ops auth sha 0x0 priv aes-128 0x0", "snmp-server user mon enforcePriv"), ("v3",)),
        (("snmp-server user mon ops auth sha 0x0", "snmp-server globalEnforcePriv"), ("v3",)),
        (("snmp-server user mon ops auth sha 0x0", "snmp-server community x group ops"), ("v1", "v2c", "v3")),
    ],
)
def test_a_nexus_takes_version_3_in_the_open_unless_told_otherwise(
    lines: tuple[str, ...], versions: tuple[str, ...] | None
) -> None:
    text = "\n".join(["!Command: show running-config", "version 9.3(12)", "interface mgmt0", *lines])
    snmp = cisco_nxos.read(TextReplies(NOON, {cisco_nxos.SHOW_CONFIG: text})).snmp
    assert snmp is not None
    assert snmp.versions == versions
