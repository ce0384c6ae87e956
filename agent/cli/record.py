"""`datumline record`: a recording of a device for its driver's tests, made anonymous, for a person to check."""

from pathlib import Path
from typing import Annotated

import typer

from agent.cli import options
from agent.cli.collect import end_with, exit_code
from agent.cli.streams import leave, told_to_people, write_document
from collectors.facts.exit_codes import ExitCode
from rules.cli.printing import say


def record(
    address: options.Address,
    output: Annotated[Path, typer.Option("--output", metavar="FILE", help="Where the recording goes (YAML).")],
    credentials: options.CredentialsFile = None,
    credential: options.CredentialName = None,
    transport: options.Transport = None,
    driver: options.DriverName = None,
    port: options.Port = None,
    timeout: options.Timeout = None,
) -> None:
    """Write a recording of a device with names, addresses, serial numbers and secrets replaced.

    Look through the file before you send it. Exit codes as those of collect; without a reply no file is written.
    """
    with told_to_people():
        from agent.state import open_state
        from collectors.pool.job import Job
        from collectors.pool.parent import Pool

        if output.exists():
            leave(f"{output} exists already; choose another name.", ExitCode.USAGE)
        access, secret = options.access_and_secret(address, credentials, credential, transport, driver, port)
        job = Job(
            id=access.address, name=access.address, access=access, secret=secret, timeout_s=timeout, recorded=True
        )
        with open_state(say) as state, Pool(state.ledger, state.pins) as pool:
            outcome = pool.outcome(job)
        if outcome.recording is None:
            end_with(outcome.snapshot)
            raise typer.Exit(exit_code(outcome.snapshot) or ExitCode.UNEXPECTED_REPLY)
        write_document(outcome.recording, output)
        say(f"Recorded to {output}. Look through it before you send it: what stands in free text may have been missed.")
