"""What a firewall's configuration seems to say: cases that a simple reading would take for a wrong yes or no."""

from pathlib import Path

import pytest

from collectors import driver_index
from collectors.drivers import checkpoint_gaia, cisco_asa, fortios, juniper_junos, panos, pfsense_opnsense, routeros
from collectors.facts.facts import Facts
from collectors.facts.sections.firewall import FirewallRule, Ha
from collectors.facts.sections.management import Snmp
from collectors.readers.asa.asa_status import SHOW_CONFIG
from collectors.readers.routeros.routeros_text import question
from collectors.replies import TextReplies
from tests.test_drivers import load, replies_of
from tests.unit.readers.replies import NOON

RECORDINGS = Path(__file__).parents[2] / "recordings"
HA_STATUS = """HA Health Status: OK
Mode: HA A-P
Configuration Status:
    FG1A(updated 1 seconds ago): in-sync
    FG1B(updated 3 seconds ago): in-sync
Primary     : fw-a, FG1A, HA cluster index = 1
Secondary   : fw-b, FG1B, HA cluster index = 0
"""


def asa(*lines: str, head: str = "ASA Version 9.16(4)") -> Facts:
    text = "\n".join([": Saved", head, "hostname fw", *lines, ": end"])
    return cisco_asa.read(TextReplies(NOON, {SHOW_CONFIG: text}))


def recorded(driver: str, name: str) -> TextReplies:
    replies = replies_of(load(RECORDINGS / driver / f"{name}.yaml"), driver_index.driver(driver))
    assert isinstance(replies, TextReplies)
    return replies


def fortigate(**changed: str) -> Facts:
    """Return the facts of the recorded cluster, with the sections named in other words."""
    replies = recorded("fortios", "cluster_with_old_words")
    sections = {f"show {name.replace('_', ' ')}": text for name, text in changed.items()}
    return fortios.read(TextReplies(NOON, {**replies.replies, **sections}))


def mikrotik(filters: str, members: str = "Flags: X\n") -> dict[str, FirewallRule]:
    replies = {"/ip firewall filter": filters, "/interface list member": members}
    facts = routeros.read(TextReplies(NOON, {question(menu): text for menu, text in replies.items()}))
    return {rule.name: rule for rule in facts.rules or ()}


def community(line: str) -> Snmp:
    replies = {"/snmp print": "enabled: yes\n"}
    asked = next(ask for ask in routeros.ASKS if ask.startswith("/snmp community"))
    facts = routeros.read(TextReplies(NOON, {**replies, asked: f"Flags: X\n 0   {line}\n"}))
    return facts.snmp or Snmp()


def junos(*lines: str) -> Facts:
    text = "\n".join(["set version 20.1R1", "set system host-name fw", *lines])
    return juniper_junos.read(TextReplies(NOON, {juniper_junos.SHOW_CONFIG: text}))


def gaia(*lines: str) -> Facts:
    text = "\n".join(["set hostname gw", *lines, "set snmp agent on"])
    return checkpoint_gaia.read(TextReplies(NOON, {checkpoint_gaia.CONFIG_COMMAND: text}))


def test_a_fortigates_cluster_is_told_by_its_own_command_alone() -> None:
    facts = fortios.read(TextReplies(NOON, {"get system ha status": HA_STATUS}))
    assert facts.ha == Ha(mode="active-passive", peer_online=True, in_sync=True)


def test_a_fortigate_that_stands_alone_says_so_in_its_own_command() -> None:
    facts = fortios.read(TextReplies(NOON, {"get system ha status": "HA Health Status: OK\nMode: Standalone\n"}))
    assert facts.ha == Ha(mode="none")


def test_a_plain_user_of_version_3_may_ask_a_fortigate_from_anywhere() -> None:
    facts = fortigate(system_snmp_user='config system snmp user\n    edit "ro"\n    next\nend\n')
    assert facts.snmp is not None
    assert (facts.snmp.versions, facts.snmp.allowed_networks) == (("v2c", "v3"), None)


