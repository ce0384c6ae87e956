"""A Junos configuration in both forms, with groups."""

import pytest

from collectors.errors import UnexpectedReply
from collectors.readers.junos.junos_config import parse

SET = """set version 20.1R1
set groups all system host-name inherited
set groups all interfaces <ge-*> mtu 9000
set groups all interfaces <ge-*> unit <*> family inet mtu 1400
set apply-groups all
set system host-name own
set interfaces ge-0/0/0 unit 0 family inet address 10.0.0.1/24
set interfaces xe-0/0/0 unit 0
"""


def test_an_own_statement_goes_before_an_inherited_one() -> None:
    assert parse(SET).names("system", "host-name") == ("own", "inherited")


def test_a_wildcard_stands_for_the_names_that_are_there() -> None:
    config = parse(SET)
    assert config.value("interfaces", "ge-0/0/0", "mtu") == "9000"
    assert not config.has("interfaces", "xe-0/0/0", "mtu")


def test_a_wildcard_below_a_wildcard_is_resolved() -> None:
    assert parse(SET).value("interfaces", "ge-0/0/0", "unit", "0", "family", "inet", "mtu") == "1400"


def test_a_group_applied_inside_a_part_brings_only_that_part_in() -> None:
    text = (
        "set groups g snmp community public\nset groups g system services telnet\nset system apply-groups g\nset snmp x"
    )
    config = parse(text)
    assert config.has("system", "services", "telnet")
    assert not config.has("snmp", "community")


def test_groups_that_apply_each_other_end() -> None:
    text = (
        "set groups a apply-groups b\nset groups b apply-groups a\nset groups b system services ftp\nset apply-groups a"
    )
    assert parse(text + "\nset system host-name x").has("system", "services", "ftp")


def test_what_is_deactivated_is_not_in_force() -> None:
    assert not parse(SET + "set system services telnet\ndeactivate system services telnet").has(
        "system", "services", "telnet"
    )


def test_a_configuration_whose_braces_do_not_close_may_have_been_cut() -> None:
    with pytest.raises(UnexpectedReply):
        parse("system { services { ssh;")


def test_a_text_of_another_platform_is_no_configuration_of_junos() -> None:
    with pytest.raises(UnexpectedReply):
        parse("hostname sw1\ninterface 1\n")
