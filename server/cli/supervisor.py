"""Keeps the server's processes running: starts them, starts again what dies, and stops all of them cleanly."""

import contextlib
import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

logger = logging.getLogger(__name__)

FIRST_WAIT_S: Final = 1.0
LONGEST_WAIT_S: Final = 60.0
STEADY_AFTER_S: Final = 60.0
"""A process that lived for so long begins again with the shortest wait."""
GRACE_S: Final = 30.0
"""How long a process may take to finish what it is doing."""
LOOK_EVERY_S: Final = 0.25
BEAT_EVERY_S: Final = 15.0
_PR_SET_PDEATHSIG: Final = 1  # prctl(2)


@dataclass(frozen=True)
class Process:
    """One process of the server."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], bool] | None = None
    """Done each time before it is started; where it returns False the process is not started yet."""


@dataclass
class _Child:
    process: Process
    running: subprocess.Popen[bytes] | None = None
    began_s: float = 0.0
    due_s: float = 0.0
    wait_s: float = FIRST_WAIT_S


class Supervisor:
    """One process tree: this process and the children of its table."""

    def __init__(self, processes: Sequence[Process], beat: Callable[[Sequence[str]], None]) -> None:
        """Keep the table; `beat` is told now and then which processes live."""
        self._children = [_Child(one) for one in processes]
        self._beat = beat
        self._signals = 0

    def run(self) -> None:
        """Run until SIGTERM or SIGINT; a second one ends it at once."""
        former = {one: signal.signal(one, self._stop) for one in (signal.SIGTERM, signal.SIGINT)}
        beat_s = 0.0
        try:
            while not self._signals:
                now = time.monotonic()
                for child in self._children:
                    self._look_after(child, now)
                if now >= beat_s:
                    beat_s = now + BEAT_EVERY_S
                    self._beat([child.process.name for child in self._children if child.running is not None])
                time.sleep(LOOK_EVERY_S)
        finally:
            self._end_all()
            for one, was in former.items():
                signal.signal(one, was)

    def _stop(self, number: int, frame: object) -> None:
        self._signals += 1

    def _look_after(self, child: _Child, now: float) -> None:
        """Start a child that is due; notice one that has died and say when it is tried again."""
        if child.running is None:
            if now >= child.due_s:
                self._start(child, now)
            return
        code = child.running.poll()
        if code is None:
            return
        _kill_group(child.running)
        child.running = None
        if now - child.began_s >= STEADY_AFTER_S:
            child.wait_s = FIRST_WAIT_S
        child.due_s = now + child.wait_s
        told = {"part": child.process.name, "code": code, "again_in_s": child.wait_s}
        logger.error("a process of the server ended by itself and is started again", extra=told)
        child.wait_s = min(child.wait_s * 2, LONGEST_WAIT_S)

    def _start(self, child: _Child, now: float) -> None:
        if child.process.before is not None and not child.process.before():
            child.due_s = now + FIRST_WAIT_S
            return
        child.running = subprocess.Popen(
            child.process.command,
            env={**os.environ, **child.process.environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no threads here
        )
        child.began_s = now
        logger.info("a process of the server began", extra={"part": child.process.name, "pid": child.running.pid})

    def _end_all(self) -> None:
        """Ask every child to end, wait, and kill what is left; each child's own children end with it."""
        alive = [child.running for child in self._children if child.running is not None]
        for one in alive:
            one.terminate()
        until = time.monotonic() + GRACE_S
        while any(one.poll() is None for one in alive) and time.monotonic() < until and self._signals < 2:
            time.sleep(LOOK_EVERY_S / 5)
        for one in alive:
            if one.poll() is None:
                logger.warning("a process of the server did not end in time and was killed", extra={"pid": one.pid})
            _kill_group(one)
            one.wait()


def _kill_group(one: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a child's own process group."""
    if sys.platform == "win32":
        one.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(one.pid, signal.SIGKILL)


def _end_with_parent() -> None:
    """Ask the kernel to end this child when its parent dies, however that happens."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
