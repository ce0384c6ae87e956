"""The form of `policy.toml`: read strictly, every problem told with its line, and the first one written for a site."""

import ipaddress
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from agent.errors import FileProblem, FileRefused
from agent.home import Home
from agent.platform import private_file
from agent.toml_file import TomlFile, decoded, known_as, parse_toml, read_bytes
from collectors.facts.transport import TransportName
from collectors.link.addresses import IpNetwork, is_dns_name, is_loopback, never_asked, within
from collectors.link.hours import DAYS, Hours, NoSpan, span_of
from collectors.link.jobs import DISCOVERY_PORTS

NETWORKS_LIMIT: Final = 256
WIDEST: Final = {4: 8, 6: 32}
"""The shortest prefix of a network: a wider one names half the world, and no site."""
HOURS_CHARACTERS: Final = 200  # the server's own bound
PROBES_PER_S: Final = 20
DEVICES_AT_ONCE: Final = 10
_PRIVATE: Final = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
"""RFC 1918 and RFC 4193; the standard library calls ranges private that no site has."""
VARIABLE: Final = "DATUMLINE_POLICY"
WHO: Final = "whoever keeps this policy at the site corrects it"
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=253)]


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class DiscoveryTable(_Written):
    """[discovery]"""

    allowed: bool = True
    probes_per_s: int = Field(default=PROBES_PER_S, ge=1, le=PROBES_PER_S)
    credential: Word | None = None


class KeysTable(_Written):
    """[keys]"""

    trust_first: bool = True
    server_may_change: bool = False


class PolicyTable(_Written):
    """The whole file."""

    networks: list[Word] = Field(max_length=NETWORKS_LIMIT)
    names: list[Word] = Field(default=[], max_length=NETWORKS_LIMIT)
    ports: list[Annotated[int, Field(ge=1, le=65535)]] = Field(max_length=NETWORKS_LIMIT)
    transports: list[TransportName]
    drivers: list[Word] = Field(default=[], max_length=NETWORKS_LIMIT)
    devices_at_once: int = Field(default=DEVICES_AT_ONCE, ge=1, le=500)
    time_zone: Word = "UTC"
    hours: list[Word] = Field(default=[], max_length=20)
    discovery: DiscoveryTable = DiscoveryTable()
    keys: KeysTable = KeysTable()


@dataclass(frozen=True)
class ReadPolicy:
    """A policy file, its texts understood."""

    raw: bytes
    table: PolicyTable
    networks: tuple[IpNetwork, ...]
    hours: Hours


def policy_path(home: Home) -> Path:
    """Return where the policy of this machine is: DATUMLINE_POLICY, else beside the agent's own files."""
    given = os.environ.get(VARIABLE)
    return Path(given).expanduser() if given else home.folder / "policy.toml"


def read_policy(path: Path) -> ReadPolicy:
    """Return what a policy file says; raises FileRefused with everything wrong with it."""
    raw = read_bytes(path, private_file.changeable)
    file = parse_toml(str(path), decoded(str(path), raw))
    texts = known_as(PolicyTable, file, (), file.content, "the policy")
    problems: list[FileProblem] = []
    networks = _networks(texts.networks, file, problems)
    for number, name in enumerate(texts.names):
        if not is_dns_name(name.strip(".")):
            text = f"{name!r} is no ending of DNS names such as 'example.test'; {WHO}."
            problems.append(file.problem(("names", number), text))
    hours = _hours(texts, file, problems)
    if problems:
        raise FileRefused(tuple(problems))
    return ReadPolicy(raw, texts, networks, hours)


def _networks(written: Iterable[str], file: TomlFile, problems: list[FileProblem]) -> tuple[IpNetwork, ...]:
    good: list[IpNetwork] = []
    for number, text in enumerate(written):
        wrong = _wrong_network(text)
        if wrong:
            problems.append(file.problem(("networks", number), f"{text!r} {wrong}; {WHO}."))
        else:
            good.append(ipaddress.ip_network(text))
    return tuple(good)


