"""`datumline server serve`: one process tree that answers over TLS, heals itself and leaves nothing behind."""

import json
import signal
from pathlib import Path

import psutil
import pytest
import requests
from cryptography.fernet import Fernet

from server.cli.lock import FolderLock
from server.installation import NAME
from tests.peers.datumline_server import command, environment, in_django, rows, serving, until
from tests.peers.ports import free_port, loopback_address

TASK = """INSERT INTO django_tasks_database_dbtaskresult
(id, status, enqueued_at, started_at, args_kwargs, priority, task_path, worker_ids, queue_name, backend_name, run_after,
 exception_class_path, traceback)
VALUES ('00000000000000000000000000000001', 'RUNNING', '2026-01-01', '2026-01-01', '{"args": [], "kwargs": {}}', 0,
 'no.such.task', '[]', 'default', 'default', '2026-01-01', '', '')"""
STATE = "SELECT status FROM django_tasks_database_dbtaskresult WHERE task_path = 'no.such.task'"


def test_it_answers_over_tls_and_tells_its_readiness(data: Path) -> None:
    with serving(data) as server, server.session() as session:
        assert session.get(f"{server.url}/sign-in/").ok
        assert until(lambda: session.get(f"{server.url}/readyz").json()["worker"] == "ok")
        page = session.get(f"{server.url}/sign-in/")
        assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
        assert "__Host-csrf" in page.cookies
        assert "datumline_http_requests_total{" in session.get(f"{server.url}/metrics").text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_with_all_its_processes(data: Path, number: signal.Signals) -> None:
    with serving(data) as server:
        family = server.children()
        assert len(family) >= 3
        assert server.end(number) == 0
        assert not [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def test_a_web_process_that_dies_is_started_again(data: Path) -> None:
    with serving(data) as server, server.session() as session:
        first = server.child("server.cli.web_process")
        first.kill()
        assert until(lambda: server.child("server.cli.web_process").pid != first.pid)
        assert until(lambda: session.get(f"{server.url}/healthz", timeout=5).ok)


def test_the_tasks_of_a_worker_that_died_are_done_again(data: Path) -> None:
    with serving(data) as server:
        assert until(lambda: server.child("run_worker"))
        first = server.child("run_worker")
        rows(data, TASK)
        first.kill()
        # The task names no code: that it has failed shows that a worker took it.
        assert until(lambda: rows(data, STATE) == [("FAILED",)])


def test_tasks_that_ran_when_the_server_was_killed_are_done_again(data: Path) -> None:
    rows(data, TASK)
    with serving(data):
        assert until(lambda: rows(data, STATE) == [("FAILED",)])


def test_when_it_is_killed_its_processes_end_too(data: Path) -> None:
    with serving(data) as server:
        family = server.children()
        server.process.kill()
        server.process.wait()
        assert until(lambda: not [one for one in family if one.is_running()])


def test_a_second_one_over_the_same_folder_does_not_start(data: Path) -> None:
    with serving(data), serving(data, wait=False) as second:
        assert second.process.wait(120) == 2
        assert "a server runs over" in second.log()


def test_beside_a_node_that_works_another_answers_over_one_folder_but_no_second_works(data: Path) -> None:
    with FolderLock(data), serving(data, "--web-only") as web:
        assert not [one for one in web.children() if {"run_worker", "run_schedules"} & set(one.cmdline())]
        assert "a server runs over" in refused(data, "--background-only")


def test_on_sqlite_there_is_one_worker(data: Path) -> None:
    assert "one worker does" in refused(data, "--background-workers", "2")


def test_a_node_that_does_nothing_is_refused(data: Path) -> None:
    assert "nothing to run" in refused(data, "--web-only", "--background-only")


def test_each_line_of_its_log_is_an_object(data: Path) -> None:
    with serving(data, "--json-logs") as server:
        with server.session() as session:
            session.get(f"{server.url}/sign-in/?next=%0aforged", headers={"User-Agent": "a b"})
        assert until(lambda: [one for one in server.events() if one.get("route") == "account_login"])
        plain = [line for line in server.log().splitlines() if not line.startswith("{")]
        assert plain == [line for line in plain if line.startswith("Datumline serves ")]
        assert "forged" not in server.log()


def test_it_refuses_a_plain_connection_on_its_tls_port(data: Path) -> None:
    with serving(data) as server, pytest.raises(requests.ConnectionError):
        requests.get(server.url.replace("https://", "http://"), timeout=20)


def refused(data: Path, *words: str, **more: str) -> str:
    ended = command(data, "serve", *words, **more)
    assert ended.returncode == 2, ended.stderr
    return ended.stderr


def test_it_does_not_start_before_init(tmp_path: Path) -> None:
    assert "datumline server init" in refused(tmp_path / "data")


def test_it_does_not_start_with_a_secret_that_is_a_word(data: Path) -> None:
    assert "no secret" in refused(data, DATUMLINE_SERVER_SECRET="changeme" * 10)


def test_it_does_not_start_with_secrets_that_others_can_read(data: Path) -> None:
    (data / NAME).chmod(0o644)
    assert "chmod 600" in refused(data)


def test_it_does_not_start_as_a_debug_server(data: Path) -> None:
    assert "debug" in refused(data, DATUMLINE_SERVER_DEBUG="1")


def test_it_does_not_start_with_secrets_of_another_installation(data: Path) -> None:
    in_django(
        data,
        "from allauth.mfa.models import Authenticator\n"
        "from server.accounts.models import User\n"
        "from server.accounts.second_factor import Sealing\n"
        "told = {'secret': Sealing().encrypt('A' * 32)}\n"
        "Authenticator.objects.create(user=User.objects.get(), type='totp', data=told)",
    )
    kept = json.loads((data / NAME).read_text())
    (data / NAME).write_text(json.dumps({**kept, "seal_key": Fernet.generate_key().decode()}))
    assert "copy installation.json from the node" in refused(data)


def test_it_does_not_carry_passwords_in_clear_over_a_network(data: Path) -> None:
    assert "in clear" in refused(data, "--listen", "0.0.0.0:8000")
    assert "not https" in refused(data, DATUMLINE_SERVER_PUBLIC_URL="http://datumline.example")


def test_it_does_not_start_over_a_database_of_another_version(data: Path) -> None:
    rows(data, "DELETE FROM django_migrations WHERE app = 'notices'")
    assert "another version" in refused(data)


def test_it_does_not_start_on_a_port_that_is_taken(data: Path) -> None:
    import socket

    address = loopback_address()
    with socket.socket() as taken:
        taken.bind((address, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert "cannot be listened on" in refused(data, "--listen", f"{address}:{port}")


@pytest.mark.parametrize("listen", ["localhost:8000", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:99999", "[::1:8000"])
def test_it_says_how_an_address_is_written(data: Path, listen: str) -> None:
    assert "is no address" in (said := refused(data, "--listen", listen)) or "has no port" in said


def test_its_processes_get_no_secret_on_their_command_line(data: Path) -> None:
    secrets = [
        value for value in json.loads((data / NAME).read_text()).values() if isinstance(value, str) and len(value) > 30
    ]
    with serving(data) as server:
        lines = " ".join(" ".join(one.cmdline()) for one in server.children())
    assert not [one for one in secrets if one in lines]


def test_a_free_port_and_an_environment_of_the_tests_hold_nothing_of_ours(data: Path) -> None:
    assert {name for name in environment(data) if name.startswith("DATUMLINE_")} == {"DATUMLINE_SERVER_DATA"}
    assert free_port()
