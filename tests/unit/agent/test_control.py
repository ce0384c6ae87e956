"""The service host: what the control manager is told, played by a manager of the test; Windows itself is not here."""

import ctypes
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from agent import control
from agent.control import Host, NotAService, State
from agent.platform.windows_control import ServiceStatus, agent_run, answer_to, status_of


@dataclass
class PlayedManager:
    """A control manager: it enters the service in a thread of its own and can ask for a stop."""

    stops: bool = False
    refuses: bool = False
    told: list[tuple[State, int]] = field(default_factory=list)

    def connect(self, entered: Callable[[], None], stop: Callable[[], None]) -> None:
        if self.refuses:
            raise NotAService("not started as a service")
        main = threading.Thread(target=entered)
        main.start()
        if self.stops:
            threading.Thread(target=stop).start()
        main.join()

    def tell(self, state: State, exit_code: int = 0) -> None:
        self.told.append((state, exit_code))


@pytest.mark.parametrize("code", [0, 2])
def test_the_manager_learns_of_the_end_and_its_code(code: int) -> None:
    manager = PlayedManager()
    assert Host(manager, lambda: code, lambda: None).run() == code
    assert manager.told == [("running", 0), ("stopped", code)]


def test_a_stop_reaches_the_work_which_runs_in_the_main_thread() -> None:
    asked, threads = threading.Event(), []

    def work() -> int:
        threads.append(threading.current_thread())
        assert asked.wait(30)
        return 0

    manager = PlayedManager(stops=True)
    assert Host(manager, work, asked.set).run() == 0
    assert threads == [threading.main_thread()]
    assert manager.told[-1] == ("stopped", 0)
    assert ("stopping", 0) in manager.told


def test_work_that_fails_is_told_as_stopped() -> None:
    manager = PlayedManager()

    def fail() -> int:
        raise RuntimeError("a defect")

    with pytest.raises(RuntimeError):
        Host(manager, fail, lambda: None).run()
    assert manager.told == [("running", 0), ("stopped", 1)]


def test_a_process_that_is_no_service_says_so() -> None:
    with pytest.raises(NotAService):
        Host(PlayedManager(refuses=True), lambda: 0, lambda: None).run()


@pytest.mark.parametrize(
    ("state", "code", "fields"),
    [
        ("starting", 0, (0x10, 2, 0, 0, 0, 0, 30_000)),
        ("running", 0, (0x10, 4, 5, 0, 0, 0, 0)),
        ("stopping", 0, (0x10, 3, 0, 0, 0, 0, 30_000)),
        ("stopped", 0, (0x10, 1, 0, 0, 0, 0, 0)),
        ("stopped", 2, (0x10, 1, 0, 1066, 2, 0, 0)),
    ],
)
def test_the_status_is_as_winsvc_h_has_it(state: State, code: int, fields: tuple[int, ...]) -> None:
    told = status_of(state, code)
    assert tuple(getattr(told, name) for name, _ in ServiceStatus._fields_) == fields
    assert ctypes.sizeof(told) == 28


@pytest.mark.parametrize(("code", "answer", "stopped"), [(1, 0, True), (5, 0, True), (4, 0, False), (3, 120, False)])
def test_only_stop_and_shutdown_stop_it(code: int, answer: int, stopped: bool) -> None:
    stops: list[int] = []
    assert answer_to(code, lambda: stops.append(code)) == answer
    assert bool(stops) is stopped


def test_the_service_runs_the_same_command_as_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    def left(module: str, **more: object) -> None:
        raise SystemExit(7 if (module, sys.argv) == ("datumline", ["datumline", "agent", "run"]) else 1)

    monkeypatch.setattr("runpy.run_module", left)
    monkeypatch.setattr(sys, "argv", ["x"])
    assert agent_run() == 7


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has such services")
def test_elsewhere_it_leaves_with_a_sentence() -> None:
    with pytest.raises(SystemExit, match="systemd unit"):
        control.main()
