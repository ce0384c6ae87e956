"""Every app's migrations go forward, back to nothing and forward again, on both databases."""

import json
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Final

import pytest

from tests.house.sources import ROOT
from tests.peers.datumline_server import environment
from tests.peers.postgresql import PostgreSQL, binaries

GOES_THERE_AND_BACK: Final = """
import json
import django; django.setup()
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from server.accounts.append_only import in_place

FORWARD_ONLY = {"procrastinate", "django_tasks_database"}  # the engines' own tables, which hold tasks and nothing else

def schema():
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            columns = [tuple(column)[:2] for column in connection.introspection.get_table_description(cursor, table)]
            limits = connection.introspection.get_constraints(cursor, table).values()
            found[table] = str(sorted(columns)) + str(sorted(str(sorted(one.items(), key=str)) for one in limits))
    return found

def go(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets or executor.loader.graph.leaf_nodes())
    return schema()

def drifted():
    told = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            there = {one.name for one in connection.introspection.get_table_description(cursor, model._meta.db_table)}
            if model._meta.managed and there != {one.column for one in model._meta.local_concrete_fields}:
                told.append(model._meta.label)
    return told

first = go([])
guarded = in_place(connection)
labels = sorted(MigrationExecutor(connection).loader.migrated_apps - FORWARD_ONLY)
back = go([(label, None) for label in labels])
again = go([])
call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
print(json.dumps({
    "apps": labels, "left": sorted(back), "changed": sorted(one for one in first if first[one] != again.get(one)),
    "new": sorted(set(again) - set(first)), "drifted": drifted(), "guarded": [guarded, in_place(connection)],
}))
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.peer)])
def told(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """Return what was found on the way."""
    if request.param == "postgresql" and binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    more = {"DATUMLINE_SERVER_DEBUG": "1", "DJANGO_SETTINGS_MODULE": "server.settings"}
    with PostgreSQL() if request.param == "postgresql" else nullcontext() as database:
        if database is not None:
            more["DATABASE_URL"] = database.url()
        done = subprocess.run(
            [sys.executable, "-c", GOES_THERE_AND_BACK],
            env=environment(tmp_path, **more),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.timeout(400)
def test_every_app_migrates_forward_back_and_forward_again(told: dict[str, Any]) -> None:
    ours = {file.parents[1].name for file in (ROOT / "server").glob("*/migrations/0001_*.py")}
    assert ours <= set(told["apps"])
    engines = ("django_migrations", "django_tasks_database_", "procrastinate_")
    assert not [table for table in told["left"] if not table.startswith(engines)]
    assert (told["changed"], told["new"], told["drifted"]) == ([], [], [])
    assert told["guarded"] == [True, True]
