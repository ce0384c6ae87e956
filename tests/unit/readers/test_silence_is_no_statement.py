"""Wrong answers that readers once gave: silence, an unset clock or an old value taken for a statement of the device."""

from typing import Any

import pytest

from collectors.driver import Part, gather
from collectors.drivers import apc_powernet, cisco_ios, cisco_ios_snmp, fortigate_snmp, fortios, linux, nut_ups, ups_mib
from collectors.drivers import windows_server as windows
from collectors.facts.facts import Facts
from collectors.facts.sections.power import Phase
from collectors.facts.sections.storage import Temperature
from collectors.facts.sections.windows import FirewallProfile
from collectors.readers.cisco.ios_state import SHOW_NTP
from collectors.readers.linux import questions
from collectors.readers.mibs import if_mib
from collectors.replies import JsonReplies, JsonValue, TextReplies
from tests.unit.readers.replies import NOON, told

CISCO = "1.3.6.1.4.1.9.9.43.1.1"
APC = "1.3.6.1.4.1.318.1.1.1"
RFC = "1.3.6.1.2.1.33.1"
GATE = "1.3.6.1.4.1.12356.101"


def blocks(**replies: Any) -> Facts:
    return windows.read(JsonReplies(NOON, {name.replace("_", "-"): reply for name, reply in replies.items()}))


def configured(*lines: str, head: str = "", ntp: str = "%NTP is not enabled.") -> Facts:
    text = "\n".join(["Building configuration...", head or "!", "version 15.2", "hostname sw", *lines, "line con 0"])
    text += "\nline vty 0 4\n transport input ssh\nend\n"
    return cisco_ios.read(TextReplies(NOON, {cisco_ios.SHOW_CONFIG: text, SHOW_NTP: ntp}))


def shown(**sections: str) -> Facts:
    replies = {f"show {name.replace('_', ' ')}": text for name, text in sections.items()}
    return fortios.read(TextReplies(NOON, replies))


def on_linux(**replies: str) -> Facts:
    return linux.read(TextReplies(NOON, {getattr(questions, name): text for name, text in replies.items()}))


TIME = {
    "type": "NTP",
    "servers": "a.example.com,0x9",
    "policy_type": "absent",
    "policy_servers": "absent",
    "running": True,
    "zone": "UTC",
}


@pytest.mark.parametrize(
    "change",
    [{"running": False}, {"running": None}, {"type": None}],
    ids=["the service stands still", "the service is not told", "the kind is not told"],
)
def test_a_windows_clock_follows_nothing_that_is_not_certain(change: dict[str, object]) -> None:
    time = blocks(time=TIME | change).time
    assert time is None or time.kind is None


def test_windows_time_servers_that_are_not_told_are_no_empty_list() -> None:
    time = blocks(time=TIME | {"servers": None}).time
    assert time is not None
    assert time.servers is None


def test_a_policy_that_is_not_told_leaves_remote_desktop_open() -> None:
    rdp = blocks(rdp={"deny": 1, "nla": 1, "policy_nla": "absent"}).rdp
    assert rdp is not None
    assert (rdp.enabled, rdp.nla_required) == (None, True)


@pytest.mark.parametrize("block", ["accounts", "admins"])
def test_a_windows_without_any_account_was_misread(block: str) -> None:
    facts = blocks(**{block: []})
    assert getattr(facts, block) is None
    assert block in facts.gaps


def test_windows_roles_need_the_role_in_the_domain() -> None:
    assert blocks(features=["DNS"], identity={"name": "s"}).roles is None


def test_numbers_and_moments_that_cannot_be_cost_their_own_field_alone() -> None:
    os = {"caption": "Windows", "revision": 10**30, "booted_at": "0001-01-01T00:00:00+14:00", "memory_kib": None}
    facts = blocks(os=os, identity={"part_of_domain": [], "name": "s"})
    assert facts.os is not None
    assert facts.os.product == "Windows"
    assert {"os.revision", "os.booted_at", "identity.domain_joined"} <= set(facts.gaps)


@pytest.mark.parametrize(
    ("changed", "written"),
    [
        ("09:15:02 UTC Mon Mar 1 1993", "09:15:40 UTC Fri Nov 20 2026"),
        ("02:10:00 CET Sun Oct 25 2026", "02:50:00 CEST Sun Oct 25 2026"),
    ],
    ids=["a clock that was not set", "two zones in the night of the change"],
)
def test_moments_on_a_doubtful_clock_do_not_prove_that_a_configuration_is_saved(changed: str, written: str) -> None:
    head = f"! Last configuration change at {changed} by a\n! NVRAM config last updated at {written} by a"
    assert configured(head=head).config is None


