"""The agent's two key pairs, made on the agent: Ed25519 signs what it says, X25519 opens what is sealed for it."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from pydantic import AwareDatetime, SecretStr, ValidationError, field_serializer

from agent.errors import KeysUnusable
from agent.own_file import Kept
from agent.platform import private_file
from agent.platform.private_write import write_private
from collectors.link.fingerprint import fingerprint_of
from rules.given_file import read_given

SIZE_LIMIT_BYTES: Final = 4_096


class _KeyFile(Kept):
    format: Literal["datumline.agent-keys/1"] = "datumline.agent-keys/1"
    made_at: AwareDatetime
    signing: SecretStr
    sealing: SecretStr

    @field_serializer("signing", "sealing", when_used="json")
    def _reveal(self, secret: SecretStr) -> str:
        return secret.get_secret_value()


@dataclass(frozen=True, repr=False)
class AgentKeys:
    """Both private keys, and when they were made."""

    signing: Ed25519PrivateKey
    sealing: X25519PrivateKey
    made_at: datetime

    @property
    def signing_key(self) -> str:
        """Return the public signing key in base64."""
        return base64.b64encode(self.signing.public_key().public_bytes_raw()).decode()

    @property
    def sealing_key(self) -> str:
        """Return the public sealing key in base64."""
        return base64.b64encode(self.sealing.public_key().public_bytes_raw()).decode()

    @property
    def fingerprint(self) -> str:
        """Return what a person compares with the server's page."""
        return fingerprint_of(self.signing_key, self.sealing_key)


def made_keys(at: datetime) -> AgentKeys:
    """Return new keys, which are nowhere else yet."""
    return AgentKeys(Ed25519PrivateKey.generate(), X25519PrivateKey.generate(), at)


def read_keys(path: Path) -> AgentKeys | None:
    """Return the keys of a file, None when there is none; raises KeysUnusable with who must do what."""
    exposed: list[str] = []

    def look(handle: int) -> None:
        why = private_file.exposed_own(handle, path.parent)
        if why:
            exposed.append(why)

    try:
        raw = read_given(path, SIZE_LIMIT_BYTES, look)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KeysUnusable(f"{path} cannot be read ({error.strerror}); the agent's user must own it.") from error
    if exposed:
        raise KeysUnusable(f"{path}: {exposed[0]} Whoever read it can speak as this agent: enrol it anew.")
    try:
        kept = _KeyFile.model_validate_json(raw)
        signing, sealing = (_bytes(one) for one in (kept.signing, kept.sealing))
        return AgentKeys(
            Ed25519PrivateKey.from_private_bytes(signing), X25519PrivateKey.from_private_bytes(sealing), kept.made_at
        )
    except (ValidationError, ValueError, binascii.Error):
        raise KeysUnusable(
            f"{path} is damaged; restore it from a backup, or remove it and enrol this machine anew."
        ) from None  # the cause may quote the file


def write_keys(path: Path, keys: AgentKeys) -> None:
    """Write the keys to the disk, for the agent's user alone; raises KeysUnusable."""
    kept = _KeyFile(
        made_at=keys.made_at.astimezone(UTC),
        signing=_text(keys.signing.private_bytes_raw()),
        sealing=_text(keys.sealing.private_bytes_raw()),
    )
    try:
        write_private(path, kept.model_dump_json().encode())
    except OSError as error:
        raise KeysUnusable(f"{path} cannot be written ({error.strerror}); make it writable for the agent.") from error


def own_keys(path: Path, at: datetime) -> AgentKeys:
    """Return the keys of the file, made and written at the first use; raises KeysUnusable."""
    keys = read_keys(path)
    if keys is None:
        keys = made_keys(at)
        write_keys(path, keys)
    return keys


def _text(raw: bytes) -> SecretStr:
    return SecretStr(base64.b64encode(raw).decode())


def _bytes(text: SecretStr) -> bytes:
    return base64.b64decode(text.get_secret_value(), validate=True)
