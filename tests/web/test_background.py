"""The queue of background tasks, on both databases: queued with its cause, given back, forgotten."""

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from server.background import engine
from server.background.engine import engine_of
from server.background.queue import FAILED, FAILED_KEPT, READY, RESULTS_KEPT, RUNNING, forget_old, give_back, queue
from server.database import database
from server.web.duties import DUTIES, do, hand_out

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one worker, and no locks")
ROLL_UPS = next(one for one in DUTIES if one.name == "roll-ups")


def sql(statement: str, *values: str | float | datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


FAILED_WORD = {"postgresql": "failed", "sqlite": "FAILED"}


@pytest.fixture(autouse=True)
def empty() -> None:
    """Take away what tests left that commit: Django does not know these tables as its own."""
    if connection.vendor == "postgresql":
        sql("DELETE FROM procrastinate_jobs")


def taken() -> None:
    """Let a worker, which never shows itself, have taken all that waits."""
    if connection.vendor == "postgresql":
        sql("UPDATE procrastinate_jobs SET status = 'doing'")
    else:
        sql("UPDATE django_tasks_database_dbtaskresult SET status = 'RUNNING', started_at = %s", timezone.now())


def ended(name: str, at: datetime, *, well: bool) -> None:
    """Let a task have ended; one that ended well stays in no table of procrastinate's, so there it was called off."""
    do.enqueue(name)
    if connection.vendor == "postgresql":
        sql("UPDATE procrastinate_jobs SET status = %s WHERE status = 'todo'", "cancelled" if well else "failed")
        sql("UPDATE procrastinate_events SET at = %s WHERE at > %s", at, timezone.now() - timedelta(hours=1))
    else:
        state = "SUCCESSFUL" if well else "FAILED"
        sql(
            "UPDATE django_tasks_database_dbtaskresult SET status = %s, started_at = %s, finished_at = %s"
            " WHERE status = 'READY'",
            *(state, at, at),
        )


def test_a_task_is_queued_with_its_cause_or_not_at_all() -> None:
    with transaction.atomic():
        do.enqueue("roll-ups")
        transaction.set_rollback(True)
    assert queue().counts() == {}
    do.enqueue("roll-ups")
    assert queue().counts() == {READY: 1}


def test_a_duty_is_noted_as_begun_only_with_its_task(monkeypatch: pytest.MonkeyPatch) -> None:
    never = next(one for one in DUTIES if one.name == "watch")
    with monkeypatch.context() as patch:
        patch.setattr("server.web.duties.do", None)
        with pytest.raises(AttributeError), transaction.atomic():
            hand_out(never, timezone.now())
    assert hand_out(never, timezone.now())


def test_a_duty_whose_task_is_gone_without_telling_its_end_is_handed_out_again() -> None:
    watch = next(one for one in DUTIES if one.name == "watch")
    now = timezone.now()
    later = now + timedelta(seconds=watch.every_s)
    assert hand_out(watch, now)
    assert not hand_out(watch, later)  # it waits
    taken()
    assert not hand_out(watch, later)  # it runs
    ended_without_telling = {"postgresql": "procrastinate_jobs", "sqlite": "django_tasks_database_dbtaskresult"}
    sql(f"UPDATE {ended_without_telling[connection.vendor]} SET status = %s", FAILED_WORD[connection.vendor])
    assert hand_out(watch, later)
    assert not hand_out(watch, later)


def test_the_queue_tells_since_when_a_task_waits() -> None:
    before = timezone.now() - timedelta(seconds=5)
    assert queue().oldest_due_at() is None
    do.enqueue("roll-ups")
    since = queue().oldest_due_at()
    assert since is not None
    assert before < since < timezone.now() + timedelta(seconds=5)
    taken()
    assert queue().oldest_due_at() is None


def test_where_no_worker_can_live_all_is_given_back() -> None:
    for name in ("roll-ups", "watch"):
        do.enqueue(name)
    taken()
    assert queue().counts() == {RUNNING: 2}
    assert queue().give_all_back() == 2
    assert queue().counts() == {READY: 2}


def test_old_results_go_and_failures_stay_longer() -> None:
    now = timezone.now()
    for name, at, well in (
        ("roll-ups", now - RESULTS_KEPT * 2, True),
        ("watch", now - RESULTS_KEPT * 2, False),
        ("digests", now - FAILED_KEPT * 2, False),
        ("outbox", now - RESULTS_KEPT / 2, True),
    ):
        ended(name, at, well=well)
    do.enqueue("problems")
    assert forget_old(now) == 2
    left = queue().counts()
    assert (left[FAILED], left[READY], sum(left.values())) == (1, 1, 3)
    assert forget_old(now) == 0


@on_postgresql
def test_a_task_with_the_same_arguments_waits_once() -> None:
    for name in ("roll-ups", "roll-ups", "watch"):
        do.enqueue(name)
    assert queue().counts() == {READY: 2}


@on_postgresql
def test_a_doubled_task_spoils_no_transaction() -> None:
    do.enqueue("roll-ups")
    assert hand_out(ROLL_UPS, timezone.now()) is False  # nothing to roll up
    with transaction.atomic():
        do.enqueue("roll-ups")
        do.enqueue("watch")
    assert queue().counts() == {READY: 2}


@on_postgresql
def test_tasks_of_a_silent_worker_are_given_back_and_those_of_a_living_one_stay() -> None:
    for name, silent_s in (("roll-ups", 3600), ("watch", 5)):
        do.enqueue(name)
        sql(
            "WITH worker AS (INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - %s * interval '1 second') RETURNING id)"
            " UPDATE procrastinate_jobs SET status = 'doing', worker_id = worker.id FROM worker WHERE status = 'todo'",
            silent_s,
        )
    assert give_back(timezone.now()) == 1
    assert queue().counts() == {READY: 1, RUNNING: 1}
    assert give_back(timezone.now()) == 0


@on_postgresql
def test_a_task_of_a_dead_worker_of_which_a_like_waits_makes_room_for_it() -> None:
    do.enqueue("roll-ups")
    taken()
    do.enqueue("roll-ups")
    assert queue().counts() == {READY: 1, RUNNING: 1}
    assert give_back(timezone.now()) == 1
    assert queue().counts() == {READY: 1}


def test_postgresql_without_its_packages_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.exceptions import ImproperlyConfigured

    monkeypatch.setattr(engine, "EXTRA", (*engine.EXTRA, "no_such_package"))
    entry = database("postgresql://a@127.0.0.1/b", data=None)  # type: ignore[arg-type]
    with pytest.raises(ImproperlyConfigured, match=r"no_such_package.*datumline\[server,scale\]"):
        engine_of(entry)
