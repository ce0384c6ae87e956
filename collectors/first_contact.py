"""First contact (decision 13): an unknown key is trusted once, stored and said; a changed key stops everything."""

import base64
import binascii
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from collectors.access import Access
from collectors.errors import IdentityChanged
from collectors.state_file import StateFile

_TABLES = """
create table if not exists pins (
    transport text not null, address text not null, port integer not null, kind text not null,
    fingerprint text not null, seen_at real not null, primary key (transport, address, port, kind)
);
"""
_KNOWN = "select fingerprint from pins where transport = ? and address = ? and port = ? and kind = ?"
_SHA256_BYTES = 32


@dataclass(frozen=True)
class NewKey:
    """A key that was trusted at first contact; a person may compare it with the device's own."""

    access: Access
    kind: str
    fingerprint: str

    def __str__(self) -> str:
        """Return the sentence for a person."""
        where = f"{self.access.address} port {self.access.port_or_default}"
        return f"First contact with {where}: its {self.kind} {self.fingerprint} is trusted from now on."


class PinStore:
    """Pins kept in the agent's state directory; a pin in the access itself wins over the stored one."""

    def __init__(
        self,
        state_dir: Path,
        say: Callable[[NewKey], None] = lambda _: None,
        *,
        strict: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Open the store; `strict` refuses unknown keys. Raises OSError or sqlite3.Error."""
        self._file = StateFile(state_dir / "pins.sqlite", _TABLES)
        self._say = say
        self._strict = strict
        self._now = now

    def check(self, access: Access, kind: str, fingerprint: str) -> None:
        """Return when the key may be trusted; raises IdentityChanged. kind: 'host key' or 'certificate'."""
        given = {"host key": access.host_key, "certificate": access.certificate}.get(kind)
        try:
            is_new = self._compare(access, kind, fingerprint, given)
        except sqlite3.Error as error:
            raise IdentityChanged(
                f"{kind} cannot be compared with the known one ({error}); nothing was sent"
            ) from error
        if is_new:
            self._say(NewKey(access, kind, fingerprint))

    def known(self, access: Access, kind: str) -> str | None:
        """Return the stored key of an access, None before its first contact; raises sqlite3.Error."""
        with self._file.transaction() as db:
            row = db.execute(_KNOWN, (*_where(access), kind)).fetchone()
        return str(row[0]) if row else None

    def forget_address(self, address: str) -> int:
        """Forget the stored keys of an address, because a person says that they changed rightly; return how many."""
        with self._file.transaction() as db:
            return db.execute("delete from pins where address = ?", (address.casefold(),)).rowcount

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _compare(self, access: Access, kind: str, fingerprint: str, given: str | None) -> bool:
        """Store a key that may be trusted, and return whether it was unknown."""
        with self._file.transaction() as db:
            row = db.execute(_KNOWN, (*_where(access), kind)).fetchone()
            known = given or (row[0] if row else None)
            if known is not None and not same_key(known, fingerprint):
                raise IdentityChanged(
                    f"has another {kind} than the known one: {fingerprint} instead of {known}; nothing was sent"
                )
            if known is None and self._strict:
                raise IdentityChanged(
                    f"has a {kind} that nobody has confirmed: {fingerprint}; enter it as a pin. Nothing was sent"
                )
            db.execute(
                "insert or replace into pins values (?, ?, ?, ?, ?, ?)",
                (*_where(access), kind, fingerprint, self._now().timestamp()),
            )
        return known is None


def same_key(one: str, other: str) -> bool:
    """Return whether two SHA-256 fingerprints are the same key, as 'SHA256:' and base64 (OpenSSH) or as hex digits."""
    first, second = _digest(one), _digest(other)
    return first == second if first and second else one.strip() == other.strip()


def _where(access: Access) -> tuple[str, str, int]:
    return access.transport, access.address.casefold(), access.port_or_default


def _digest(fingerprint: str) -> bytes | None:
    bare = fingerprint.strip()
    if bare[:7].upper() == "SHA256:":
        bare = bare[7:]
    for text, decode in ((bare.replace(":", "").replace(" ", ""), bytes.fromhex), (bare, _base64)):
        try:
            digest = decode(text)
        except (ValueError, binascii.Error):
            continue
        if len(digest) == _SHA256_BYTES:
            return digest
    return None


def _base64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
