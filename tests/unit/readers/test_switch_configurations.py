"""Configurations of switches in which the plain reading of a line is wrong: another line overrules it, or asks more."""

import pytest

from collectors import driver_index
from collectors.drivers import cisco_ios
from collectors.facts.facts import Facts
from collectors.facts.sections.management import Management
from collectors.facts.sections.timekeeping import Time
from collectors.replies import TextReplies
from tests.unit.readers.replies import NOON
from tests.unit.readers.test_snmp_in_configurations import read

SERVER = "10.0.0.10"
EOS = "! Command: show running-config\n{}\ninterface Ethernet1\nend\n"
PORTS = """Port      Name               Status       Vlan       Duplex  Speed Type
Gi1/0/1                      connected    10         a-full a-1000 10/100/1000BaseTX
"""


def managed(facts: Facts) -> Management:
    return facts.management or Management()


def eos(*lines: str, **replies: str) -> Facts:
    told = {"show running-config": EOS.format("\n".join(lines)), **replies}
    facts: Facts = driver_index.driver("arista_eos").read(TextReplies(NOON, told))  # type: ignore[arg-type]
    return facts


def guarded(*lines: str, of_all: tuple[str, ...] = ()) -> bool | None:
    """Return whether a Catalyst's port with these lines is guarded against BPDUs."""
    port = ["interface GigabitEthernet1/0/1", *(f" {line}" for line in lines)]
    text = "\n".join(["version 15.2", "hostname sw", *of_all, *port, "line con 0", "line vty 0 4", "end", ""])
    told = {cisco_ios.SHOW_CONFIG: text, "show interfaces status": PORTS}
    return (cisco_ios.read(TextReplies(NOON, told)).interfaces or ())[0].bpdu_guard


@pytest.mark.parametrize(
    ("lines", "of_all", "guard"),
    [
        (("spanning-tree bpduguard enable",), (), True),
        (("spanning-tree bpduguard enable", "spanning-tree bpdufilter enable"), (), False),
        (("spanning-tree bpduguard rate-limit enable",), (), False),
        (("no spanning-tree bpduguard enable",), (), False),
        ((), ("spanning-tree portfast edge default", "spanning-tree portfast edge bpduguard default"), True),
        ((), ("spanning-tree portfast bpdufilter default", "spanning-tree portfast bpduguard default"), False),
        ((), ("spanning-tree portfast normal default", "spanning-tree portfast bpduguard default"), False),
        ((), ("spanning-tree port type edge default", "spanning-tree port type edge bpduguard default"), True),
    ],
)
def test_a_port_is_guarded_where_it_reacts_to_bpdus(
    lines: tuple[str, ...], of_all: tuple[str, ...], guard: bool
) -> None:
    assert guarded(*lines, of_all=of_all) is guard


def test_the_text_of_a_macro_is_no_setting_of_the_switch() -> None:
    lines = ("ip http server", "macro name hardened", "no ip http server", "snmp-server community public RW", "@")
    facts = read("cisco_ios", *lines)
    assert managed(facts).http is True
    assert facts.snmp is not None
    assert facts.snmp.versions == ()


@pytest.mark.parametrize(
    ("version", "kind"),
    [
        ("Cisco IOS Software, C1000 Software (C1000-UNIVERSALK9-M), Version 15.2(7)E3\n", "switch"),
        ("Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E3\n", "switch"),
        (
            "Cisco IOS XE Software, Version 16.09.05\nSwitchroom-RT1 uptime is 3 days\ncisco ISR4331/K9 (1RU)\n",
            "router",
        ),
        ("Cisco IOS Software, s72033_rp Software (s72033_rp-X), Version 12.2\ncisco WS-C6509-E (R7000)\n", "switch"),
    ],
)
def test_the_class_of_a_cisco_is_told_by_its_software_and_not_by_its_name(version: str, kind: str) -> None:
    assert cisco_ios.read(TextReplies(NOON, {"show version": version})).device_class == kind


@pytest.mark.parametrize("version", ["03.06.06.E", "03.06.05b.E", "03.07.05E", "03.16.04b.S"])
def test_an_old_release_of_ios_xe_is_told_in_each_of_its_spellings(version: str) -> None:
    software = "IOS-XE Software, Catalyst 4500 L3 Switch Software (cat4500e-UNIVERSALK9-M)"
    text = f"Cisco IOS Software, {software}, Version {version} RELEASE SOFTWARE (fc1)\n"
    firmware = cisco_ios.read(TextReplies(NOON, {"show version": text})).firmware
    assert firmware is not None
    assert (firmware.product, firmware.version) == ("cisco-ios-xe", version)


def test_an_account_of_nexus_that_has_no_password_is_locked_and_not_open() -> None:
    facts = read("cisco_nxos", "username adminbackup password 5 !  role network-operator")
    assert managed(facts).weak_password_kinds == ()
    assert [(one.name, one.password_kind) for one in facts.admins or ()] == [("adminbackup", None)]


def test_telnet_of_older_nexus_is_no_feature() -> None:
    assert managed(read("cisco_nxos", "telnet server enable")).telnet is True


