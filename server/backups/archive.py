"""The backup file: a manifest, the database and, if wanted, the secrets, packed; nothing else is read."""

import hashlib
import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Final, Literal

import zstandard
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

MANIFEST: Final = "manifest.json"
DATABASE: Final = "database"
SECRETS: Final = "installation.json"
MANIFEST_BYTES: Final = 1_000_000
SECRETS_BYTES: Final = 100_000
PIECE: Final = 1024 * 1024
Engine = Literal["sqlite3", "postgresql"]


class BadBackup(ValueError):
    """The file is no backup of ours, or was damaged; the text says which."""


class Manifest(BaseModel):
    """What a backup holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    made_at: AwareDatetime
    version: str
    engine: Engine
    database_bytes: Annotated[int, Field(ge=0)]
    database_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    migrations: list[str]
    """Each as 'app.name': a server that lacks one of them is older than the backup."""
    seal_mark: str
    """Tells whether secrets are those that the backup's second factors were sealed with; reveals nothing of them."""
    audit_head: str
    audit_count: int
    with_secrets: bool


def digest_of(path: Path) -> tuple[int, str]:
    """Return size and SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
        return file.tell(), digest.hexdigest()


def write(target: Path, manifest: Manifest, database: Path, secrets: Path | None) -> None:
    """Write the backup in one step: a broken attempt leaves no file under the name."""
    beside = target.with_name(f".{target.name}.part")
    try:
        with (
            _new_private(beside) as file,
            zstandard.ZstdCompressor(level=6).stream_writer(file, closefd=False) as packed,
            tarfile.open(fileobj=packed, mode="w|") as tar,
            database.open("rb") as content,
        ):
            _add(tar, MANIFEST, manifest.model_dump_json(indent=2).encode())
            if secrets is not None:
                _add(tar, SECRETS, secrets.read_bytes())
            head = tarfile.TarInfo(DATABASE)
            head.size = manifest.database_bytes
            tar.addfile(head, content)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    head = tarfile.TarInfo(name)
    head.size = len(content)
    tar.addfile(head, io.BytesIO(content))


@contextmanager
def _new_private(path: Path) -> Iterator[IO[bytes]]:
    import os

    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def read(source: Path, folder: Path) -> tuple[Manifest, Path, Path | None]:
    """Return manifest, database and secrets, unpacked into a folder and held against the manifest; raises BadBackup."""
    try:
        with (
            source.open("rb") as file,
            zstandard.ZstdDecompressor().stream_reader(file) as packed,
            tarfile.open(fileobj=packed, mode="r|") as tar,
        ):
            return _unpacked(tar, folder)
    except (zstandard.ZstdError, tarfile.TarError, EOFError) as error:
        raise BadBackup(f"{source} is no backup, or is cut off") from error


def _unpacked(tar: tarfile.TarFile, folder: Path) -> tuple[Manifest, Path, Path | None]:
    """Read the members in their order; a member of another name or kind makes the file no backup."""
    manifest: Manifest | None = None
    database: Path | None = None
    secrets: Path | None = None
    for member in tar:
        content = tar.extractfile(member) if member.isreg() else None
        if content is None:
            raise BadBackup("the file holds something that no backup has")
        if manifest is None:
            manifest = _manifest(member, content)
        elif member.name == SECRETS and member.size <= SECRETS_BYTES and manifest.with_secrets and secrets is None:
            secrets = folder / SECRETS
            _put(content, secrets)
        elif member.name == DATABASE and member.size == manifest.database_bytes and database is None:
            database = folder / DATABASE
            if _put(content, database) != manifest.database_sha256:
                raise BadBackup("the database in the backup is damaged")
        else:
            raise BadBackup("the file holds something that no backup has")
    if manifest is None or database is None or (manifest.with_secrets and secrets is None):
        raise BadBackup("the backup is not complete")
    return manifest, database, secrets


def _manifest(member: tarfile.TarInfo, content: IO[bytes]) -> Manifest:
    if member.name != MANIFEST or member.size > MANIFEST_BYTES:
        raise BadBackup("the file is no backup")
    try:
        return Manifest.model_validate_json(content.read())
    except ValidationError as error:
        raise BadBackup("the backup is of another kind than this version reads") from error


def _put(content: IO[bytes], path: Path) -> str:
    """Return the SHA-256 of what was written."""
    digest = hashlib.sha256()
    with _new_private(path) as file:
        while piece := content.read(PIECE):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()
