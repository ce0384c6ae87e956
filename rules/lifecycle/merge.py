"""A newer catalogue file joins the older one: rows are changed or added, never lost."""

from collections.abc import Mapping, Sequence
from datetime import date

from rules.lifecycle.rows import BuildsFile, LifecycleFile, ProductRow, Short, SourceRow, VersionRow, Words


def products(old: LifecycleFile, new: LifecycleFile) -> LifecycleFile:
    """Return all products of both; of a product in both, what the new file says, and what only the old one knows."""
    known = {row.id: row for row in old.products}
    joined = [_product(known.pop(row.id), row) if row.id in known else row for row in new.products]
    sources = (*new.meta.sources, *(row for row in old.meta.sources if row not in new.meta.sources))
    meta = new.meta.model_copy(update={"sources": sources, "data_as_of": max(old.meta.data_as_of, new.meta.data_as_of)})
    return new.model_copy(update={"meta": meta, "products": (*joined, *known.values())})


def builds(old: BuildsFile, new: BuildsFile) -> BuildsFile:
    """Return all builds of both; a build that they date differently keeps both rows, so that it counts as disputed."""
    sources: dict[str, SourceRow] = {**old.meta.sources, **new.meta.sources}
    families = (*new.meta.families, *(row for row in old.meta.families if row not in new.meta.families))
    meta = new.meta.model_copy(
        update={
            "sources": sources,
            "families": families,
            "os_names": {**old.meta.os_names, **new.meta.os_names},
            "data_as_of": max(old.meta.as_of_on, new.meta.as_of_on),
        }
    )
    windows = {(row[0], row[1], row[3]): row for row in (*old.windows, *new.windows)}
    sqlserver = {(row[0], row[3]): row for row in (*old.sqlserver, *new.sqlserver)}
    exchange = {(row[0], row[3]): row for row in (*old.exchange, *new.exchange)}
    return BuildsFile(
        meta=meta,
        windows=tuple(windows[key] for key in sorted(windows)),
        sqlserver=tuple(sqlserver.values()),
        exchange=tuple(exchange.values()),
    )


def _product(old: ProductRow, new: ProductRow) -> ProductRow:
    cycles = {row.c: row for row in (*old.cycles, *new.cycles)}
    order = [row.c for row in new.cycles] + [row.c for row in old.cycles]
    versions, conflicts = _versions(old, new)
    return new.model_copy(
        update={
            "cycles": tuple(cycles[name] for name in dict.fromkeys(order)),
            "versions": versions,
            "conflicts": conflicts,
            "match": new.match or old.match,
        }
    )


def _versions(old: ProductRow, new: ProductRow) -> tuple[Mapping[Short, VersionRow], Mapping[Short, Sequence[Words]]]:
    """Return all versions, and as conflicts those that the files date differently, with every day that was named."""
    versions: dict[str, VersionRow] = {**old.versions, **new.versions}
    said: dict[str, tuple[str, ...]] = {**old.conflicts, **new.conflicts}
    for version, (day, sources) in new.versions.items():
        before = old.versions.get(version)
        if before is None:
            continue
        days = {*old.conflicts.get(version, ()), *new.conflicts.get(version, ())}
        if before[0] != day:
            days |= {_text(before[0]), _text(day)}
        if days:
            said[version] = tuple(sorted(days))
            versions[version] = (day, sources.rstrip("?") + "?")
    return versions, said


def _text(day: date) -> str:
    return day.isoformat()