def test_what_a_line_of_comware_does_not_state_its_class_does() -> None:
    lines = ("#", "line class vty", " idle-timeout 0 0", "#", "line vty 0 63", " authentication-mode scheme")
    assert managed(read("hp_comware", *lines)).idle_timeout_s == "unlimited"


def test_what_a_line_of_comware_states_counts_before_its_class() -> None:
    lines = ("#", "line class vty", " idle-timeout 0 0", "#", "line vty 0 63", " idle-timeout 5 0")
    assert managed(read("hp_comware", *lines)).idle_timeout_s == 300


@pytest.mark.parametrize(
    ("lines", "kinds"),
    [
        ((" super password level 3 cipher $c$3$AA",), ("cipher",)),
        ((" super password role network-admin hash $h$6$AA",), ()),
        (("user-interface vty 0 4", " set authentication password simple letmein"), ("plain",)),
        (("user-interface vty 0 4", " set authentication password cipher $1a$AA"), ()),
    ],
)
def test_a_password_of_no_account_is_stored_as_well(lines: tuple[str, ...], kinds: tuple[str, ...]) -> None:
    assert managed(read("huawei_vrp", *lines)).weak_password_kinds == kinds


def test_a_session_of_eos_lasts_as_long_as_its_weakest_server_lets_it() -> None:
    ssh = ("management ssh", "   idle-timeout 10")
    assert managed(eos(*ssh)).idle_timeout_s == 600
    assert managed(eos(*ssh, "management telnet", "   no shutdown")).idle_timeout_s == "unlimited"


def test_the_command_api_of_eos_for_the_switch_itself_is_no_web_page() -> None:
    api = ("management api http-commands", "   no shutdown")
    assert managed(eos(*api, "   protocol http localhost")).http is False
    assert managed(eos(*api, "   protocol http port 8080")).http is True


def test_the_root_account_of_eos_without_a_password_is_weak() -> None:
    assert managed(eos("aaa root nopassword")).weak_password_kinds == ("none",)


def test_a_log_of_procurve_that_is_off_goes_nowhere() -> None:
    logging = read("hp_procurve", "logging 10.0.0.20", "no debug destination logging").logging
    assert logging is not None
    assert logging.remote_hosts == ()


OWN = {
    "cisco_nxos": ("show running-config", "show ntp peer-status", "remote local st\n-----\n*127.127.1.0  0.0.0.0 8\n"),
    "aruba_aoscx": ("show running-config", "show ntp status", "NTP : Enabled\nNTP Server : 127.127.1.0 at stratum 8\n"),
    "arista_eos": ("show running-config", "show ntp status", "synchronised to local net at stratum 6\n"),
    "hp_comware": (
        "display current-configuration", "display ntp-service status",
        " Clock status: synchronized\n Clock stratum: 8\n Reference clock ID: 127.127.1.0\n",
    ),
    "huawei_vrp": (
        "display current-configuration", "display ntp-service status",
        " clock status: synchronized\n clock stratum: 1\n reference clock ID: LOCAL(0)\n",
    ),
}  # fmt: skip
CONFIGURED = {
    "cisco_nxos": f"!Command: show running-config\nversion 9.3\nntp server {SERVER}\nntp master 8\ninterface mgmt0\n",
    "aruba_aoscx": f"!Version ArubaOS-CX FL.10.10.1040\nntp server {SERVER}\ninterface mgmt\n",
    "arista_eos": EOS.format(f"ntp server {SERVER}"),
    "hp_comware": f"#\n version 7.1.070, Release 3506P02\n#\n ntp-service unicast-server {SERVER}\n#\nreturn\n",
    "huawei_vrp": f"#\nsysname sw\n#\nntp-service unicast-server {SERVER}\n#\nreturn\n",
}


@pytest.mark.parametrize("platform", OWN)
def test_a_switch_that_follows_its_own_clock_is_not_in_step(platform: str) -> None:
    question, status, words = OWN[platform]
    replies = TextReplies(NOON, {question: CONFIGURED[platform], status: words})
    facts: Facts = driver_index.driver(platform).read(replies)  # type: ignore[arg-type]
    time = facts.time or Time()
    assert (time.servers, time.synchronised) == ((SERVER,), False)


@pytest.mark.parametrize(
    ("lines", "open_lines"),
    [
        (("line vty 0 4", " no login"), ("line vty 0 4",)),
        (("line vty 0 4", " no login", "line vty 5 15", " login local"), ("line vty 0 4",)),
        (("line vty 0 4", " login"), ()),
        (("line vty 0 4", " password 7 0000"), ()),  # 'login' is the default of these lines
        (("line vty 0 4", " no login", " transport input none"), ()),  # nobody comes in at all
        (("aaa new-model", "aaa authentication login default none", "line vty 0 4"), ("line vty 0 4",)),
        (("aaa new-model", "aaa authentication login default group tacacs+ none", "line vty 0 4"), ("line vty 0 4",)),
        (("aaa new-model", "line vty 0 4"), ()),
        (("aaa new-model", "aaa authentication login default local", "aaa authentication login CON none",
          "line con 0", " login authentication CON", "line vty 0 4"), ()),
        (("aaa new-model", "aaa authentication login OPEN none", "line vty 0 4", " login authentication OPEN"),
         ("line vty 0 4",)),
    ],
)  # fmt: skip
def test_a_remote_line_of_ios_that_asks_nobody_for_a_password_is_told(
    lines: tuple[str, ...], open_lines: tuple[str, ...]
) -> None:
    text = "\n".join(["version 15.2", "hostname sw", "line con 0", *lines, "end", ""])
    facts = cisco_ios.read(TextReplies(NOON, {cisco_ios.SHOW_CONFIG: text}))
    assert managed(facts).remote_lines_without_logon == open_lines


