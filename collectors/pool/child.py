"""The child process: it runs jobs in threads, asks the parent before each logon, and ends when the parent is gone."""

import json
import logging
import os
import signal
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Self

from collectors import limits
from collectors.access import Circumstances, Deadline
from collectors.collect import Equipment, observe, unread
from collectors.defects import trace_of
from collectors.facts import document
from collectors.facts.gaps import Gap, GapReason
from collectors.pool.job import JobFrame
from collectors.pool.messages import FRAME_LIMIT_BYTES, TO_CHILD, Began, Done, Said, Stop, Work
from collectors.pool.pipe import ChildPipe, PipeGate, PipePins
from collectors.recording import recording_of

logger = logging.getLogger(__name__)

_PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}
DEFECT = Gap(
    reason=GapReason.UNEXPECTED_REPLY,
    text="was not read because of a defect of ours; with DATUMLINE_LOG=ERROR in the environment, our log says where",
)
OUT_OF_MEMORY = Gap(
    reason=GapReason.UNEXPECTED_REPLY, text="was not read: the replies need more memory than a collection may use"
)


@dataclass(frozen=True)
class ChildSettings:
    """What a child is told when it starts; nothing secret."""

    memory_limit_bytes: int
    cpu_budget_s: int
    equipment: Equipment = field(default_factory=Equipment)

    def to_json(self) -> str:
        """Return the settings as JSON."""
        return json.dumps(
            {
                "memory_limit_bytes": self.memory_limit_bytes,
                "cpu_budget_s": self.cpu_budget_s,
                "transports": dict(self.equipment.transports),
                "drivers_package": self.equipment.drivers_package,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the settings that `to_json` wrote."""
        told = json.loads(text)
        equipment = Equipment(told["transports"], told["drivers_package"])
        return cls(told["memory_limit_bytes"], told["cpu_budget_s"], equipment)


def main(connection: "Connection[bytes, bytes]", settings_json: str) -> None:
    """Run jobs until the parent closes the pipe or is gone; then end at once, whatever the threads do."""
    settings = ChildSettings.from_json(settings_json)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    with suppress(OSError):  # a service may have no stderr
        os.dup2(2, 1)  # stdout belongs to the document
    limits.confine(settings.memory_limit_bytes)
    threading.stack_size(limits.STACK_BYTES)
    pipe = ChildPipe(connection)
    _log_to(pipe)
    threading.excepthook = _tell_of_dead_thread
    try:
        while True:
            word = TO_CHILD.validate_json(connection.recv_bytes(FRAME_LIMIT_BYTES))
            if isinstance(word, Work):
                limits.rearm_cpu(settings.cpu_budget_s)
                threading.Thread(target=_work, args=(pipe, word.job, settings), daemon=True).start()
            elif isinstance(word, Stop):
                break
            else:
                pipe.give(word)
    except (EOFError, OSError):
        pass  # the parent is gone
    os._exit(0)


def _work(pipe: ChildPipe, job: JobFrame, settings: ChildSettings) -> None:
    """Do one job and send its outcome: the outermost loop of a collection, nothing escapes it."""
    deadline = Deadline(job.deadline_s)
    ahead = timedelta(seconds=job.clock_ahead_s)
    circumstances = Circumstances(
        deadline,
        PipeGate(pipe, job.id),
        PipePins(pipe, deadline),
        pace_share=job.pace_share,
        now=lambda: datetime.now(UTC) + ahead,
    )
    pipe.send(Began(job_id=job.id))
    recording = None
    pause_s = 0.0
    out_of_memory = False
    try:
        observation = observe(
            job.name, job.access, job.secret, circumstances, settings.equipment, only_detected=job.only_detected
        )
        pause_s = observation.known.driver.GENTLE.pause_after_s if observation.known else 0
        recording = recording_of(observation) if job.recorded else None
        told = document.to_json(observation.snapshot)
    except MemoryError:
        out_of_memory = True
        told = document.to_json(unread(job.name, job.access, OUT_OF_MEMORY, circumstances))
    except Exception as error:  # noqa: BLE001  (the outermost loop: one device's trouble never ends the others')
        logger.error(
            "a collection failed by a defect of ours",
            extra={"device": job.name, "transport": job.access.transport, "trace": trace_of(error)},
        )
        told = document.to_json(unread(job.name, job.access, DEFECT, circumstances))
    pipe.send(
        Done(
            job_id=job.id,
            document=told,
            recording=recording,
            pause_s=pause_s,
            memory_bytes=_memory_bytes(),
            out_of_memory=out_of_memory,
        )
    )


def _tell_of_dead_thread(dead: threading.ExceptHookArgs) -> None:
    if dead.exc_value is not None:
        logger.error("a thread ended by a defect of ours", extra={"trace": trace_of(dead.exc_value)})


def _memory_bytes() -> int:
    import psutil

    return int(psutil.Process().memory_info().rss)


class _PipeLog(logging.Handler):
    """Sends the log records of a child to the parent, which has the log file."""

    def __init__(self, pipe: ChildPipe) -> None:
        super().__init__()
        self._pipe = pipe

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record; its extra values as texts and numbers."""
        extra = {
            name: value if isinstance(value, str | int | float | bool | None) else str(value)
            for name, value in record.__dict__.items()
            if name not in _PLAIN
        }
        if record.exc_info and record.exc_info[1] is not None:
            extra["trace"] = trace_of(record.exc_info[1])
        self._pipe.send(Said(level=record.levelno, logger=record.name, text=record.getMessage(), extra=extra))


def _log_to(pipe: ChildPipe) -> None:
    """Send our own warnings and worse; libraries log words of devices, so only their errors' places are of use here."""
    root = logging.getLogger("collectors")
    root.addHandler(_PipeLog(pipe))
    root.propagate = False
    logging.getLogger().addHandler(logging.NullHandler())
