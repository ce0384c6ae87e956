"""The library in force and the lifecycle data, loaded once for each process, and the digest that names them."""

import hashlib
import os
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

from rules.library_at import SHIPPED, library_at
from rules.lifecycle import store
from rules.lifecycle.catalogue import Catalogue
from rules.loader import Library
from rules.standard import Standard

VARIABLE: Final = "DATUMLINE_SERVER_LIBRARY"
"""A folder of standards of the MSP's own; without it the shipped library."""


@dataclass(frozen=True)
class InForce:
    """What verdicts are made by."""

    library: Library
    catalogue: Catalogue
    sha256: str
    """Over every file of the library and the days of the lifecycle data: another digest, other verdicts."""

    @cached_property
    def alone(self) -> tuple[Standard, ...]:
        """Return the standards that read nothing but the device that they are asked of."""
        return tuple(one for one in self.library.standards if not one.needs_others)

    @cached_property
    def reaching(self) -> frozenset[str]:
        """Return the names of the standards that read other subjects as well."""
        return frozenset(one.id for one in self.library.standards if one.needs_others)

    @cached_property
    def looks_back(self) -> frozenset[str]:
        """Return the sections of which some standard reads the past."""
        told = [path for one in self.library.standards for path, _seconds in one.history()]
        return frozenset(path.partition(".")[0].partition("[")[0] for path in told)

    @cached_property
    def looks_back_s(self) -> int:
        """Return how far back the farthest looking standard reads, in seconds."""
        return max((seconds for one in self.library.standards for _path, seconds in one.history()), default=0)


@lru_cache(maxsize=1)
def in_force() -> InForce:
    """Return the library and the lifecycle data; raises LibraryError, which names file and line."""
    folder = os.environ.get(VARIABLE)
    directory = Path(folder) if folder else SHIPPED
    catalogue = store.load()
    return InForce(library_at(Path(folder) if folder else None), catalogue, _digest(directory, catalogue))


def _digest(directory: Path, catalogue: Catalogue) -> str:
    told = hashlib.sha256(repr(sorted(map(str, catalogue.as_of_days))).encode())
    for file in sorted(directory.rglob("*.yaml")):
        told.update(file.relative_to(directory).as_posix().encode() + b"\0" + file.read_bytes())
    return told.hexdigest()
