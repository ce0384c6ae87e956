"""The processes of the demo: the server and the agent, started as an operator would, ended by their own process id."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import requests

from tests.house.sources import ROOT

PASSWORD: Final = "level with the datum"
ENDS_WITHIN_S: Final = 20
READY_WITHIN_S: Final = 60


class DemoFailed(Exception):
    """Something of the demo did not come up; the text says what, and where its log is."""


@dataclass
class Processes:
    """What the demo has started; all end with the stack."""

    stack: ExitStack
    folder: Path
    port: int
    address: str = "127.0.0.1"
    authority: Path | None = None
    """The authority of the server's own certificate; without it the server speaks plain HTTP."""
    more: Mapping[str, str] = field(default_factory=dict)
    """Further variables of every process."""
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Return the server's address."""
        return f"{'https' if self.authority else 'http'}://{self.address}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of every process: folders of the demo's own."""
        own = {
            "DATUMLINE_SERVER_DATA": str(self.folder / "server"),
            "DATUMLINE_STATE_DIR": str(self.folder / "state"),
            "DJANGO_SETTINGS_MODULE": "server.settings",
            "PYTHONUNBUFFERED": "1",
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DATUMLINE_")}
        return {**kept, **own, **self.more}

    def call(self, *arguments: str, stdin: str = "") -> str:
        """Return what a command printed; raises DemoFailed with what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "datumline", *arguments],
            env=self.environment,
            cwd=ROOT,
            input=stdin,
            text=True,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise DemoFailed(f"datumline {' '.join(arguments[:3])} failed: {done.stderr.strip()[-600:]}")
        return done.stdout

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command that goes on, and return its process; its words go on in a log of its name."""
        log = self.stack.enter_context((self.folder / f"{name}.log").open("ab"))
        process = subprocess.Popen(
            [sys.executable, "-m", "datumline", *arguments],
            env=self.environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C ends the demo, which ends it
        )
        self._running.append(process)
        self.stack.callback(end, process)
        return process

    def forget(self, process: subprocess.Popen[bytes]) -> None:
        """Let a process be gone: it was ended on purpose."""
        self._running.remove(process)

    def wait_until_ready(self) -> None:
        """Return when the server answers that it is ready; raises DemoFailed."""
        until_s = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < until_s:
            if any(process.poll() is not None for process in self._running):
                break
            try:
                trusted = str(self.authority) if self.authority else True
                if requests.get(f"{self.url}/readyz", timeout=5, verify=trusted).ok:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.3)
        raise DemoFailed(f"the server did not come up; see {self.folder / 'server.log'}")

    def alive(self) -> bool:
        """Return whether everything that was started still runs."""
        return all(process.poll() is None for process in self._running)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process by its own id: asked first, ended at last."""
    process.terminate()
    try:
        process.wait(ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def enrolled(told: str) -> Mapping[str, str]:
    """Return what `agent enrol --format json` printed."""
    read: dict[str, str] = json.loads(told)
    return read
