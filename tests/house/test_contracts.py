"""The import contracts hold, and each of them catches the violation it was written for."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.sources import PACKAGES, ROOT, place, python_files

LINT = Path(sys.executable).with_name("lint-imports")

# contract -> planted file -> its content
VIOLATIONS: dict[str, list[tuple[dict[str, str], str]]] = {
    "direction": [
        ({"collectors/planted.py": "import rules"}, "collectors see rules"),
        ({"agent/planted.py": "import server"}, "the agent sees the server"),
        ({"server/planted.py": "import agent"}, "the server sees the agent"),
        ({"agent/planted.py": "import datumline"}, "the command table is imported"),
    ],
    "facts": [
        ({"collectors/facts/planted.py": "import requests"}, "facts import another package"),
        ({"collectors/facts/planted.py": "import socket"}, "facts do input and output"),
        (
            {"collectors/planted.py": "", "collectors/facts/planted.py": "import collectors.planted"},
            "facts see the rest of the collectors",
        ),
    ],
    "rules": [
        ({"rules/planted.py": "import collectors.drivers"}, "rules see drivers"),
        ({"collectors/planted.py": "", "rules/planted.py": "import collectors.planted"}, "rules see scanning"),
    ],
    "rules-io": [
        ({"rules/planted.py": "import socket"}, "rules open a socket"),
        ({"rules/planted.py": "import requests"}, "rules fetch a page"),
        ({"rules/planted.py": "from urllib.request import urlopen"}, "rules fetch a page by the standard library"),
    ],
    "drivers": [
        (
            {"collectors/drivers/planted.py": "", "collectors/drivers/sown.py": "import collectors.drivers.planted"},
            "a driver sees a driver",
        ),
    ],
    "drivers-io": [
        ({"collectors/drivers/planted.py": "import subprocess"}, "a driver starts a process"),
        ({"collectors/drivers/planted.py": "import netmiko"}, "a driver logs on"),
        ({"collectors/drivers/planted.py": "import collectors.transports"}, "a driver sees a transport"),
        (
            {"collectors/planted.py": "import paramiko", "collectors/drivers/planted.py": "import collectors.planted"},
            "a driver logs on through another module",
        ),
    ],
    "transports": [({"collectors/transports/planted.py": "import collectors.drivers"}, "a transport sees drivers")],
    "agent": [({"agent/planted.py": "import django"}, "the agent needs Django")],
    "server": [
        ({"server/planted.py": "import collectors.drivers"}, "the server sees drivers"),
        ({"server/planted.py": "import paramiko"}, "the server logs on to devices"),
    ],
    "server-flow": [
        ({"server/clients/planted.py": "import server.scans.models"}, "clients see scans"),
        ({"server/accounts/planted.py": "import server.clients.models"}, "accounts see clients"),
        ({"server/web/planted.py": "import server.api.urls"}, "pages see the API"),
    ],
}
PLANTED = [pytest.param(contract, files, id=says) for contract, cases in VIOLATIONS.items() for files, says in cases]


@pytest.fixture
def copy_of_the_code(tmp_path: Path) -> Path:
    for file in python_files(*PACKAGES):
        target = tmp_path / place(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    return tmp_path


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [str(LINT), "--no-logo", "--no-cache", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={"COLUMNS": "200"})


def test_every_contract_holds(copy_of_the_code: Path) -> None:
    result = lint(copy_of_the_code)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("contract", "files"), PLANTED)
def test_a_planted_violation_is_caught(contract: str, files: dict[str, str], copy_of_the_code: Path) -> None:
    for name, text in files.items():
        (copy_of_the_code / name).write_text(f'"""Planted."""\n{text}\n', encoding="utf-8")
    result = lint(copy_of_the_code, "--contract", contract)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "planted" in result.stdout


def test_every_contract_has_a_planted_violation() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {contract["id"] for contract in project["tool"]["importlinter"]["contracts"]} == set(VIOLATIONS)
