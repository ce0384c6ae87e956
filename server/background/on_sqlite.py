"""The queue on SQLite: django-tasks' own table, worked off by one worker, which is the only one that may be."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, Q
from django_tasks_db.models import DBTaskResult

from server.background.queue import FAILED, FAILED_KEPT, READY, RESULTS_KEPT, RUNNING
from server.retention import Budget, delete


class SqliteQueue:
    """See `server.background.queue.Queue`."""

    def oldest_due_at(self) -> datetime | None:
        """Return since when the task waits that has waited longest."""
        waiting = DBTaskResult.objects.ready().order_by("enqueued_at")
        found: datetime | None = waiting.values_list("enqueued_at", flat=True).first()
        return found

    def counts(self) -> Mapping[str, int]:
        """Return how many there are by state."""
        return dict(DBTaskResult.objects.order_by().values_list("status").annotate(n=Count("pk")))

    def first_arguments(self, path: str) -> frozenset[str]:
        """Return the first argument of each task of this name that waits or runs."""
        open_ones = DBTaskResult.objects.filter(task_path=path, status__in=[READY, RUNNING])
        return frozenset(str(told["args"][0]) for told in open_ones.values_list("args_kwargs", flat=True))

    def give_back(self) -> int:
        """Return 0: a task says nothing of its worker. The supervisor gives all back before it starts the only one."""
        return 0

    def give_all_back(self) -> int:
        """Let every task that has begun be done again."""
        given: int = DBTaskResult.objects.running().update(status=READY, started_at=None)
        return given

    def forget_old(self, now: datetime) -> int:
        """Delete results of a day ago, failures of two weeks ago."""
        ended = Q(finished_at__lt=now - RESULTS_KEPT) & ~Q(status=FAILED)
        old = DBTaskResult.objects.finished().filter(ended | Q(finished_at__lt=now - FAILED_KEPT))
        return delete(old, Budget())
