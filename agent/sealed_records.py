"""Sealed credentials on disk: ciphertext and what it is bound to, one seal for each key of the agent that opens it."""

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Literal, Protocol

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.errors import StateUnusable
from agent.kept_file import keep, kept
from collectors.link.jobs import CredentialName
from collectors.link.messages import Key, Scope, Sealed
from collectors.link.sealing import CannotOpen, information, opened, seal

logger = logging.getLogger(__name__)

RECORDS_LIMIT: Final = 500
Kind = Literal["snmp", "ssh", "winrm", "nut"]


class SealingKeys(Protocol):
    """What is needed of the agent's keys: the private half of the key that credentials are sealed to."""

    @property
    def sealing(self) -> X25519PrivateKey:
        """Return the X25519 private key."""


def public_of(key: X25519PrivateKey | X25519PublicKey) -> str:
    """Return a key's public half as messages carry it: 32 bytes in base64."""
    import base64

    public = key.public_key() if isinstance(key, X25519PrivateKey) else key
    return base64.b64encode(public.public_bytes_raw()).decode()


class Record(BaseModel):
    """One credential as it lies on disk. Its secret is in `seals` alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(max_length=200)
    """The server's id; of a credential entered at the site, its name."""
    version: int = Field(ge=1)
    name: CredentialName
    kind: Kind
    scope: Scope
    seals: Mapping[Key, Sealed] = Field(max_length=4)
    """By public key: while keys are changed there are two."""

    def info(self, site_id: str) -> bytes:
        """Return what its seals are bound to."""
        return information(site_id, self.id, self.version, self.kind, self.scope)

    def secret(self, keys: SealingKeys, site_id: str) -> bytes:
        """Return what was sealed; raises CannotOpen."""
        sealed = self.seals.get(public_of(keys.sealing))
        if sealed is None:
            raise CannotOpen("it was sealed to another key of this agent")
        return opened(sealed, keys.sealing, self.info(site_id))

    def also_sealed_to(self, public_key: str, keys: SealingKeys, site_id: str) -> "Record":
        """Return the record with one more seal; raises CannotOpen."""
        sealed = seal(self.secret(keys, site_id), public_key, self.info(site_id))
        own = public_of(keys.sealing)
        return self.model_copy(update={"seals": {own: self.seals[own], public_key: sealed}})


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["datumline.vault/1"] = "datumline.vault/1"
    records: tuple[Record, ...] = Field(default=(), max_length=RECORDS_LIMIT)


def read_records(path: Path) -> dict[str, Record]:
    """Return the records of a file by id, none where there is no file; raises StateUnusable for a damaged one."""
    raw = kept(path)
    if raw is None:
        return {}
    try:
        return {record.id: record for record in _File.model_validate_json(raw).records}
    except ValidationError:
        raise StateUnusable(
            f"{path} is damaged; move it away. What the server holds comes back by itself, what was entered here must"
            " be entered again: datumline agent credentials set NAME."
        ) from None


def write_records(path: Path, records: Iterable[Record]) -> None:
    """Replace the file; raises StateUnusable."""
    keep(path, _File(records=tuple(records)).model_dump_json().encode())


def set_aside(path: Path) -> Path:
    """Move a damaged file out of the way and return where it is now; raises StateUnusable."""
    aside = path.with_name(f"{path.name}.damaged")
    try:
        path.replace(aside)
    except OSError as error:
        raise StateUnusable(f"{path} is damaged and cannot be moved away ({error.strerror}); remove it.") from error
    logger.error("a damaged file of sealed credentials was set aside", extra={"file": str(aside)})
    return aside
