"""The network CLI peer over SSH, used with OpenSSH's client, netmiko and paramiko."""

import logging
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import netmiko
import paramiko
import pytest

from tests.contract.peers.programs import needs, run
from tests.peers.ssh_cli import MISCHIEF, STYLES, SshCliPeer
from tests.peers.ssh_wire import WIRE_MISCHIEF

VERSION = "Cisco IOS Software, Version 15.2(7)E9\nSW1 uptime is 3 weeks\nprompt-like text: SW1#\n"
LONG = "".join(f"line {number} of the running configuration\n" for number in range(60))
REPLIES = {"show version": VERSION, "show running-config": LONG}
IOS = STYLES["cisco_ios"]
PRIVILEGED = frozenset({"show running-config"})
# Netmiko's own drivers for these; the enable step is taken where there is one.
PLATFORMS = sorted(set(STYLES) - {"extreme_exos", "hp_procurve", "paloalto_panos", "ubiquiti_edgeswitch", "cisco_s300"})
OPTIONS = ["-oBatchMode=yes", "-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null", "-oLogLevel=ERROR"]

logging.getLogger("paramiko").addHandler(logging.NullHandler())


@contextmanager
def connected(peer: SshCliPeer, password: str = "admin-pw", timeout_s: float = 5) -> Iterator[paramiko.SSHClient]:
    """Gives a logged-in paramiko client that trusts exactly the peer's present key."""
    client = paramiko.SSHClient()
    kind, encoded = peer.host_key_line.split()
    entry = paramiko.hostkeys.HostKeyEntry.from_line(f"[{peer.address}]:{peer.port} {kind} {encoded}")
    assert entry is not None
    assert entry.key is not None
    client.get_host_keys().add(f"[{peer.address}]:{peer.port}", kind, entry.key)
    try:
        client.connect(
            peer.address,
            peer.port,
            peer.user,
            password,
            allow_agent=False,
            look_for_keys=False,
            timeout=timeout_s,
            banner_timeout=timeout_s,
            auth_timeout=timeout_s,
        )
        yield client
    finally:
        client.close()


def read_until(channel: paramiko.Channel, end: str) -> str:
    """Returns everything up to and with the end."""
    channel.settimeout(5)
    text = ""
    while not text.endswith(end):
        piece = channel.recv(4096).decode()
        assert piece, f"the device hung up after {text!r}"
        text += piece
    return text


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("key") / "key"
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path))
    return path


def netmiko_reads(platform: str, command: str, replies: dict[str, str], delay_factor: float) -> str:
    """Return what netmiko reads from a fresh device; raises ReadTimeout where it lost step with it."""
    with SshCliPeer(STYLES[platform], replies, enable_secret="enable-pw") as peer:
        device = netmiko.ConnectHandler(
            device_type=platform,
            host=peer.address,
            port=peer.port,
            username="admin",
            password="admin-pw",
            secret="enable-pw",
            read_timeout_override=20,
            fast_cli=False,
            global_delay_factor=delay_factor,
            # netmiko allows a FortiGate only algorithms that this paramiko no longer has
            disabled_algorithms={"kex": ["none"]} if platform == "fortinet" else None,
        )
        if STYLES[platform].has_enable:
            device.enable()
        said = device.send_command(command)
        device.disconnect()
    return str(said)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_netmiko_logs_in_and_reads(platform: str) -> None:
    replies = {
        "show version": "Version 15.2(7)E9\nuptime is 3 weeks\n",
        "get system status": "Version: FortiGate-60F v7.4.5\n",
        "get system console": "output              : standard\n",
    }
    command = "get system status" if platform == "fortinet" else "show version"
    said = ""
    # On a busy machine netmiko takes a late prompt for the answer to its next line, and then waits for ever; that is
    # its own, and why the product has its own reading. It is given three devices, each time with more patience.
    for delay_factor in (0.5, 1.0, 3.0):
        try:
            said = netmiko_reads(platform, command, replies, delay_factor)
            break
        except (netmiko.ReadTimeout, ValueError):  # ValueError: "failed to enter enable mode"
            continue
    assert replies[command].splitlines()[0] in said


@needs("ssh")
def test_openssh_logs_in_with_a_key_and_pages(key_file: Path) -> None:
    public = key_file.with_suffix(".pub").read_text()
    with SshCliPeer(IOS, REPLIES, login="publickey", authorized_key=public, starts_enabled=True) as peer:
        where = ["-i", str(key_file), "-p", str(peer.port), f"admin@{peer.address}"]
        run("ssh", "-tt", *OPTIONS, *where, typed="show running-config\n qexit\n")
        assert peer.received == ["show running-config", "exit"]
        assert peer.keys == [" ", "q"]
        assert [logon.accepted for logon in peer.logons] == [True]