def _wrong_network(text: str) -> str | None:
    """Return what is wrong with a network, None when a policy may list it."""
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        return "is no network such as '192.168.10.0/24' or 'fd12:3456::/64' (with no bit set behind its prefix)"
    if "/" not in text:
        return "has no prefix; write '/32' (or '/128') behind a single address"
    if network.prefixlen < WIDEST[network.version]:
        return f"is wider than /{WIDEST[network.version]}; list the networks of this site"
    first, last = never_asked(network.network_address), never_asked(network.broadcast_address)
    if (first and last) and not is_loopback(network):
        return f"is {first}, which no policy can allow"
    return None


def _hours(texts: PolicyTable, file: TomlFile, problems: list[FileProblem]) -> Hours:
    spans = []
    for number, text in enumerate(texts.hours):
        try:
            spans.append(span_of(text))
        except NoSpan:
            days = ", ".join(DAYS)
            what = f"{text!r} is no span such as 'mon-fri 19:00-07:00' or '22:00-06:00' (days: {days}); {WHO}."
            problems.append(file.problem(("hours", number), what))
    try:
        zone = ZoneInfo(texts.time_zone)
    except (LookupError, ValueError, OSError):
        text = f"there is no time zone {texts.time_zone!r}; use a name such as 'Europe/Berlin'. {WHO.capitalize()}."
        problems.append(file.problem(("time_zone",), text))
        zone = ZoneInfo("UTC")
    written = f"{', '.join(texts.hours)} {texts.time_zone}" if texts.hours else ""
    if len(written) > HOURS_CHARACTERS:
        problems.append(file.problem(("hours",), f"the hours are too long to be told to the server; {WHO}."))
    return Hours(tuple(spans), zone, written)


def own_networks() -> tuple[IpNetwork, ...]:
    """Return the private networks that this machine is in: nothing public, nothing wider than a /16."""
    import psutil

    found: list[IpNetwork] = []
    for addresses in psutil.net_if_addrs().values():
        for one in addresses:
            network = _private_network(one.address, one.netmask)
            if network is not None and network not in found:
                found.append(network)
    return tuple(sorted(found, key=lambda network: (network.version, int(network.network_address))))


def _private_network(address: str, mask: str | None) -> IpNetwork | None:
    try:
        own = ipaddress.ip_address(address.partition("%")[0])
        prefix = ipaddress.ip_address(mask or "")
        length = int(prefix).bit_count()
        network = ipaddress.ip_network((own, length), strict=False)
    except ValueError:
        return None
    usable = within(network, _PRIVATE) and never_asked(own) is None
    least, most = (16, 31) if own.version == 4 else (48, 127)
    return network if usable and least <= length <= most else None


def default_text(networks: Iterable[IpNetwork], time_zone: str = "UTC") -> str:
    """Return the policy file that is written at enrolment, for the operator to read and to change."""
    listed = "".join(f'    "{network}",\n' for network in networks)
    ports = ", ".join(map(str, DISCOVERY_PORTS))
    return f"""\
# What this agent may do at this site. The server is shown this file's contents and cannot change them.
# After a change: datumline agent policy check. docs/agent-policy.md explains every key.

# The networks whose devices may be read. All addresses of a DNS name must lie in them.
networks = [
{listed}]

# Endings of DNS names that may be used; empty: any name whose addresses lie in the networks.
names = []

ports = [{ports}]
transports = ["snmp", "ssh", "winrm", "nut", "local"]

# Drivers that may be used ('datumline drivers' lists them); empty: all. They only read.
drivers = []

devices_at_once = {DEVICES_AT_ONCE}

# When scans may run, in the site's time, such as "mon-fri 19:00-07:00"; empty: always.
time_zone = "{time_zone}"
hours = []

[discovery]
allowed = true
probes_per_s = {PROBES_PER_S}
# A discovery asks SNMP only with the community of a credential entered here: datumline agent credentials set NAME
# credential = "discovery"

[keys]
# Trust a device's key at first contact and keep to it from then on; false: only keys that were entered.
trust_first = true
# Whether the server may replace a key that this agent knows; false: a person at the site does (datumline trust forget).
server_may_change = false
"""


def write_default(path: Path, networks: Iterable[IpNetwork], time_zone: str = "UTC") -> bool:
    """Write the first policy of a site, never over one that is there; return whether it was written."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(default_text(networks, time_zone))
        file.flush()
        os.fsync(file.fileno())
    return True