def test_a_line_of_ios_with_a_list_that_nobody_defined_is_left_open() -> None:
    text = "version 15.2\nhostname sw\naaa new-model\nline con 0\nline vty 0 4\n login authentication LOST\nend\n"
    facts = cisco_ios.read(TextReplies(NOON, {cisco_ios.SHOW_CONFIG: text}))
    assert (managed(facts).remote_lines_without_logon, "management.remote_lines_without_logon" in facts.gaps) == (
        None,
        True,
    )


@pytest.mark.parametrize(
    ("lines", "open_lines"),
    [
        (("#", "line vty 0 63", " authentication-mode none"), ("line vty 0 63",)),
        (("#", "line class vty", " authentication-mode none", "#", "line vty 0 63"), ("line vty 0 63",)),
        (("#", "line class vty", " authentication-mode none", "#", "line vty 0 63", " authentication-mode scheme"), ()),
        # a line that states its protocols takes the default, a password, and not what its class says
        (("#", "line class vty", " authentication-mode none", "#", "line vty 0 63", " protocol inbound telnet"), ()),
        (("#", "line aux 0", " authentication-mode none", "#", "line vty 0 63", " authentication-mode scheme"), ()),
        (("#", "user-interface vty 0 4", " authentication-mode none"), ("user-interface vty 0 4",)),
        (("#", "user-interface vty 0 4", " user privilege level 1"), ()),
    ],
)
@pytest.mark.parametrize("platform", ["hp_comware", "huawei_vrp"])
def test_a_remote_line_of_comware_and_vrp_that_asks_nobody_for_a_password_is_told(
    platform: str, lines: tuple[str, ...], open_lines: tuple[str, ...]
) -> None:
    assert managed(read(platform, *lines)).remote_lines_without_logon == open_lines


@pytest.mark.parametrize(
    ("platform", "lines"),
    [
        ("huawei_vrp", ("#", "aaa", " authentication-scheme default", "  authentication-mode none", "#",
                        "user-interface vty 0 4", " authentication-mode aaa")),
        ("huawei_vrp", ("#", "aaa", " authentication-scheme x", "  authentication-mode hwtacacs none", "#",
                        "user-interface vty 0 4", " authentication-mode aaa")),
        ("hp_comware", ("#", "domain system", " authentication login none", "#", "line vty 0 63",
                        " authentication-mode scheme")),
        ("hp_comware", ("#", "domain system", " authentication default none", "#", "line vty 0 63",
                        " authentication-mode scheme")),
    ],
)  # fmt: skip
def test_a_scheme_that_proves_nothing_leaves_open_whether_the_lines_do(platform: str, lines: tuple[str, ...]) -> None:
    facts = read(platform, *lines)
    assert "management.remote_lines_without_logon" in facts.gaps


def test_a_scheme_that_proves_nothing_is_of_no_weight_where_no_line_uses_schemes() -> None:
    lines = ("#", "domain system", " authentication login none", "#", "line vty 0 63", " authentication-mode password")
    assert managed(read("hp_comware", *lines)).remote_lines_without_logon == ()


@pytest.mark.parametrize(("methods", "open_lines"), [("none", ("line vty",)), ("group tacacs none", ("line vty",)),
                                                     ("local", ())])  # fmt: skip
def test_the_logon_of_nexus_may_be_switched_off(methods: str, open_lines: tuple[str, ...]) -> None:
    facts = read("cisco_nxos", f"aaa authentication login default {methods}", "line vty")
    assert managed(facts).remote_lines_without_logon == open_lines


def test_a_nexus_that_states_no_method_asks_its_own_accounts() -> None:
    assert managed(read("cisco_nxos", "line vty")).remote_lines_without_logon == ()


@pytest.mark.parametrize("platform", ["cisco_ios", "cisco_nxos", "arista_eos"])
def test_place_and_person_in_the_configuration_are_those_of_the_device(platform: str) -> None:
    lines = ("snmp-server location Rack 1, room 2", "snmp-server contact noc@example.com")
    facts = eos(*lines) if platform == "arista_eos" else read(platform, *lines)
    assert facts.identity is not None
    assert (facts.identity.location, facts.identity.contact) == ("Rack 1, room 2", "noc@example.com")


def test_a_place_that_is_not_set_is_a_gap() -> None:
    assert "identity.location" in read("cisco_ios").gaps
