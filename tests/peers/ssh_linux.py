"""Linux over SSH: an in-process server that hands scripts to a callback, and the machine's own sshd."""

import contextlib
import getpass
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self, Unpack

from tests.peers.child import Child, InFolder
from tests.peers.ports import free_port, loopback_address
from tests.peers.ssh_server import Opened, SshOptions, SshPeer
from tests.peers.ssh_wire import answers_ssh

SSHD: Final = Path("/usr/sbin/sshd")
PRIVILEGE_FOLDER: Final = Path("/run/sshd")  # sshd started by root refuses to run without it
MOST_SCRIPT_BYTES: Final = 4 * 1024 * 1024
EXEC_MISCHIEF: Final = (
    "silent",
    "not_ssh",
    "endless_banner",
    "banner_drip",
    "banner_flood",
    "close_at_login",
    "endless_output",
    "drip_output",
    "stall_in_output",
    "close_in_output",
    "no_exit_status",
)
SHA1_ONLY: Final = """\
KexAlgorithms diffie-hellman-group14-sha1
HostKeyAlgorithms ssh-rsa
Ciphers aes128-cbc
MACs hmac-sha1
"""


@dataclass(frozen=True)
class ExecAnswer:
    """What a script prints and how it ends."""

    stdout: bytes = b""
    stderr: bytes = b""
    exit_code: int = 0
    after_s: float = 0.0


class SshExecPeer(SshPeer):
    """Executes nothing: each command's standard input goes to answer(script); commands are in `received`."""

    def __init__(
        self,
        answer: Callable[[str], ExecAnswer],
        *,
        reads_stdin: bool = True,
        mischief: str | None = None,
        **options: Unpack[SshOptions],
    ) -> None:
        if mischief is not None and mischief not in EXEC_MISCHIEF:
            raise ValueError(f"no such mischief: {mischief}")
        account: SshOptions = {"user": "audit", "password": "audit-pw"}
        super().__init__(mischief=mischief, **(account | options))
        self._answer = answer
        self._reads_stdin = reads_stdin
        self._scripts: list[str] = []

    def answers_with(self, answer: Callable[[str], ExecAnswer]) -> None:
        """Answers all later scripts in another way, as another machine with the same host key would."""
        self._answer = answer

    @property
    def scripts(self) -> list[str]:
        """Returns the scripts received through standard input, oldest first."""
        with self._record_lock:
            return list(self._scripts)

    @property
    def keeps_open(self) -> bool:
        return True

    def converse(self, opened: Opened) -> None:
        """Takes the whole script, then sends the answer, its errors and its exit code."""
        with contextlib.suppress(OSError):
            if opened.command is not None:
                self.hear(opened.command)
                self._execute(opened, opened.command)

    def _execute(self, opened: Opened, command: str) -> None:
        channel, script = opened.channel, command
        if self._reads_stdin:
            taken = bytearray()
            while len(taken) < MOST_SCRIPT_BYTES and (piece := channel.recv(65_536)):
                taken += piece
            script = taken.decode("utf-8", "replace")
            with self._record_lock:
                self._scripts.append(script)
        answer = self._answer(script)
        if not self.pause(answer.after_s):
            return
        match self.mischief:
            case "endless_output":
                while self.pause(0):
                    channel.sendall(b"a line of an output without end\n" * 500)
            case "drip_output":
                for octet in itertools.cycle(answer.stdout or b"x"):
                    channel.sendall(bytes((octet,)))
                    if not self.pause(0.2):
                        return
            case "stall_in_output":
                channel.sendall(answer.stdout[: len(answer.stdout) // 2])
                while channel.get_transport().is_active() and self.pause(0.05):
                    pass
            case "close_in_output":
                channel.sendall(answer.stdout[: len(answer.stdout) // 2])
            case _:
                channel.sendall(answer.stdout)
                channel.sendall_stderr(answer.stderr)
                if self.mischief != "no_exit_status":
                    channel.send_exit_status(answer.exit_code)


def missing_sshd() -> str | None:
    """Returns why a real sshd cannot run here, or None."""
    if not SSHD.exists() or shutil.which("ssh-keygen") is None:
        return "openssh-server is not installed"
    if os.geteuid() == 0 and not PRIVILEGE_FOLDER.is_dir() and not os.access(PRIVILEGE_FOLDER.parent, os.W_OK):
        return f"{PRIVILEGE_FOLDER} cannot be made"
    return None


class Sshd(InFolder):
    """OpenSSH's server with its own host key; the present user logs in with a generated key."""

    def __init__(self, *, sha1_only: bool = False, extra: str = "", address: str | None = None) -> None:
        self.address = address or loopback_address()
        self.port = free_port(self.address)
        self.user = getpass.getuser()
        self.private_key_path = Path()
        self.private_key_text = ""
        self.host_key_line = ""
        self._sha1_only, self._extra = sha1_only, extra
        super().__init__()

    def start(self) -> Self:
        """Starts sshd and returns when it greets; raises DidNotStart."""
        folder = self._folder = Path(tempfile.mkdtemp(prefix="sshd-"))
        try:
            self.private_key_path = _generate(folder / "user", "ed25519")
            self.private_key_text = self.private_key_path.read_text()
            host = _generate(folder / "server", "rsa" if self._sha1_only else "ed25519")
            self.host_key_line = " ".join(host.with_suffix(".pub").read_text().split()[:2])
            configuration = folder / "sshd_config"
            configuration.write_text(self._configuration(folder, host))
            if os.geteuid() == 0:
                PRIVILEGE_FOLDER.mkdir(mode=0o755, exist_ok=True)
            self._child = Child([str(SSHD), "-D", "-e", "-f", str(configuration)], folder / "output.txt")
            self._child.wait_until(lambda: answers_ssh(self.address, self.port), 20)
        except BaseException:
            self.close()
            raise
        return self

    def said(self) -> str:
        """Returns the end of sshd's log: accepted and failed logons stand there."""
        return self._child.said() if self._child else ""

    def _configuration(self, folder: Path, host: Path) -> str:
        lines = [
            f"ListenAddress {self.address}",
            f"Port {self.port}",
            f"HostKey {host}",
            f"AuthorizedKeysFile {folder / 'user.pub'}",
            f"PidFile {folder / 'sshd.pid'}",
            "StrictModes no",  # the folder lies in the world-writable temporary folder
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin prohibit-password",
            f"UsePAM {'yes' if os.geteuid() == 0 else 'no'}",
            "PrintMotd no",
            "LogLevel VERBOSE",
        ]
        return "\n".join([*lines, SHA1_ONLY if self._sha1_only else "", self._extra]) + "\n"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()


def _generate(path: Path, kind: str) -> Path:
    arguments = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "test", "-f", str(path)]
    subprocess.run(arguments, check=True, stdin=subprocess.DEVNULL, capture_output=True)
    return path
