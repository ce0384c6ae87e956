"""What a device says by itself, and questions that are tried before a driver is chosen."""

import pytest

from tests.contract.ssh.devices import REPLIES, VERSION, driver, open_to, outcome
from tests.peers.ssh_cli import STYLES, SshCliPeer

IOS = STYLES["cisco_ios"]


def test_ident_banner_and_prompt_are_told() -> None:
    with SshCliPeer(IOS, REPLIES, ident="SSH-2.0-Cisco-1.25", banner="Keep out", motd="Welcome to SW1") as peer:
        session = open_to(peer, named=None)
        hello = session.hello
        session.close()
    assert (hello.ident, hello.prompt, hello.address) == ("SSH-2.0-Cisco-1.25", "SW1>", peer.address)
    assert hello.banner == "Keep out\nWelcome to SW1"
    assert hello.marks.host_key == peer.host_key_sha256


def test_the_prompt_is_not_looked_for_when_the_driver_is_named() -> None:
    with SshCliPeer(IOS, REPLIES) as peer:
        session = open_to(peer)
        assert session.hello.prompt == ""
        session.close()
        assert peer.terminals == []


@pytest.mark.parametrize("name", ["cisco_ios", "fortinet", "juniper_junos", "hp_procurve", "mikrotik_routeros"])
def test_a_tried_question_is_answered_and_asked_once(name: str) -> None:
    with SshCliPeer(STYLES[name], REPLIES) as peer:
        session = open_to(peer, named=None)
        assert session.try_question("show version") == VERSION
        assert session.try_question("show version") == VERSION
        session.close()
        assert peer.received == ["show version"]


def test_a_question_that_the_device_refuses_is_no_answer() -> None:
    with SshCliPeer(IOS, REPLIES) as peer:
        session = open_to(peer, named=None)
        assert session.try_question("get system status") is None
        assert session.try_question("show version") == VERSION
        session.close()


def test_words_of_a_posix_shell_are_not_typed_at_a_switch() -> None:
    with SshCliPeer(IOS, REPLIES) as peer:
        session = open_to(peer, named=None)
        assert session.try_question("uname -s") is None
        assert session.try_question("cat /etc/os-release") is None
        session.close()
        assert peer.received == []


def test_the_dialogue_after_detection_needs_no_second_logon() -> None:
    with SshCliPeer(STYLES["mikrotik_routeros"], REPLIES, ident="SSH-2.0-ROSSSH") as peer:
        session = open_to(peer, named=None)
        session.try_question("show version")
        replies = session.ask(driver(netmiko="mikrotik_routeros"))
        session.close()
        assert outcome(replies) == REPLIES
        assert len(peer.logons) == 1
        assert len(peer.terminals) == 1


def test_a_device_without_a_prompt_still_says_its_ident() -> None:
    with SshCliPeer(IOS, REPLIES, mischief="no_prompt", motd="Choose an option:") as peer:
        session = open_to(peer, named=None)
        assert session.hello.ident == "SSH-2.0-peer_1.0"
        assert session.try_question("show version") is None
        session.close()
        assert set(peer.received) <= {""}
