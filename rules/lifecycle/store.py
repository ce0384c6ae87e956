"""Where the catalogue lies: carried with the package, and imported into the user's data folder over it."""

import logging
import os
import tempfile
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final, overload

import platformdirs

from rules.lifecycle import checks, merge
from rules.lifecycle.catalogue import Catalogue
from rules.lifecycle.parsing import FILE_BYTES, parse, to_text
from rules.lifecycle.problems import CatalogueRefused
from rules.lifecycle.rows import BuildsFile, LifecycleFile

logger = logging.getLogger(__name__)

LIFECYCLE: Final = "lifecycle.json"
BUILDS: Final = "windows_builds.json"
PLACE_VARIABLE: Final = "DATUMLINE_CATALOGUE_DIR"


@dataclass(frozen=True)
class Updated:
    """What an import did: the file that was written, and how many rows it holds now and held before."""

    path: Path
    as_of_on: date
    rows_count: int
    rows_before_count: int


def place() -> Path:
    """Return the folder of imported files: DATUMLINE_CATALOGUE_DIR, else the user's data folder."""
    chosen = os.environ.get(PLACE_VARIABLE)
    return Path(chosen) if chosen else platformdirs.user_data_path("datumline", appauthor=False) / "catalogue"


@cache
def carried() -> Catalogue:
    """Return the catalogue that came with the package; it is read once, and never changes."""
    data = resources.files("rules.lifecycle") / "data"
    lifecycle = parse((data / LIFECYCLE).read_bytes(), LIFECYCLE)
    builds = parse((data / BUILDS).read_bytes(), BUILDS)
    if not isinstance(lifecycle, LifecycleFile) or not isinstance(builds, BuildsFile):
        raise CatalogueRefused(LIFECYCLE, "the carried files are exchanged")
    return Catalogue(lifecycle, builds)


def load(folder: Path | None = None) -> Catalogue:
    """Return the catalogue in force: imported files where there are sound ones, else the carried ones.

    An imported file that is older than the carried one is joined with it. A damaged one is left aside with a warning.
    """
    folder = folder or place()
    own = carried()
    lifecycle, builds = _imported(folder / LIFECYCLE, LifecycleFile), _imported(folder / BUILDS, BuildsFile)
    if lifecycle is None and builds is None:
        return own
    if lifecycle and lifecycle.meta.data_as_of < own.lifecycle.meta.data_as_of:
        lifecycle = merge.products(lifecycle, own.lifecycle)
    if builds and builds.meta.as_of_on < own.builds.meta.as_of_on:
        builds = merge.builds(builds, own.builds)
    return Catalogue(lifecycle or own.lifecycle, builds or own.builds, origin=str(folder))


def update(text: bytes, name: str, today: date, folder: Path | None = None) -> Updated:
    """Check a file and put it, joined with what is in force, into the user's folder; the previous file is kept.

    `today` is the day on which the file was fetched. Raises CatalogueRefused, and then nothing has changed.
    """
    folder = folder or place()
    before = load(folder)
    file = parse(text, name)
    checks.check(name, file, today, before)
    joined: LifecycleFile | BuildsFile
    if isinstance(file, LifecycleFile):
        checks.check_order(name, Catalogue(file, before.builds))
        joined, path, as_of_on = merge.products(before.lifecycle, file), folder / LIFECYCLE, file.meta.data_as_of
        after = Catalogue(joined, before.builds)
    else:
        checks.check_order(name, Catalogue(before.lifecycle, file))
        joined, path, as_of_on = merge.builds(before.builds, file), folder / BUILDS, file.meta.as_of_on
        after = Catalogue(before.lifecycle, joined)
    checks.check_order(name, after)
    rows, rows_before = _rows(after), _rows(before)
    if rows < rows_before:
        raise CatalogueRefused(name, f"would leave {rows} rows of {rows_before}")
    written = to_text(joined)
    parse(written, path.name)  # what is written must be readable again
    _replace(path, written)
    return Updated(path, as_of_on, rows, rows_before)


def _rows(catalogue: Catalogue) -> int:
    builds = catalogue.builds
    own = sum(len(row.cycles) + len(row.versions) for row in catalogue.lifecycle.products)
    return own + len(builds.windows) + len(builds.sqlserver) + len(builds.exchange)


@overload
def _imported(path: Path, kind: type[LifecycleFile]) -> LifecycleFile | None: ...
@overload
def _imported(path: Path, kind: type[BuildsFile]) -> BuildsFile | None: ...
def _imported(path: Path, kind: type[LifecycleFile] | type[BuildsFile]) -> LifecycleFile | BuildsFile | None:
    try:
        if not path.is_file():
            return None
        with path.open("rb") as source:
            file = parse(source.read(FILE_BYTES + 1), path.name)
        if isinstance(file, kind):
            return file
        raise CatalogueRefused(path.name, "holds the rows of another file")
    except (OSError, CatalogueRefused) as problem:
        told = {"path": str(path), "reason": str(problem)}
        logger.warning("an imported catalogue file is damaged and left aside, the carried one counts", extra=told)
        return None


def _replace(path: Path, text: bytes) -> None:
    """Put the text in the file's place at once; what lay there before lies beside it as '....previous.json'."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file():
            _write(path.with_suffix(".previous.json"), path.read_bytes())
        _write(path, text)
    except OSError as error:
        raise CatalogueRefused(str(path), f"cannot be written: {error.strerror}") from error


def _write(path: Path, text: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(text)
            target.flush()
            os.fsync(target.fileno())
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
