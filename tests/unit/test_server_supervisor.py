"""The parent of the server's processes starts none before what must be done first could be done."""

import os
import signal
import sys
from pathlib import Path

from server.cli.supervisor import Process, Supervisor


def test_a_process_waits_until_what_must_be_done_first_could_be_done(tmp_path: Path) -> None:
    began = tmp_path / "began"
    seen: list[bool] = []

    def before() -> bool:
        seen.append(began.exists())
        if len(seen) == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        return len(seen) == 3

    command = (sys.executable, "-c", f"open({str(began)!r}, 'w').close()")
    Supervisor([Process("worker", command, before=before)], lambda _names: None).run()
    assert seen == [False, False, False]
