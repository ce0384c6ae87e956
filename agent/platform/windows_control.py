"""Windows: the service control manager by its own three calls (advapi32), without a package or program of others."""

import ctypes
import os
import sys
from collections.abc import Callable
from typing import Final

from agent.control import STOP_HINT_MS, NotAService, State
from agent.home import the_home

NAME: Final = "DatumlineAgent"
LOG_BYTES: Final = 5_000_000
OWN_PROCESS: Final = 0x10  # winsvc.h: SERVICE_WIN32_OWN_PROCESS
STATES: Final[dict[State, int]] = {"stopped": 1, "starting": 2, "stopping": 3, "running": 4}  # SERVICE_STOPPED, ...
ACCEPT_STOP_AND_SHUTDOWN: Final = 0x1 | 0x4
CONTROL_STOP, CONTROL_INTERROGATE, CONTROL_SHUTDOWN = 1, 4, 5
NO_ERROR: Final = 0
NOT_IMPLEMENTED: Final = 120  # ERROR_CALL_NOT_IMPLEMENTED
SPECIFIC_ERROR: Final = 1066  # ERROR_SERVICE_SPECIFIC_ERROR: the code stands in the other field


class ServiceStatus(ctypes.Structure):
    """SERVICE_STATUS."""

    _fields_ = (
        ("service_type", ctypes.c_uint32),
        ("current_state", ctypes.c_uint32),
        ("controls_accepted", ctypes.c_uint32),
        ("win32_exit_code", ctypes.c_uint32),
        ("service_specific_exit_code", ctypes.c_uint32),
        ("check_point", ctypes.c_uint32),
        ("wait_hint", ctypes.c_uint32),
    )


def status_of(state: State, exit_code: int = 0) -> ServiceStatus:
    """Return what the manager is told of a state."""
    return ServiceStatus(
        OWN_PROCESS,
        STATES[state],
        ACCEPT_STOP_AND_SHUTDOWN if state == "running" else 0,
        SPECIFIC_ERROR if exit_code else NO_ERROR,
        exit_code,
        0,
        STOP_HINT_MS if state in {"starting", "stopping"} else 0,
    )


def answer_to(control: int, stop: Callable[[], None]) -> int:
    """Return what the manager is answered to a control code, after acting on it."""
    if control in {CONTROL_STOP, CONTROL_SHUTDOWN}:
        stop()
        return NO_ERROR
    return NO_ERROR if control == CONTROL_INTERROGATE else NOT_IMPLEMENTED


def agent_run() -> int:
    """Return the exit code of `datumline agent run` in this thread and process."""
    import runpy

    sys.argv = ["datumline", "agent", "run"]
    try:
        runpy.run_module("datumline", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


if sys.platform == "win32":
    import _thread
    import signal
    from ctypes import wintypes

    _MAIN = ctypes.WINFUNCTYPE(None, wintypes.DWORD, ctypes.POINTER(wintypes.LPWSTR))
    _HANDLER = ctypes.WINFUNCTYPE(wintypes.DWORD, wintypes.DWORD, wintypes.DWORD, wintypes.LPVOID, wintypes.LPVOID)

    class _TableEntry(ctypes.Structure):
        _fields_ = (("name", wintypes.LPWSTR), ("main", _MAIN))

    class WindowsManager:
        """The service control manager of this machine."""

        def __init__(self) -> None:
            self._api = ctypes.WinDLL("advapi32", use_last_error=True)
            self._api.StartServiceCtrlDispatcherW.argtypes = (ctypes.POINTER(_TableEntry),)
            self._api.RegisterServiceCtrlHandlerExW.argtypes = (wintypes.LPCWSTR, _HANDLER, wintypes.LPVOID)
            self._api.RegisterServiceCtrlHandlerExW.restype = wintypes.HANDLE
            self._api.SetServiceStatus.argtypes = (wintypes.HANDLE, ctypes.POINTER(ServiceStatus))
            self._status: int | None = None

        def connect(self, entered: Callable[[], None], stop: Callable[[], None]) -> None:
            """Speak with the manager until the service has stopped; raises NotAService."""
            handler = _HANDLER(lambda control, kind, data, context: answer_to(control, stop))

            def began(count: int, words: object) -> None:
                self._status = self._api.RegisterServiceCtrlHandlerExW(NAME, handler, None)
                self.tell("starting")
                entered()

            main = _MAIN(began)
            table = (_TableEntry * 2)(_TableEntry(NAME, main), _TableEntry(None, _MAIN()))
            if not self._api.StartServiceCtrlDispatcherW(table):
                raise NotAService(f"Windows did not start this process as a service ({ctypes.get_last_error()})")

        def tell(self, state: State, exit_code: int = 0) -> None:
            """Tell how the service is."""
            if self._status:
                self._api.SetServiceStatus(self._status, ctypes.byref(status_of(state, exit_code)))

    def interrupt() -> None:
        """Let the main thread see the signal by which `datumline agent run` ends; without one there is no effect."""
        _thread.interrupt_main(signal.SIGTERM)


def log_to_file() -> None:
    """Send what the process and its children say to a file: a service has no screen. Begun anew when it is large."""
    folder = the_home().folder / "log"
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "agent.log"
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(folder / "agent.log.1")
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for number in (1, 2):
        os.dup2(handle, number)
    sys.stdout = open(1, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)  # noqa: SIM115
