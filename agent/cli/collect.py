"""`datumline collect`: one device by one access, as a facts document."""

from enum import StrEnum
from typing import Annotated

import typer

from agent.cli import options
from agent.cli.streams import told_to_people, write_document
from collectors.facts.exit_codes import ExitCode, exit_code_of
from collectors.facts.gaps import Gap
from collectors.facts.merge import MENDABLE
from collectors.facts.reading import Snapshot
from rules.cli.printing import say, table_text


class Form(StrEnum):
    """How the document is shown."""

    JSON = "json"
    TABLE = "table"


FormOption = Annotated[Form, typer.Option("--format", help="How the facts are shown.")]


def collect(
    address: options.Address,
    credentials: options.CredentialsFile = None,
    credential: options.CredentialName = None,
    transport: options.Transport = None,
    driver: options.DriverName = None,
    port: options.Port = None,
    timeout: options.Timeout = None,
    form: FormOption = Form.JSON,
) -> None:
    """Read one device and print its facts.

    Exit codes: 0 at least one section was read; 3 unreachable; 4 access denied or credential on hold; 5 unsupported;
    6 unexpected reply; 7 identity changed. With 3 to 7 the document holds the gaps.
    """
    with told_to_people():
        from agent.state import open_state
        from collectors.pool.job import Job
        from collectors.pool.parent import Pool

        access, secret = options.access_and_secret(address, credentials, credential, transport, driver, port)
        job = Job(id=access.address, name=access.address, access=access, secret=secret, timeout_s=timeout)
        with open_state(say) as state:
            with Pool(state.ledger, state.pins) as pool:
                read = pool.collect(job)
            snapshot = state.marks.judge(job.name, access, read)
        show_facts(snapshot, form)
        end_with(snapshot)


def show_facts(snapshot: Snapshot, form: Form) -> None:
    """Write the document of a snapshot, as JSON or as a table."""
    from agent.report.facts_table import draw_facts
    from collectors.facts import document

    if form is Form.JSON:
        write_document(document.to_json(snapshot, indent=2) + "\n")
    else:
        write_document(table_text(lambda console: draw_facts(console, snapshot)))


def end_with(snapshot: Snapshot) -> None:
    """Leave with the exit code of what was read, and say what kept a device from being read."""
    code = exit_code(snapshot)
    if code is ExitCode.DONE:
        return
    gap = telling_gap(snapshot)
    if gap is not None:
        from agent.mending import who_acts

        say(f"{snapshot.device.name} {gap.text}. Who must act: {who_acts(gap)}.")
    raise typer.Exit(code)


def exit_code(snapshot: Snapshot) -> ExitCode:
    """Return DONE when one section was read, else the code of the gap that somebody can mend."""
    if any(reading.value is not None for reading in snapshot.readings):
        return ExitCode.DONE
    gap = telling_gap(snapshot)
    return ExitCode.UNSUPPORTED if gap is None else exit_code_of(gap.reason)


def telling_gap(snapshot: Snapshot) -> Gap | None:
    """Return the whole device's gap, else that of its sections which somebody can mend first."""
    if snapshot.problem is not None:
        return snapshot.problem
    gaps = [gap for reading in snapshot.readings for gap in (reading.gap, *reading.field_gaps.values()) if gap]
    return min(gaps, key=lambda gap: MENDABLE.index(gap.reason), default=None)
