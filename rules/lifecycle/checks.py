"""What a catalogue file must keep besides its form: no day in the future, no missing end, no order turned round."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from rules.lifecycle.catalogue import Catalogue
from rules.lifecycle.order import microsoft
from rules.lifecycle.order.relation import of_keys
from rules.lifecycle.problems import CatalogueRefused
from rules.lifecycle.releases import Release, Releases
from rules.lifecycle.rows import BuildsFile, LifecycleFile, ProductRow

# Leading numbers that two versions share where version order was measured to be date order without an inversion;
# wider than releases.SCOPES, from which answers are drawn.
_ORDERED: dict[str, int] = {"pan-os": 3, "opnsense": 2, "routeros": 2, "big-ip": 2, "openwrt": 2, "windows": 1}


def check(name: str, file: LifecycleFile | BuildsFile, today: date, before: Catalogue) -> None:
    """Raise CatalogueRefused if a day lies after today, an end of support is missing, or the file is older."""
    if isinstance(file, LifecycleFile):
        as_of_on, held_on = file.meta.data_as_of, before.lifecycle.meta.data_as_of
        days = _product_days(file)
        _each_once(name, "product", (row.id for row in file.products))
        for row in file.products:
            _check_product(name, row, before.product(row.id))
    else:
        as_of_on, held_on = file.meta.as_of_on, before.builds.meta.as_of_on
        _check_builds(name, file)
        days = _build_days(file)
    if as_of_on > today:
        raise CatalogueRefused(name, f"is of {as_of_on}, which lies after today ({today})")
    for what, day in days:
        if day > today:
            raise CatalogueRefused(name, f"{what} is dated {day}, after today ({today})")
        if day > as_of_on:
            raise CatalogueRefused(name, f"{what} is dated {day}, after the day that the data is of ({as_of_on})")
    if as_of_on < held_on:
        raise CatalogueRefused(name, f"is of {as_of_on}, older than what is here ({held_on})")


def check_order(name: str, catalogue: Catalogue) -> None:
    """Raise CatalogueRefused where, inside a train, a newer version is dated before an older one."""
    for product_id, width in _ORDERED.items():
        product = catalogue.product(product_id)
        if product is not None:
            inverted = first_inversion(catalogue.releases(product), width)
            if inverted:
                older, newer = inverted
                said = f"{product_id} {newer.version} is dated {newer.latest_on}, before the older {older.version}"
                raise CatalogueRefused(name, f"{said} ({older.earliest_on})")


def first_inversion(releases: Releases, width: int) -> tuple[Release, Release] | None:
    """Return an older and a newer version of one train whose days are turned round; disputed rows do not count."""
    trains: dict[tuple[str, tuple[int, ...]], list[Release]] = {}
    disputed = {row.version for row in releases.rows if row.disputed}
    twice = _dated_twice(releases)
    for row in releases.rows:
        if row.parsed and row.version not in disputed | twice:
            trains.setdefault((row.parsed.line, row.parsed.key[:width]), []).append(row)
    for train in trains.values():
        train.sort(key=lambda row: row.parsed.key if row.parsed else ())
        for older, newer in pairwise(train):
            differ = older.parsed and newer.parsed and of_keys(older.parsed.key, newer.parsed.key) == "older"
            if differ and newer.latest_on < older.earliest_on:
                return older, newer
    return None


def _dated_twice(releases: Releases) -> set[str]:
    days: dict[str, set[date]] = {}
    for row in releases.rows:
        days.setdefault(row.version, set()).add(row.earliest_on)
    return {version for version, found in days.items() if len(found) > 1}


def _check_product(name: str, row: ProductRow, before: ProductRow | None) -> None:
    _each_once(name, f"{row.id} cycle", (cycle.c for cycle in row.cycles))
    others = [*row.cycles, *(before.cycles if before else ())]
    if any(cycle.eol is not None for cycle in others):
        for cycle in row.cycles:
            if cycle.eol is None:
                raise CatalogueRefused(name, f"{row.id} cycle {cycle.c} has no end of support (eol), others have one")
    for cycle in row.cycles:
        if isinstance(cycle.eol, date) and cycle.eol < cycle.rel:
            raise CatalogueRefused(name, f"{row.id} cycle {cycle.c} ends on {cycle.eol}, before it began ({cycle.rel})")
    if before and before.scheme != row.scheme:
        raise CatalogueRefused(name, f"{row.id} changes its version order from {before.scheme} to {row.scheme}")


def _check_builds(name: str, file: BuildsFile) -> None:
    for scheme, rows in ((microsoft.SQLSERVER, file.sqlserver), (microsoft.EXCHANGE, file.exchange)):
        for row in rows:
            if scheme.parse(row[0]) is None:
                raise CatalogueRefused(name, f"{row[0]} is not a build of {scheme.name}")


def _each_once(name: str, what: str, keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise CatalogueRefused(name, f"{what} {key} stands twice")
        seen.add(key)


def _product_days(file: LifecycleFile) -> Iterator[tuple[str, date]]:
    for row in file.products:
        for cycle in row.cycles:
            yield f"{row.id} cycle {cycle.c}", cycle.rel
            if isinstance(cycle.latest_date, date):
                yield f"{row.id} newest release of cycle {cycle.c}", cycle.latest_date
        for version, (day, _sources) in row.versions.items():
            yield f"{row.id} {version}", day


def _build_days(file: BuildsFile) -> Iterator[tuple[str, date]]:
    for build, revision, _update, day, _flags, _sources in file.windows:
        yield f"windows {build}.{revision}", day
    for kind, rows in (("sqlserver", file.sqlserver), ("exchange", file.exchange)):
        for text, _name, _update, day, _sources in rows:
            yield f"{kind} {text}", day