@needs("ssh")
def test_openssh_runs_one_command_without_a_shell(key_file: Path) -> None:
    public = key_file.with_suffix(".pub").read_text()
    with SshCliPeer(IOS, REPLIES, login="publickey", authorized_key=public) as peer:
        finished = run(
            "ssh", *OPTIONS, "-i", str(key_file), "-p", str(peer.port), f"admin@{peer.address}", "show version"
        )
    assert (finished.returncode, finished.stdout.replace("\r\n", "\n")) == (0, VERSION)


@needs("ssh-keyscan")
@pytest.mark.parametrize("kind", ["ed25519", "rsa", "ecdsa"])
def test_ssh_keyscan_sees_the_host_key_and_its_successor(kind: str) -> None:
    with SshCliPeer(IOS, {}, host_key=kind) as peer:  # type: ignore[arg-type]
        first = run("ssh-keyscan", "-p", str(peer.port), peer.address).stdout
        before = peer.host_key_line
        peer.rotate_host_key()
        second = run("ssh-keyscan", "-p", str(peer.port), peer.address).stdout
    assert [before in first, before in second, peer.host_key_line in second] == [True, False, True]


@needs("ssh")
def test_openssh_refuses_a_device_that_knows_only_sha1() -> None:
    with SshCliPeer(IOS, {}, sha1_only=True, ident="SSH-2.0-Cisco-1.25") as peer:
        said = run("ssh", *OPTIONS[:-1], "-p", str(peer.port), f"admin@{peer.address}").stderr
    assert "Their offer: diffie-hellman-group14-sha1,diffie-hellman-group1-sha1" in said


@needs("ssh")
def test_openssh_agrees_with_its_offer_when_told_to() -> None:
    old = ["-oKexAlgorithms=diffie-hellman-group14-sha1", "-oHostKeyAlgorithms=ssh-rsa", "-oCiphers=aes128-cbc"]
    with SshCliPeer(IOS, {}, sha1_only=True) as peer:
        said = run(
            "ssh",
            "-vv",
            *OPTIONS[:-1],
            *old,
            "-oMACs=hmac-sha1",
            "-oConnectTimeout=1",
            "-p",
            str(peer.port),
            f"admin@{peer.address}",
        )
    assert "kex: server->client cipher: aes128-cbc MAC: hmac-sha1" in said.stderr


def test_a_wrong_password_is_one_refused_logon() -> None:
    with SshCliPeer(IOS, REPLIES) as peer:
        with pytest.raises(paramiko.AuthenticationException), connected(peer, "wrong"):
            pass
        assert [(logon.user, logon.accepted) for logon in peer.logons] == [("admin", False)]


def test_keyboard_interactive_is_its_own_method() -> None:
    with SshCliPeer(IOS, REPLIES, login="keyboard-interactive") as peer, connected(peer) as client:
        assert read_until(client.invoke_shell(), "SW1>")


def test_the_pager_waits_until_it_is_answered_or_off() -> None:
    with SshCliPeer(IOS, REPLIES, starts_enabled=True) as peer, connected(peer) as client:
        shell = client.invoke_shell()
        read_until(shell, "SW1#")
        shell.send(b"show running-config\n")
        first = read_until(shell, " --More-- ")
        shell.send(b"q")
        read_until(shell, "SW1#")
        shell.send(b"terminal length 0\n")
        read_until(shell, "SW1#")
        shell.send(b"show running-config\n")
        whole = read_until(shell, "SW1#")
    assert ["line 59" in first, "line 59" in whole] == [False, True]


def test_an_unknown_command_gets_the_platforms_own_words() -> None:
    with SshCliPeer(IOS, REPLIES) as peer, connected(peer) as client:
        shell = client.invoke_shell()
        read_until(shell, "SW1>")
        shell.send(b"show nonsense\n")
        assert "% Invalid input detected at '^' marker." in read_until(shell, "SW1>")


def test_a_privileged_command_needs_enable() -> None:
    with SshCliPeer(IOS, REPLIES, privileged_only=PRIVILEGED) as peer, connected(peer) as client:
        shell = client.invoke_shell()
        read_until(shell, "SW1>")
        shell.send(b"show running-config\n")
        assert "% Invalid input" in read_until(shell, "SW1>")


def test_three_wrong_enable_secrets_end_the_attempt() -> None:
    with SshCliPeer(IOS, REPLIES, enable_secret="right") as peer, connected(peer) as client:
        shell = client.invoke_shell()
        read_until(shell, "SW1>")
        shell.send(b"enable\nwrong\nwrong\nwrong\n")
        assert "% Bad secrets" in read_until(shell, "SW1>")
        assert [logon.user for logon in peer.logons if not logon.accepted] == ["enable"] * 3
        assert "wrong" not in peer.received


