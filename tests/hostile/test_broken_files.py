"""Broken files: each is told with its name, its line and who must act; nothing of it is applied, nothing hangs."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from datumline import cli
from tests.hostile import broken_files as files
from tests.hostile.broken_files import Broken
from tests.hostile.texts import STEERS
from tests.sound_library import LIBRARY

ADVICE = re.compile(
    r"correct|save it|split it|write |add |give |mend|check the path|chmod|fetch the file|make it shorter|remove|rename"
    r"|must |did you mean|leave it out|is missing|known are|Collect it again|at most|there is no|cannot be|use a name"
    r"|Who must act|needs |put it|name it|enter it",
    re.IGNORECASE,
)


class Kind(NamedTuple):
    """A kind of file: its name on disk, a good one, and the command that reads it."""

    name: str
    good: str
    command: Callable[[Path, Path], tuple[str, ...]]
    own: tuple[Broken, ...]
    reads_anything: bool = False
    """Replies of a device may be anything: what cannot be read is a gap, and no fault of the file."""


def assess(file: Path, folder: Path) -> tuple[str, ...]:
    return "assess", str(file)


def with_credentials(file: Path, folder: Path) -> tuple[str, ...]:
    return "collect", "192.0.2.1", "--credential", "ro", "--credentials", str(file)


def library(file: Path, folder: Path) -> tuple[str, ...]:
    return "library", "check", str(file.parent)


def assess_by_library(file: Path, folder: Path) -> tuple[str, ...]:
    site = folder / "other.toml"
    site.write_text(files.SITE, encoding="utf-8")
    return "assess", str(site), "--library", str(file.parent)


KINDS = {
    "inventory": Kind("site.toml", files.SITE, assess, files.SITES),
    "credentials": Kind("credentials.toml", files.CREDENTIALS, with_credentials, files.SECRETS),
    "library": Kind("power.yaml", LIBRARY, library, files.LIBRARIES),
    "library of an assessment": Kind("power.yaml", LIBRARY, assess_by_library, files.LIBRARIES[:6]),
    "facts": Kind("facts.json", files.FACTS, lambda file, _: ("evaluate", str(file)), files.DOCUMENTS),
    "catalogue": Kind(
        "new.json", '{"products": []}', lambda file, _: ("catalogue", "update", str(file)), files.CATALOGUES
    ),
    "snmprec": Kind(
        "a.snmprec",
        files.SNMPREC,
        lambda file, _: ("replay", "--driver", "ups_mib", "--snmp", str(file)),
        files.RECORDED,
        reads_anything=True,
    ),
    "NUT dump": Kind(
        "a.dev",
        files.NUT,
        lambda file, _: ("replay", "--driver", "nut_ups", "--nut", str(file)),
        (),
        reads_anything=True,
    ),
    "reply": Kind(
        "a.txt",
        "Cisco IOS Software, Version 15.2\n",
        lambda file, _: ("replay", "--driver", "cisco_ios", "--reply", f"show version={file}"),
        (),
        reads_anything=True,
    ),
    "JSON reply": Kind(
        "a.json",
        '{"os": 1}',
        lambda file, _: ("replay", "--driver", "windows_server", "--reply", f"os={file}"),
        (),
        reads_anything=True,
    ),
}


def _cases() -> Iterator[tuple[str, Broken]]:
    for name, kind in KINDS.items():
        lenient = files.READ_OR_NOT if kind.reads_anything else frozenset({2})
        if name == "library of an assessment":
            yield from ((name, one) for one in kind.own)
            continue
        for what, put in files.PLACES.items():
            yield name, Broken(what, put, codes=lenient if what == "100 MB of nothing" else frozenset({2}))
        for what, content in files.spoiled(kind.good).items():
            yield name, Broken(what, content, codes=lenient)
        yield from ((name, one) for one in kind.own)


CASES = [*_cases()]


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATUMLINE_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("DATUMLINE_CATALOGUE_DIR", str(tmp_path / "catalogue"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "log"))


def test_there_are_at_least_200_broken_files() -> None:
    assert len(CASES) >= 200


@pytest.mark.timeout(30)
@pytest.mark.parametrize(("kind", "broken"), CASES, ids=[f"{kind}: {one.what}" for kind, one in CASES])
def test_a_broken_file_is_refused_with_its_name_line_and_who_must_act(
    kind: str, broken: Broken, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    known = KINDS[kind]
    file = tmp_path / "given" / known.name
    file.parent.mkdir()
    if callable(broken.content):
        broken.content(file)
    else:
        file.write_bytes(
            broken.content if isinstance(broken.content, bytes) else broken.content.encode("utf-8", "surrogatepass")
        )
    if kind == "credentials" and file.is_file() and not file.is_symlink():
        file.chmod(0o600)
    code = cli.run(known.command(file, tmp_path))
    told = capfdbinary.readouterr()
    out, err = told.out.decode(), told.err.decode()
    assert code in broken.codes, err[:500]
    assert ("Traceback" in err, STEERS.search(err), len(err) < 30_000, "Canary" in out + err) == (
        False,
        None,
        True,
        False,
    )
    if code == 2:
        assert (re.fullmatch(r"(\d+ standards in .*)?", out.strip()) is not None, ADVICE.search(err) is not None) == (
            True,
            True,
        ), err[:500]
        assert known.name in err or str(file.parent) in err, err[:500]
    if broken.line is not None:
        assert re.search(rf":{broken.line}:|line {broken.line}\b", err), err[:500]
    kept = [path for name in ("state", "catalogue", "log") for path in (tmp_path / name).rglob("*") if path.is_file()]
    assert kept == []


@pytest.mark.parametrize(
    "kind", [name for name in KINDS if name not in {"catalogue", "JSON reply", "inventory", "credentials"}]
)
def test_the_good_file_of_the_table_is_read(
    kind: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    known = KINDS[kind]
    file = tmp_path / "given" / known.name
    file.parent.mkdir()
    file.write_text(known.good, encoding="utf-8")
    code = cli.run(known.command(file, tmp_path))
    assert (code, "credential" in capfdbinary.readouterr().err.decode()) in {(0, False), (2, True)}
