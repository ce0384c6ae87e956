"""A PostgreSQL server of Debian's package, on a free loopback port, for as long as a block lasts."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.peers.ports import free_port, loopback_address

PROGRAMS: Final = Path("/usr/lib/postgresql")
ACCOUNT: Final = "postgres"
"""PostgreSQL refuses to run as root: then it runs as this account."""


def programs() -> Path | None:
    """Return the folder of the newest installed version's programs."""
    found = sorted(PROGRAMS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def postgres(name: str = "datumline") -> Iterator[str]:
    """Run a server with one empty database; give its address with password, as DATABASE_URL takes it."""
    where = programs()
    assert where is not None
    as_root = os.geteuid() == 0
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    account = ["runuser", "-u", ACCOUNT, "--"] if as_root else []
    try:
        if as_root:
            person = pwd.getpwnam(ACCOUNT)
            os.chown(folder, person.pw_uid, person.pw_gid)
        secret = folder / "password"
        secret.write_text("word\n")
        secret.chmod(0o644)
        data = folder / "data"
        first = ["--auth=scram-sha-256", "--username=datumline", f"--pwfile={secret}", "--encoding=UTF8", "--no-sync"]
        _run([*account, str(where / "initdb"), "-D", str(data), *first], folder)
        address = loopback_address()
        port = free_port(address)
        options = f"-c listen_addresses={address} -p {port} -c unix_socket_directories= -c fsync=off"
        control = [*account, str(where / "pg_ctl"), "-D", str(data), "-w"]
        _run([*control, "-o", options, "-l", str(folder / "log"), "start"], folder)
        try:
            environment = {**os.environ, "PGPASSWORD": "word"}
            made = [str(where / "createdb"), "-h", address, "-p", str(port), "-U", "datumline", name]
            _run(made, folder, environment)
            yield f"postgresql://datumline:word@{address}:{port}/{name}"
        finally:
            _run([*control, "-m", "immediate", "stop"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(words: list[str], folder: Path, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
