"""The wheel holds our five packages and their data, and no other distribution owns one of their names."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.house.sources import PACKAGES, ROOT, project_files

DATA = {".css", ".html", ".json", ".ps1", ".sh", ".svg", ".yaml"}
NAME = re.compile(r"[a-z0-9-]+")
LOCK = "requirements.lock"
LOCKS = (
    LOCK, "requirements-agent.lock", "requirements-server.lock", "requirements-bench.lock", "requirements-soak.lock",
)  # fmt: skip
LOCKED = re.compile(r"^([a-z0-9-]+)==", re.MULTILINE)
VERSION = re.compile(r"^([a-z0-9-]+)(==[^ ;\\]+)", re.MULTILINE)
BUILD = "from setuptools import build_meta; import sys; build_meta.build_wheel(sys.argv[1])"


def data_files() -> list[str]:
    """Return what lies in the packages and is not Python, as the wheel should name it."""
    names = [file.relative_to(ROOT) for file in project_files()]
    return [
        name.as_posix()
        for name in names
        if name.parts[0] in PACKAGES and (name.suffix in DATA or "rules/lifecycle/data/" in name.as_posix())
    ]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the names of the files in a wheel built from a copy of the project, so that the tree stays clean."""
    source = tmp_path_factory.mktemp("source")
    for folder in (*PACKAGES, "tests"):
        shutil.copytree(ROOT / folder, source / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copyfile(ROOT / name, source / name)
    target = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-c", BUILD, target], cwd=source, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    with zipfile.ZipFile(next(target.glob("datumline-*.whl"))) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_our_packages_and_nothing_else(wheel: set[str]) -> None:
    assert {name.partition("/")[0] for name in wheel if ".dist-info/" not in name} == set(PACKAGES)


def test_the_wheel_holds_every_module(wheel: set[str]) -> None:
    modules = {
        file.relative_to(ROOT).as_posix()
        for file in project_files()
        if file.suffix == ".py" and file.relative_to(ROOT).parts[0] in PACKAGES
    }
    assert not modules - wheel


def test_the_wheel_holds_the_data_that_the_packages_read(wheel: set[str]) -> None:
    assert not set(data_files()) - wheel


def test_the_wheel_holds_the_licence_and_the_notice(wheel: set[str]) -> None:
    assert {Path(name).name for name in wheel if "/licenses/" in name} == {"LICENSE", "NOTICE"}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_distribution_owns_our_name(package: str) -> None:
    assert set(packages_distributions().get(package, [])) <= {"datumline"}


def wanted(*extras: str) -> set[str]:
    """Return the names of the packages that the project and these extras ask for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = [project["dependencies"], *(project["optional-dependencies"][extra] for extra in extras)]
    return {name[0] for lines in lists for line in lines if (name := NAME.match(line))}


def locked(name: str = LOCK) -> set[str]:
    """Return the names of the packages in a lock."""
    return set(LOCKED.findall((ROOT / name).read_text(encoding="utf-8")))


def test_the_django_package_called_rules_is_not_a_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "rules" not in wanted(*project["optional-dependencies"]) | locked()


def test_the_lock_holds_all_that_is_asked_for() -> None:
    assert wanted("agent", "server", "scale", "fast", "dev") <= locked()
    assert wanted("agent", "fast") <= locked("requirements-agent.lock")
    assert wanted("server", "scale") <= locked("requirements-server.lock")
    assert wanted("agent", "fast", "bench") <= locked("requirements-bench.lock")
    assert wanted("fuzz") <= locked("requirements-soak.lock")


@pytest.mark.parametrize("name", ["requirements-agent.lock", "requirements-server.lock"])
def test_what_agent_and_server_are_installed_by_is_what_the_tests_run_with(name: str) -> None:
    whole, part = (set(VERSION.findall((ROOT / file).read_text(encoding="utf-8"))) for file in (LOCK, name))
    assert part <= whole
    assert not {"pytest", "mypy", "hypothesis", "schemathesis"} & {package for package, _version in part}


def test_an_agent_has_no_web_server_and_a_server_no_logons_to_devices() -> None:
    assert not {"django", "granian", "psycopg"} & locked("requirements-agent.lock")
    assert not {"paramiko", "netmiko", "pywinrm", "pysnmp"} & locked("requirements-server.lock")


def test_nothing_but_the_benchmarks_needs_their_peers() -> None:
    assert not {"ezsnmp", "nornir", "nornir-netmiko", "cel-expr-python"} & locked()


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_gives_a_hash_for_every_version_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    requirements = text.replace("\\\n", " ").splitlines()
    assert not [line for line in requirements if "--hash=sha256:" not in line]
    assert not [
        word for word in ("://", "--index", "--extra-index", "--find-links", "#", "file:", " @ ") if word in text
    ]
