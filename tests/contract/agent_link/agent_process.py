"""An agent as a process of its own with played parts: `python -m tests.contract.agent_link.agent_process FOLDER URL`.

With KILL_AT="step:2" in the environment it kills itself when it passes that step for the second time.
"""

import os
import signal
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.clock import Clock
from agent.enrolment import enrol
from agent.errors import ServerUnavailable
from agent.home import Home
from agent.keys import read_keys, write_keys
from agent.run import Site, run_agent
from agent.server_line import Road
from agent.steps import Step
from tests.contract.agent_link.played import PlayedPolicy, PlayedVault
from tests.peers.server_link import TOKEN

WORKER = (sys.executable, "-m", "tests.contract.agent_link.played_worker")


def killer(passed: "Counter[str]") -> object:
    """Returns what is called at each step."""
    step, _, count = os.environ.get("KILL_AT", "").rpartition(":")

    def at(here: Step) -> None:
        passed[here] += 1
        if here == step and passed[here] == int(count):
            os.kill(os.getpid(), signal.SIGKILL)

    return at


def main() -> None:
    """Enrol where that has not been done, and run until SIGTERM."""
    folder, url = Path(sys.argv[1]), sys.argv[2]
    home = Home(folder)
    at = killer(Counter())
    assert callable(at)
    if not home.enrolment.exists():
        try:
            enrol(home, Road(url), TOKEN, Clock(), at)
        except ServerUnavailable as error:
            sys.exit(str(error))
    keys = read_keys(home.keys)
    assert keys is not None
    if os.environ.get("OLD_KEYS"):  # as if they had been made a month ago
        write_keys(home.keys, type(keys)(keys.signing, keys.sealing, datetime.now(UTC) - timedelta(days=31)))
    vault = PlayedVault()
    run_agent(home, Site(PlayedPolicy(), folder / "policy.toml", lambda *_: vault, WORKER), at=at)


if __name__ == "__main__":
    main()
