"""`datumline agent policy`: what the site's policy lets this agent do, and why not."""

from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.streams import leave, told_to_people, write_document
from collectors.facts.exit_codes import ExitCode
from collectors.facts.transport import TransportName
from rules.cli.printing import say

if TYPE_CHECKING:
    from agent.policy import SitePolicy

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
_NOBODY = "0" * 26  # the id of a job that nobody ordered


@app.callback()
def policy() -> None:
    """Show what the site's policy allows; a person changes it with an editor, the server never."""


@app.command()
def check(
    address: Annotated[
        str | None, typer.Option("--address", metavar="ADDRESS", help="Judge an access to this address or name.")
    ] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, metavar="N", help="Its port.")] = None,
    transport: Annotated[TransportName, typer.Option("--transport", help="How it would be reached.")] = "ssh",
    driver: Annotated[str | None, typer.Option("--driver", metavar="NAME", help="The driver of the job.")] = None,
    network: Annotated[
        str | None, typer.Option("--network", metavar="CIDR", help="Judge a discovery of this network.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--policy", metavar="FILE", help="Another policy file than the agent's.")
    ] = None,
) -> None:
    """Read the policy file and tell what it allows; with --address or --network what would be allowed, and why not.

    Exit codes: 0 the file is right, and what was asked is allowed; 2 the file is wrong; 4 refused by the policy.
    """
    with told_to_people():
        from agent.home import the_home
        from agent.policy import SitePolicy
        from agent.policy_file import policy_path

        known = SitePolicy.load(file or policy_path(the_home()))
        reasons = []
        if address is not None:
            reasons.append(_judged(known, address, port, transport, driver))
        if network is not None:
            reasons.append(_judged_network(known, network))
        if not reasons:
            write_document(described(known))
        if any(reasons):
            raise typer.Exit(ExitCode.ACCESS_DENIED)


@app.command()
def write(
    time_zone: Annotated[
        str, typer.Option("--time-zone", metavar="ZONE", help="The site's time zone, such as Europe/Berlin.")
    ] = "UTC",
    file: Annotated[
        Path | None, typer.Option("--policy", metavar="FILE", help="Another policy file than the agent's.")
    ] = None,
) -> None:
    """Write the first policy of this site and show it: this machine's own private networks, and nothing public.

    Exit codes: 0 written; 2 there is one already, or it cannot be written.
    """
    with told_to_people():
        from agent.home import the_home
        from agent.policy_file import own_networks, policy_path, write_default

        path = file or policy_path(the_home())
        try:
            is_new = write_default(path, own_networks(), time_zone)
        except OSError as error:
            leave(f"{path} cannot be written ({error.strerror}); run this as administrator.", ExitCode.USAGE)
        if not is_new:
            leave(f"{path} is there already; change it with an editor.", ExitCode.USAGE)
        write_document(path.read_text(encoding="utf-8"))
        say(f"Written to {path}. Look at the networks: the agent reads devices in these and in no others.")


def described(known: "SitePolicy") -> str:
    """Return the policy as lines for a person."""
    networks = ", ".join(map(str, known.networks)) or "none: no device can be reached"
    allowed = "allowed" if known.discovery else "not allowed"
    asked = (
        f"SNMP with the credential {known.discovery_credential!r}" if known.discovery_credential else "SNMP not asked"
    )
    lines = {
        "file": f"{known.path} (sha256 {known.sha256})",
        "networks": networks,
        "names": ", ".join(known.names) or "any whose addresses lie in the networks",
        "ports": ", ".join(map(str, known.ports)) or "none",
        "transports": ", ".join(known.transports) or "none",
        "drivers": ", ".join(known.drivers) or "all",
        "at once": f"{known.devices_at_once} devices",
        "hours": known.hours.written or "always",
        "discovery": f"{allowed}, at most {known.probes_per_s:g} probes/s, {asked}",
        "keys": ("trusted at first contact" if known.trust_first else "only those that were entered")
        + (", the server may replace them" if known.server_may_change_keys else ", the server cannot replace them"),
    }
    return "".join(f"{name:<11} {text}\n" for name, text in lines.items())


def _judged(
    known: "SitePolicy", address: str, port: int | None, transport: TransportName, driver: str | None
) -> str | None:
    """Say whether an access is allowed, and return the reason against it."""
    from agent.policy import NotAllowed
    from collectors.link.jobs import Target

    target = Target.model_construct(
        None, device_id=_NOBODY, name=address, transport=transport, address=address, port=port, driver=driver
    )
    try:
        place = known.place_of(target)
    except NotAllowed as refused:
        say(f"Refused: {refused}.")
        return str(refused)
    where = "this machine" if transport == "local" else f"{place.address} port {place.port}"
    now = "" if known.hours.allow(datetime.now(UTC)) else f", at {known.hours.written} (not now)"
    write_document(f"Allowed: {transport} to {where}{now}.\n")
    return None


def _judged_network(known: "SitePolicy", text: str) -> str | None:
    """Say whether a discovery is allowed, and return the reason against it."""
    from agent.policy import NotAllowed
    from collectors.link.jobs import DiscoverJob

    try:
        network = ip_network(text)
    except ValueError:
        leave(f"--network: {text!r} is no network such as 192.168.10.0/24.", ExitCode.USAGE)
    end = datetime.max.replace(tzinfo=UTC)
    job = DiscoverJob(kind="discover", id=_NOBODY, attempt=1, not_after=end, networks=(network,))
    try:
        known.check_discovery(job)
    except NotAllowed as refused:
        say(f"Refused: {refused}.")
        return str(refused)
    ports = ", ".join(map(str, known.discovery_ports))
    count = sum(1 for _ in known.sweep(job))
    write_document(f"Allowed: a discovery of {count} addresses on the ports {ports}.\n")
    return None
