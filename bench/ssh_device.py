"""A simulated switch behind OpenSSH's own server: five long outputs, 30 ms of thought before each.

The command line is a few lines of sh, so that server and device cost next to nothing, and no Python of ours is in them.
"""

import getpass
import os
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.apart import NotHere

NAME = "sw-01"
COMMANDS = ("show version", "show interfaces", "show ip ssh", "show vlan", "show inventory")
LINES_COUNT = 320
LEAST_CHARACTERS = 20_000
ADDRESS = "127.0.0.1"
START_LIMIT_S = 10.0

COMMAND_LINE = """\
#!/bin/sh
# The line is repeated when it is taken up, as switches do, and not by the terminal when it arrives.
stty -echo
printf '%s' '{name}#'
while read -r line; do
    printf '%s\n' "$line"
    case "$line" in
    exit*) exit 0 ;;
    show*) sleep 0.03; cat {output} ;;
    esac
    printf '%s' '{name}#'
done
"""
# SHLVL: bash, the user's shell in between, reads its long start-up files only at the first level.
SETTINGS = """\
ListenAddress {address}
Port {port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/user_key.pub
PidFile none
StrictModes no
PasswordAuthentication no
PermitRootLogin yes
UsePAM no
PrintMotd no
PrintLastLog no
MaxStartups 500:100:1000
MaxSessions 500
ForceCommand {folder}/command_line
SetEnv SHLVL=3
"""


@dataclass(frozen=True)
class Where:
    """How the device is reached: with a key, as the user who runs the benchmark."""

    address: str
    port: int
    user: str
    key_file: str


@contextmanager
def running() -> Iterator[Where]:
    """Give a device that listens, and end it after; raises NotHere without OpenSSH's server."""
    server = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if server is None:
        raise NotHere("sshd: install Debian's openssh-server")
    with tempfile.TemporaryDirectory(prefix="bench-ssh-") as name:
        folder = Path(name)
        port = _prepare(folder)
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        command = [server, "-D", "-e", "-f", str(folder / "settings")]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                _wait_for(port)
                yield Where(ADDRESS, port, getpass.getuser(), str(folder / "user_key"))
            finally:
                process.terminate()


def _prepare(folder: Path) -> int:
    """Write keys, settings, command line and output; return the port that the settings name."""
    for key in ("host_key", "user_key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)], check=True)
    with socket.socket() as free:
        free.bind((ADDRESS, 0))
        port = int(free.getsockname()[1])
    lines = (
        f"GigabitEthernet1/0/{number % 48:<3} is up, line protocol is up, {number:05}" for number in range(LINES_COUNT)
    )
    output = folder / "output"
    output.write_text("".join(f"{line:<66}\n" for line in lines), encoding="ascii")
    script = folder / "command_line"
    script.write_text(COMMAND_LINE.format(name=NAME, output=output), encoding="ascii")
    script.chmod(script.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    (folder / "settings").write_text(SETTINGS.format(address=ADDRESS, port=port, folder=folder), encoding="ascii")
    return port


def _wait_for(port: int) -> None:
    ends_at_s = time.monotonic() + START_LIMIT_S
    while time.monotonic() < ends_at_s:
        with suppress(OSError), socket.create_connection((ADDRESS, port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError("sshd did not start listening")
