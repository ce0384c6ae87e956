"""Several processes over one PostgreSQL, as on several machines: workers share the tasks, web nodes the sessions."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from server.background.on_postgresql import DEAD_AFTER_S
from server.installation import NAME
from tests.house.sources import ROOT
from tests.peers.datumline_server import EMAIL, PASSWORD, environment, in_django, made, serving, until
from tests.peers.postgresql import PostgreSQL, binaries

pytestmark = [
    pytest.mark.peer,
    pytest.mark.timeout(400),  # processes, on a machine that may be busy
    pytest.mark.skipif(binaries() is None, reason="PostgreSQL is not installed"),
]
TASKS_COUNT: Final = 40
Workers = list[subprocess.Popen[bytes]]
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
def started(set_up: Installation) -> Iterator[Workers]:
    """Return the workers that were started; all end with the tests of this module."""
    processes: Workers = []
    yield processes
    for one in processes:
        one.terminate()
    for one in processes:
        one.wait(60)


@pytest.fixture
def workers(server: Installation, started: Workers) -> Workers:
    """Return two workers that live and wait for tasks."""
    with (server.data.parent / "workers.log").open("ab") as log:
        while len(living := [one for one in started if one.poll() is None]) < 2:
            words = [sys.executable, "-m", "server", "run_worker"]
            told = environment(server.data, DATABASE_URL=server.url)
            started.append(subprocess.Popen(words, env=told, cwd=ROOT, stdout=log, stderr=log))
    waiting = "SELECT COUNT(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '15 seconds'"
    assert until(lambda: server.asked(waiting) == [(2,)])
    return living


def test_two_workers_share_the_tasks_and_none_is_done_twice(server: Installation, workers: Workers) -> None:
    server.run(f"from tests.peers.tasks import note\nfor n in range({TASKS_COUNT}): note.enqueue(n)")
    assert until(lambda: len(server.traces()) >= TASKS_COUNT and not server.asked("TABLE procrastinate_jobs"))
    done = server.traces()
    assert Counter(number for number, _, _ in done) == Counter(range(TASKS_COUNT))
    assert {pid for _, pid, _ in done} == {one.pid for one in workers}


def test_the_task_of_a_killed_worker_is_done_again_and_that_of_a_living_one_is_not(
    server: Installation, workers: Workers
) -> None:
    living, killed = workers
    server.run("from tests.peers.tasks import hold\nfor n in range(2): hold.enqueue(n)")
    assert until(lambda: len(server.traces()) == 2)
    lost = next(number for number, pid, _ in server.traces() if pid == killed.pid)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    _let_it_count_as_dead(server, lost)
    # The duty of the scheduler that leads, twice.
    given = server.run("from server.background.queue import queue\nfor _ in range(2): print(queue().give_back())")
    assert given.split() == ["1", "0"]
    server.does("INSERT INTO traces VALUES (-1, 0, 'go')")
    assert until(lambda: (lost, living.pid, "done") in server.traces())
    assert Counter(server.traces()) == {
        (-1, 0, "go"): 1,
        (lost, killed.pid, "begun"): 1,
        **{(number, living.pid, what): 1 for number in (0, 1) for what in ("begun", "done")},
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
