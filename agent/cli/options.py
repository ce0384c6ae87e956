"""The options that commands share, and what they become."""

import ipaddress
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from agent.cli.streams import leave
from agent.credentials import LOCAL, credentials_named
from agent.platform import private_file
from collectors.access import Access, Secret
from collectors.driver_index import driver, drivers
from collectors.facts.exit_codes import ExitCode
from collectors.facts.reading import TransportName
from rules.cli.printing import say

Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="Address or DNS name of the device.")]
CredentialsFile = Annotated[
    Path | None, typer.Option("--credentials", metavar="FILE", help="credentials.toml, readable by you alone.")
]
CredentialName = Annotated[str | None, typer.Option("--credential", metavar="NAME", help="The credential to use.")]
Transport = Annotated[
    TransportName | None, typer.Option("--transport", help="How to reach it; else the credential's kind decides.")
]
DriverName = Annotated[str | None, typer.Option("--driver", metavar="NAME", help="The driver; else it is detected.")]
Port = Annotated[int | None, typer.Option("--port", min=1, max=65535, metavar="N", help="Another port than the usual.")]
Timeout = Annotated[
    float | None,
    typer.Option(
        "--timeout", min=1, max=3600, metavar="S", help="Whole deadline in seconds: SNMP 60, SSH 120, WinRM 180."
    ),
]
Output = Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Write to this file, not to stdout.")]


def instant(text: str | None, option: str) -> datetime | None:
    """Return an instant such as 2026-11-21T03:15:00Z, without zone in UTC; leaves with USAGE for anything else."""
    if text is None:
        return None
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        leave(f"{option}: {text!r} is no instant such as 2026-11-21T03:15:00Z.", ExitCode.USAGE)
    return told if told.tzinfo is not None else told.replace(tzinfo=UTC)


def access_and_secret(
    address: str,
    credentials: Path | None,
    credential: str | None,
    transport: TransportName | None,
    driver_name: str | None,
    port: int | None,
) -> tuple[Access, Secret]:
    """Return what these options mean; leaves with USAGE where they contradict. Raises FileRefused."""
    if credential is None:
        if transport != "local":
            leave("--credential is missing: name the credential to use.", ExitCode.USAGE)
        secret = LOCAL
    else:
        secret = the_credential(credential, credentials)
    kind: TransportName = secret.credential.kind
    if transport is not None and transport != kind:
        leave(f"The credential {secret.name!r} is for {kind}, not for {transport}.", ExitCode.USAGE)
    if driver_name is not None:
        check_driver(driver_name, kind)
    return Access(transport=kind, address=plain_address(address), port=port, driver=driver_name), secret


def the_credential(name: str, file: Path | None) -> Secret:
    """Return one credential; leaves with USAGE when it is nowhere. Raises FileRefused."""
    if file and private_file.NOTE:
        say(private_file.NOTE)
    found: Mapping[str, Secret] = credentials_named([name], file)
    if name not in found:
        places = f"{file}, the environment or the key store" if file else "the environment or the key store"
        leave(
            f"No credential is called {name!r} in {places}; enter it, or name the file: --credentials.", ExitCode.USAGE
        )
    return found[name]


def check_driver(name: str, transport: TransportName) -> None:
    """Leave with USAGE when no driver of this transport has the name."""
    if name not in drivers():
        known = tuple(one for one in drivers() if transport == drivers()[one].TRANSPORT)
        from agent.inventory import unknown_word  # the rules come with it, which no other command of these needs

        leave(unknown_word(name, known, "--driver", f"{transport} driver"), ExitCode.USAGE)
    if transport != driver(name).TRANSPORT:
        leave(f"The driver {name!r} reads over {driver(name).TRANSPORT}, not over {transport}.", ExitCode.USAGE)


def plain_address(address: str) -> str:
    """Return an address or DNS name without brackets; leaves with USAGE for anything else."""
    bare = address.strip()
    if bare.startswith("[") and bare.endswith("]"):
        bare = bare[1:-1]
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        pass
    labels = bare.rstrip(".").split(".")
    if len(bare) > 253 or not all(
        0 < len(label) < 64 and label.replace("-", "").replace("_", "").isalnum() for label in labels
    ):
        leave(f"{address!r} is no address or DNS name; give it without scheme, port and path.", ExitCode.USAGE)
    return bare
