"""The secrets of one installation: made once by `datumline server init`, in a file that only its owner may read."""

import base64
import hashlib
import json
import os
import secrets
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, Literal

from django.core.exceptions import ImproperlyConfigured
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, ValidationError

NAME: Final = "installation.json"
SECRET_LENGTH: Final = 50  # characters; Django's own deployment check asks for as many
DISTINCT: Final = 12  # a random secret has more different characters than this; 'changeme' repeated has not
PRIVATE: Final = stat.S_IRUSR | stat.S_IWUSR


class Installation(BaseModel):
    """What makes this installation itself: whoever reads the file can act as the server."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    made_at: AwareDatetime
    secret: Annotated[SecretStr, Field(min_length=SECRET_LENGTH)]
    """Signs sessions."""
    seal_key: SecretStr
    """Encrypts what second factors are made of, in the database."""
    metrics_token: SecretStr
    public_url: str = ""
    recovery_public_key: str = ""
    """The public half of the MSP's recovery key, 32 bytes in base64; the private half never lies on the server."""


def new_installation(public_url: str) -> Installation:
    """Return fresh secrets."""
    return Installation(
        made_at=datetime.now(UTC),
        secret=SecretStr(secrets.token_urlsafe(SECRET_LENGTH)),
        seal_key=SecretStr(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()),
        metrics_token=SecretStr(secrets.token_urlsafe(32)),
        public_url=public_url,
    )


def read_installation(data: Path) -> Installation | None:
    """Return what the data folder holds, None where nothing was made; raises ImproperlyConfigured naming the file."""
    path = data / NAME
    try:
        with path.open("rb") as file:
            if os.name == "posix":
                _only_ours(path, os.fstat(file.fileno()))
            text = file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ImproperlyConfigured(f"{path} cannot be read: {error.strerror}.") from error
    try:
        return Installation.model_validate_json(text)
    except ValidationError as error:
        wrong = ", ".join(sorted({str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}))
        raise ImproperlyConfigured(f"{path} does not hold what it should: {wrong or 'it is no JSON'}.") from None


def write_installation(data: Path, installation: Installation) -> None:
    """Write the file so that a crash leaves the former one or the new one, readable by its owner alone."""
    shown = installation.model_dump(mode="json")
    for name in ("secret", "seal_key", "metrics_token"):
        shown[name] = getattr(installation, name).get_secret_value()
    write_private(data / NAME, json.dumps(shown, indent=2, sort_keys=True) + "\n")


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody but its owner may read, in one step."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def make_folder(data: Path) -> None:
    """Make the data folder, closed to others; an existing one is closed too."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix" and stat.S_IMODE(data.stat().st_mode) & 0o077:
        data.chmod(0o700)


def looks_random(secret: str) -> bool:
    """Return whether a secret can be one: long, and not a word repeated."""
    return len(secret) >= SECRET_LENGTH and len(set(secret)) > DISTINCT


def fingerprint(public_key: str) -> str:
    """Return a public key's fingerprint, to be compared by eye: eight groups of four."""
    digest = hashlib.sha256(base64.b64decode(public_key)).hexdigest()[:32]
    return " ".join(digest[at : at + 4] for at in range(0, 32, 4))


def _only_ours(path: Path, status: os.stat_result) -> None:
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise ImproperlyConfigured(f"{path} can be read by others: run 'chmod 600 {path}'.")
