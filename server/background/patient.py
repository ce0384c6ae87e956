"""The workers' connections to PostgreSQL: what they have to say is said again when the database was away.

procrastinate tells the end of a task once. Told into a connection that is dead, the task stays under way for a worker
that lives on, and its lock keeps all like it from being done.
"""

import asyncio
import logging
from typing import Any, Final

import psycopg
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector

logger = logging.getLogger(__name__)
NAPS_S: Final = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""A minute in all: a database that starts again is there long before."""


class PatientConnector(PsycopgConnector):
    """Asks again after the connection was lost; without a database for a minute the worker ends, and is begun anew."""

    async def execute_query_async(self, query: Any, **arguments: Any) -> None:
        """Run a statement that returns nothing; raises SystemExit when there is no database."""
        for nap_s in NAPS_S:
            try:
                await super().execute_query_async(query, **arguments)
            except ConnectorException as error:
                if not isinstance(error.__cause__, psycopg.OperationalError | psycopg.InterfaceError):
                    raise
                logger.warning("the database is away; the worker tells it again", extra={"again_in_s": nap_s})
            else:
                return
            await asyncio.sleep(nap_s)
        raise SystemExit("the database is away")
