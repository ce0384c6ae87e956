"""What AOS-S tells, where the plain reading would be wrong."""

from datetime import UTC, datetime

import pytest

from collectors import driver_index
from collectors.errors import UnexpectedReply
from collectors.facts.facts import Facts
from collectors.readers.procurve import procurve_config
from collectors.readers.procurve.procurve_audit import port_settings
from collectors.replies import TextReplies

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
HEAD = '; JL261A Configuration Editor; Created on release #WC.16.11.0012\nhostname "sw"\n'


def read(**replies: str) -> Facts:
    asked = {question.replace("_", " "): reply for question, reply in replies.items()}
    facts: Facts = driver_index.driver("hp_procurve").read(TextReplies(AT, asked))  # type: ignore[arg-type]
    return facts


def configured(*lines: str) -> Facts:
    return read(**{"show running-config": HEAD + "".join(f"{line}\n" for line in lines)})


def test_a_timeout_of_the_serial_port_is_none_of_remote_sessions() -> None:
    management = configured("console idle-timeout 600", "console idle-timeout serial-usb 0").management
    assert management is not None
    assert (management.idle_timeout_s, management.console_idle_timeout_s) == (600, "unlimited")


@pytest.mark.parametrize("words", ["never", "-1", "99999", "9" * 5000])
def test_a_timeout_that_cannot_be_is_a_gap(words: str) -> None:
    assert "management.idle_timeout_s" in configured(f"console idle-timeout {words}").gaps


def test_an_encrypted_password_is_one_that_all_switches_can_read() -> None:
    management = configured('encrypted-password manager user-name "chief" "AAAA=="').management
    assert management is not None
    assert management.default_credentials is False
    assert management.weak_password_kinds == ("encrypted with a key that all switches share",)


def test_a_password_of_an_unknown_form_is_not_called_strong() -> None:
    assert "management.weak_password_kinds" in configured('password manager newer-form "AAAA"').gaps


def test_802_1x_that_is_not_active_checks_no_port() -> None:
    brief = """\
                         | Intrusion                           MDI  Flow Bcast
 Port         Type       | Alert     Enabled Status Mode       Mode Ctrl Limit
 ------------ ---------- + --------- ------- ------ ---------- ---- ---- -----
 3            100/1000T  | No        Yes     Up     1000FDx    MDI  off  0
"""
    config = HEAD + "aaa port-access authenticator 3\n"
    (port,) = read(**{"show running-config": config, "show interfaces brief": brief}).interfaces or ()
    assert port.dot1x is False


def test_a_guard_without_spanning_tree_guards_nothing() -> None:
    config = procurve_config.parse(HEAD + "spanning-tree 1-2 bpdu-protection\n")
    assert port_settings(config)["1"]["bpdu_guard"] is False


def test_a_row_of_ports_that_is_not_understood_leaves_the_list_a_part() -> None:
    brief = """\
                | Intrusion
 Port    Type   | Alert     Enabled Status Mode
 ------- ------ + --------- ------- ------ -------
 1       1000T  | No        Yes     Up     1000FDx
 2       1000T  | Nein      Ja      Auf    100HDx
"""
    assert "interfaces" in read(**{"show interfaces brief": brief}).incomplete


def test_ntp_that_is_off_tells_nothing_of_sntp() -> None:
    status = "NTP Status             : Disabled\nSynchronization Status : Not Synchronized\n"
    config = HEAD + "timesync sntp\nsntp server priority 1 10.0.0.1\n"
    assert "time.synchronised" in read(**{"show running-config": config, "show ntp status": status}).gaps


def test_a_protocol_of_the_time_that_is_no_ntp_is_not_called_one() -> None:
    assert "time.kind" in configured("timesync timep").gaps


def test_a_vlan_name_that_fills_its_column_may_have_been_cut() -> None:
    vlans = """\
  VLAN ID Name                 | Status
  ------- -------------------- + ----------
  1       DEFAULT_VLAN         | Port-based
  20      a-name-of-more-words | Port-based
"""
    assert [vlan.name for vlan in read(**{"show vlans": vlans}).vlans or ()] == ["DEFAULT_VLAN", None]


@pytest.mark.parametrize("words", ["1-", "A1-B4", "1-99999", "all"])
def test_what_is_no_list_of_ports_is_not_expanded(words: str) -> None:
    with pytest.raises(UnexpectedReply):
        procurve_config.ports(words)
