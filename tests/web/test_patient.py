"""A worker's statements while the database is away."""

import asyncio

import psycopg
import pytest
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector

from server.background import patient


class Database:
    """Stands in for procrastinate's own connector: refuses so often, then takes the statement."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, refusals: int, error: Exception) -> None:
        self.asked = 0
        self._refusals = refusals
        self._error = error
        monkeypatch.setattr(PsycopgConnector, "execute_query_async", self.execute)
        monkeypatch.setattr(patient, "NAPS_S", (0.0,) * len(patient.NAPS_S))

    async def execute(self, query: str, **arguments: object) -> None:
        self.asked += 1
        if self.asked <= self._refusals:
            raise ConnectorException from self._error


def tell() -> None:
    asyncio.run(patient.PatientConnector().execute_query_async("SELECT finish()"))


@pytest.mark.parametrize("error", [psycopg.OperationalError("gone"), psycopg.InterfaceError("closed")])
def test_what_met_a_dead_connection_is_told_again(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    database = Database(monkeypatch, 3, error)
    tell()
    assert database.asked == 4


def test_what_the_database_refuses_is_not_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(monkeypatch, 1, psycopg.errors.RaiseException("the job has ended"))
    with pytest.raises(ConnectorException):
        tell()
    assert database.asked == 1


def test_without_a_database_the_worker_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(monkeypatch, 1_000, psycopg.OperationalError("gone"))
    with pytest.raises(SystemExit):
        tell()
    assert database.asked == len(patient.NAPS_S)
