"""Devices that are slow, untidy or hostile: a reply is right or a gap, never another's, and everything ends."""

import pytest

from collectors.errors import UnexpectedReply, Unreachable
from collectors.facts.gaps import Gap
from tests.contract.ssh.devices import REPLIES, ask, driver, outcome
from tests.peers.ssh_cli import STYLES, SshCliPeer
from tests.peers.terminal import Echo

IOS = STYLES["cisco_ios"]
ECHOES: tuple[Echo, ...] = ("tty", "when_read")


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("think_s", [0.0, 0.05, 0.2])
@pytest.mark.parametrize("name", ["cisco_ios", "cisco_asa", "juniper_junos", "extreme_exos"])
def test_a_stale_prompt_is_never_taken_for_the_end_of_a_reply(name: str, echo: Echo, think_s: float) -> None:
    with SshCliPeer(STYLES[name], REPLIES, stale_prompt=True, echo=echo, think_s=think_s) as peer:
        assert outcome(ask(peer, driver(netmiko=name))) == REPLIES


def test_a_device_slower_than_we_wait_gives_gaps_and_not_empty_replies() -> None:
    with SshCliPeer(IOS, REPLIES, stale_prompt=True, think_s=2.5) as peer:
        found = outcome(ask(peer, driver("show version")))
    assert found["show version"] in {REPLIES["show version"], "<unexpected reply>"}


@pytest.mark.parametrize("chunk_bytes", [1, 2, 7])
def test_a_reply_in_small_pieces_is_put_together(chunk_bytes: int) -> None:
    texts = {**REPLIES, "show location": "Büro – Köln"}
    with SshCliPeer(IOS, texts, chunk_bytes=chunk_bytes, chunk_pause_s=0.001, page_lines=5) as peer:
        assert outcome(ask(peer, driver(*texts))) == texts


@pytest.mark.parametrize("chunk_bytes", [0, 4])
@pytest.mark.parametrize("inside", ["SW1>", "SW1>show version", "x SW1>"])
def test_the_prompt_inside_a_reply_never_cuts_it(inside: str, chunk_bytes: int) -> None:
    texts = {"show x": f"1\n{inside}\n2", "show y": "short"}
    with SshCliPeer(IOS, texts, chunk_bytes=chunk_bytes, chunk_pause_s=0.01 if chunk_bytes else 0) as peer:
        found = outcome(ask(peer, driver(*texts)))
    assert found.pop("show x") in {texts["show x"], "<unexpected reply>"}
    assert found == {"show y": "short"}


def test_escapes_are_carried_out_and_not_kept() -> None:
    with SshCliPeer(IOS, REPLIES, mischief="escapes", page_lines=0) as peer:
        assert outcome(ask(peer)) == REPLIES


def test_a_reply_of_escapes_alone_is_a_gap() -> None:
    with SshCliPeer(IOS, REPLIES, mischief="escapes_alone", page_lines=0) as peer:
        assert outcome(ask(peer)) == dict.fromkeys(REPLIES, "<unexpected reply>")


def test_a_reply_without_a_word_is_an_answer() -> None:
    with SshCliPeer(IOS, {**REPLIES, "show logging": ""}, page_lines=0) as peer:
        assert outcome(ask(peer, driver("show logging"))) == {"show logging": ""}


def test_without_echo_no_reply_is_certain() -> None:
    with SshCliPeer(IOS, REPLIES, echo="none") as peer:
        assert set(outcome(ask(peer)).values()) == {"<unexpected reply>"}


@pytest.mark.parametrize("mischief", ["endless_output", "endless_line"])
def test_an_endless_output_ends_at_the_limit(mischief: str) -> None:
    with SshCliPeer(IOS, REPLIES, mischief=mischief, page_lines=0) as peer:
        replies = ask(peer, limit_bytes=100_000)
    first = replies.replies["show version"]
    assert isinstance(first, Gap)
    assert "longer than 100000 bytes" in first.text
    assert outcome(replies)["show inventory"] == "<unexpected reply>"


@pytest.mark.parametrize("mischief", ["drip_output", "stall_in_output", "more_for_ever"])
def test_an_output_that_never_ends_leaves_gaps(mischief: str) -> None:
    with SshCliPeer(IOS, REPLIES, mischief=mischief, page_lines=2) as peer:
        found = outcome(ask(peer, timeout_s=3))
    assert set(found.values()) <= {"<unexpected reply>", "<unreachable>"}


def test_a_connection_closed_in_the_middle_leaves_gaps_that_name_it() -> None:
    with SshCliPeer(IOS, REPLIES, mischief="close_in_output") as peer:
        replies = ask(peer)
    assert set(outcome(replies).values()) == {"<unreachable>"}


def test_a_device_without_a_prompt_is_an_unexpected_reply() -> None:
    with SshCliPeer(IOS, REPLIES, mischief="no_prompt", motd="Welcome") as peer:
        with pytest.raises(UnexpectedReply, match="no prompt"):
            ask(peer)
        assert set(peer.received) <= {""}


def test_a_device_that_hangs_up_after_the_logon_is_unreachable() -> None:
    with SshCliPeer(IOS, REPLIES, mischief="close_at_login") as peer, pytest.raises(Unreachable):
        ask(peer)


def test_the_deadline_ends_a_slow_dialogue_with_gaps_for_the_rest() -> None:
    with SshCliPeer(IOS, REPLIES, think_s=0.8) as peer:
        found = outcome(ask(peer, timeout_s=1.5))
    assert found["show version"] == REPLIES["show version"]
    assert found["show inventory"] == "<unreachable>"


@pytest.mark.parametrize("motd", ["# # # # #\nauthorised use only >", "Last login: today\n%%%%\n$", "x" * 5000 + "#"])
def test_a_message_of_the_day_is_not_taken_for_the_prompt(motd: str) -> None:
    with SshCliPeer(IOS, REPLIES, motd=motd, chunk_bytes=9, chunk_pause_s=0.003) as peer:
        assert outcome(ask(peer)) == REPLIES
