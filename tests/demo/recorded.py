"""The devices of the demo: the drivers' recordings, served by peers that speak the real protocols."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from collectors import driver_index
from tests.peers.nut import NutPeer
from tests.peers.ports import free_port, loopback_address
from tests.peers.powershell import PowerShell
from tests.peers.snmp_agent import SnmpAgent, snmprec
from tests.peers.ssh_cli import STYLES, SshCliPeer
from tests.peers.winrm import WinrmPeer

RECORDINGS = Path(__file__).parents[1] / "recordings"
USER, PASSWORD = "audit", "demo-only-7d1e"
WINDOWS_USER = rf"EXAMPLE\{USER}"


@dataclass(frozen=True)
class ServedAccess:
    """One access of a device as it goes into the inventory file."""

    transport: str
    address: str
    port: int
    credential: str
    driver: str | None = None


@dataclass(frozen=True)
class Served:
    """A device of the simulated site."""

    name: str
    accesses: tuple[ServedAccess, ...]
    roles: tuple[str, ...] = ()
    device_class: str | None = None


@dataclass
class Site:
    """The peers that are running, and what they serve."""

    stack: ExitStack
    devices: list[Served] = field(default_factory=list)
    linux_user: str = ""
    linux_key: Path | None = None

    def add(self, name: str, *accesses: ServedAccess, roles: tuple[str, ...] = (), kind: str | None = None) -> None:
        """Put a device with its accesses into the inventory."""
        self.devices.append(Served(name, accesses, roles, kind))

    def snmp(self, recording: str, credential: str = "snmp-ro") -> ServedAccess:
        """Serve a recording by SNMP version 2c."""
        agent = self.stack.enter_context(SnmpAgent(snmprec(replies_in(recording, "snmprec")), community="demo-net"))
        return ServedAccess("snmp", agent.address, agent.port, credential)

    def cli(self, recording: str, credential: str = "net-ro") -> ServedAccess:
        """Serve a recording's command outputs at the command line of its platform, over SSH."""
        style = STYLES[str(getattr(driver_index.driver(recording.partition("/")[0]), "NETMIKO", ""))]
        outputs = {command: str(text) for command, text in replies_in(recording, "replies").items()}
        peer = SshCliPeer(style, outputs, user=USER, password=PASSWORD, starts_enabled=True)
        self.stack.enter_context(peer)
        return ServedAccess("ssh", peer.address, peer.port, credential)

    def windows(self, recording: str, credential: str = "srv-ro") -> ServedAccess:
        """Serve a recording's blocks by WinRM: NTLM inside TLS."""
        replies = replies_in(recording, "replies")
        blocks = {**replies, "product": replies["os"]["product_type"]}
        peer = self.stack.enter_context(WinrmPeer(PowerShell(blocks), users={WINDOWS_USER: PASSWORD}, tls=True))
        return ServedAccess("winrm", peer.address, peer.port, credential)

    def nut(self, recording: str) -> ServedAccess:
        """Serve a recording's variables by a NUT server."""
        variables = replies_in(recording, "replies")["LIST VAR"]
        dump = "".join(f"{name}: {text}\n" for name, text in variables.items())
        peer = self.stack.enter_context(NutPeer({"office": dump}))
        return ServedAccess("nut", peer.address, peer.port, "nut")

    def nobody(self, transport: str, credential: str) -> ServedAccess:
        """Return an access behind which nothing listens."""
        address = loopback_address()
        return ServedAccess(transport, address, free_port(address, kind="tcp"), credential)


def replies_in(recording: str, key: str) -> Any:
    """Return the part 'replies' or 'snmprec' of a driver's recording, named as in 'ups_mib/single_phase'."""
    return yaml.safe_load((RECORDINGS / f"{recording}.yaml").read_text(encoding="utf-8"))[key]
