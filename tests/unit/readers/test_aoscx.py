"""What AOS-CX tells, where the plain reading would be wrong."""

import pytest

from collectors.errors import UnexpectedReply
from collectors.facts.sections.management import Management, Snmp
from collectors.facts.sections.timekeeping import Logging
from collectors.readers.aoscx import aoscx_audit, aoscx_outputs
from collectors.readers.cisco import cisco_config
from collectors.readers.cisco.cisco_config import Configuration


def config(*lines: str) -> Configuration:
    text = "Current configuration:\n!\n!Version AOS-CX FL.10.13.1030\ninterface 1/1/1\n" + "\n".join(lines)
    return cisco_config.parse(text, cisco_config.AOS_CX)


def test_a_vrf_that_is_served_without_an_access_list_is_open_to_any() -> None:
    lines = ("ssh server vrf default", "ssh server vrf mgmt", "apply access-list ip few control-plane vrf default")
    management = aoscx_audit.read_management(config(*lines)).value
    assert isinstance(management, Management)
    assert management.permitted_networks == ("any", "few")


def test_snmp_without_a_stated_community_may_have_the_one_of_the_factory() -> None:
    part = aoscx_audit.read_snmp(config("snmp-server vrf mgmt"))
    assert {"versions", "default_community"} <= set(part.gaps)


def test_snmp_of_version_3_alone_knows_no_community() -> None:
    lines = ("snmp-server vrf mgmt", "snmp-server snmpv3-only", "snmpv3 user ops auth sha auth-pass ciphertext AAAA")
    snmp = aoscx_audit.read_snmp(config(*lines)).value
    assert isinstance(snmp, Snmp)
    assert (snmp.versions, snmp.default_community) == (("v3",), False)


def test_a_log_host_of_one_word_is_not_told_as_none() -> None:
    assert "remote_hosts" in aoscx_audit.read_logging(config("logging loghost vrf mgmt")).gaps


def test_settings_of_the_log_name_no_host() -> None:
    logging = aoscx_audit.read_logging(config("logging facility local3", "logging 10.0.0.20")).value
    assert isinstance(logging, Logging)
    assert logging.remote_hosts == ("10.0.0.20",)


def test_without_servers_of_its_own_a_clock_may_follow_those_of_the_factory() -> None:
    assert "kind" in aoscx_audit.read_time(config("ntp enable"), (None, None)).gaps


@pytest.mark.parametrize("words", ["-1", "soon", "9" * 5000])
def test_a_timeout_that_cannot_be_is_a_gap(words: str) -> None:
    part = aoscx_audit.read_management(config("cli-session", f"    timeout {words}"))
    assert "idle_timeout_s" in part.gaps


def test_the_switch_itself_is_not_taken_for_the_root() -> None:
    text = """\
STP status          : Enabled
Protocol            : MSTP
System ID           : 00:aa:00:bb:00:01

Instance Priority Root ID
0        4096     00:aa:00:bb:ff:00
"""
    assert getattr(aoscx_outputs.read_stp(text).value, "root", None) == "00:aa:00:bb:ff:00"


def test_a_supply_of_an_unknown_form_leaves_the_list_a_part() -> None:
    rule = "-" * 60
    assert not aoscx_outputs.read_supplies(f"{rule}\n1/1 JL086A CN0 OK AC\nhinten JL086A CN1 Fehler AC\n").complete


def test_a_text_without_supplies_is_no_empty_list() -> None:
    with pytest.raises(UnexpectedReply):
        aoscx_outputs.read_supplies("Invalid input: power-supply")
