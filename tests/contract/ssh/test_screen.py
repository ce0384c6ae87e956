"""Terminal text, prompts and pagers as pure functions, and a logon that is typed inside the shell."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.access import Account, Deadline
from collectors.errors import AccessDenied, UnexpectedReply
from collectors.transports.ssh.command_errors import refusal_in
from collectors.transports.ssh.greeting import greet
from collectors.transports.ssh.logon import TypedLogon
from collectors.transports.ssh.platforms import platform_of
from collectors.transports.ssh.prompts import Prompt, is_posix_shell, looks_like_prompt, own_lines, pager_key
from collectors.transports.ssh.shell import Shell
from collectors.transports.ssh.terminal_text import plain, render
from tests.contract.open_circumstances import CountingLogon
from tests.contract.ssh.devices import SHORT_WAITS


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("a\r\nb", "a\nb"),
        ("a\r\r\nb\n\rc", "a\nb\nc"),
        ("--More--\r        \rnext", "next"),
        ("--More--" + "\b" * 8 + " " * 8 + "\b" * 8 + "next line", "next line"),
        ("--More--\x1b[2K\rnext", "next"),
        ("  ---- More ----\x1b[42D" + " " * 42 + "\x1b[42Dnext", "next"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]52;c;AAAA\x1b\\text", "text"),
        ("\x9b1mtext\x9b0m", "text"),
        ("\x1b[2J\x1b[1;1Hfirst\x1b[24;1HProCurve# \x1b[24;11H\x1b[?25h", "ProCurve#"),
        ("a\x1bEb", "a\nb"),
        ("tab\tkept", "tab\tkept"),
        ("bell\x07 nul\x00 gone", "bell nul gone"),
        ("\x1b]no end of this string", "no end of this string"),
    ],
)
def test_terminal_text_is_what_a_person_would_see(raw: str, seen: str) -> None:
    assert plain(raw) == seen


@given(st.text(alphabet="ab\x1b[];0129HKJDm\r\n\b\x9b\x07 \x00", max_size=300))
def test_no_text_leaves_an_escape_or_control_character(raw: str) -> None:
    assert all(letter.isprintable() or letter == "\t" for line in render(raw) for letter in line)


PROMPTS = [
    "SW1>", "SW1#", "fw1/ctx#", "FGT60F # ", "FGT60F (root) $ ", "admin@PA-440> ", "root@srx% ", "[admin@MikroTik] > ",
    "<H3C>", "(ES24) >", "* X440.1 # ", "user@web1:~$ ", "[root@esx1:~] ", "# ", "(Cisco Controller) >",
    "DGS-3120:admin#",
]  # fmt: skip


@pytest.mark.parametrize("line", PROMPTS)
def test_prompts_of_the_field_are_known(line: str) -> None:
    assert looks_like_prompt(line)
    assert Prompt(line).is_line(line)


@pytest.mark.parametrize(
    "line",
    [
        "Password:",
        "new password>",
        "Continue? [y/n]",
        "Overwrite [confirm]",
        "### WARNING ###",
        "",
        "Username:",
        "a b c",
    ],
)
def test_questions_and_notices_are_no_prompts(line: str) -> None:
    assert not looks_like_prompt(line)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (" --More-- ", " "),
        ("<--- More --->", " "),
        ("---- More ----", " "),
        ("---(more 43%)---", " "),
        ("--More-- or (q)uit", " "),
        ("-- MORE --, next page: Space, next line: Enter, quit: Control-C", " "),
        ("More: <space>,  Quit: q or CTRL+Z, One line: <return> ", " "),
        ("Press <SPACE> to continue or <Q> to quit:", " "),
        ("-- [Q quit|D dump|down]", " "),
        ("lines 1-23 ", " "),
        ("lines 24-40/40 (END)", "q"),
        ("CTRL+C ESC q Quit SPACE n Next Page ENTER Next Entry a All", " "),
        ("Press any key to continue", " "),
        ("Press ENTER to continue", "\r"),
        ('Please press "Enter" to continue!', "\r"),
        ("the more the merrier", None),
        ("there are more users", None),
        ("description --More-- in a line", None),
        ("SW1#", None),
    ],
)
def test_pagers_are_answered_and_text_is_not(line: str, key: str | None) -> None:
    assert pager_key(line) == key


def test_numbers_in_a_prompt_may_change_and_letters_may_not() -> None:
    prompt = Prompt("* X440.1 # ")
    assert prompt.is_line("X440.27 # ")
    assert not prompt.is_line("X440(config).1 # ")


@pytest.mark.parametrize(
    ("ident", "prompt", "posix"),
    [
        ("SSH-2.0-OpenSSH_9.2p1 Debian-2", "user@web1:~$ ", True),
        ("SSH-2.0-OpenSSH_8.7", "[root@web1 ~]# ", True),
        ("SSH-2.0-OpenSSH_9.1", "[root@esx1:~] ", True),
        ("SSH-2.0-dropbear_2022.83", "~ # ", True),
        ("SSH-2.0-OpenSSH_8.1", "cx1# ", False),
        ("SSH-2.0-OpenSSH_8.0", "admin@PA-440> ", False),
        ("SSH-2.0-Cisco-1.25", "RP/0/RP0/CPU0:ios#", False),
    ],
)
def test_a_posix_shell_is_known_by_server_and_prompt_together(ident: str, prompt: str, posix: bool) -> None:
    assert is_posix_shell(ident, prompt) is posix


def test_prompts_before_the_output_are_dropped() -> None:
    lines = ["show clock", "SW1#", "SW1#SW1#12:00 UTC", "SW1#"]
    assert own_lines(lines, "show clock", Prompt("SW1#")) == ["12:00 UTC"]


def test_the_echo_may_be_folded_by_a_narrow_terminal() -> None:
    lines = ["SW1#show running-config in", "terface", "text", "SW1#"]
    assert own_lines(lines, "show running-config interface", Prompt("SW1#")) == ["text"]


def test_a_reply_without_the_echo_is_never_the_commands_own() -> None:
    with pytest.raises(UnexpectedReply):
        own_lines(["12:00 UTC", "SW1#"], "show clock", Prompt("SW1#"))


@pytest.mark.corpus
def test_no_recorded_reply_is_taken_for_a_refusal(corpus: Path) -> None:
    refusals = []
    for file in sorted((corpus / "cli").glob("*/*/*.raw")):
        found = refusal_in(file.read_text(errors="replace"))
        if found is not None:
            refusals.append(f"{file.parent.parent.name}/{file.name}: {found.text}")
    assert refusals == []


@given(st.text(max_size=200))
def test_any_text_can_be_looked_at_for_a_refusal(text: str) -> None:
    found = refusal_in(text)
    assert found is None or found.text


@pytest.mark.parametrize(
    ("device_type", "line_end"),
    [
        ("cisco_ios", "\n"),
        ("aruba_aoscx", "\r"),
        ("mikrotik_routeros", "\r\n"),
        ("fortinet", "\n"),
        ("hp_procurve", "\n"),
    ],
)
def test_netmiko_tells_how_a_line_ends(device_type: str, line_end: str) -> None:
    assert platform_of(device_type).line_end == line_end


def test_a_platform_that_netmiko_does_not_have_is_named() -> None:
    with pytest.raises(UnexpectedReply, match="no_such_platform"):
        platform_of("no_such_platform")


@dataclass
class ScriptedWire:
    """A channel that answers each received line with the next text."""

    answers: list[str]
    sent: list[str] = field(default_factory=list)
    waiting: bytes = b""

    def __post_init__(self) -> None:
        self.waiting = self.answers.pop(0).encode()

    def sendall(self, s: bytes, /) -> None:
        self.sent.append(s.decode())
        self.waiting += self.answers.pop(0).encode() if self.answers else b""

    def recv(self, nbytes: int, /) -> bytes:
        if not self.waiting:
            raise TimeoutError
        piece, self.waiting = self.waiting[:nbytes], self.waiting[nbytes:]
        return piece

    def recv_ready(self) -> bool:
        return bool(self.waiting)

    def settimeout(self, timeout: float | None, /) -> None:
        pass

    def close(self) -> None:
        pass


def typed_logon() -> tuple[TypedLogon, CountingLogon]:
    logon = CountingLogon(Account("admin", "device", "1"))
    return TypedLogon("admin", "secret", logon), logon


def test_a_logon_typed_inside_the_shell_is_one_logon() -> None:
    typed, logon = typed_logon()
    wire = ScriptedWire(["\r\nUser Name:", "admin\r\nPassword:", "******\r\n\r\nswitch1#", "\r\nswitch1#"])
    greeting = greet(Shell(wire, Deadline(5), 10_000, SHORT_WAITS), typed)
    assert (greeting.at_prompt, greeting.last_line) == (True, "switch1#")
    assert wire.sent == ["admin\r", "secret\r", "\r"]
    assert logon.outcome == "accepted"


def test_a_typed_logon_that_is_refused_is_not_typed_again() -> None:
    typed, logon = typed_logon()
    wire = ScriptedWire(["login as:", "\r\nPassword:", "\r\nbad password\r\nlogin as:"])
    with pytest.raises(AccessDenied, match="refused the account"):
        greet(Shell(wire, Deadline(5), 10_000, SHORT_WAITS), typed)
    assert wire.sent == ["admin\r", "secret\r"]
    assert logon.outcome == "refused"


def test_a_device_that_lets_anybody_in_never_sees_the_secret() -> None:
    typed, logon = typed_logon()
    wire = ScriptedWire(["switch1#", "\r\nswitch1#"])
    assert greet(Shell(wire, Deadline(5), 10_000, SHORT_WAITS), typed).at_prompt
    assert wire.sent == ["\r"]
    assert logon.outcome == "not tried"
