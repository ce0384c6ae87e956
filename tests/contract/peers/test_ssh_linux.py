"""The Linux peers over SSH: the callback server and the machine's own sshd."""

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

import paramiko
import psutil
import pytest

from tests.contract.peers.programs import needs, run
from tests.peers.ssh_linux import EXEC_MISCHIEF, ExecAnswer, Sshd, SshExecPeer, missing_sshd
from tests.peers.ssh_wire import WIRE_MISCHIEF

OPTIONS = ["-oBatchMode=yes", "-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null", "-oLogLevel=ERROR"]
OLD = [
    *("-oKexAlgorithms=+diffie-hellman-group14-sha1", "-oHostKeyAlgorithms=+ssh-rsa"),
    *("-oCiphers=+aes128-cbc", "-oMACs=+hmac-sha1"),
]

logging.getLogger("paramiko").addHandler(logging.NullHandler())


class TrustAll(paramiko.MissingHostKeyPolicy):
    """Takes any key: these tests are about what the peer does."""

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Accepts."""


@contextlib.contextmanager
def connected(peer: SshExecPeer, password: str = "audit-pw") -> Iterator[paramiko.SSHClient]:
    """Gives a logged-in client."""
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(TrustAll())
    try:
        client.connect(
            peer.address, peer.port, peer.user, password, allow_agent=False, look_for_keys=False, banner_timeout=2
        )
        yield client
    finally:
        client.close()


def execute(client: paramiko.SSHClient, script: str) -> tuple[bytes, bytes, int]:
    """Returns what a script sent through standard input gives."""
    stdin, stdout, stderr = client.exec_command("/bin/sh -s", timeout=5)
    stdin.write(script)
    stdin.channel.shutdown_write()
    return stdout.read(), stderr.read(), stdout.channel.recv_exit_status()


@pytest.fixture(scope="module")
def sshd() -> Iterator[Sshd]:
    reason = missing_sshd()
    if reason:
        pytest.skip(reason)
    with Sshd() as running:
        yield running


def shout(script: str) -> ExecAnswer:
    return ExecAnswer(stdout=script.upper().encode(), stderr=b"warning\n", exit_code=3)


def test_a_script_goes_to_the_callback_and_its_answer_comes_back() -> None:
    with SshExecPeer(shout) as peer, connected(peer) as client:
        assert execute(client, "uname -a\n") == (b"UNAME -A\n", b"warning\n", 3)
        assert (peer.received, peer.scripts) == (["/bin/sh -s"], ["uname -a\n"])


def test_one_connection_can_execute_several_times() -> None:
    with SshExecPeer(shout) as peer, connected(peer) as client:
        answers = [execute(client, text)[0] for text in ("one", "two")]
        assert (answers, len(peer.logons)) == ([b"ONE", b"TWO"], 1)


def test_a_large_answer_arrives_whole() -> None:
    text = bytes(range(256)) * 4096
    with SshExecPeer(lambda _: ExecAnswer(stdout=text)) as peer, connected(peer) as client:
        assert execute(client, "x")[0] == text


def test_a_wrong_password_is_one_refused_logon() -> None:
    with SshExecPeer(shout) as peer:
        with pytest.raises(paramiko.AuthenticationException), connected(peer, "wrong"):
            pass
        assert (peer.refused_count, peer.scripts) == (1, [])


@needs("ssh")
def test_openssh_logs_in_with_a_key(tmp_path: Path) -> None:
    key = tmp_path / "key"
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key))
    public = key.with_suffix(".pub").read_text()
    with SshExecPeer(shout, login=("publickey", "password"), authorized_key=public) as peer:
        where = ["-i", str(key), "-p", str(peer.port), f"audit@{peer.address}"]
        finished = run("ssh", *OPTIONS, *where, "sh -s", typed="echo hi\n")
        assert (finished.stdout, finished.returncode, len(peer.logons)) == ("ECHO HI\n", 3, 1)


@pytest.mark.parametrize("mischief", sorted(set(EXEC_MISCHIEF) - set(WIRE_MISCHIEF)))
def test_mischief_never_gives_the_plain_answer(mischief: str) -> None:
    answer: tuple[bytes, int] | None = None
    with (
        SshExecPeer(lambda _: ExecAnswer(stdout=b"fine"), mischief=mischief) as peer,
        connected(peer) as client,
        contextlib.suppress(OSError, EOFError, paramiko.SSHException),
    ):
        stdin, stdout, _ = client.exec_command("sh -s", timeout=0.5)
        stdin.write("x")
        stdin.channel.shutdown_write()
        said = stdout.read(5)
        stdout.channel.status_event.wait(0.3)  # recv_exit_status() would wait for ever
        answer = (said, stdout.channel.exit_status)
    assert answer != (b"fine", 0)


@pytest.mark.peer
@needs("ssh")
def test_the_real_sshd_runs_a_script_with_a_shell(sshd: Sshd) -> None:
    where = ["-i", str(sshd.private_key_path), "-p", str(sshd.port), f"{sshd.user}@{sshd.address}"]
    assert run("ssh", *OPTIONS, *where, "/bin/sh -s", typed="echo $((6 * 7))\n").stdout == "42\n"


@pytest.mark.peer
def test_paramiko_meets_the_host_key_that_sshd_was_given(sshd: Sshd) -> None:
    transport = paramiko.Transport((sshd.address, sshd.port))
    try:
        transport.start_client(timeout=10)
        key = transport.get_remote_server_key()
        assert f"{key.get_name()} {key.get_base64()}" == sshd.host_key_line
    finally:
        transport.close()


@pytest.mark.peer
@needs("ssh")
def test_an_old_sshd_lets_in_only_who_still_speaks_sha1() -> None:
    reason = missing_sshd()
    if reason:
        pytest.skip(reason)
    with Sshd(sha1_only=True) as old:
        where = ["-i", str(old.private_key_path), "-p", str(old.port), f"{old.user}@{old.address}", "echo in"]
        assert [run("ssh", *OPTIONS, *more, *where).stdout for more in ([], OLD)] == ["", "in\n"]


@pytest.mark.peer
def test_a_closed_sshd_leaves_no_process() -> None:
    reason = missing_sshd()
    if reason:
        pytest.skip(reason)
    with Sshd() as running:
        configuration = str(running.private_key_path.parent / "sshd_config")
    left = [one for one in psutil.process_iter(["cmdline"]) if configuration in (one.info["cmdline"] or [])]
    assert left == []
