"""A warm child as the parent sees it: its process, its end of the pipe, and the attempts that it has in hand."""

import itertools
import multiprocessing
import os
import queue
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import ModuleType

from pydantic import ValidationError

from collectors import limits
from collectors.pool import child
from collectors.pool.child import ChildSettings
from collectors.pool.job import JobFrame
from collectors.pool.messages import FRAME_LIMIT_BYTES, FROM_CHILD, Stop, WordFromChild, WordToChild, Work
from collectors.pool.turns import Attempt

Inbox = queue.SimpleQueue[tuple["WarmChild", WordFromChild | None]]
"""What children say, in order; None is a child's end."""
_SHARING = "collectors.pool.sharing"
_END_S = 2.0
_numbers = itertools.count(1)


@dataclass
class InHand:
    """An attempt that a child has in hand, and the moment by which it must have answered."""

    attempt: Attempt
    answers_by_s: float


class WarmChild:
    """One child process; its words arrive in the inbox through a thread that reads the pipe."""

    def __init__(self, lane: str, alone: bool, settings: ChildSettings, inbox: Inbox, preload: Iterable[str]) -> None:
        context = multiprocessing.get_context(limits.START_METHOD)
        self.id = next(_numbers)
        self.lane = lane
        self.alone = alone
        self.in_hand: dict[str, InHand] = {}
        self.done_count = 0
        self.retiring = False
        self.killed_as_late = False
        self._connection, childs_end = context.Pipe()
        process = context.Process(target=child.main, args=(childs_end, settings.to_json()), daemon=True)
        with _environment(limits.START_ENVIRONMENT), _without_main():
            limits.preload(context, [child.__name__, *preload, _SHARING])
            process.start()
        childs_end.close()
        self._process = process
        self._reader = threading.Thread(target=self._read, args=(inbox,), daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int | None:
        """Return the process id."""
        return self._process.pid

    def begin(self, attempt: Attempt, start_s: float) -> None:
        """Give an attempt to the child; its time runs from the child's word Began, which must come within `start_s`."""
        job = attempt.job
        self.in_hand[job.id] = InHand(attempt, time.monotonic() + start_s)
        self.send(Work(job=JobFrame.of(job)))

    def send(self, word: WordToChild) -> None:
        """Send one word; a child that is gone says so in the inbox."""
        with suppress(OSError):
            self._connection.send_bytes(word.frame())

    def is_late(self, at_s: float) -> bool:
        """Return whether an attempt had to be answered by now."""
        return any(held.answers_by_s < at_s for held in self.in_hand.values())

    def kill(self) -> None:
        """End the process at once; the inbox tells when it is gone."""
        self.killed_as_late = True
        self._process.kill()

    def close(self) -> None:
        """Ask the process to end, and make sure that it does."""
        self.send(Stop())
        self._process.join(_END_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(_END_S)
        self._reader.join(_END_S)
        self._connection.close()

    def _read(self, inbox: Inbox) -> None:
        try:
            while True:
                inbox.put((self, FROM_CHILD.validate_json(self._connection.recv_bytes(FRAME_LIMIT_BYTES))))
        except (EOFError, OSError, ValidationError):
            self._process.kill()
            inbox.put((self, None))


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set variables for what is started inside, and put back what was there."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the program that runs here: a child would import it again, and needs nothing of it."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program
