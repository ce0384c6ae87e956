"""Many recorded devices served by one real snmpsim process: SNMP v1, v2c and v3, one loopback address each."""

import contextlib
import grp
import os
import pwd
import socket
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Literal, Self

from tests.peers import ber
from tests.peers.child import Child, InFolder
from tests.peers.ports import free_port, loopback_address

AuthProtocol = Literal["NONE", "MD5", "SHA", "SHA224", "SHA256", "SHA384", "SHA512"]
PrivacyProtocol = Literal["NONE", "DES", "3DES", "AES", "AES192", "AES192BLMT", "AES256", "AES256BLMT"]
START_S: Final = 60.0  # the first index of 59 recordings took 9 s on an idle machine
ENGINE_PREFIX: Final = "80000000010000"


@dataclass(frozen=True)
class SnmpV3User:
    """A user of the security model; keys are pass phrases of at least eight characters."""

    name: str
    auth: AuthProtocol = "NONE"
    auth_key: str = ""
    privacy: PrivacyProtocol = "NONE"
    privacy_key: str = ""


@dataclass(frozen=True)
class SnmpDevice:
    """Where one recording answers."""

    address: str
    port: int
    community: str
    context: str
    engine_id: str


class SnmpSite(InFolder):
    """Serves recordings (paths or .snmprec text) by name; community and users are the same for all of them."""

    def __init__(
        self,
        recordings: Mapping[str, Path | str],
        *,
        community: str = "public",
        v3_users: Sequence[SnmpV3User] = (),
        port: int | None = None,
        addresses: Mapping[str, str] | None = None,
    ) -> None:
        self.recordings = dict(recordings)
        self.v3_users = tuple(v3_users)
        self.devices: dict[str, SnmpDevice] = {}
        for number, name in enumerate(self.recordings, 1):
            address = (addresses or {}).get(name) or loopback_address()
            engine_id = f"{ENGINE_PREFIX}{number:04x}"
            self.devices[name] = SnmpDevice(
                address, port or free_port(address, "udp"), community, context=community, engine_id=engine_id
            )
        super().__init__()

    def __getitem__(self, name: str) -> SnmpDevice:
        return self.devices[name]

    @property
    def process_id(self) -> int:
        """Returns the process id of the running simulator."""
        assert self._child is not None
        return self._child.process.pid

    def start(self) -> Self:
        """Starts the simulator and returns when every device answers; raises DidNotStart."""
        self._folder = Path(tempfile.mkdtemp(prefix="snmpsim-"))
        try:
            self._child = Child(self._arguments(self._folder), self._folder / "output.txt")
            for device in self.devices.values():
                self._child.wait_until(partial(asks, device.address, device.port, device.community), START_S)
        except BaseException:
            self.close()
            raise
        return self

    def _arguments(self, folder: Path) -> list[str]:
        arguments = [sys.executable, "-m", "snmpsim.commands.responder", "--logging-method=null"]
        arguments += [f"--cache-dir={folder / 'cache'}"]
        if os.geteuid() == 0:  # it refuses to stay root unless told so
            arguments += [f"--process-user={pwd.getpwuid(0).pw_name}", f"--process-group={grp.getgrgid(0).gr_name}"]
        for number, (name, recording) in enumerate(self.recordings.items(), 1):
            device = self.devices[name]
            data = folder / f"data{number}"
            data.mkdir()
            text = recording.read_bytes() if isinstance(recording, Path) else recording.encode()
            (data / f"{device.community}.snmprec").write_bytes(text)
            arguments += [f"--v3-engine-id={device.engine_id}"]
            for user in self.v3_users:
                arguments += _user_arguments(user)
            arguments += [f"--data-dir={data}", f"--agent-udpv4-endpoint={device.address}:{device.port}"]
        return arguments

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()


def _user_arguments(user: SnmpV3User) -> list[str]:
    arguments = [f"--v3-user={user.name}"]
    if user.auth != "NONE":
        arguments += [f"--v3-auth-key={user.auth_key}", f"--v3-auth-proto={user.auth}"]
    if user.privacy != "NONE":
        arguments += [f"--v3-priv-key={user.privacy_key}", f"--v3-priv-proto={user.privacy}"]
    return arguments


def asks(address: str, port: int, community: str) -> bool:
    """Returns whether an agent answers one v2c getnext of 1.3 within half a second."""
    null = ber.varbind((1, 3), ber.Value(ber.NULL, b""))
    numbers = b"".join(ber.tlv(ber.INTEGER, ber.integer(number)) for number in (77, 0, 0))
    pdu = ber.tlv(0xA1, numbers + ber.tlv(ber.SEQUENCE, null))
    head = ber.tlv(ber.INTEGER, ber.integer(1)) + ber.tlv(ber.OCTETS, community.encode())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, contextlib.suppress(OSError):
        udp.settimeout(0.5)
        udp.connect((address, port))
        udp.send(ber.tlv(ber.SEQUENCE, head + pdu))
        return bool(udp.recv(65_507))
    return False
