"""Policies and jobs for the tests of what the agent holds at the site."""

from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from agent.policy import SitePolicy
from collectors.link.jobs import DiscoverJob, ScanJob, Target, TryAccessJob

ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
OTHER_ID = "01BX5ZZKBKACTAV9WEVGEMMVRZ"
AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday
LATER = datetime(2099, 1, 1, tzinfo=UTC)
TEXT = """\
networks = ["192.168.10.0/24", "10.20.0.0/16", "fd12:3456:789a::/48"]
ports = [22, 161, 443, 3493, 5985, 5986]
transports = ["snmp", "ssh", "winrm", "nut", "local"]
"""


def policy(folder: Path, text: str = TEXT) -> SitePolicy:
    """Return the policy of a text, as a file that its owner alone may change."""
    file = folder / "policy.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o644)
    return SitePolicy.load(file)


def target(address: str = "192.168.10.7", **settings: Any) -> Target:
    """Return an SSH access unless the settings say otherwise; an address may be one that no message can carry."""
    told = {"device_id": ID, "name": "core", "transport": "ssh", "credential": "sw-ro", **settings}
    return Target.model_construct(None, address=address, **{"port": None, "driver": None, "host_key": None, **told})


def scan(address: str = "192.168.10.7", **settings: Any) -> ScanJob:
    """Return a scan job of one access."""
    return ScanJob.model_construct(
        None, kind="scan", id=ID, attempt=1, not_after=LATER, urgent=False, target=target(address, **settings)
    )


def trial(address: str = "192.168.10.7", *, released: bool = False, **settings: Any) -> TryAccessJob:
    """Return a job that tries one access."""
    return TryAccessJob(
        kind="try_access", id=ID, attempt=1, not_after=LATER, target=target(address, **settings), released=released
    )


def discovery(*networks: str, not_after: datetime = LATER) -> DiscoverJob:
    """Return a discovery of these networks."""
    return DiscoverJob(
        kind="discover", id=ID, attempt=1, not_after=not_after, networks=tuple(map(ip_network, networks))
    )
