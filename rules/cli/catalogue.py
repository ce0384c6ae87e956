"""`datumline catalogue show` and `datumline catalogue update`."""

import json
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import typer

from collectors.facts.exit_codes import ExitCode
from rules.cli.catalogue_source import NotFetched, read
from rules.cli.printing import print_document, say
from rules.lifecycle import freshness, store
from rules.lifecycle.catalogue import Catalogue
from rules.lifecycle.problems import CatalogueRefused
from rules.lifecycle.rows import ProductRow

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


class Format(StrEnum):
    """How to print."""

    TABLE = "table"
    JSON = "json"


@app.command()
def show(
    format: Annotated[Format, typer.Option("--format", help="table or json")] = Format.TABLE,
) -> None:
    """Print where the catalogue comes from, how old it is, and what it knows of each product."""
    catalogue, today = store.load(), _today()
    as_json = format is Format.JSON
    print_document((json.dumps(_document(catalogue, today), indent=2) if as_json else _table(catalogue, today)) + "\n")
    if freshness.state(catalogue.as_of_on, today) != "fresh":
        said = f"{freshness.words(catalogue.as_of_on, today)} is older than {freshness.WARN_AFTER_DAYS} days"
        say(f"Warning: {said}.")


@app.command()
def update(
    source: Annotated[str, typer.Argument(metavar="FILE|URL", help="lifecycle.json or windows_builds.json")],
) -> None:
    """Check a newer catalogue file and join it with the present one; if a check fails, nothing changes."""
    before = store.load()
    try:
        text, name = read(source)
        done = store.update(text, name, _today())
    except (NotFetched, CatalogueRefused) as problem:
        say(f"{problem}. The catalogue of {before.as_of_on} stays as it is.")
        say("Fetch the file again, or let its publisher mend it.")
        raise typer.Exit(problem.code if isinstance(problem, NotFetched) else ExitCode.USAGE) from problem
    print(f"{done.path.name} is now of {done.as_of_on}: {done.rows_count} rows, {done.rows_before_count} before.")


def _today() -> date:
    return datetime.now().astimezone().date()


def _document(catalogue: Catalogue, today: date) -> dict[str, object]:
    meta, builds = catalogue.lifecycle.meta, catalogue.builds.meta
    return {
        "as_of_on": str(catalogue.as_of_on),
        "age_days": freshness.age_days(catalogue.as_of_on, today),
        "state": freshness.state(catalogue.as_of_on, today),
        "origin": catalogue.origin,
        "files": [
            {
                "name": store.LIFECYCLE,
                "as_of_on": str(meta.data_as_of),
                "sources": [row.model_dump(mode="json", exclude_none=True) for row in meta.sources],
            },
            {
                "name": store.BUILDS,
                "as_of_on": str(builds.as_of_on),
                "sources": [
                    {"key": key, **row.model_dump(mode="json", exclude_none=True)}
                    for key, row in builds.sources.items()
                ],
            },
        ],
        "products": [_product(catalogue, row) for row in catalogue.lifecycle.products],
    }


def _product(catalogue: Catalogue, row: ProductRow) -> dict[str, object]:
    releases = catalogue.releases(row).rows
    scheme = catalogue.scheme(row.id)
    return {
        "id": row.id,
        "name": row.name,
        "order": scheme.name if scheme else None,
        "cycles_count": len(row.cycles),
        "releases_count": len(releases),
        "disputed_count": sum(release.disputed for release in releases),
        "newest_on": str(max(release.latest_on for release in releases)) if releases else None,
        "as_of_on": str(catalogue.releases_as_of_on(row)),
    }


def _table(catalogue: Catalogue, today: date) -> str:
    heading = ("product", "order", "lines", "releases", "disputed", "newest")
    rows = [heading]
    for row in catalogue.lifecycle.products:
        told = _product(catalogue, row)
        keys = ("id", "order", "cycles_count", "releases_count", "disputed_count", "newest_on")
        rows.append(tuple(str(told[key] if told[key] is not None else "-") for key in keys))  # type: ignore[arg-type]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heading))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    state = freshness.state(catalogue.as_of_on, today)
    lines += ["", f"{freshness.words(catalogue.as_of_on, today)}: {state}; {catalogue.origin}"]
    return "\n".join(lines)
