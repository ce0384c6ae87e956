"""Configurations of smaller switches: blocks, banners and ends, and what is not stated in them."""

import re

import pytest

from collectors.errors import AccessDenied, UnexpectedReply
from collectors.facts.gaps import Gap
from collectors.facts.sections.management import Management, Snmp
from collectors.readers.cisco.cisco_config import Configuration
from collectors.readers.small_switches import exit_config, small_switch_accounts, small_switch_audit, small_switch_snmp

INDENTED = exit_config.Style(re.compile(r"^hostname ", re.MULTILINE), has_end=True, always_there=("line vty",))
FACTORY = ("public", "private")


def indented(*lines: str) -> Configuration:
    return exit_config.parse("\n".join(["hostname sw", *lines, "line vty 0", "end"]), INDENTED)


def in_blocks(*lines: str) -> Configuration:
    return exit_config.parse("\n".join(["!Current Configuration:", "configure", *lines, "exit"]), exit_config.FASTPATH)


def management(config: Configuration, idle_s: tuple[int | None, int | None] = (None, None)) -> Management:
    value = small_switch_audit.read_management(config, idle_s=idle_s).value
    assert isinstance(value, Management)
    return value


def snmp(config: Configuration, factory: tuple[str, ...] = ()) -> Snmp:
    value = small_switch_snmp.read_snmp(config, factory).value
    return value if isinstance(value, Snmp) else Snmp()


def test_a_line_behind_an_indented_block_is_its_own() -> None:
    assert management(indented("interface Gi 1/1", " no shutdown", "!", "ip telnet server enable")).telnet is True


def test_a_line_inside_a_block_is_not_the_switchs_own() -> None:
    assert management(in_blocks("interface 0/1", "ip telnet server", "vlan pvid 2", "exit")).telnet is None


def test_a_port_that_is_shut_behind_a_line_on_vlans_is_shut() -> None:
    assert small_switch_audit.shut_ports(in_blocks("interface 0/1", "vlan pvid 2", "shutdown", "exit")) == frozenset(
        {"0/1"}
    )


def test_of_a_range_of_interfaces_it_is_not_said_which_are_shut() -> None:
    assert small_switch_audit.shut_ports(in_blocks("interface range 0/1-0/4", "shutdown", "exit")) is None


@pytest.mark.parametrize(
    "banner", [('banner motd "x', "ip telnet server", 'y"'), ("banner login ^C", "ip telnet server", "^C")]
)
def test_what_a_banner_says_is_no_configuration(banner: tuple[str, ...]) -> None:
    assert management(in_blocks(*banner)).telnet is None


@pytest.mark.parametrize(
    "text",
    [
        "!Current Configuration:\nconfigure\nhostname x\n",
        "!Current Configuration:\nconfigure\ninterface 0/1\nshutdown\n",
        '!Current Configuration:\nconfigure\nbanner motd "x\ny\nexit\n',
        "no configuration at all\n",
    ],
)
def test_a_configuration_that_is_cut_in_a_block_or_a_banner_is_refused(text: str) -> None:
    with pytest.raises(UnexpectedReply):
        exit_config.parse(text, exit_config.FASTPATH)


def test_a_configuration_without_its_end_is_refused() -> None:
    with pytest.raises(UnexpectedReply):
        exit_config.parse("hostname sw\nline vty 0\n", INDENTED)


def test_a_configuration_without_what_every_one_has_is_a_part() -> None:
    with pytest.raises(AccessDenied):
        exit_config.parse("hostname sw\nend\n", INDENTED)


def test_a_line_without_a_time_out_leaves_the_longest_one_open() -> None:
    assert management(indented("line vty 1", " exec-timeout 5 0")).idle_timeout_s is None


def test_a_line_without_a_time_out_has_the_platforms_default() -> None:
    assert management(indented("line vty 1", " exec-timeout 5 0"), (1800, 600)).idle_timeout_s == 1800


def test_the_time_out_of_one_service_says_nothing_of_the_other() -> None:
    value = small_switch_audit.read_fastpath_management(in_blocks("sshcon timeout 5")).value
    assert getattr(value, "idle_timeout_s", None) is None


