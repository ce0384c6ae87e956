"""The processes behind the web pages: workers and scheduler, and what is done before a worker begins."""

import logging
import sys
from collections.abc import Sequence

from server.cli.start import refuse
from server.cli.supervisor import Process

logger = logging.getLogger(__name__)


def background(workers: int) -> list[Process]:
    """Return the scheduler and so many workers; on SQLite there can be one worker only."""
    from django.db import connection

    one_alone = connection.vendor == "sqlite"
    if one_alone and workers > 1:
        refuse("On SQLite one worker does the background work: several need PostgreSQL (DATABASE_URL).")
    command = (sys.executable, "-m", "server")
    names = ["worker", *(f"worker {number}" for number in range(2, workers + 1))]
    return [
        *(Process(name, (*command, "run_worker"), before=ready_again if one_alone else None) for name in names),
        Process("scheduler", (*command, "run_schedules")),
    ]


def ready_again() -> bool:
    """Give tasks back that a worker had when it died: each is harmless to do twice (decision 20).

    Return whether that could be done. A worker that began without it would leave them to nobody. For SQLite, whose one
    worker this process starts; on PostgreSQL the schedulers see which worker has died.
    """
    from django.db import DatabaseError, connection

    from server.background.queue import queue

    try:
        count = queue().give_all_back()
    except DatabaseError:
        logger.exception("tasks that a worker left could not be given back; the worker waits")
        return False
    finally:
        connection.close()
    if count:
        logger.warning("tasks that a worker left are done again", extra={"tasks": count})
    return True


def show_life(names: Sequence[str]) -> None:
    """Note which processes live; that the database does not answer is told, and tried again."""
    from django.db import DatabaseError, connection

    from server.beats import beat

    try:
        for name in names:
            beat(name)
    except DatabaseError:
        logger.exception("signs of life could not be written")
    finally:
        connection.close()