def test_a_wrapped_counter_does_not_prove_that_a_configuration_is_saved() -> None:
    lines = ("1.3.6.1.2.1.1.3.0|67|600000", f"{CISCO}.1.0|67|500000", f"{CISCO}.3.0|67|510000")
    day = told(*lines, "1.3.6.1.6.3.10.2.1.3.0|2|6000")
    later = told(*lines, f"1.3.6.1.6.3.10.2.1.3.0|2|{6000 + 2**32 // 100}")
    assert [getattr(cisco_ios_snmp.read(each).config, "saved", None) for each in (day, later, told(*lines))] == [
        True, None, None,
    ]  # fmt: skip


def test_an_snmp_group_of_version_2_is_served_without_any_community() -> None:
    snmp = configured("snmp-server group old v2c", "snmp-server group new v3 priv").snmp
    assert snmp is not None
    assert snmp.versions == ("v2c", "v3")


def test_version_3_without_encryption_is_not_told_as_version_3_alone() -> None:
    facts = configured("snmp-server group new v3 auth")
    assert facts.snmp is not None
    assert facts.snmp.versions is None
    assert "snmp.versions" in facts.gaps


@pytest.mark.parametrize("off", ["no logging on", "no logging trap"])
def test_a_log_that_is_off_goes_to_no_server(off: str) -> None:
    logging = configured("logging host 10.0.0.1", off).logging
    assert logging is not None
    assert logging.remote_hosts == ()


def test_a_clock_that_follows_itself_is_not_in_step() -> None:
    own = "Clock is synchronized, stratum 8, reference is 127.127.1.1"
    time = configured("ntp master", "ntp server 10.0.0.1", ntp=own).time
    assert time is not None
    assert time.synchronised is False


def test_a_number_that_is_none_costs_its_own_field_alone() -> None:
    facts = configured("login block-for x attempts 3 within 60", "line con 1", " exec-timeout N/A")
    assert facts.management is not None
    assert {"lockout", "management.console_idle_timeout_s"} <= set(facts.gaps)


def test_a_firewall_that_shows_no_interface_serves_not_nothing() -> None:
    empty = "config system interface\nend\n"
    facts = shown(system_interface=empty, system_global="config system global\nend\n")
    assert facts.management is not None
    assert facts.management.telnet is None


def test_interfaces_of_one_domain_do_not_speak_for_the_firewall() -> None:
    own = 'config system interface\nedit "port1"\nset allowaccess https\nnext\nend\n'
    assert shown(system_interface=own).management is None


def test_a_policy_for_all_of_ip_version_6_lets_everything_through() -> None:
    policy = "edit 1\nset action accept\nset srcaddr6 all\nset dstaddr6 all\nset service ALL\nnext\n"
    rules = shown(firewall_policy=f"config firewall policy\n{policy}end\n").rules
    assert rules is not None
    assert (rules[0].any_source, rules[0].any_destination, rules[0].any_service) == (True, True, True)


def test_a_setting_in_an_unknown_word_is_not_off() -> None:
    facts = shown(system_snmp_sysinfo="config system snmp sysinfo\nset status auto\nend\n")
    assert facts.snmp is None
    assert "snmp" in facts.gaps


def test_an_alarm_and_a_state_that_are_no_numbers_are_not_good() -> None:
    lines = (f"{GATE}.4.3.2.1.2.1|4|CPU Temp", f"{GATE}.4.3.2.1.3.1|4|40", f"{GATE}.4.3.2.1.4.1|4|N/A")
    cluster = (f"{GATE}.13.1.1.0|2|3", f"{GATE}.13.2.1.1.2.1|4|A", f"{GATE}.13.2.1.1.12.1|4|N/A")
    facts = fortigate_snmp.read(told(*lines, *cluster))
    assert facts.temperatures == (Temperature(name="CPU Temp", reading_celsius=40),)
    assert facts.ha is not None
    assert facts.ha.in_sync is None


def test_a_phase_that_a_ups_does_not_tell_stays_in_the_list() -> None:
    facts = apc_powernet.read(told(f"{APC}.9.3.3.1.10.1.1|2|40", f"{APC}.9.3.3.1.10.1.2|2|-1"))
    assert facts.phases == (Phase(name="1", load_percent=40), Phase(name="2"))


def test_phases_of_two_outputs_do_not_hide_each_other() -> None:
    facts = apc_powernet.read(told(f"{APC}.9.3.3.1.10.1.1|2|95", f"{APC}.9.3.3.1.10.2.1|2|5"))
    assert [(phase.name, phase.load_percent) for phase in facts.phases or ()] == [("1.1", 95), ("2.1", 5)]


