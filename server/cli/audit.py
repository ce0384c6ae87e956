"""`datumline server audit verify|export`: the audit log, from the server's console."""

import sys
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from collectors.facts.exit_codes import ExitCode
from server.cli.start import Data, refuse, say, start

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


class Format(StrEnum):
    """How to export."""

    JSON = "json"
    CSV = "csv"


@app.command()
def verify(
    head: Annotated[
        str, typer.Option("--head", help="A head that was noted elsewhere earlier: it must still be in the chain.")
    ] = "",
    data: Data = None,
) -> None:
    """Hold every entry against the one before it; print count and head. Exit code 7 when something was changed."""
    start(data)
    from django.db import connection

    from server.accounts import audit
    from server.accounts.append_only import in_place

    found = audit.verify(head)
    print(f"{found.count} entries, head {found.head}")
    for problem in found.problems:
        say(problem)
    if not in_place(connection):
        say("The triggers that refuse changes are not in place: run 'datumline server init'.")
    if not found.whole or not in_place(connection):
        raise typer.Exit(ExitCode.IDENTITY_CHANGED)
    say("The audit log is whole. Note the head somewhere else: only that shows later that its end was not re-made.")


@app.command()
def export(
    format: Annotated[Format, typer.Option("--format", help="JSON lines or CSV.")] = Format.JSON,
    since: Annotated[str, typer.Option("--since", metavar="DAY", help="From this day, such as 2026-01-31.")] = "",
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="Up to and with this day, in UTC.")] = "",
    data: Data = None,
) -> None:
    """Print the audit log, oldest first."""
    start(data)
    from server.accounts import audit
    from server.cli.console_actor import console_actor

    wanted = audit.Filter(since=_day(since), until=_day(until))
    found = audit.entries(console_actor(), wanted).order_by("pk").iterator(audit.AT_ONCE)
    lines = audit.as_csv(found) if format is Format.CSV else audit.as_json_lines(found)
    for line in lines:
        sys.stdout.write(line)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        refuse(f"{text} is no day like 2026-01-31.")
