"""Debian's own snmpd on a loopback address, with communities and v3 users of our choice."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

from tests.peers.child import Child, InFolder
from tests.peers.ports import free_port, loopback_address
from tests.peers.snmp import SnmpV3User, asks

SNMPD: Final = Path("/usr/sbin/snmpd")
AUTH_WORDS: Final = {
    "MD5": "MD5",
    "SHA": "SHA",
    "SHA224": "SHA-224",
    "SHA256": "SHA-256",
    "SHA384": "SHA-384",
    "SHA512": "SHA-512",
}
PRIVACY_WORDS: Final = {"DES": "DES", "AES": "AES", "AES192": "AES-192", "AES256": "AES-256"}


def missing_snmpd() -> str | None:
    """Returns why snmpd cannot run here, or None."""
    return None if SNMPD.exists() else "snmpd is not installed"


class NetSnmpd(InFolder):
    """Runs snmpd with a read-only view of everything, or of the given subtrees, and no other configuration."""

    def __init__(
        self,
        *,
        community: str = "public",
        v3_users: Sequence[SnmpV3User] = (),
        view: Sequence[str] = (".1",),
        extra: str = "",
        address: str | None = None,
        port: int | None = None,
    ) -> None:
        self.community = community
        self.v3_users = tuple(v3_users)
        self.view = tuple(view)
        self.extra = extra
        self.address = address or loopback_address()
        self.port = port or free_port(self.address, "udp")
        super().__init__()

    def start(self) -> Self:
        """Starts snmpd and returns when it answers; raises DidNotStart."""
        self._folder = Path(tempfile.mkdtemp(prefix="snmpd-"))
        configuration = self._folder / "snmpd.conf"
        configuration.write_text(self._configuration())
        configuration.chmod(0o600)
        environment = {**os.environ, "SNMP_PERSISTENT_DIR": str(self._folder), "SNMPCONFPATH": str(self._folder)}
        arguments = [str(SNMPD), "-f", "-Lo", "-C", "-c", str(configuration), "-I", "-smux"]
        arguments += ["-p", str(self._folder / "snmpd.pid"), f"udp:{self.address}:{self.port}"]
        try:
            self._child = Child(arguments, self._folder / "output.txt", environment)
            self._child.wait_until(lambda: asks(self.address, self.port, self.community), 20)
        except BaseException:
            self.close()
            raise
        return self

    def _configuration(self) -> str:
        lines = [f"view seen included {subtree}" for subtree in self.view]
        lines += [f"rocommunity {self.community} default -V seen"]
        for user in self.v3_users:
            words, level = [user.name], "noauth"
            if user.auth != "NONE":
                words, level = [*words, AUTH_WORDS[user.auth], f'"{user.auth_key}"'], "auth"
            if user.privacy != "NONE":
                words, level = [*words, PRIVACY_WORDS[user.privacy], f'"{user.privacy_key}"'], "priv"
            lines += [f"createUser {' '.join(words)}", f"rouser {user.name} {level} -V seen"]
        lines += ["sysDescr Datumline test agent", "sysLocation the lab", self.extra]
        return "\n".join(lines) + "\n"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()
