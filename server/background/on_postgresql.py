"""The queue on PostgreSQL: procrastinate's tables, worked off by any number of workers on any node."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from asgiref.sync import async_to_sync
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import DjangoApp, app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Status

from server.background.backend import NAME, add_the_task
from server.background.patient import PatientConnector
from server.background.queue import FAILED, FAILED_KEPT, READY, RESULTS_KEPT, RUNNING, SUCCESSFUL
from server.retention import Budget

HEARTBEAT_S: Final = 10.0
DEAD_AFTER_S: Final = 40.0
"""Longer than a worker that was asked to end may work on without a sign of life (the supervisor's GRACE_S)."""
CONNECTIONS: Final = 3
"""That a worker keeps for its queue: waiting for news, signs of life, taking tasks. A task has one more."""
_STATES: Final = {"todo": READY, "doing": RUNNING, "failed": FAILED, "succeeded": SUCCESSFUL}
_OLDEST: Final = """
SELECT MIN(COALESCE(job.scheduled_at, event.at)) FROM procrastinate_jobs job
JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'
WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())"""
_FIRST: Final = """
SELECT args -> 'args' ->> 0 FROM procrastinate_jobs
WHERE task_name = %s AND args ->> 'path' = %s AND status IN ('todo', 'doing')"""
_OLD: Final = """
DELETE FROM procrastinate_jobs WHERE id IN (
  SELECT job.id FROM procrastinate_jobs job WHERE job.status NOT IN ('todo', 'doing')
  AND (SELECT MAX(event.at) FROM procrastinate_events event WHERE event.job_id = job.id)
      < CASE job.status WHEN 'failed' THEN %s ELSE %s END
  ORDER BY job.id LIMIT %s)"""


class PostgresqlQueue:
    """See `server.background.queue.Queue`."""

    def oldest_due_at(self) -> datetime | None:
        """Return since when the task waits that has waited longest."""
        with connection.cursor() as cursor:
            cursor.execute(_OLDEST)
            found: datetime | None = cursor.fetchone()[0]
        return found

    def counts(self) -> Mapping[str, int]:
        """Return how many there are by state; a task that ended well is gone."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT status, COUNT(*) FROM procrastinate_jobs GROUP BY status")
            return {_STATES.get(status, status.upper()): count for status, count in cursor.fetchall()}

    def first_arguments(self, path: str) -> frozenset[str]:
        """Return the first argument of each task of this name that waits or runs."""
        with connection.cursor() as cursor:
            cursor.execute(_FIRST, [NAME, path])
            return frozenset(first for (first,) in cursor.fetchall())

    def give_back(self) -> int:
        """Let the tasks be done again of workers that gave no sign of life for 40 seconds."""
        return self._give_back(DEAD_AFTER_S)

    def give_all_back(self) -> int:
        """Let every task that has begun be done again."""
        return self._give_back(0.0)

    def _give_back(self, silent_s: float) -> int:
        stalled = async_to_sync(app.job_manager.get_stalled_jobs)(seconds_since_heartbeat=silent_s)
        return sum(_given_back(job.id) for job in stalled if job.id is not None)

    def forget_old(self, now: datetime) -> int:
        """Delete failures of two weeks ago, and what was called off a day ago."""
        budget = Budget()
        while budget.lasts:
            with connection.cursor() as cursor:
                cursor.execute(_OLD, [now - FAILED_KEPT, now - RESULTS_KEPT, budget.at_once_count])
                if not budget.spent(cursor.rowcount):
                    break
        return budget.count


def _given_back(job_id: int) -> bool:
    """Queue a task again; one of which a like waits already is taken away instead. False where it just ended."""
    try:
        with transaction.atomic():
            app.job_manager.retry_job_by_id(job_id, timezone.now())
    except UniqueViolation:
        async_to_sync(app.job_manager.finish_job_by_id_async)(job_id, Status.FAILED, delete_job=True)
    except ConnectorException:  # its worker was slow, not dead, and has ended it
        return False
    return True


def work() -> None:
    """Work off the queue until SIGTERM or SIGINT; the task under way is finished first."""
    # Beside the app that tasks are queued by: what a task queues goes through its own connection, in its transaction.
    working = DjangoApp(connector=PatientConnector(kwargs=connector_params(), min_size=1, max_size=CONNECTIONS))
    add_the_task(working)
    working.run_worker(
        concurrency=1,  # a task is work for the processor: more at once are more workers
        delete_jobs="successful",
        update_heartbeat_interval=HEARTBEAT_S,
        stalled_worker_timeout=DEAD_AFTER_S,
    )
