"""What every test may ask for."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

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
