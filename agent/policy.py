"""The site's own policy (`policy.toml`): what this agent may do here, whatever the server asks. Nobody but a person at
the site writes it: no message of the server holds a field that could.

It is a fence, not a plan: networks, names, ports, transports, drivers, hours and rates. What is not allowed is refused
before anything is sent, with a reason that the server shows. It is long because everything that bounds a job is judged
here, so that one page can be read to know it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Network
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from agent.errors import AgentError
from agent.policy_file import read_policy
from agent.resolving import ADDRESSES_LIMIT, Resolve, system_addresses
from collectors.access import DEFAULT_PORTS
from collectors.facts.transport import TransportName
from collectors.link.addresses import (
    IpAddress,
    IpNetwork,
    inside,
    is_dns_name,
    is_edge,
    never_asked,
    within,
    written_address,
)
from collectors.link.hours import Hours
from collectors.link.jobs import DISCOVERY_PORTS, DiscoverJob, Job, ScanJob, Target
from collectors.link.messages import Policy

DISCOVERY_ADDRESSES: Final = 4_096
"""Addresses of one discovery: at 20 probes/s and six ports it takes 20 minutes."""


class NotAllowed(AgentError):
    """The site's policy does not allow it; whoever keeps the policy at the site decides. The text is the reason."""


@dataclass(frozen=True)
class Place:
    """Where an allowed access is: the one address that is connected to, whatever a name server says later."""

    address: str
    port: int