def test_a_service_of_a_fortigate_whose_definition_is_not_shown_may_be_every_service() -> None:
    facts = fortigate(firewall_service_group="config firewall service group\nend\n")
    found = {rule.name: rule.any_service for rule in facts.rules or ()}
    assert (found["Internet"], found["By other names"]) == (False, None)


def test_a_fortigates_cloud_takes_the_log() -> None:
    name = "log fortianalyzer-cloud setting"
    facts = fortigate(**{name: f"config {name}\n    set status enable\nend\n"})
    assert facts.logging is not None
    assert facts.logging.remote_hosts == ("FortiAnalyzer Cloud",)


def test_the_system_of_an_asa_with_contexts_tells_nothing_on_them() -> None:
    facts = asa("interface GigabitEthernet0/0", head="ASA Version 9.16(4) <system>")
    assert (facts.management, facts.snmp, facts.rules) == (None, None, None)


def test_an_asa_with_a_log_server_and_no_level_sends_it_nothing() -> None:
    facts = asa("logging enable", "logging host inside 10.0.0.9")
    assert facts.logging is not None
    assert facts.logging.remote_hosts == ()


@pytest.mark.parametrize("level", ["logging trap warnings", "logging class auth trap informational"])
def test_an_asa_sends_its_log_where_a_level_is_stated(level: str) -> None:
    facts = asa("logging enable", level, "logging host inside 10.0.0.9")
    assert facts.logging is not None
    assert facts.logging.remote_hosts == ("10.0.0.9",)


def test_an_asas_host_without_a_community_may_ask_with_the_factory_one() -> None:
    facts = asa("snmp-server host inside 10.0.0.5", head="ASA Version 8.2(5)")
    assert facts.snmp is not None
    assert (facts.snmp.versions, facts.snmp.default_community) == (None, None)


def test_an_asas_group_of_hosts_may_hold_every_address() -> None:
    facts = asa(
        "object network world", " subnet 0.0.0.0 0.0.0.0", "snmp-server host-group inside world community public"
    )
    assert facts.snmp is not None
    assert (facts.snmp.default_community, facts.snmp.allowed_networks) == (True, ())


def test_a_list_of_an_asas_control_plane_lets_nothing_through() -> None:
    facts = asa("access-list cp extended permit ip any any", "access-group cp in interface outside control-plane")
    assert facts.rules == ()


def test_an_asas_older_lists_of_version_6_are_rules() -> None:
    facts = asa("ipv6 access-list six permit ip any any", "access-group six in interface outside")
    assert facts.rules is not None
    assert [(rule.any_source, rule.any_destination, rule.any_service) for rule in facts.rules] == [(True, True, True)]


def test_the_clock_of_a_threat_defense_is_set_elsewhere() -> None:
    facts = asa(head="NGFW Version 7.2.5")
    assert facts.time is None
    assert facts.gaps["time.kind"].text.startswith("is not told here")


@pytest.mark.parametrize(("version", "told"), [("9.16(4)", None), ("9.18(1)", 5)])
def test_an_asas_lock_held_for_no_administrator_in_older_releases(version: str, told: int | None) -> None:
    facts = asa(
        "aaa local authentication attempts max-fail 5",
        "username boss password x encrypted privilege 15",
        head=f"ASA Version {version}",
    )
    assert (facts.lockout.threshold_count if facts.lockout else None) == told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("drop in-interface=!bridge", False),
        ("drop src-address-list=!office", False),
        ("drop in-interface=ether1", False),
        ("drop in-interface=ether5", True),
        ("drop in-interface-list=outer", None),
        ("jump jump-target=from-outside", None),
        ("drop connection-state=invalid", True),
    ],
)
def test_what_no_rule_of_a_mikrotik_matches_comes_from_anywhere(line: str, told: bool | None) -> None:
    rules = mikrotik(f"Flags: X\n 0    chain=input action={line}\n", "Flags: X\n 0   list=WAN interface=ether1\n")
    assert rules["input: what no rule matches"].any_source is told


def test_without_lists_of_interfaces_it_is_not_known_whether_a_mikrotik_shuts_the_internet_out() -> None:
    rules = mikrotik("Flags: X\n 0    chain=input action=drop in-interface=ether1\n")
    assert rules["input: what no rule matches"].any_source is None


