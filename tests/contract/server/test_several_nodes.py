"""Several processes over one PostgreSQL, as on several machines: workers share the tasks, web nodes the sessions."""

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg
import pytest

from server.background.on_postgresql import DEAD_AFTER_S
from server.installation import NAME
from tests.peers.datumline_server import EMAIL, PASSWORD, environment, in_django, made, serving, until
from tests.peers.postgresql import PostgreSQL, binaries

pytestmark = [
    pytest.mark.peer,
    pytest.mark.timeout(400),  # processes, on a machine that may be busy
    pytest.mark.skipif(binaries() is None, reason="PostgreSQL is not installed"),
]
TASKS_COUNT: Final = 40
LIVES: Final = f"last_heartbeat > now() - {DEAD_AFTER_S} * interval '1 second'"
REALLY_WAITS: Final = "SOAK_SEED" in os.environ
"""`make soak` waits until a worker counts as dead; else its last sign of life is set back."""


@dataclass(frozen=True)
class Installation:
    """A server that was set up over a PostgreSQL of the tests' own."""

    data: Path
    url: str

    def asked(self, question: str) -> list[tuple[Any, ...]]:
        """Return what the database answers."""
        with psycopg.connect(self.url) as database:
            return database.execute(question.encode()).fetchall()

    def does(self, statement: str) -> None:
        """Change the database."""
        with psycopg.connect(self.url) as database:
            database.execute(statement.encode())

    def run(self, code: str) -> str:
        """Run lines of Python in the server's own settings; return what they print."""
        return in_django(self.data, code, DATABASE_URL=self.url)

    def traces(self) -> list[tuple[int, int, str]]:
        """Return what the tests' own tasks left: number, process, what."""
        return [(number, pid, what) for number, pid, what in self.asked("SELECT number, worker, what FROM traces")]


@pytest.fixture(scope="module")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Return a server with one administrator."""
    data = tmp_path_factory.mktemp("nodes") / "data"
    with PostgreSQL() as database:
        ended = made(data, DATABASE_URL=database.url())
        assert ended.returncode == 0, ended.stderr
        yield Installation(data, database.url())


@pytest.fixture
def server(set_up: Installation) -> Installation:
    """Return it with no task and no trace."""
    set_up.does("CREATE TABLE IF NOT EXISTS traces (number integer, worker integer, what text)")
    for table in ("traces", "procrastinate_jobs"):
        set_up.does(f"DELETE FROM {table}")
    return set_up


@pytest.fixture(scope="module")
def supervisor(set_up: Installation) -> Iterator[psutil.Process]:
    """Return a node that does only background work, with two workers."""
    with (set_up.data.parent / "background.log").open("wb") as log:
        words = ("server", "serve", "--background-only", "--background-workers", "2")
        process = subprocess.Popen(
            [sys.executable, "-m", "datumline", *words],
            env=environment(set_up.data, DATABASE_URL=set_up.url, DATUMLINE_SERVER_PUBLIC_URL="https://all.test"),
            stdout=log,
            stderr=log,
        )
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        assert process.wait(60) == 0


@pytest.fixture
def workers(server: Installation, supervisor: psutil.Process) -> set[int]:
    """Return the two workers, which live and wait for tasks."""
    assert until(lambda: server.asked(f"SELECT COUNT(*) FROM procrastinate_workers WHERE {LIVES}") == [(2,)])
    found = [one for one in supervisor.children() if "run_worker" in one.cmdline()]
    assert {word for one in supervisor.children() for word in one.cmdline()} >= {"run_schedules"}
    return {one.pid for one in found}


def test_two_workers_share_the_tasks_and_none_is_done_twice(server: Installation, workers: set[int]) -> None:
    server.run(f"from tests.peers.tasks import note\nfor n in range({TASKS_COUNT}): note.enqueue(n)")
    assert until(lambda: len(server.traces()) >= TASKS_COUNT)
    time.sleep(0.5)  # for one that would be done twice
    done = server.traces()
    assert Counter(number for number, _, _ in done) == Counter(range(TASKS_COUNT))
    assert {pid for _, pid, _ in done} == workers


def test_the_task_of_a_killed_worker_is_done_again_and_that_of_a_living_one_is_not(
    server: Installation, workers: set[int]
) -> None:
    server.run("from tests.peers.tasks import hold\nfor n in range(2): hold.enqueue(n)")
    assert until(lambda: {pid for _, pid, _ in server.traces()} == workers)
    lost, killed, _ = server.traces()[0]
    psutil.Process(killed).kill()
    _let_it_count_as_dead(server, lost)
    (living,) = workers - {killed}
    # The scheduler gives it back, and the worker that was started in the place of the dead one takes it.
    assert until(lambda: len(server.traces()) == 3)
    server.does("INSERT INTO traces VALUES (-1, 0, 'go')")
    assert until(lambda: len(server.traces()) == 6)
    (new,) = {pid for _, pid, _ in server.traces()} - {killed, living, 0}
    assert Counter(server.traces()) == {
        (-1, 0, "go"): 1,
        (lost, killed, "begun"): 1,
        **{(lost, new, what): 1 for what in ("begun", "done")},
        **{(1 - lost, living, what): 1 for what in ("begun", "done")},
    }


def _let_it_count_as_dead(server: Installation, number: int) -> None:
    if REALLY_WAITS:
        time.sleep(DEAD_AFTER_S + 5)
        return
    worker = f"SELECT worker_id FROM procrastinate_jobs WHERE args->'args' = '[{number}]'"
    back = f"last_heartbeat - {DEAD_AFTER_S} * interval '1 second'"
    server.does(f"UPDATE procrastinate_workers SET last_heartbeat = {back} WHERE id IN ({worker})")


def test_a_second_web_node_serves_the_same_session(server: Installation, tmp_path: Path) -> None:
    folders = [tmp_path / name / "data" for name in ("one", "two")]
    for folder in folders:
        folder.mkdir(parents=True, mode=0o700)
        shutil.copy2(server.data / NAME, folder / NAME)  # the only file that nodes have in common
    with (
        serving(folders[0], "--web-only", DATABASE_URL=server.url) as one,
        serving(folders[1], "--web-only", DATABASE_URL=server.url) as two,
        one.session() as here,
        two.session() as there,
    ):
        here.get(f"{one.url}/sign-in/")
        form = {"login": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": here.cookies["__Host-csrf"]}
        signed_in = here.post(f"{one.url}/sign-in/", data=form, allow_redirects=False)
        assert signed_in.status_code == 302, signed_in.text
        stranger = there.get(f"{two.url}/", allow_redirects=False).headers["Location"]
        assert stranger.startswith("/sign-in/")
        cookie = {"__Host-session": here.cookies["__Host-session"]}
        places = [
            session.get(f"{node.url}/", cookies=cookie, allow_redirects=False).headers["Location"]
            for node, session in ((one, here), (two, there))
        ]
    assert places[0] == places[1] != stranger  # both send whoever has signed in to the second factor
