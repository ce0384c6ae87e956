"""What every test may ask for."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "soak", settings.get_profile("house"), max_examples=250, database=None
)  # a round of `make soak`
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Return the folder of recorded devices; a test that asks for it is skipped where it is absent."""
    if not CORPUS.is_dir():
        pytest.skip(f"the recorded devices are not beside the project ({CORPUS.parent.name}/{CORPUS.name})")
    return CORPUS


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Take the audit log's triggers away: tests that commit empty every table; tests of the triggers put them back."""
    from django.db import connection

    from server.accounts import append_only

    with django_db_blocker.unblock():
        append_only.remove(connection)
