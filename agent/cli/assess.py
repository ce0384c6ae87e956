"""`datumline assess`: a whole site read and judged, as one checklist."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import options
from agent.cli.streams import leave, told_to_people, write_document, write_file
from collectors.facts.exit_codes import ExitCode
from rules.cli.printing import say, table_text

if TYPE_CHECKING:
    from agent.assess import SiteReading
    from agent.checklist import Checklist
    from agent.inventory import Setting, Site
    from rules.loader import Library
    from rules.verdicts_document import VerdictsDocument


class Form(StrEnum):
    """How the checklist is shown."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    HTML = "html"
    XLSX = "xlsx"


class FailOn(StrEnum):
    """Which answer makes the command fail."""

    NO = "no"
    UNKNOWN = "unknown"


def assess(
    inventory: Annotated[Path, typer.Argument(metavar="SITE.toml", help="The inventory of the site.")],
    credentials: options.CredentialsFile = None,
    library: Annotated[
        Path | None, typer.Option("--library", metavar="DIR", help="Another library of standards.")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="How the checklist is shown.")] = Form.TABLE,
    output: options.Output = None,
    at: Annotated[str | None, typer.Option("--at", metavar="INSTANT", help="Judge at this instant, not now.")] = None,
    fail_on: Annotated[
        FailOn | None, typer.Option("--fail-on", help="Exit 9 on a no; with 'unknown' also on what was not measured.")
    ] = None,
) -> None:
    """Read all devices of a site and print its checklist.

    Exit codes: 0 done; 8 a device gave no reading; 9 --fail-on met; 130 interrupted, with what was read until then.
    """
    with told_to_people():
        if form is Form.XLSX and output is None:
            leave("A workbook is no text to print: name the file to write it to, --output FILE.xlsx.", ExitCode.USAGE)
        from agent.assess import judged
        from agent.checklist_of import checklist_of
        from collectors.facts.domains import domains_of
        from rules.lifecycle import store

        instant = options.instant(at, "--at")
        standards = _library(library)
        site = _site(inventory, standards)
        reading = _read(site, inventory, credentials)
        catalogue = store.load()
        domains = domains_of(device.subject for device in reading.devices)
        document = judged(reading, standards, instant or datetime.now(UTC), catalogue, domains)
        name = "the shipped library" if library is None else f"the library '{library.resolve().name}'"
        checklist = checklist_of(document, reading, standards, catalogue, name)
        _write(form, output, document, checklist)
        code = exit_code(checklist, fail_on)
        if code is not ExitCode.DONE:
            raise typer.Exit(code)


def exit_code(checklist: "Checklist", fail_on: FailOn | None) -> ExitCode:
    """Return how an assessment ends; what was asked to fail on counts more than a device that gave nothing."""
    from rules.verdict import Word

    if checklist.interrupted:
        return ExitCode.INTERRUPTED
    counts = checklist.counts
    if (fail_on and counts[Word.NO]) or (fail_on is FailOn.UNKNOWN and counts[Word.UNKNOWN]):
        return ExitCode.FAIL_ON_MET
    return ExitCode.DEVICE_UNREAD if checklist.unread else ExitCode.DONE


def _library(directory: Path | None) -> "Library":
    from rules.library_at import library_at
    from rules.problems import LibraryError

    try:
        return library_at(directory)
    except LibraryError as error:
        leave(f"{error}\nThe library's author must mend this, or name another directory.", ExitCode.USAGE)


def _site(inventory: Path, library: "Library") -> "Site":
    from agent.assess import spoken_setting
    from agent.inventory import read_site
    from collectors.driver_index import drivers
    from rules.settings import check_overrides

    def check(standard: str, setting: str, value: "Setting") -> str | None:
        return "; ".join(check_overrides(library.by_id, {standard: {setting: spoken_setting(value)}})) or None

    known = {name: driver.TRANSPORT for name, driver in drivers().items()}
    return read_site(inventory, datetime.now(UTC).date(), drivers=known, check_parameter=check)


def _read(site: "Site", inventory: Path, credentials: Path | None) -> "SiteReading":
    from agent.assess import SiteReading
    from agent.cli.progress import shown_progress
    from agent.credentials import LOCAL, credentials_named
    from agent.inventory import check_credentials
    from agent.platform import private_file
    from agent.state import open_state
    from collectors.pool.parent import Pool

    if credentials and private_file.NOTE:
        say(private_file.NOTE)
    secrets = credentials_named(site.credentials, credentials)
    check_credentials(inventory, site, secrets)
    reading = SiteReading(site)
    count = sum(len(device.accesses) for device in site.devices)
    with (
        open_state(say, site.full_name) as state,
        shown_progress(count) as tell,
        Pool(
            state.ledger,
            state.pins,
            judge=lambda job, snapshot: state.marks.judge(job.name, job.access, snapshot),
            pace=state.pace,
            on_progress=tell,
        ) as pool,
    ):
        reading.read(secrets, pool.outcomes, LOCAL)
    if reading.interrupted:
        say("Interrupted: the checklist holds what had been read.")
    return reading


def _write(form: Form, output: Path | None, document: "VerdictsDocument", checklist: "Checklist") -> None:
    if form is Form.XLSX and output is not None:
        from agent.report.xlsx_file import to_xlsx

        write_file(to_xlsx(checklist), output)
    else:
        _write_text(form, output, document, checklist)
    if output is not None:
        say(f"{checklist.headline}. Written to {output}.")


def _write_text(form: Form, output: Path | None, document: "VerdictsDocument", checklist: "Checklist") -> None:
    encoding = "utf-8"
    if form is Form.JSON:
        from rules.verdicts_document import to_json

        text = to_json(document, indent=2) + "\n"
    elif form is Form.CSV:
        from agent.report.csv_file import to_csv

        text = to_csv(checklist)
        encoding = "utf-8-sig" if output else encoding  # a file is opened by spreadsheets, which want the mark
    elif form is Form.HTML:
        from agent.report.html_page import to_html

        text = to_html(checklist)
    else:
        from agent.report.table import draw_checklist

        text = table_text(lambda console: draw_checklist(console, checklist), output)
    write_document(text, output, encoding=encoding)
