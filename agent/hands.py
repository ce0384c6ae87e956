"""The worker as the agent sees it: started when there is work, ended when there has been none, killed when it hangs."""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ValidationError

from agent.worker_words import FROM_WORKER, Begin, Channel, Do, Stop, WordFromWorker

logger = logging.getLogger(__name__)

COMMAND: Final = (sys.executable, "-P", "-m", "agent.site_worker")
END_S: Final = 10.0


@dataclass
class Hands:
    """At most one worker process; what it says is given to `heard` in a thread that lives as long as the process."""

    begin: Begin
    heard: Callable[[WordFromWorker], None]
    ended: Callable[[], None]
    """Told that the worker is gone, for whatever reason."""
    command: Sequence[str] = COMMAND
    environment: dict[str, str] = field(default_factory=dict)
    _process: "subprocess.Popen[bytes] | None" = None
    _channel: Channel | None = None
    _reader: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        """Return the worker's process id while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def ready(self) -> None:
        """Start the worker when there is none; raises OSError when that cannot be done."""
        if self.pid is None:
            self.end()
            self._start()

    def give(self, job: Do) -> bool:
        """Give a job to the worker that is there; return whether it could be given."""
        return self._say(job)

    def stop(self, within_s: float) -> None:
        """Let the worker finish what has begun for so long, then break it off."""
        if self._process is not None and self._say(Stop()):
            _wait(self._process, within_s)
        self.end()

    def end(self) -> None:
        """End the worker now: the end of its pipe breaks off what is under way."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            try:
                process.stdin.close()
            except OSError:
                pass
        if not _wait(process, END_S):
            process.kill()
            process.wait()
        if self._reader is not None and self._reader is not threading.current_thread():
            self._reader.join(END_S)
        if process.stdout is not None:
            process.stdout.close()

    def _start(self) -> None:
        package = str(Path(__file__).parents[1])
        path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
        environment = {**os.environ, "PYTHONPATH": path, "MALLOC_ARENA_MAX": "1", **self.environment}
        process = subprocess.Popen(
            list(self.command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, start_new_session=True
        )
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        self._process = process
        self._channel = Channel(process.stdout, process.stdin)
        reads = (self._channel, process)
        self._reader = threading.Thread(target=self._read, args=reads, name="worker's words", daemon=True)
        self._reader.start()
        self._say(self.begin)

    def _say(self, word: BaseModel) -> bool:
        if self._channel is None:
            return False
        try:
            self._channel.send(word)
        except (OSError, ValueError):
            return False
        return True

    def _read(self, channel: Channel, process: "subprocess.Popen[bytes]") -> None:
        """Hear the worker until its end; one that is no longer heard is of no use, and is ended."""
        try:
            while (raw := channel.receive()) is not None:
                self.heard(FROM_WORKER.validate_json(raw))
        except ValidationError:
            logger.error("the worker said something that the agent does not understand")
        finally:
            process.kill()
            self.ended()


def _wait(process: "subprocess.Popen[bytes]", within_s: float) -> bool:
    ends_at_s = time.monotonic() + within_s
    while process.poll() is None:
        if time.monotonic() > ends_at_s:
            return False
        time.sleep(0.05)
    return True