@dataclass(frozen=True)
class SitePolicy:
    """What the policy file says, and the judgement of jobs by it."""

    path: Path
    sha256: str
    """Of the bytes of the file."""
    networks: tuple[IpNetwork, ...]
    names: tuple[str, ...]
    ports: tuple[int, ...]
    transports: tuple[TransportName, ...]
    drivers: tuple[str, ...]
    devices_at_once: int
    hours: Hours
    discovery: bool
    probes_per_s: float
    discovery_credential: str | None
    """The name of a credential entered at the site whose community a discovery may try; none: SNMP is not asked."""
    trust_first: bool
    """Whether a key that nobody knows is trusted at first contact (decision 13)."""
    server_may_change_keys: bool
    """Whether a pin of the server may take the place of a key that this agent knows."""

    @classmethod
    def load(cls, path: Path) -> "SitePolicy":
        """Return the policy of a file; raises FileRefused with every problem in it and who must act."""
        read = read_policy(path)
        table = read.table
        return cls(
            path=path,
            sha256=hashlib.sha256(read.raw).hexdigest(),
            networks=read.networks,
            names=tuple(name.strip(".").casefold() for name in table.names),
            ports=tuple(table.ports),
            transports=tuple(table.transports),
            drivers=tuple(table.drivers),
            devices_at_once=table.devices_at_once,
            hours=read.hours,
            discovery=table.discovery.allowed,
            probes_per_s=float(table.discovery.probes_per_s),
            discovery_credential=table.discovery.credential,
            trust_first=table.keys.trust_first,
            server_may_change_keys=table.keys.server_may_change,
        )

    @property
    def zone(self) -> ZoneInfo:
        """Return the site's time zone."""
        return self.hours.zone

    def told(self) -> Policy:
        """Return what the server is shown of it."""
        return Policy(
            sha256=self.sha256,
            networks=self.networks,
            names=self.names,
            ports=self.ports,
            transports=self.transports,
            devices_at_once=self.devices_at_once,
            hours=self.hours.written,
        )

    def allows(self, job: Job, at: datetime | None = None, resolve: Resolve = system_addresses) -> str | None:
        """Return why a job is refused, None when it is allowed. A name is resolved for it, and again for nothing."""
        try:
            self.check_hours(job, at or datetime.now(UTC))
            if isinstance(job, DiscoverJob):
                self.check_discovery(job)
            else:
                self.place_of(job.target, resolve)
        except NotAllowed as refused:
            return str(refused)
        return None

    def check_hours(self, job: Job, at: datetime) -> None:
        """Raise NotAllowed outside the hours; they bound scans and discoveries, not the trial of one access."""
        if isinstance(job, ScanJob | DiscoverJob) and not self.hours.allow(at):
            next_at = self.hours.next_at(at)
            when = f"; the next begin {next_at.astimezone(self.zone):%Y-%m-%d %H:%M %Z}" if next_at else ""
            raise NotAllowed(f"scans may run at {self.hours.written} in the site's time{when}")

    def place_of(self, target: Target, resolve: Resolve = system_addresses) -> Place:
        """Return where a target may be connected to; raises NotAllowed. Every address of a name must be allowed."""
        if target.transport not in self.transports:
            raise NotAllowed(f"the transport {target.transport} is not among those allowed here")
        self._check_driver(target)
        if target.transport == "local":
            return Place("localhost", 0)
        port = target.port or DEFAULT_PORTS[target.transport]
        if port not in self.ports:
            raise NotAllowed(f"the port {port} is not among those allowed here")
        addresses = self._addresses_of(target.address, resolve)
        for address in addresses:
            self.check_address(address, target.address)
        return Place(str(addresses[0]), port)

    def check_address(self, address: IpAddress, called: str) -> None:
        """Raise NotAllowed for an address outside the policy; `called` is how the job names it."""
        what = str(address) if str(address) == called else f"{address}, which {called} means here,"
        special = never_asked(address)
        if special:
            raise NotAllowed(f"{what} is {special}, which no policy can allow")
        if not inside(address, self.networks):
            reason = " (loopback must be listed by itself)" if address.is_loopback else ""
            raise NotAllowed(f"{what} lies outside the networks allowed here{reason}")
        if is_edge(address, self.networks):
            raise NotAllowed(f"{what} is the first or last address of its network: no device has it")

    def check_discovery(self, job: DiscoverJob) -> None:
        """Raise NotAllowed for a discovery that the policy does not allow."""
        if not self.discovery:
            raise NotAllowed("discovery is not allowed here")
        outside = [str(network) for network in job.networks if not within(network, self.networks)]
        if outside:
            raise NotAllowed(f"{', '.join(outside[:5])} lies outside the networks allowed here")
        count = sum(network.num_addresses for network in job.networks)
        if count > DISCOVERY_ADDRESSES:
            raise NotAllowed(f"{count} addresses are more than the {DISCOVERY_ADDRESSES} of one discovery")
        if not self.discovery_ports:
            raise NotAllowed("none of the ports that a discovery looks at is allowed here")

    @property
    def discovery_ports(self) -> tuple[int, ...]:
        """Return the ports that a discovery may look at."""
        return tuple(port for port in DISCOVERY_PORTS if port in self.ports)

    def sweep(self, job: DiscoverJob) -> Iterator[IpAddress]:
        """Yield each address of a discovery once that may be asked."""
        seen: set[IpAddress] = set()
        for network in job.networks:
            hosts = network.hosts() if isinstance(network, IPv4Network) else iter(network)
            for address in hosts:
                allowed = inside(address, self.networks) and not is_edge(address, self.networks)
                if address not in seen and allowed and never_asked(address) is None:
                    seen.add(address)
                    yield address

    def _check_driver(self, target: Target) -> None:
        if not self.drivers:
            return
        if target.driver is None:
            raise NotAllowed("the policy lists the drivers allowed here, and the job names none")
        if target.driver not in self.drivers:
            raise NotAllowed(f"the driver {target.driver} is not among those allowed here")

    def _addresses_of(self, text: str, resolve: Resolve) -> tuple[IpAddress, ...]:
        written = written_address(text)
        if written is not None:
            return (written,)
        if not is_dns_name(text):
            raise NotAllowed(f"{text!r} is neither a DNS name nor an address in its usual spelling")
        self._check_name(text)
        try:
            told = resolve(text)
        except (OSError, UnicodeError) as error:
            raise NotAllowed(f"the name {text} cannot be resolved here, so nothing says where it leads") from error
        addresses = tuple(map(written_address, told))
        known = tuple(address for address in addresses if address is not None)
        if not known or len(known) != len(addresses) or len(known) > ADDRESSES_LIMIT:
            raise NotAllowed(f"the name {text} has no address, or one that cannot be judged")
        return known

    def _check_name(self, name: str) -> None:
        plain = name.strip(".").casefold()
        if self.names and not any(plain == ending or plain.endswith(f".{ending}") for ending in self.names):
            raise NotAllowed(f"the name {name} has none of the endings allowed here")
