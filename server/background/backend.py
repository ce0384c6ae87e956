"""Django's task interface over procrastinate: a task is queued in the transaction of its cause, as one row."""

import json
from typing import Any, Final

from django.db import transaction
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

NAME: Final = "datumline"
"""The one task that procrastinate knows; which of ours it is stands in its arguments."""


def add_the_task(ready: App) -> None:
    """Tell procrastinate the one task; its Django app calls this when it is ready."""
    ready.task(name=NAME)(run)


def run(path: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    """Do a task; raises TypeError where the name is of something that is none."""
    found = import_string(path)
    if not isinstance(found, Task):
        raise TypeError(f"{path} is no task")
    found.func(*args, **kwargs)


class ProcrastinateBackend(BaseTaskBackend):
    """Queues tasks for procrastinate's workers.

    Each of our tasks may be done twice, and none has to be: one with the same arguments waits at most once, and never
    runs twice at the same time, on however many nodes.
    """

    supports_defer = True
    supports_priority = True

    def enqueue(self, task: Task[..., Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        """Queue a task, or find that it waits already."""
        self.validate_task(task)
        told: dict[str, Any] = {"path": task.module_path, "args": list(args), "kwargs": dict(kwargs)}
        mark = json.dumps(told, sort_keys=True)
        wanted = app.configure_task(
            NAME,
            queue=task.queue_name,
            priority=task.priority,
            schedule_at=task.run_after,
            lock=mark,
            queueing_lock=mark,
        )
        try:
            with transaction.atomic():  # a doubled one must not spoil the transaction of the caller
                number = str(wanted.defer(**told))
        except AlreadyEnqueued:
            number = ""
        return TaskResult(
            task=task, id=number, status=TaskResultStatus.READY, enqueued_at=None, started_at=None, finished_at=None,
            last_attempted_at=None, args=told["args"], kwargs=told["kwargs"], backend=self.alias, errors=[],
            worker_ids=[],
        )  # fmt: skip
