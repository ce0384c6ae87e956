"""What the server asks of its queue of tasks, whichever engine works it off."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

from django.db import connection

RESULTS_KEPT: Final = timedelta(days=1)
FAILED_KEPT: Final = timedelta(days=14)
"""How long it can be seen that a task failed; why is in the log, and of a duty in `Duty`."""
READY, RUNNING, FAILED, SUCCESSFUL = "READY", "RUNNING", "FAILED", "SUCCESSFUL"


class Queue(Protocol):
    """The tasks that wait, run and have ended."""

    def oldest_due_at(self) -> datetime | None:
        """Return since when the task waits that has waited longest; None where none is due."""

    def counts(self) -> Mapping[str, int]:
        """Return how many tasks there are by state: READY, RUNNING, FAILED, SUCCESSFUL."""

    def first_arguments(self, path: str) -> frozenset[str]:
        """Return the first argument of each task of this name that waits or runs: which duties are under way."""

    def give_back(self) -> int:
        """Let the tasks be done again that a dead worker had; return how many. Those of living workers stay."""

    def give_all_back(self) -> int:
        """Let every task that has begun be done again, where no worker can live; return how many."""

    def forget_old(self, now: datetime) -> int:
        """Delete results that nobody looks at any longer; return how many."""


def queue() -> Queue:
    """Return the queue of this installation's database."""
    if connection.vendor == "postgresql":
        from server.background.on_postgresql import PostgresqlQueue

        return PostgresqlQueue()
    from server.background.on_sqlite import SqliteQueue

    return SqliteQueue()


def give_back(now: datetime) -> int:
    """Give tasks of dead workers back; a duty."""
    return queue().give_back()


def forget_old(now: datetime) -> int:
    """Delete old results; a duty."""
    return queue().forget_old(now)
