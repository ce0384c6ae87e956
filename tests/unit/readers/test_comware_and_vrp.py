"""What Comware and VRP tell, where the plain reading would be wrong."""

import pytest

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.sections.management import Management, Snmp
from collectors.readers.cisco.cisco_config import Configuration
from collectors.readers.comware import (
    comware_audit,
    comware_config,
    comware_outputs,
    comware_ports,
    comware_snmp,
    vrp_outputs,
)


def config(*sections: str) -> Configuration:
    return comware_config.parse("#\nsysname sw\n#\n" + "\n#\n".join(sections) + "\n#\nreturn\n")


def management(*sections: str) -> tuple[Management, Part]:
    part = comware_audit.read_management(config(*sections), comware_audit.NO_DEFAULTS)
    assert isinstance(part.value, Management)
    return part.value, part


def test_a_configuration_without_its_return_is_cut() -> None:
    with pytest.raises(UnexpectedReply):
        comware_config.parse("#\nsysname sw\n#\ninterface Vlanif1\n")


def test_the_server_for_ipv6_may_run_while_the_other_is_off() -> None:
    assert "telnet" in management("undo telnet server enable")[1].gaps


def test_telnet_is_off_when_both_servers_are() -> None:
    assert management("undo telnet server enable\nundo telnet ipv6 server enable")[0].telnet is False


@pytest.mark.parametrize("words", ["-1 30", "99999 0", "10 90", "never"])
def test_a_timeout_that_cannot_be_is_a_gap(words: str) -> None:
    assert "idle_timeout_s" in management(f"user-interface vty 0 4\n idle-timeout {words}")[1].gaps


def test_lines_without_an_access_list_are_open_to_any() -> None:
    lines = ("user-interface vty 0 4\n acl 2001 inbound", "user-interface vty 5 14\n authentication-mode aaa")
    assert management(*lines)[0].permitted_networks == ("2001", "any")


def test_the_lines_of_the_web_page_need_no_access_list() -> None:
    lines = ("user-interface vty 0 4\n acl 2001 inbound", "user-interface vty 16 20\n authentication-mode aaa")
    assert management(*lines)[0].permitted_networks == ("2001",)


def test_a_password_of_an_unknown_form_is_not_called_strong() -> None:
    assert "weak_password_kinds" in management("aaa\n local-user a password newer-form AAAA")[1].gaps


def test_a_rule_on_communities_is_no_community() -> None:
    snmp = comware_snmp.read_snmp(
        config("snmp-agent\nsnmp-agent sys-info version v3\nsnmp-agent community complexity-check disable")
    ).value
    assert isinstance(snmp, Snmp)
    assert (snmp.default_community, snmp.allowed_networks) == (False, None)


def test_an_enciphered_community_is_known_by_its_shape_too() -> None:
    part = comware_snmp.read_snmp(config("snmp-agent community read %$%$aaaa%$%$"))
    assert "default_community" in part.gaps


def test_a_version_that_is_none_is_a_gap() -> None:
    assert "versions" in comware_snmp.read_snmp(config("snmp-agent sys-info version v4 v3")).gaps


def test_a_log_that_is_off_goes_nowhere() -> None:
    part = comware_audit.read_logging(config("undo info-center enable\ninfo-center loghost 10.0.0.20"))
    assert getattr(part.value, "remote_hosts", None) == ()


def test_a_clock_that_listens_follows_ntp_without_a_server() -> None:
    part = comware_audit.read_time(config("interface Vlan-interface1\n ntp-service broadcast-client"), (None, None))
    assert getattr(part.value, "kind", None) == "ntp"


def test_no_port_is_guarded_while_spanning_tree_is_off() -> None:
    part = comware_ports.read_stp(config("undo stp global enable\nstp bpdu-protection"), None)
    assert getattr(part.value, "bpdu_guard_default", None) is False


def test_snooping_in_the_words_of_comware_5_holds_for_all() -> None:
    assert comware_ports.snooping_vlans(config("dhcp-snooping"), frozenset({1, 20})) == {1, 20}


def test_a_description_of_the_length_of_its_column_may_have_been_cut() -> None:
    row = "GE1/0/1              UP   1G(a)   F(a)   A    1    "
    head = "Interface            Link Speed   Duplex Type PVID Description\n"
    whole, cut = ("the desk", "x" * 27)
    ports = [comware_outputs.read_ports(head + row + words).ports[0] for words in (whole, cut)]
    assert [port.description for port in ports] == ["the desk", None]


def test_a_port_that_is_not_understood_leaves_the_list_a_part() -> None:
    text = "Interface            Link Speed   Duplex Type PVID Description\nGE1/0/1  AUF  1G(a)  H(a)  A  1\n"
    assert not comware_outputs.read_interfaces(text, {}).complete


def test_the_supplies_of_older_releases_are_told_line_by_line() -> None:
    part = comware_outputs.read_supplies(" Slot 1:\n  Power 1 State: Normal\n  Power 2 State: Absent\n")
    assert [(one.name, one.present, one.ok) for one in part.value or ()] == [  # type: ignore[union-attr]
        ("1/1", True, True),
        ("1/2", False, None),
    ]


def test_a_member_of_an_unknown_role_is_not_left_out() -> None:
    with pytest.raises(UnexpectedReply):
        comware_outputs.read_stack("MemberID    Role    Priority\n *+1  Master  32  00aa-bb00-0000\n   2  Weg  1\n")


def test_a_row_of_huawei_that_is_not_understood_leaves_the_list_a_part() -> None:
    text = "Interface PHY Protocol InUti OutUti inErrors outErrors\nGigabitEthernet0/0/1 auf up 0% 0% 0 0\n"
    assert not vrp_outputs.read_interfaces(text, {}).complete


def test_a_supply_of_huawei_that_is_not_understood_leaves_the_list_a_part() -> None:
    part = vrp_outputs.read_supplies("PWR1  -  PAC  Present  On  Registered  Normal  NA\nPWR2  -  PAC  da  an\n")
    assert part is not None
    assert not part.complete
