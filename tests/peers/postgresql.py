"""A PostgreSQL server of the tests' own: a new cluster in a temporary folder, on a free loopback port."""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, Self

from tests.peers.ports import free_port, loopback_address

VARIABLE: Final = "DATUMLINE_TEST_DATABASE_URL"
"""The address of a server that an earlier process of the same test run has started."""
USER: Final = "datumline"
_START_S: Final = 60.0


def binaries() -> Path | None:
    """Returns the folder of initdb and postgres, the newest version; None where PostgreSQL is not installed."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: float(one.parent.name), reverse=True)
    found = shutil.which("initdb")
    for folder in [*debian, *([Path(found).parent] if found else [])]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def address() -> str:
    """Returns the address of the server of this test run, started when first asked for; ended with the process."""
    if VARIABLE not in os.environ:
        server = PostgreSQL().start()
        atexit.register(server.close)
        os.environ[VARIABLE] = server.url()  # workers of the same run are children and share it
    return os.environ[VARIABLE]


class PostgreSQL:
    """One server process over a new cluster; unless `durable`, what is committed may be lost when it is ended."""

    def __init__(self, *, durable: bool = False) -> None:
        """Chooses address and port; raises FileNotFoundError where PostgreSQL is not installed."""
        self._durable = durable
        folder = binaries()
        if folder is None:
            raise FileNotFoundError("PostgreSQL is not installed (initdb and postgres are not found)")
        self._binaries = folder
        self.address = loopback_address()
        self.port = free_port(self.address)
        self._folder = Path(tempfile.mkdtemp(prefix="datumline-postgresql-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._user = _not_root()

    def url(self, database: str = "postgres") -> str:
        """Returns the address of a database."""
        return f"postgresql://{USER}@{self.address}:{self.port}/{database}"

    def start(self) -> Self:
        """Makes the cluster and starts the server; raises RuntimeError with its log when it does not answer."""
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        self._run("initdb", "--auth=trust", f"--username={USER}", "--encoding=UTF8", "--no-sync", str(self._data))
        self.begin()
        return self

    def begin(self) -> None:
        """Starts the server over its cluster, also again after `stop`; raises RuntimeError with its log."""
        log = (self._folder.parent / f"{self._folder.name}.log").open("ab")
        fast = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
        options = ("max_connections=100", *(() if self._durable else fast))
        with log:
            self._process = subprocess.Popen(
                [
                    str(self._binaries / "postgres"), "-D", str(self._data), "-h", self.address, "-p", str(self.port),
                    "-k", str(self._folder), *(part for one in options for part in ("-c", one)),
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
                user=self._user,
                extra_groups=None if self._user is None else [],
                cwd=self._folder,
            )  # fmt: skip
        ends = time.monotonic() + _START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > ends:
                told = Path(log.name).read_text(errors="replace")[-2000:]
                self.close()
                raise RuntimeError(f"PostgreSQL did not start: {told}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Ends the server as a crash does: at once, with no word to its clients; `begin` recovers it."""
        if self._process is not None:
            self._process.send_signal(signal.Signals["SIGQUIT"])
            self._process.wait(20)
            self._process = None

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _answers(self) -> bool:
        asked = [str(self._binaries / "pg_isready"), "-q", "-h", self.address, "-p", str(self.port)]
        return subprocess.run(asked, check=False, timeout=10).returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._binaries / program), *arguments],
            capture_output=True,
            user=self._user,
            extra_groups=None if self._user is None else [],
            cwd=self._folder,
            check=False,
            timeout=120,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.decode(errors='replace')[-2000:]}")

    def close(self) -> None:
        """Ends the server and removes its cluster."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(20)
            self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)
        (self._folder.parent / f"{self._folder.name}.log").unlink(missing_ok=True)

    def __enter__(self) -> Self:
        """Starts it."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Ends it."""
        self.close()


def _not_root() -> str | None:
    """Returns the user to run as, where it must be another one: PostgreSQL refuses to run as root."""
    if sys.platform != "win32":
        import pwd

        if os.geteuid() == 0:
            known = {one.pw_name for one in pwd.getpwall()}
            for name in ("postgres", "nobody"):
                if name in known:
                    return name
            raise RuntimeError("PostgreSQL refuses to run as root, and there is no user 'postgres' or 'nobody'")
    return None
