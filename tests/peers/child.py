"""Starts a real daemon as our own child process, waits until it answers, and ends it by its own process id."""

import contextlib
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil


class DidNotStart(RuntimeError):
    """A daemon ended early or did not answer in time; the text carries the end of what it printed."""


class Child:
    """One daemon in the foreground with its output kept in a file."""

    def __init__(self, arguments: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> None:
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(  # an argument list, no shell
                list(arguments),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
            )

    def wait_until(self, ready: Callable[[], bool], within_s: float) -> None:
        """Returns once ready() is true; raises DidNotStart and ends the process otherwise."""
        deadline = time.monotonic() + within_s
        while not ready():
            if self.process.poll() is not None:
                raise DidNotStart(f"{self.process.args!r} ended with {self.process.returncode}: {self.said()}")
            if time.monotonic() > deadline:
                self.close()
                raise DidNotStart(f"{self.process.args!r} not ready after {within_s:.0f} s: {self.said()}")
            time.sleep(0.02)

    def said(self) -> str:
        """Returns the end of what the process printed."""
        return self.log.read_text(errors="replace")[-2000:]

    def close(self) -> None:
        """Ends the process politely, then firmly, with all that it started, and reaps it."""
        if self.process.poll() is None:
            started = psutil.Process(self.process.pid).children(recursive=True)
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(3)
            except subprocess.TimeoutExpired:
                self.process.kill()
            for left in started:
                with contextlib.suppress(psutil.NoSuchProcess):
                    left.kill()
        self.process.wait(10)


class InFolder:
    """A daemon with a folder of its own for what it is told and what it says; both end together."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._child: Child | None = None

    def close(self) -> None:
        """Ends the daemon with all that it started and removes its files."""
        if self._child is not None:
            self._child.close()
            self._child = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
