"""Linux-like systems: one script, whose replies are whole and its own, or gaps in words."""

import os
import platform
import subprocess
from pathlib import Path

import pytest

from collectors.errors import CollectError, Unsupported
from collectors.facts.gaps import Gap, GapReason
from collectors.transports.ssh.linux_exec import SHELL, Script, replies_in, script_for
from tests.contract.open_circumstances import CountingGate, circumstances
from tests.contract.ssh.devices import ask, open_to, outcome, secret_of, shell_driver
from tests.peers.ssh_cli import STYLES, SshCliPeer
from tests.peers.ssh_linux import ExecAnswer, Sshd, SshExecPeer, missing_sshd

ENDED = Gap(reason=GapReason.UNEXPECTED_REPLY, text="is not known: the script ended before its reply did")
ACCOUNT = secret_of("audit", "audit-pw")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")


def run_here(script: Script, shell: str = "/bin/sh") -> bytes:
    """Return what a script prints in a shell of this machine."""
    ran = subprocess.run([shell, "-s"], input=script.text.encode(), capture_output=True, check=True, timeout=60)
    assert ran.stderr == b""
    return ran.stdout


def answers_here(*asks: str, limit_bytes: int = 1_000_000, timeout_s: int = 20) -> dict[str, str | Gap]:
    """Return the replies of this machine's shell."""
    script = script_for(asks, limit_bytes, timeout_s)
    return replies_in(run_here(script), script, asks, ENDED)


def gap_of(ask_for: str, **more: int) -> Gap:
    reply = answers_here(ask_for, **more)[ask_for]
    assert isinstance(reply, Gap)
    return reply


def executes(script: str) -> ExecAnswer:
    """Answer as a real shell does."""
    ran = subprocess.run(["/bin/sh", "-s"], input=script.encode(), capture_output=True, check=False, timeout=60)
    return ExecAnswer(ran.stdout, ran.stderr, ran.returncode)


@pytest.mark.parametrize("shell", [shell for shell in ("/bin/dash", "/bin/bash", "/bin/ksh") if Path(shell).exists()])
def test_the_script_is_understood_by_every_shell_of_this_machine(shell: str) -> None:
    asks = ("echo one", "printf 'no newline'", "echo \"it's\" '$HOME'; echo two | tr a-z A-Z")
    script = script_for(asks, 1_000_000)
    found = replies_in(run_here(script, shell), script, asks, ENDED)
    assert list(found.values()) == ["one", "no newline", "it's $HOME\nTWO"]


def test_language_and_path_are_set_for_every_question() -> None:
    asked = 'echo "$LC_ALL"; case ":$PATH:" in *:/usr/sbin:*) echo sbin;; esac'
    assert answers_here(asked)[asked] == "C\nsbin"


def test_an_exit_status_alone_is_no_failure() -> None:
    assert answers_here("echo inactive; exit 3", "false") == {"echo inactive; exit 3": "inactive", "false": ""}


@pytest.mark.parametrize("moves", [r"\033[2J\033[H", r"\033[K\n\033[K\n", r"\r\b\033[1;24r", r"\007"])
def test_a_reply_of_escapes_alone_is_a_gap(moves: str) -> None:
    assert gap_of(f"printf '{moves}'").reason == GapReason.UNEXPECTED_REPLY


def test_errors_stay_out_of_a_reply() -> None:
    assert answers_here("echo noise >&2; echo fact")["echo noise >&2; echo fact"] == "fact"


def test_a_question_that_reads_input_does_not_eat_the_script() -> None:
    assert answers_here("cat", "echo after") == {"cat": "", "echo after": "after"}


def test_a_missing_command_is_unsupported() -> None:
    assert gap_of("no-such-command-here --version").reason == GapReason.UNSUPPORTED


def test_a_missing_command_before_a_pipe_is_unsupported() -> None:
    assert gap_of("no-such-command-here | cat").reason == GapReason.UNSUPPORTED


def test_a_missing_file_is_unsupported_and_named() -> None:
    gap = gap_of("cat /nowhere/file")
    assert gap.reason == GapReason.UNSUPPORTED
    assert "/nowhere/file" in gap.text


@pytest.mark.parametrize(
    "words",
    [
        "cat: /etc/shadow: Permission denied",
        "sudo: a password is required",
        "iptables: you must be root",
        "ls: reading directory: Operation not permitted",
    ],
)
def test_what_the_account_may_not_see_is_access_denied(words: str) -> None:
    assert gap_of(f"echo '{words}' >&2; echo part; exit 1").reason == GapReason.ACCESS_DENIED


def test_a_failed_command_without_output_is_told_in_its_words() -> None:
    gap = gap_of("echo 'Failed to connect to bus' >&2; exit 1")
    assert gap.reason == GapReason.UNEXPECTED_REPLY
    assert "Failed to connect to bus" in gap.text


def test_a_long_output_costs_only_its_own_reply() -> None:
    found = answers_here("yes | head -c 500000", "echo after", limit_bytes=400_000)
    assert isinstance(found["yes | head -c 500000"], Gap)
    assert found["echo after"] == "after"


def test_an_endless_command_costs_only_its_own_reply() -> None:
    found = answers_here("yes", "echo after", limit_bytes=400_000)
    assert isinstance(found["yes"], Gap)
    assert found["echo after"] == "after"


