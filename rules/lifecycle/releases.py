"""The dated releases of one product, found by version in any of its spellings, with what neighbours prove."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rules.lifecycle.order.compare import read
from rules.lifecycle.order.relation import Parsed, Scheme, of_keys
from rules.lifecycle.rows import BuildsFile, ProductRow, ServerRow, days_in

WINDOWS = frozenset({"windows", "windows-server", "windows-server-core", "windows-embedded"})

# How many leading numbers two versions must share for their order to be the order of their dates: measured over the
# whole catalogue with no inversion (one of RouterOS was an error of the data, and disputed rows do not take part).
SCOPES: dict[str, int] = {"pan-os": 3, "opnsense": 2, "routeros": 2, **dict.fromkeys(WINDOWS, 1)}


@dataclass(frozen=True)
class Release:
    """One release: the day it came out, or the two days between which its sources disagree."""

    version: str
    parsed: Parsed | None
    earliest_on: date
    latest_on: date
    disputed: bool = False
    preview: bool = False


@dataclass(frozen=True)
class Bounds:
    """What listed neighbours prove of a release that is not listed itself."""

    after: Release | None = None
    """The newest listed release that is older: the release came out on its day or later."""
    before: Release | None = None
    """The oldest listed release that is newer: the release came out on its day or earlier."""


class Releases:
    """All dated releases of one product."""

    def __init__(self, product: str, scheme: Scheme | None, rows: Iterable[Release], families: Sequence[Sequence[int]]):
        self.product = product
        self.scheme = scheme
        self.rows = tuple(rows)
        self._family_of = {build: tuple(family) for family in families for build in family}
        self._by_text: dict[str, list[Release]] = {}
        self._by_key: dict[tuple[str, tuple[int, ...]], list[Release]] = {}
        for row in self.rows:
            self._by_text.setdefault(row.version, []).append(row)
            if row.parsed:
                self._by_key.setdefault((row.parsed.line, row.parsed.key), []).append(row)

    def read(self, version: str) -> Parsed | None:
        """Return the version as the product's order reads it."""
        return read(self.scheme, version) if self.scheme else None

    def find(self, version: str) -> Release | None:
        """Return the release of this version, in whatever spelling; disputed where two rows of it differ."""
        parsed = self.read(version)
        found = list(self._by_text.get(version.strip(), ()))
        if parsed:
            for line, key in self._spellings(parsed):
                found += [row for row in self._by_key.get((line, key), ()) if row not in found]
        if not found:
            return None
        earliest, latest = min(row.earliest_on for row in found), max(row.latest_on for row in found)
        disputed = earliest != latest or any(row.disputed for row in found)
        return Release(found[0].version, found[0].parsed, earliest, latest, disputed, found[0].preview)

    def shared(self, build: int) -> tuple[int, ...]:
        """Return the Windows builds that get the same revisions as this one, itself included."""
        return self._family_of.get(build, (build,))

    def bounds(self, parsed: Parsed) -> Bounds:
        """Return what neighbours prove, only where version order was measured to be date order.

        For Windows no lower bound is given: a revision that is in no table may be anything, and never makes a yes.
        """
        width = SCOPES.get(self.product)
        if width is None:
            return Bounds()
        older: list[Release] = []
        newer: list[Release] = []
        for row in self.rows:
            if row.disputed or row.parsed is None or row.parsed.line != parsed.line:
                continue
            if row.parsed.key[:width] == parsed.key[:width]:
                (older if of_keys(row.parsed.key, parsed.key) == "older" else newer).append(row)
        after = max(older, key=lambda row: row.earliest_on, default=None)
        before = min(newer, key=lambda row: row.latest_on, default=None)
        return Bounds(None if self.product in WINDOWS else after, before)

    def _spellings(self, parsed: Parsed) -> Iterable[tuple[str, tuple[int, ...]]]:
        yield parsed.line, parsed.key
        if self.product in WINDOWS:
            for build in self.shared(parsed.key[0]):
                yield parsed.line, (build, *parsed.key[1:])


def of_product(product: ProductRow, scheme: Scheme | None, builds: BuildsFile) -> Releases:
    """Return the product's releases: its own versions, or the build tables for Windows, SQL Server and Exchange."""
    rows: Iterable[Release]
    if product.id in WINDOWS:
        rows = (
            _release(f"{build}.{revision}", scheme, day, (), preview="P" in flags)
            for build, revision, _update, day, flags, _sources in builds.windows
        )
    elif product.id == "mssqlserver":
        rows = _of_servers(builds.sqlserver, scheme, product)
    elif product.id == "msexchange":
        rows = _of_servers(builds.exchange, scheme, product)
    else:
        rows = (
            _release(version, scheme, day, product.conflicts.get(version, ()), disputed=sources.endswith("?"))
            for version, (day, sources) in product.versions.items()
        )
    return Releases(product.id, scheme, rows, builds.meta.families if product.id in WINDOWS else ())


def _of_servers(rows: Iterable[ServerRow], scheme: Scheme | None, product: ProductRow) -> Iterable[Release]:
    disputes = {version.split()[0]: said for version, said in product.conflicts.items()}  # '13.0.5893.48 CU17+GDR'
    for build, _update, _number, day, sources in rows:
        preview = (_update or "").endswith("Preview")
        yield _release(build, scheme, day, disputes.get(build, ()), disputed=sources.endswith("?"), preview=preview)


def _release(
    version: str,
    scheme: Scheme | None,
    day: date,
    said: Iterable[str],
    *,
    disputed: bool = False,
    preview: bool = False,
) -> Release:
    """Return a row with all days that its sources name; a day inside a remark counts, it is the reason of the doubt."""
    days = [day, *(found for line in said for found in days_in(line))]
    parsed = read(scheme, version) if scheme else None
    early = preview or bool(parsed and parsed.prerelease)
    return Release(version, parsed, min(days), max(days), disputed or len(days) > 1, early)