def test_an_output_line_whose_load_is_hidden_stays_in_the_list() -> None:
    battery = f"{RFC}.2.1.0|2|2"
    facts = ups_mib.read(told(battery, f"{RFC}.4.4.1.5.1|2|40", f"{RFC}.4.4.1.2.1|2|230", f"{RFC}.4.4.1.2.2|2|230"))
    assert facts.phases == (Phase(name="1", load_percent=40), Phase(name="2"))


@pytest.mark.parametrize("alarm", ["4|", "4|N/A", "2|-1"])
def test_an_alarm_without_a_name_is_not_another_alarm(alarm: str) -> None:
    facts = ups_mib.read(told(f"{RFC}.2.1.0|2|2", f"{RFC}.6.1.0|66|1", f"{RFC}.6.2.1.2.1|{alarm}"))
    assert facts.ups is not None
    assert facts.ups.battery_replace_due is None


def test_what_was_measured_before_the_driver_lost_its_ups_is_no_fact() -> None:
    variables: dict[str, JsonValue] = {"ups.status": "OL WAIT", "battery.date": "2025/01/01"}
    variables |= {"battery.runtime": "3000", "ups.load": "10"}
    facts = nut_ups.read(JsonReplies(NOON, {"LIST VAR": variables}))
    assert facts.ups is not None
    assert (facts.ups.runtime_s, facts.phases) == (None, None)
    assert facts.ups.battery_installed_on is not None


def test_an_interface_whose_name_is_hidden_is_there() -> None:
    part = if_mib.read_interfaces(told("1.3.6.1.2.1.2.2.1.2.1|4|a", "1.3.6.1.2.1.2.2.1.8.2|2|1"))
    assert [getattr(each, "name", None) for each in part.value or ()] == ["a", "interface 2"]


def test_ntpd_that_follows_the_own_clock_is_not_in_step() -> None:
    peers = (
        "     remote           refid      st t when poll reach\n*127.127.1.0     .LOCL.           5 l   10   64  377\n"
    )
    time = on_linux(NTPD=peers, CLOCK="Timezone=UTC\nNTP=no\nNTPSynchronized=yes\n").time
    assert time is not None
    assert (time.kind, time.synchronised) == ("local-clock", False)


def test_no_restart_waits_only_where_the_file_that_asks_for_one_was_looked_for() -> None:
    kernels = {"KERNEL": "host 6.1.0-9-amd64", "KERNELS": "vmlinuz-6.1.0-9-amd64"}
    found = [on_linux(**kernels, **file).patch for file in ({}, {"RESTART_FILE": "no"})]
    assert [getattr(each, "reboot_pending", None) for each in found] == [None, False]


@pytest.mark.parametrize(
    ("module", "file", "length"),
    [
        ("pam_pwquality.so retry=3", "minlen = 14\n", 14),
        ("pam_pwquality.so", "minlen = 14\ndcredit = 1\nucredit = 2\nocredit = -1\n", 11),
        ("pam_pwquality.so", "minlen = 14\nenforcing = 0\n", None),
        ("pam_cracklib.so minlen=14", "", 10),
    ],
)
def test_credits_and_rules_that_are_not_enforced_make_passwords_shorter(
    module: str, file: str, length: int | None
) -> None:
    policy = on_linux(PAM=f"password requisite {module}\npassword required pam_unix.so\n", PWQUALITY=file)
    assert getattr(policy.password_policy, "min_length_count", None) == length


def test_a_file_system_that_df_told_in_another_form_leaves_the_list_partly_read() -> None:
    head = "Filesystem Type 1-blocks Used Available Capacity Mounted on\n"
    facts = on_linux(VOLUMES=f"{head}/dev/a ext4 1000 1 999 1% /\n/dev/b ext4 - - - - /b\n")
    assert facts.incomplete == {"volumes"}


def test_objects_of_one_name_are_numbered_or_the_list_is_a_gap() -> None:
    twice = (Phase(name="1", load_percent=95), Phase(name="1", load_percent=5))
    closed = (FirewallProfile(name="domain", enabled=False), FirewallProfile(name="domain", enabled=True))
    facts = gather(NOON, {"phases": lambda _: twice, "firewall_profiles": lambda _: Part(closed)})
    assert [phase.name for phase in facts.phases or ()] == ["1", "1 #2"]
    assert facts.firewall_profiles is None
    assert "firewall_profiles" in facts.gaps