def test_a_web_page_without_its_plain_port_is_not_open() -> None:
    assert management(indented("service http", "http port none")).http is False


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("privilege 7 password 8 $1$a", "type 8"),
        ("password 7 aa privilege 15", "type 7"),
        ("password letmein level 1", "plain"),
        ("password aaaa level 1 encrypted", "encrypted"),
        ("password .....", None),
        ("password 77 aa", None),
        ("nopassword", "none"),
        ("privilege 15", None),
    ],
)
def test_the_kind_of_a_password_stands_right_behind_its_word(words: str, kind: str | None) -> None:
    assert small_switch_accounts.password_kind(words.split()) == kind


@pytest.mark.parametrize("line", ["username a password .....", 'username "a" password x level 15 encrypted'])
def test_a_password_of_no_known_kind_leaves_the_weak_ones_open(line: str) -> None:
    assert isinstance(small_switch_accounts.weak_kinds(in_blocks(line)), Gap)


def test_the_password_of_enable_counts_as_well() -> None:
    assert small_switch_accounts.weak_kinds(in_blocks("enable password 7 aaaa")) == ("type 7",)


def test_an_account_in_quotes_keeps_its_whole_name() -> None:
    (account,) = small_switch_accounts.read_accounts(in_blocks('username "a b" password 5 x level 15'))
    assert (account.name, account.admin) == ("a b", True)


def test_factory_communities_that_were_not_removed_leave_it_open() -> None:
    told = snmp(in_blocks("snmp-server community ours ro"), FACTORY)
    assert (told.versions, told.default_community, told.write_enabled) == (("v1", "v2c"), None, None)


def test_factory_communities_that_were_removed_are_not_there() -> None:
    removed = ("no snmp-server community public", 'no snmp-server community "private"')
    told = snmp(in_blocks(*removed, "snmp-server community ours ro"), FACTORY)
    assert (told.default_community, told.write_enabled) == (False, False)


@pytest.mark.parametrize("line", ["snmp-server community 2 $aaa ro", "snmp-server community ..... ro"])
def test_a_community_without_its_name_may_be_a_factory_one(line: str) -> None:
    assert snmp(indented(line)).default_community is None


def test_the_right_may_stand_before_the_community() -> None:
    told = snmp(indented("snmp-server community rw public"))
    assert (told.default_community, told.write_enabled) == (True, True)


def test_a_user_without_encryption_is_no_version_3_alone() -> None:
    assert snmp(indented("snmp-server user u g auth sha x")).versions is None


def test_a_time_server_may_have_a_short_name_behind_its_vrf() -> None:
    value = small_switch_audit.read_time(indented("ntp server vrf mgmt ntp1 prefer")).value
    assert getattr(value, "servers", None) == ("ntp1",)


def test_time_that_is_heard_from_nobody_named_is_not_none() -> None:
    value = small_switch_audit.read_time(in_blocks("sntp broadcast client enable")).value
    assert getattr(value, "kind", None) is None


def test_a_line_on_logging_that_is_not_understood_leaves_the_hosts_open() -> None:
    with pytest.raises(UnexpectedReply):
        small_switch_audit.log_hosts(indented("logging somewhere"))


def test_settings_of_the_log_are_no_hosts() -> None:
    config = indented("logging buffered 4096", "logging vrf mgmt 10.0.0.20 udp 514", "log host source vlan1")
    assert small_switch_audit.log_hosts(config) == ("10.0.0.20",)


def test_a_radius_servers_attribute_is_no_server() -> None:
    config = in_blocks("radius server attribute 4 10.0.0.2", 'radius server host auth "10.0.0.11" name "x"')
    assert small_switch_audit.servers(config) == ("10.0.0.11",)


def test_an_agent_that_is_off_serves_no_community() -> None:
    told = snmp(indented("no snmp-server", "snmp-server community public ro"))
    assert (told.versions, told.default_community) == ((), False)


def test_a_switch_without_any_stated_password_has_those_of_the_factory() -> None:
    assert isinstance(small_switch_accounts.weak_kinds(indented("ntp server 10.0.0.1")), Gap)
