"""Debian's own NUT daemon, upsd, with dummy-ups drivers that serve recorded dumps and can be changed while they run."""

import contextlib
import os
import shutil
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

from tests.peers.child import Child
from tests.peers.ports import free_port, loopback_address

PROGRAMS: Final = Path("/lib/nut")
ADMINISTRATOR: Final = ("administrator", "administrator-pw")


def missing_upsd() -> str | None:
    """Returns why upsd cannot run here, or None."""
    if not (PROGRAMS / "upsd").exists() or not (PROGRAMS / "dummy-ups").exists():
        return "nut-server is not installed"
    if os.geteuid() != 0:
        return "upsd and its drivers need root to share their folder"
    return None


class RealUpsd:
    """Serves dumps by UPS name (text or path); `users` may log in, and set() plays events."""

    def __init__(
        self,
        dumps: Mapping[str, Path | str],
        *,
        users: Mapping[str, str] | None = None,
        address: str | None = None,
        port: int | None = None,
    ) -> None:
        self.dumps = dict(dumps)
        self.users = dict(users or {})
        self.address = address or loopback_address()
        self.port = port or free_port(self.address)
        self._folder: Path | None = None
        self._children: list[Child] = []

    def start(self) -> Self:
        """Starts one driver for each dump and upsd, and returns when every UPS has data; raises DidNotStart."""
        # The drivers' sockets lie in the folder, and a socket's path has at most 108 characters.
        folder = self._folder = Path(tempfile.mkdtemp(prefix="nut-", dir="/tmp"))
        try:
            self._configure(folder)
            environment = {
                **os.environ,
                "NUT_CONFPATH": str(folder),
                "NUT_STATEPATH": str(folder),
                "NUT_ALTPIDPATH": str(folder),
            }
            for name in self.dumps:
                driver = [str(PROGRAMS / "dummy-ups"), "-F", "-a", name, "-u", "root"]
                self._children.append(Child(driver, folder / f"{name}.txt", environment))
            upsd = Child([str(PROGRAMS / "upsd"), "-F", "-u", "root"], folder / "upsd.txt", environment)
            self._children.append(upsd)
            upsd.wait_until(self._has_data, 20)
        except BaseException:
            self.close()
            raise
        return self

    def set(self, name: str, variable: str, text: str) -> None:
        """Changes a variable as upsrw does; raises RuntimeError with upsd's answer when it refuses."""
        user, password = ADMINISTRATOR
        lines = [f"USERNAME {user}", f"PASSWORD {password}", f'SET VAR {name} {variable} "{text}"', "LOGOUT"]
        answers = self._ask(*lines)
        if answers[2:3] != ["OK"]:
            raise RuntimeError(f"upsd answered {answers}")

    def close(self) -> None:
        """Ends upsd and the drivers and removes their files."""
        for child in reversed(self._children):
            child.close()
        self._children.clear()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _configure(self, folder: Path) -> None:
        sections = []
        for name, dump in self.dumps.items():
            dumped = dump.read_bytes() if isinstance(dump, Path) else dump.encode()
            (folder / f"{name}.dev").write_bytes(dumped)
            sections.append(f"[{name}]\n driver = dummy-ups\n port = {folder / name}.dev\n mode = dummy-once\n")
        users = [f"[{user}]\n password = {password}\n upsmon secondary\n" for user, password in self.users.items()]
        users.append(f"[{ADMINISTRATOR[0]}]\n password = {ADMINISTRATOR[1]}\n actions = SET\n")
        files = {
            "nut.conf": "MODE=netserver\n",
            "ups.conf": "".join(sections),
            "upsd.conf": f"LISTEN {self.address} {self.port}\n",
            "upsd.users": "".join(users),
        }
        for file, text in files.items():
            (folder / file).write_text(text)
            (folder / file).chmod(0o600)

    def _has_data(self) -> bool:
        """Returns whether each driver has delivered; until then upsd says WAIT, or that no driver is connected."""
        answers = [self._ask(f"GET VAR {name} ups.status")[0] for name in self.dumps]
        ready = ("VAR ", "ERR VAR-NOT-SUPPORTED")
        return all(answer.startswith(ready) and not answer.endswith('"WAIT"') for answer in answers)

    def _ask(self, *lines: str) -> list[str]:
        """Returns one answer line for each line sent, or a single empty one while nobody listens."""
        answers: list[str] = []
        with (
            contextlib.suppress(OSError),
            socket.create_connection((self.address, self.port), timeout=2) as tcp,
            tcp.makefile("rw", encoding="utf-8", newline="\n") as stream,
        ):
            for line in lines:
                stream.write(line + "\n")
                stream.flush()
                answers.append(stream.readline().rstrip("\n"))
        return answers or [""]

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()
