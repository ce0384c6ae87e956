"""What Centralized Services would enter on the server and at the site, so that the demo's agent can read."""

import tomllib
from pathlib import Path
from typing import Final

from server.access.models import Access
from server.accounts.actor import Actor
from server.clients.actions.client import add_client
from server.clients.actions.device import Described, add_device
from server.clients.models import Client
from tests.demo.processes import Processes
from tests.demo.recorded import Site
from tests.demo.site import credentials_of

LOCAL: Final = "local"
SECRETS: Final = ("password", "community")


def add_live_client(by: Actor, site: Site) -> Client:
    """Return the client whose devices the simulated site serves, with every device and access."""
    client = add_client(by, "Example Ltd", "Europe/Berlin", "Head office", ["managed"])
    office = client.sites.get()
    for served in site.devices:
        described = Described(served.name, served.device_class or "device", served.roles)
        device = add_device(by, office, described)
        for access in served.accesses:
            here = access.transport == LOCAL
            Access.objects.create(
                device=device,
                transport=access.transport,
                address="localhost" if here else access.address,
                port=0 if here else access.port,
                driver=access.driver or "",
                local_credential="" if here else access.credential,
            )
    return client


def write_policy(site: Site, folder: Path) -> None:
    """Write the policy of the demo's agent: this machine's own loopback, and the ports that the peers took."""
    ports = sorted({access.port for device in site.devices for access in device.accesses if access.port > 1})
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "policy.toml"
    text = f"""networks = ["127.0.0.0/8"]
names = ["localhost"]
ports = {ports}
transports = ["snmp", "ssh", "winrm", "nut", "local"]
time_zone = "Europe/Berlin"
"""
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)


def enter_credentials(processes: Processes, site: Site, folder: Path) -> None:
    """Enter each credential at the site, as its operator would: it never goes to the server."""
    used = {access.credential for device in site.devices for access in device.accesses}
    for name, told in tomllib.loads(credentials_of(site, folder)).items():
        if told["kind"] == LOCAL or name not in used:
            continue
        options = [f"--{key}={value}" for key, value in _options(told).items()]
        secrets = "".join(f"{key} = '{value}'\n" for key, value in told.items() if key in SECRETS)
        processes.call("agent", "credentials", "set", name, *options, "--stdin", stdin=secrets)


def _options(told: dict[str, str]) -> dict[str, str]:
    return {key.replace("_", "-"): value for key, value in told.items() if key not in SECRETS}
