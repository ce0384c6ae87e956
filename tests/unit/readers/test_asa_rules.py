"""What a Cisco ASA lets in, in words that a simple reading takes for something else."""

import pytest

from collectors.drivers import cisco_asa
from collectors.facts.facts import Facts
from collectors.readers.asa.asa_status import SHOW_CONFIG
from collectors.replies import TextReplies
from tests.unit.readers.replies import NOON

INTERFACES = (
    "interface GigabitEthernet1/1", " nameif outside", " security-level 0", "interface GigabitEthernet1/2",
    " nameif inside", " security-level 100",
)  # fmt: skip


def configured(*lines: str, interfaces: tuple[str, ...] = INTERFACES) -> Facts:
    text = "\n".join([": Saved", "ASA Version 9.16(4)", "hostname fw", *interfaces, *lines, ": end"])
    return cisco_asa.read(TextReplies(NOON, {SHOW_CONFIG: text}))


def first_rule(*lines: str) -> tuple[bool | None, bool | None, bool | None]:
    rules = configured(*lines, "access-group in1 in interface outside").rules
    assert rules
    return rules[0].any_source, rules[0].any_destination, rules[0].any_service


def test_telnet_from_a_named_network_is_telnet() -> None:
    facts = configured("names", "name 10.0.0.0 office", "telnet office 255.255.255.0 inside", "telnet timeout 5")
    assert facts.management is not None
    assert (facts.management.telnet, facts.management.permitted_networks) == (True, ("10.0.0.0/24",))


def test_telnet_from_a_network_that_is_not_understood_is_telnet_from_somewhere() -> None:
    facts = configured("telnet office 255.255.255.0 inside")
    assert facts.management is not None
    assert (facts.management.telnet, facts.management.permitted_networks) == (True, None)


def test_a_session_time_that_is_none_is_not_the_default() -> None:
    facts = configured("ssh timeout N/A", "ssh 10.0.0.0 255.0.0.0 inside")
    assert facts.management is not None
    assert (facts.management.ssh, facts.management.idle_timeout_s) == (True, None)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("permit ip any any", (True, True, True)),
        ("permit ip 0.0.0.0 0.0.0.0 any", (True, True, True)),
        ("permit ip 0.0.0.0 N/A any", (None, None, None)),
        ("permit ip anywhere any", (None, None, None)),
        ("permit ip object somewhere any", (None, True, True)),
        ("permit N/A any any", (True, True, None)),
        ("permit tcp any eq 80 any eq https", (True, True, False)),
        ("permit tcp any any object-group somewhat", (True, True, False)),
        ("permit ip user LOCAL\\bob any any", (False, True, True)),
        ("permit ip security-group name guests any any", (False, True, True)),
        ("permit ip host 10.0.0.1 interface outside", (False, False, True)),
        ("permit 47 any6 any4", (True, True, False)),
    ],
)
def test_a_line_of_an_access_list(line: str, told: tuple[bool | None, bool | None, bool | None]) -> None:
    assert first_rule(f"access-list in1 extended {line}") == told


@pytest.mark.parametrize(
    ("lines", "everywhere"),
    [
        ((" range 0.0.0.0 255.255.255.255",), True),
        ((" range 10.0.0.1 10.0.0.9",), False),
        ((" fqdn v4 www.example.com",), False),
        ((" subnet ::/0",), True),
        ((" subnet 0.0.0.0 N/A",), None),
        ((" host N/A",), None),
        ((" host 10.0.0.1", " nat (inside,outside) dynamic interface"), False),
    ],
)
def test_an_object_that_a_line_names(lines: tuple[str, ...], everywhere: bool | None) -> None:
    rule = first_rule("object network one", *lines, "access-list in1 extended permit ip object one any")
    assert rule == (everywhere, True, True)


def test_groups_that_name_each_other_hold_what_is_in_them() -> None:
    groups = ("object-group network a", " group-object b", "object-group network b", " group-object a",
              " network-object host 10.0.0.1")  # fmt: skip
    line = "access-list in1 extended permit ip object-group a any"
    assert first_rule(*groups, line) == (False, True, True)


def test_a_list_with_words_behind_its_interface_is_the_internets() -> None:
    facts = configured(
        "access-list in1 extended deny ip any any", "access-group in1 in interface outside per-user-override"
    )
    assert facts.rules is not None
    assert [rule.internet for rule in facts.rules] == [True]


def test_a_list_at_two_interfaces_is_the_internets_when_one_of_them_is() -> None:
    facts = configured(
        "access-list in1 extended deny ip any any",
        "access-group in1 in interface outside",
        "access-group in1 in interface inside",
    )
    assert facts.rules is not None
    assert [rule.internet for rule in facts.rules] == [True]


def test_an_interface_whose_level_is_not_understood_may_face_the_internet() -> None:
    facts = configured("ssh 0.0.0.0 0.0.0.0 dmz", interfaces=("interface Vlan1", " nameif dmz", " security-level N/A"))
    assert (facts.wan_services, facts.rules) == (None, None)
    assert {"wan_services", "rules"} <= set(facts.gaps)


def test_version_3_without_encryption_is_not_version_3_alone() -> None:
    users = ("snmp-server user mon ops v3 auth sha 00:11", "snmp-server group ops v3 auth")
    snmp = configured(*users).snmp
    assert snmp is not None
    assert snmp.versions is None
