"""Readiness and metrics: what they tell, and to whom; logs that no text can forge."""

import json
import logging
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.test import Client as Browser
from django.utils import timezone

from server import health
from server.accounts.models import Beat
from server.beats import beat
from server.logs import JsonLine, TextLine
from server.web.duties import do

pytestmark = pytest.mark.django_db


@pytest.fixture
def all_well(settings: LazySettings, tmp_path: object) -> None:
    settings.DATA = tmp_path
    for name in ("worker", "scheduler"):
        beat(name)


def ready() -> tuple[int, dict[str, str]]:
    answer = Browser().get("/readyz")
    return answer.status_code, answer.json()


def test_a_server_with_all_its_parts_is_ready(all_well: None) -> None:
    assert ready() == (
        200,
        {"status": "ready", **dict.fromkeys(("database", "migrations", "worker", "scheduler", "tasks", "space"), "ok")},
    )


@pytest.mark.parametrize("name", ["worker", "scheduler"])
def test_a_server_without_a_process_is_not_ready(all_well: None, name: str) -> None:
    Beat.objects.filter(name=name).update(at=timezone.now() - timedelta(minutes=2))
    code, told = ready()
    assert (code, told[name], told["database"]) == (503, "fails", "ok")


def test_a_server_whose_worker_hangs_is_not_ready(all_well: None, monkeypatch: pytest.MonkeyPatch) -> None:
    do.enqueue("roll-ups")
    assert ready()[0] == 200
    monkeypatch.setattr(health, "WAITS_TOO_LONG", timedelta())
    assert ready()[1]["tasks"] == "fails"


def test_a_server_with_a_migration_to_come_is_not_ready(all_well: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'notices'")
    assert ready()[1]["migrations"] == "fails"


def test_a_server_whose_folder_is_gone_is_not_ready(all_well: None, settings: LazySettings) -> None:
    settings.DATA = "/no/such/folder"
    assert ready()[1]["space"] == "fails"


def test_a_database_that_does_not_answer_is_said_and_nothing_more(all_well: None) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("password authentication failed for user secret")

    with connection.execute_wrapper(refuse):
        answer = Browser().get("/readyz")
    assert (answer.status_code, "secret" in answer.content.decode()) == (503, False)


@pytest.fixture
def token(settings: LazySettings) -> str:
    settings.METRICS_TOKEN = "a-token-for-prometheus"
    return "a-token-for-prometheus"


def test_metrics_are_for_this_machine(all_well: None) -> None:
    page = Browser().get("/metrics").content.decode()
    assert 'datumline_ready{check="worker"} 1.0' in page
    assert "datumline_http_requests_total{" in page


def test_metrics_are_not_for_others(all_well: None) -> None:
    assert Browser(REMOTE_ADDR="192.0.2.1").get("/metrics").status_code == 404


def test_a_request_through_a_proxy_is_not_from_this_machine(all_well: None, settings: LazySettings) -> None:
    assert Browser(headers={"x-forwarded-for": "127.0.0.1"}).get("/metrics").status_code == 404
    settings.BEHIND_PROXY = True
    assert Browser().get("/metrics").status_code == 404


def test_metrics_are_for_who_has_the_token(all_well: None, token: str) -> None:
    told = {"right": f"Bearer {token}", "wrong": "Bearer x", "none": "Bearer ", "other": f"Basic {token}"}
    codes = {
        name: Browser(REMOTE_ADDR="192.0.2.1", headers={"authorization": word}).get("/metrics").status_code
        for name, word in told.items()
    }
    assert codes == {"right": 200, "wrong": 404, "none": 404, "other": 404}


def test_an_empty_token_opens_nothing(all_well: None, settings: LazySettings) -> None:
    settings.METRICS_TOKEN = ""
    assert Browser(REMOTE_ADDR="192.0.2.1", headers={"authorization": "Bearer "}).get("/metrics").status_code == 404


HOSTILE = [
    "a\nb",
    "a\r\nINFO forged",
    "\x1b[31mred\x1b[0m",
    "\u2028line",
    "\0",
    "\x85",
    "\x7f",
    "é",
    "\ud800",
    "x" * 5000,
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("form", [JsonLine(), TextLine()])
def test_a_log_line_is_one_line_of_visible_characters(form: logging.Formatter, text: str) -> None:
    record = logging.makeLogRecord({"msg": text, "levelname": "INFO", "name": "server", "value": text, text[:20]: 1})
    line = form.format(record)
    assert line.isascii()
    assert line.isprintable()
    assert len(line) < 20_000


def test_a_json_line_can_be_read_back() -> None:
    record = logging.makeLogRecord({"msg": "a person signed in", "levelname": "INFO", "device": "a\nb", "took_s": 1.5})
    told = json.loads(JsonLine().format(record))
    assert (told["says"], told["device"], told["took_s"]) == ("a person signed in", "a\nb", 1.5)


@pytest.mark.parametrize("name", ["password", "api_token", "Authorization", "secret_key", "cookie"])
def test_a_value_named_like_a_secret_is_hidden(name: str) -> None:
    record = logging.makeLogRecord({"msg": "x", "levelname": "INFO", name: "hunter2"})
    assert "hunter2" not in JsonLine().format(record) + TextLine().format(record)


def test_an_error_stays_on_its_line() -> None:
    try:
        raise ValueError("first\nsecond")
    except ValueError as error:
        record = logging.makeLogRecord({"msg": "x", "levelname": "ERROR", "exc_info": (ValueError, error, None)})
    assert JsonLine().format(record).count("\n") == 0
