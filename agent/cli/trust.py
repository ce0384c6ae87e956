"""`datumline trust`: what waits for a person's word, and the word: held credentials, changed keys, replaced devices."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from agent.cli.streams import leave, told_to_people, write_document
from agent.state import open_state
from collectors.facts.exit_codes import ExitCode
from rules.cli.printing import say

Inventory = Annotated[
    Path | None, typer.Option("--inventory", help="The SITE.toml whose devices are meant; left out: single devices.")
]

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def trust() -> None:
    """Show what is held back, and release it once a person has looked."""


@app.command()
def holds() -> None:
    """List the credentials that are on hold: nothing logs on with them until they are entered anew or released."""
    with told_to_people(), open_state(say) as state:
        waiting = state.ledger.holds()
        lines = [f"{hold.user}  {hold.realm}  since {hold.since:%Y-%m-%d %H:%M} UTC: {hold.why}" for hold in waiting]
        write_document("\n".join(lines or ["No credential is on hold."]) + "\n")


@app.command()
def release(
    user: Annotated[str, typer.Argument(help="As `holds` shows it.")],
    realm: Annotated[str, typer.Argument(help="As `holds` shows it, in quotation marks.")],
) -> None:
    """Release a held credential: it will be tried on one device, and the limit of two refusals a day stays."""
    with told_to_people(), open_state(say) as state:
        if state.ledger.release(user.casefold(), realm) == 0:
            leave(f"{user} in {realm!r} is not on hold; see 'datumline trust holds'.", ExitCode.USAGE)
        say(f"{user} in {realm} will be tried again, on one device first.")


@app.command()
def forget(
    address: Annotated[str, typer.Argument(help="The address or name whose key changed rightly.")],
    inventory: Inventory = None,
) -> None:
    """Forget the keys and certificates stored for an address; the next contact trusts the new one and says so."""
    with told_to_people(), open_state(say, _site_of(inventory)) as state:
        count = state.pins.forget_address(address)
        if count == 0:
            leave(f"No key of {address} is stored.", ExitCode.USAGE)
        say(f"{count} stored keys of {address} are forgotten.")


@app.command()
def replaced(
    device: Annotated[str, typer.Argument(help="The device's name; for a single device its address.")],
    inventory: Inventory = None,
) -> None:
    """Say that a device was replaced: its old serial number and other marks are forgotten."""
    with told_to_people(), open_state(say, _site_of(inventory)) as state:
        if state.marks.forget(device) == 0:
            leave(f"Nothing is stored of {device}.", ExitCode.USAGE)
        say(f"What was known of {device} is forgotten; the next reading says what it is now.")


def _site_of(inventory: Path | None) -> str | None:
    """Return the name under which `assess` keeps the keys and marks of this site."""
    if inventory is None:
        return None
    from agent.inventory import read_site
    from collectors.driver_index import drivers

    known = {name: driver.TRANSPORT for name, driver in drivers().items()}
    return read_site(inventory, datetime.now(UTC).date(), drivers=known).full_name
