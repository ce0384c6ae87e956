"""`/healthz` tells whether the server and its database answer."""

from typing import NoReturn

import pytest
from django.db import OperationalError, connection
from django.test import Client

pytestmark = pytest.mark.django_db


def refuse(*_: object) -> NoReturn:
    raise OperationalError("the database is gone")


def test_a_server_whose_database_answers_is_well() -> None:
    response = Client().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_a_server_whose_database_does_not_answer_is_not_well() -> None:
    with connection.execute_wrapper(refuse):
        response = Client().get("/healthz")
    assert (response.status_code, "gone" in response.content.decode()) == (503, False)


def test_health_is_only_read() -> None:
    assert Client().post("/healthz").status_code == 405


def test_health_is_never_cached() -> None:
    assert "no-store" in Client().get("/healthz").headers["Cache-Control"]
