"""Replies of network devices are certainly the command's own, or gaps; and nothing else is ever sent."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from collectors.errors import AccessDenied, UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from tests.contract.open_circumstances import CountingGate
from tests.contract.ssh.devices import INVENTORY, REPLIES, VERSION, ask, driver, open_to, outcome, secret_of
from tests.peers.ssh_cli import STYLES, SshCliPeer
from tests.peers.terminal import Echo

IOS = STYLES["cisco_ios"]
PREPARES = {
    "cisco_ios": ("enable", "terminal width 511", "terminal length 0"),
    "cisco_asa": ("enable", "terminal pager 0"),
    "cisco_nxos": ("terminal width 511", "terminal length 0"),
    "cisco_s300": ("enable", "terminal width 511", "terminal datadump"),
    "juniper_junos": ("cli", "set cli screen-width 511", "set cli screen-length 0"),
    "hp_procurve": ("enable", "no page"),
    "aruba_aoscx": ("no page",),
    "paloalto_panos": ("set cli pager off", "set cli scripting-mode on"),
    "extreme_exos": (),
    "ubiquiti_edgeswitch": ("enable", "terminal length 0"),
    "hp_comware": ("screen-length disable",),
    "huawei": ("screen-length 0 temporary",),
    "arista_eos": ("enable", "terminal width 511", "terminal length 0"),
}
LONG = {**REPLIES, "show running-config": "\n".join(f"interface GigabitEthernet1/0/{n}\n shutdown" for n in range(60))}


@pytest.mark.parametrize("echo", ["tty", "when_read"])
@pytest.mark.parametrize("name", sorted(STYLES))
def test_every_platform_gives_its_replies_through_its_pager(name: str, echo: Echo) -> None:
    with SshCliPeer(STYLES[name], LONG, enable_secret="en-pw", echo=echo, page_lines=10) as peer:
        asked = driver(*LONG, prepares=PREPARES.get(name, ())[:1], netmiko=name)
        assert outcome(ask(peer, asked, secret_of(enable="en-pw"))) == LONG
        assert set(peer.keys) <= {" ", "\r", "\n"}


@pytest.mark.parametrize("name", sorted(PREPARES))
def test_nothing_but_questions_and_preparation_is_sent(name: str) -> None:
    with SshCliPeer(STYLES[name], REPLIES, enable_secret="en-pw") as peer:
        ask(peer, driver(prepares=PREPARES[name], netmiko=name), secret_of(enable="en-pw"))
        assert set(peer.received) <= {*REPLIES, *PREPARES[name], "<secret>"}


def test_preparation_is_sent_once_and_in_order() -> None:
    with SshCliPeer(IOS, REPLIES, enable_secret="en-pw") as peer:
        ask(peer, driver("show version", prepares=PREPARES["cisco_ios"]), secret_of(enable="en-pw"))
        assert peer.received == ["enable", "<secret>", "terminal width 511", "terminal length 0", "show version"]


def test_a_fortigate_is_read_without_entering_a_configuration_mode() -> None:
    with SshCliPeer(STYLES["fortinet"], LONG, page_lines=10) as peer:
        assert outcome(ask(peer, driver(*LONG, netmiko="fortinet"))) == LONG
        assert peer.received == list(LONG)


def test_a_notice_is_accepted_with_the_key_that_the_driver_lists() -> None:
    style = replace(STYLES["fortinet"], login_page="POST WARNING: authorised users only\n(Press 'a' to accept):")
    with SshCliPeer(style, REPLIES) as peer:
        assert outcome(ask(peer, driver(prepares=("a",), netmiko="fortinet"))) == REPLIES
        assert peer.keys == ["a"]


def test_a_notice_is_not_accepted_when_the_driver_does_not_list_the_key() -> None:
    style = replace(STYLES["fortinet"], login_page="(Press 'a' to accept):")
    with SshCliPeer(style, REPLIES) as peer:
        with pytest.raises(UnexpectedReply, match="no prompt"):
            ask(peer, driver(netmiko="fortinet"))
        assert peer.keys == []


def test_the_junos_shell_is_left_for_the_cli_only_from_a_shell() -> None:
    with SshCliPeer(STYLES["juniper_junos"], REPLIES) as peer:
        ask(peer, driver(prepares=("cli",), netmiko="juniper_junos"))
        assert "cli" not in peer.received


def test_the_dialogue_is_no_faster_than_the_platform_bears() -> None:
    with SshCliPeer(IOS, REPLIES) as peer:
        session = open_to(peer)
        assert session.ask(driver()).address == peer.address
        session.close()
        session.close()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("      ^\n% Invalid input detected at '^' marker.\n", GapReason.UNSUPPORTED),
        ("% Incomplete command.", GapReason.UNSUPPORTED),
        ("Unknown action 0", GapReason.UNSUPPORTED),
        ("command parse error before 'hardware'\nCommand fail. Return code -61", GapReason.UNSUPPORTED),
        ("         ^\nsyntax error, expecting <command>.", GapReason.UNSUPPORTED),
        ("unknown command.", GapReason.UNSUPPORTED),
        ("bad command name foo (line 1 column 2)", GapReason.UNSUPPORTED),
        ("Invalid syntax.", GapReason.UNSUPPORTED),
        ("         ^\n % Unrecognized command found at '^' position.", GapReason.UNSUPPORTED),
        ("Error: Unrecognized command found at '^' position.", GapReason.UNSUPPORTED),
        ("Command authorization failed.", GapReason.ACCESS_DENIED),
        ("% Authorization failed.", GapReason.ACCESS_DENIED),
        ("error: permission denied: show configuration", GapReason.ACCESS_DENIED),
        ("Permission denied.", GapReason.ACCESS_DENIED),
        ("You do not have permission to run this command", GapReason.ACCESS_DENIED),
        ("% Permission denied for the role", GapReason.ACCESS_DENIED),
    ],
)
def test_a_refusal_is_a_gap_that_says_who_can_mend_it(said: str, reason: GapReason) -> None:
    with SshCliPeer(IOS, {"show x": said, **REPLIES}) as peer:
        replies = ask(peer, driver("show x", *REPLIES))
        assert outcome(replies) == {"show x": f"<{reason}>", **REPLIES}


def test_a_drivers_own_words_for_a_refusal_are_known_too() -> None:
    with SshCliPeer(IOS, {"show x": "Nope, not here"}) as peer:
        assert outcome(ask(peer, driver("show x", ERRORS=("^nope",)))) == {"show x": "<unsupported>"}


def test_a_long_reply_with_the_words_of_a_refusal_is_a_reply() -> None:
    text = "\n".join([*(f"log line {number}" for number in range(20)), "% Invalid input detected"])
    with SshCliPeer(IOS, {"show logging": text}) as peer:
        assert outcome(ask(peer, driver("show logging"))) == {"show logging": text}


def test_a_command_without_output_gives_an_empty_reply() -> None:
    with SshCliPeer(IOS, {"show x": "", **REPLIES}) as peer:
        assert outcome(ask(peer, driver("show x", *REPLIES))) == {"show x": "", **REPLIES}


def test_without_the_enable_password_enable_is_not_even_sent() -> None:
    with SshCliPeer(IOS, REPLIES, privileged_only=frozenset({"show inventory"})) as peer:
        replies = ask(peer, driver(prepares=("enable",)))
        assert outcome(replies) == {"show version": VERSION, "show inventory": "<access denied>"}
        assert "enable" not in peer.received


def test_a_refused_enable_password_is_one_refusal_and_no_crash() -> None:
    gate = CountingGate()
    with SshCliPeer(IOS, REPLIES, enable_secret="en-pw") as peer:
        replies = ask(peer, driver(prepares=("enable",)), secret_of(enable="wrong"), gate=gate)
        assert set(outcome(replies).values()) == {"<access denied>"}
        assert peer.refused_count == 1
    assert gate.outcomes == ["accepted", "refused"]
    assert gate.logons[1].account.user == "admin (enable)"


def test_enable_on_hold_leaves_what_needs_no_privilege() -> None:
    class HoldsEnable(CountingGate):
        def enter(self, account, deadline):  # type: ignore[no-untyped-def]
            self.on_hold = account.user.endswith("(enable)")
            return super().enter(account, deadline)

    with SshCliPeer(IOS, REPLIES, privileged_only=frozenset({"show inventory"}), enable_secret="x") as peer:
        replies = ask(peer, driver(prepares=("enable",)), secret_of(enable="x"), gate=HoldsEnable())
        gap = replies.replies["show inventory"]
        assert isinstance(gap, Gap)
        assert gap.reason == GapReason.CREDENTIAL_ON_HOLD
        assert replies["show version"] == VERSION


def test_twenty_sessions_at_once_give_no_wrong_reply() -> None:
    texts = {number: f"serial FOC{number:04}\n" * 400 for number in range(20)}
    peers = [
        SshCliPeer(IOS, {"show a": text, "show b": f"b of {n}"}, stale_prompt=not n % 2, think_s=0.02, chunk_bytes=700)
        for n, text in texts.items()
    ]
    for peer in peers:
        peer.start()
    try:
        with ThreadPoolExecutor(20) as threads:
            found = list(threads.map(lambda peer: ask(peer, driver("show a", "show b"), waits=None), peers))
    finally:
        for peer in peers:
            peer.close()
    wanted = [{"show a": texts[n].rstrip("\n"), "show b": f"b of {n}"} for n in range(20)]
    assert [dict(replies.replies) for replies in found] == wanted


def test_a_device_that_opens_no_command_line_is_told_so() -> None:
    with SshCliPeer(IOS, REPLIES, mischief="refuse_shell") as peer, pytest.raises(Exception, match="no command line"):
        ask(peer)


def test_a_second_logon_inside_the_shell_is_never_given() -> None:
    with SshCliPeer(replace(IOS, login_page="\nUser Name:"), REPLIES) as peer:
        with pytest.raises(AccessDenied, match="second logon"):
            ask(peer)
        assert peer.keys == []


def test_an_inventory_reply_keeps_its_indentation_and_blank_lines() -> None:
    with SshCliPeer(IOS, {"show x": f"   first\n\n\n{INVENTORY}"}) as peer:
        assert ask(peer, driver("show x"))["show x"] == f"   first\n\n\n{INVENTORY}"
