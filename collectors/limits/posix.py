"""Limits of a child process on Linux and other POSIX systems, by setrlimit; children are forked from a warm server."""

import signal
import sys
from collections.abc import Sequence
from multiprocessing.context import BaseContext
from typing import Final, Literal

START_METHOD: Final[Literal["forkserver"]] = "forkserver"


def preload(context: BaseContext, modules: Sequence[str]) -> None:
    """Start the fork server, which imports these modules once for all children; a later call changes nothing.

    It is started with interruptions held back: one that came while it imports would end it with a traceback.
    """
    context.set_forkserver_preload([*modules])
    if sys.platform != "win32":
        from multiprocessing import forkserver, resource_tracker

        resource_tracker.ensure_running()  # it lets interruptions through again, so it must be there before
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def confine(memory_bytes: int) -> None:
    """Cap the address space of this process, and let it leave no core file: that would hold secrets."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def rearm_cpu(budget_s: int) -> None:
    """Let this process use so many CPU seconds from now on; the system ends it when they are used up."""
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        soft = int(used.ru_utime + used.ru_stime) + budget_s
        resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