def test_the_terminal_echo_comes_before_a_slow_answer() -> None:
    with SshCliPeer(IOS, REPLIES, think_s=0.4, page_lines=0) as peer, connected(peer) as client:
        shell = client.invoke_shell()
        read_until(shell, "SW1>")
        shell.send(b"show version\n")
        assert read_until(shell, "show version\r\n") == "show version\r\n"
        time.sleep(0.1)
        assert not shell.recv_ready()
        assert "15.2(7)E9" in read_until(shell, "SW1>")


def test_a_stale_prompt_comes_after_the_next_commands_echo() -> None:
    with SshCliPeer(IOS, REPLIES, think_s=0.2, stale_prompt=True, page_lines=0) as peer, connected(peer) as client:
        shell = client.invoke_shell()
        read_until(shell, "SW1>")
        shell.send(b"\n")
        read_until(shell, "SW1>")
        shell.send(b"show version\n")
        early = read_until(shell, "SW1>")
        late = read_until(shell, "SW1>")
    assert ["15.2(7)E9" in early, "15.2(7)E9" in late] == [False, True]


def test_the_echo_can_wait_until_the_line_is_read() -> None:
    with SshCliPeer(IOS, REPLIES, echo="when_read", think_s=0.2, page_lines=0) as peer, connected(peer) as client:
        shell = client.invoke_shell()
        read_until(shell, "SW1>")
        shell.send(b"show version\nshow clock\n")
        said = read_until(shell, "marker.\r\n\r\nSW1>")
    assert said.index("15.2(7)E9") < said.index("show clock")


def test_output_can_come_in_small_pieces() -> None:
    with SshCliPeer(IOS, REPLIES, chunk_bytes=7, chunk_pause_s=0.001, page_lines=0) as peer, connected(peer) as client:
        shell = client.invoke_shell()
        read_until(shell, "SW1>")
        shell.send(b"show version\n")
        assert VERSION.replace("\n", "\r\n") in read_until(shell, "SW1>")


def test_fortios_shows_its_contexts_in_the_prompt() -> None:
    with SshCliPeer(STYLES["fortinet"], {}, name="FGT") as peer, connected(peer) as client:
        shell = client.invoke_shell()
        read_until(shell, "FGT # ")
        shell.send(b"config global\n")
        read_until(shell, "FGT (global) # ")
        shell.send(b"end\n")
        read_until(shell, "FGT # ")
        shell.send(b"nonsense\n")
        assert "Unknown action 0" in read_until(shell, "FGT # ")


def test_the_window_may_change() -> None:
    with SshCliPeer(IOS, REPLIES) as peer, connected(peer) as client:
        shell = client.invoke_shell(term="vt100", width=511, height=1000)
        shell.resize_pty(width=132, height=43)
        shell.send(b"show version\n")
        read_until(shell, "SW1#\r\n\r\nSW1>")  # an answer, so that the request before it has arrived
        assert (peer.terminals[0].width, peer.window_changes) == (511, [(132, 43)])


@pytest.mark.parametrize("mischief", WIRE_MISCHIEF)
def test_wire_mischief_never_lets_a_client_in(mischief: str) -> None:
    with SshCliPeer(IOS, REPLIES, mischief=mischief) as peer:
        with pytest.raises((paramiko.SSHException, OSError, EOFError)), connected(peer, timeout_s=0.5):
            pass
        assert peer.logons == []


@pytest.mark.parametrize("mischief", sorted(set(MISCHIEF) - set(WIRE_MISCHIEF)))
def test_shell_mischief_never_gives_the_plain_answer(mischief: str) -> None:
    seen = ""
    with SshCliPeer(IOS, {"show version": "fine\n"}, mischief=mischief) as peer, connected(peer) as client:
        try:
            shell = client.invoke_shell()
            shell.settimeout(0.3)
            shell.send(b"show version\n")
            while len(seen) < 2000 and "fine\r\n\r\nSW1>" not in seen and seen.count("f") < 2:
                piece = shell.recv(4096).decode("utf-8", "replace")
                if not piece:
                    break
                seen += piece
        except (OSError, EOFError, paramiko.SSHException):
            pass
    assert "show version\r\nfine\r\n\r\nSW1>" not in seen


def test_a_closed_peer_ends_an_output_without_end() -> None:
    with SshCliPeer(IOS, REPLIES, mischief="endless_output") as peer, connected(peer) as client:
        shell = client.invoke_shell()
        shell.send(b"show version\n")
        shell.settimeout(5)
        shell.recv(100)
    with socket.socket() as probe:
        assert probe.connect_ex((peer.address, peer.port)) != 0