def test_a_command_that_hangs_costs_only_its_own_reply() -> None:
    found = answers_here("sleep 20", "echo after", timeout_s=1)
    hung = found["sleep 20"]
    assert isinstance(hung, Gap)
    assert hung.reason == GapReason.UNREACHABLE
    assert found["echo after"] == "after"


def test_a_child_left_in_the_background_does_not_hold_the_script_up() -> None:
    asked = "sleep 30 >/dev/null 2>&1 & echo started"
    assert answers_here(asked)[asked] == "started"


def test_words_that_look_like_marks_do_not_end_a_reply() -> None:
    asked = "printf '\\n-0123- end 0\\n'"
    assert answers_here(asked)[asked] == "\n-0123- end 0"


def test_a_question_without_its_end_mark_has_no_reply() -> None:
    asks = ("echo one", "echo two", "echo three")
    script = script_for(asks, 1_000_000)
    output = run_here(script)
    cut = output[: output.index(f"{script.word} end 1".encode())]
    assert replies_in(cut, script, asks, ENDED) == {"echo one": "one", "echo two": ENDED, "echo three": ENDED}


def test_a_shell_that_runs_no_script_is_quoted() -> None:
    script = script_for(("id",), 1_000_000)
    gap = replies_in(b"This account is currently not available.\n", script, ("id",), ENDED)["id"]
    assert isinstance(gap, Gap)
    assert "This account is currently not available." in gap.text


def test_one_connection_one_logon_and_one_command_bring_all_replies() -> None:
    gate = CountingGate()
    with SshExecPeer(executes) as peer:
        replies = ask(peer, shell_driver("echo one", "echo two"), ACCOUNT, gate=gate)
        assert outcome(replies) == {"echo one": "one", "echo two": "two"}
        assert peer.received == [SHELL]
    assert gate.outcomes == ["accepted"]


def test_only_the_drivers_questions_are_in_the_script() -> None:
    with SshExecPeer(executes) as peer:
        ask(peer, shell_driver("echo one", "echo 'two words'"), ACCOUNT)
        calls = [line for line in peer.scripts[0].splitlines() if line.startswith("question ")]
    assert calls == ["question 0 'echo one'", "question 1 'echo '\"'\"'two words'\"'\"''"]
    assert "sudo" not in peer.scripts[0]


@pytest.mark.parametrize("mischief", ["endless_output", "drip_output", "stall_in_output", "close_in_output"])
def test_a_hostile_system_leaves_gaps(mischief: str) -> None:
    with SshExecPeer(lambda _: ExecAnswer(stdout=b"\nsome text\n" * 20), mischief=mischief) as peer:
        replies = ask(peer, shell_driver("echo one"), ACCOUNT, timeout_s=3, limit_bytes=200_000)
    assert outcome(replies)["echo one"].startswith("<")


def test_a_missing_exit_status_changes_nothing() -> None:
    with SshExecPeer(executes, mischief="no_exit_status") as peer:
        assert outcome(ask(peer, shell_driver("echo one"), ACCOUNT)) == {"echo one": "one"}


def test_a_system_that_closes_at_the_command_is_told() -> None:
    with SshExecPeer(executes, mischief="close_at_login") as peer:
        found = {}
        try:
            found = outcome(ask(peer, shell_driver("echo one"), ACCOUNT))
        except CollectError as error:
            found["echo one"] = f"<{error.reason}>"
    assert found["echo one"].startswith("<un")


def test_no_driver_for_a_shell_is_run_on_a_network_device() -> None:
    with SshCliPeer(STYLES["cisco_ios"], {}) as peer:
        replies = ask(peer, shell_driver("echo one"), timeout_s=3)
        assert outcome(replies)["echo one"].startswith("<")
        assert peer.received == [SHELL]


@pytest.mark.peer
@pytest.mark.skipif(missing_sshd() is not None, reason=missing_sshd() or "")
def test_a_real_sshd_answers_the_script() -> None:
    with Sshd() as sshd:
        secret = secret_of(sshd.user, None, key_file=sshd.private_key_path)
        replies = ask(sshd, shell_driver("uname -s", "cat /nowhere", "echo done"), secret)  # type: ignore[arg-type]
    assert outcome(replies) == {"uname -s": platform.system(), "cat /nowhere": "<unsupported>", "echo done": "done"}


@pytest.mark.peer
@pytest.mark.skipif(missing_sshd() is not None, reason=missing_sshd() or "")
def test_a_real_sshd_is_known_by_question_and_keeps_no_history() -> None:
    with Sshd() as sshd:
        secret = secret_of(sshd.user, None, key_file=sshd.private_key_path)
        session = open_to(sshd, secret, named=None, waits=None)  # type: ignore[arg-type]
        try:
            assert session.hello.ident.startswith("SSH-2.0-OpenSSH")
            assert session.try_question("uname -s") == platform.system()
            assert outcome(session.ask(shell_driver("echo one"))) == {"echo one": "one"}
        finally:
            session.close()


@pytest.mark.peer
@pytest.mark.skipif(missing_sshd() is not None, reason=missing_sshd() or "")
def test_a_real_sshd_with_sha1_alone_is_unsupported() -> None:
    with Sshd(sha1_only=True) as sshd:
        secret = secret_of(sshd.user, None, key_file=sshd.private_key_path)
        with pytest.raises(Unsupported, match="only SHA-1"):
            open_to(sshd, secret)  # type: ignore[arg-type]


def test_the_deadline_is_one_for_all_questions() -> None:
    assert circumstances(1).deadline.left_s() <= 1
