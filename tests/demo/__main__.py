"""`make demo`: a server, an agent, a simulated site and this machine; prints where to look and how to sign in.

Ctrl-C, or the end of the terminal, ends all of it. `--once` ends after the first finished scan.
"""

import argparse
import os
import shutil
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tests.demo.processes import PASSWORD, DemoFailed, Processes, enrolled
from tests.demo.recorded import Site
from tests.demo.site import furnish
from tests.peers.ports import free_port

FOLDER: Final = Path(__file__).parents[2] / "out" / "demo"
FIRST: Final = "first@msp.example"
SCAN_WITHIN_S: Final = 180


def main() -> int:
    """Return 0 when a scan was finished and the demo was ended."""
    asked = argparse.ArgumentParser(prog="python -m tests.demo")
    asked.add_argument("--once", action="store_true", help="end after the first finished scan")
    asked.add_argument("--folder", type=Path, default=FOLDER, help="where everything is kept; it is emptied first")
    told = asked.parse_args()
    folder: Path = told.folder
    os.environ["DATUMLINE_SERVER_DATA"] = str(folder / "server")
    os.environ["DJANGO_SETTINGS_MODULE"] = "server.settings"
    began_s = time.monotonic()
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # also where a shell ignores Ctrl-C, or is closed
        signal.signal(ending, signal.default_int_handler)
    shutil.rmtree(folder, ignore_errors=True)  # what an earlier demo learnt of peers that are gone
    folder.mkdir(parents=True)
    try:
        with ExitStack() as stack:
            return _run(stack, folder, began_s, once=told.once)
    except DemoFailed as failed:
        print(failed, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nEnded.", file=sys.stderr)
        return 0


def _run(stack: ExitStack, folder: Path, began_s: float, *, once: bool) -> int:
    site = Site(stack)
    _say("Starting the devices of a simulated site ...")
    furnish(site)
    processes = Processes(stack, folder, free_port("127.0.0.1", kind="tcp"))
    _say("Setting up the server ...")
    _init(processes)
    processes.start("server", "server", "serve", "--listen", f"127.0.0.1:{processes.port}")
    processes.wait_until_ready()
    from tests.demo.story import Story  # Django is set up over the folder that now exists

    story = Story(processes, site)
    story.begin()
    _say("Enrolling the agent ...")
    story.enrol(enrolled)
    processes.start("agent", "agent", "run")
    _say("Reading 13 devices ...")
    story.scan(SCAN_WITHIN_S)
    print(story.told(time.monotonic() - began_s))
    if once:
        return 0
    story.go_on()
    return 0


def _init(processes: Processes) -> None:
    processes.call(
        *("server", "init", "--url", processes.url, "--email", FIRST, "--name", "First administrator"),
        *("--password-stdin", "--recovery-key-file", str(processes.folder / "recovery.key")),
        stdin=f"{PASSWORD}\n",
    )


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
