"""The agent as a service of Windows: what the service control manager is told, whatever speaks to it."""

import logging
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

logger = logging.getLogger(__name__)

State = Literal["starting", "running", "stopping", "stopped"]
ENTER_S: Final = 30.0
"""The control manager waits as long for a service that it has started."""
STOP_HINT_MS: Final = 30_000
"""How long a stop may take: what has begun is let end, a logon above all."""


class NotAService(Exception):
    """The process was not started by the service control manager; whoever started it uses `datumline agent run`."""


class ControlManager(Protocol):
    """What is needed of the service control manager."""

    def connect(self, entered: Callable[[], None], stop: Callable[[], None]) -> None:
        """Speak with the manager until the service has stopped; raises NotAService.

        `entered` is called in a thread of the manager's and returns when the service has stopped; `stop` at each stop
        or shutdown.
        """

    def tell(self, state: State, exit_code: int = 0) -> None:
        """Tell how the service is."""


@dataclass
class Host:
    """One service in one process: the agent works in the main thread, the manager is spoken with in another one."""

    manager: ControlManager
    work: Callable[[], int]
    """Returns the exit code of the agent."""
    stop_work: Callable[[], None]
    _entered: threading.Event = field(default_factory=threading.Event)
    _done: threading.Event = field(default_factory=threading.Event)
    _problem: list[NotAService] = field(default_factory=list)

    def run(self) -> int:
        """Return the agent's exit code after the manager was told of the end; raises NotAService."""
        speaking = threading.Thread(target=self._speak, name="service control", daemon=True)
        speaking.start()
        if not self._entered.wait(ENTER_S) or self._problem:
            raise self._problem[0] if self._problem else NotAService("the service control manager did not answer")
        code = 1
        try:
            code = self.work()
        finally:
            self.manager.tell("stopped", code)
            self._done.set()
            speaking.join(ENTER_S)
        return code

    def _speak(self) -> None:
        try:
            self.manager.connect(self._enter, self._stop)
        except NotAService as error:
            self._problem.append(error)
            self._entered.set()

    def _enter(self) -> None:
        self.manager.tell("running")
        self._entered.set()
        self._done.wait()

    def _stop(self) -> None:
        logger.info("the service control manager asks for a stop")
        self.manager.tell("stopping")
        self.stop_work()


def main() -> None:
    """Run `datumline agent run` as a service; leaves with its exit code, or says that this is no service."""
    if sys.platform == "win32":
        from agent.platform.windows_control import WindowsManager, agent_run, interrupt, log_to_file

        log_to_file()
        try:
            code = Host(WindowsManager(), agent_run, interrupt).run()
        except NotAService as error:
            sys.exit(f"{error}. Start the service, or use: datumline agent run.")
        sys.exit(code)
    else:
        sys.exit("Only Windows has this kind of service; use the systemd unit, or: datumline agent run.")


if __name__ == "__main__":
    main()
