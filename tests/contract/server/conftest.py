"""A server that was set up once; each test gets a copy of its data folder."""

import shutil
from pathlib import Path

import pytest

from tests.peers import datumline_server


@pytest.fixture(scope="session")
def set_up_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data folder of a server with one administrator."""
    data = tmp_path_factory.mktemp("server") / "data"
    ended = datumline_server.made(data)
    assert ended.returncode == 0, ended.stderr
    return data


@pytest.fixture
def data(set_up_once: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder."""
    return Path(shutil.copytree(set_up_once, tmp_path / "data"))
