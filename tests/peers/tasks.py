"""Background tasks of the tests' own, by which workers leave a trace."""

import os
import time
from typing import Final

from django.db import connection
from django_tasks import task

LONGEST_S: Final = 60.0


@task()
def note(number: int) -> None:
    """Leave a trace, and take a moment so that others come by turns."""
    _trace(number, "done")
    time.sleep(0.02)


@task()
def hold(number: int) -> None:
    """Leave a trace, and go on when somebody says so."""
    _trace(number, "begun")
    until_s = time.monotonic() + LONGEST_S
    while not _asked("SELECT 1 FROM traces WHERE what = 'go'") and time.monotonic() < until_s:
        time.sleep(0.05)
    _trace(number, "done")


def _trace(number: int, what: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO traces VALUES (%s, %s, %s)", [number, os.getpid(), what])


def _asked(question: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone() is not None