def test_a_chain_of_its_own_on_a_mikrotik_holds_only_for_what_is_sent_there() -> None:
    rules = mikrotik("Flags: X\n 0    chain=customers action=accept\n")
    assert (rules["customers 1"].any_source, rules["customers 1"].any_service) == (None, None)


@pytest.mark.parametrize("addresses", ["", "::/0", "::/0,0.0.0.0/0", "0.0.0.0/0,10.0.0.0/8"])
def test_a_community_of_a_mikrotik_for_all_addresses_is_limited_to_none(addresses: str) -> None:
    assert community(f'name="ours" addresses={addresses} security=none').allowed_networks == ()


def test_a_mikrotiks_user_without_encryption_is_no_version_3_to_rely_on() -> None:
    assert community('name="ours" addresses=10.0.0.0/8 security=authorized').versions is None


def test_a_community_behind_junos_version_3_is_one() -> None:
    facts = junos("set snmp v3 snmp-community i1 community-name public", "set snmp v3 usm local-engine user a")
    assert facts.snmp is not None
    assert (facts.snmp.versions, facts.snmp.default_community) == (("v1", "v2c", "v3"), True)


def test_junos_users_without_encryption_are_no_version_3_to_rely_on() -> None:
    facts = junos("set snmp v3 usm local-engine user a authentication-sha authentication-key x")
    assert facts.snmp is not None
    assert facts.snmp.versions is None


def test_a_view_to_write_by_version_3_on_junos_is_write_access() -> None:
    access = "set snmp v3 vacm access group g default-context-prefix security-model usm security-level privacy"
    facts = junos(f"{access} write-view all", "set snmp v3 usm local-engine user a privacy-aes128 privacy-key x")
    assert facts.snmp is not None
    assert (facts.snmp.versions, facts.snmp.write_enabled) == (("v3",), True)


def test_the_log_of_an_srxs_rules_is_sent_by_streams() -> None:
    facts = junos("set security log stream siem host 10.0.0.9")
    assert facts.logging is not None
    assert facts.logging.remote_hosts == ("10.0.0.9",)


def test_what_a_node_of_a_junos_cluster_serves_the_cluster_serves() -> None:
    facts = junos("set groups node1 system services telnet", 'set apply-groups "${node}"')
    assert facts.management is not None
    assert facts.management.telnet is True


def test_a_guard_of_a_spanning_tree_that_is_off_guards_nothing() -> None:
    facts = junos("set protocols rstp bpdu-block-on-edge", "set protocols rstp disable")
    assert facts.stp is not None
    assert (facts.stp.enabled, facts.stp.bpdu_guard_default) == (False, False)


def test_a_gaia_gateway_logs_to_its_manager_which_it_does_not_name() -> None:
    assert gaia("set ntp active on").logging is None


def test_the_lock_of_gaia_may_spare_the_administrator() -> None:
    prefix = "set password-controls deny-on-fail"
    facts = gaia(f"{prefix} enable on", f"{prefix} failures-allowed 10", f"{prefix} block-admin off")
    assert facts.lockout is None


def test_gaia_users_without_encryption_are_no_version_3_to_rely_on() -> None:
    facts = gaia("add snmp usm user mon security-level authNoPriv", "set snmp agent-version v3-Only")
    assert facts.snmp is not None
    assert facts.snmp.versions is None


def test_a_log_server_of_pan_os_to_which_nothing_is_sent_takes_no_log() -> None:
    replies = recorded("panos", "active_member")
    text = replies[panos.SHOW_CONFIG].replace("send-syslog [ central ];", "")
    facts = panos.read(TextReplies(NOON, {**replies.replies, panos.SHOW_CONFIG: text}))
    assert facts.logging is None


def test_a_log_server_of_pfsense_for_which_no_log_is_chosen_takes_none() -> None:
    replies = recorded("pfsense_opnsense", "pfsense_backup")
    text = replies[pfsense_opnsense.CONFIG_COMMAND].replace("<filter></filter>", "")
    facts = pfsense_opnsense.read(TextReplies(NOON, {pfsense_opnsense.CONFIG_COMMAND: text}))
    assert facts.logging is None
