"""The real server: its commands in processes of their own, over a data folder and with a certificate of the tests."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import psutil
import requests
import trustme

from tests.peers.ports import free_port, loopback_address

EMAIL: Final = "ada@msp.test"
PASSWORD: Final = "seven unrelated green words"
STARTS_WITHIN_S: Final = 90
ENDS_WITHIN_S: Final = 60


def environment(data: Path, **more: str) -> dict[str, str]:
    """Return the environment of a command: nothing of ours but the data folder and what is given."""
    ours = ("DATUMLINE_", "DATABASE_URL", "DJANGO_", "PROMETHEUS_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    state = data.parent / "state"
    return {**kept, "DATUMLINE_SERVER_DATA": str(data), "XDG_STATE_HOME": str(state), **more}


def command(data: Path, *words: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """Run `datumline server ...` and return how it ended."""
    return subprocess.run(
        [sys.executable, "-m", "datumline", "server", *words],
        env=environment(data, **more),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def made(data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Set a server up with one administrator."""
    words = ("--email", EMAIL, "--name", "Ada", "--password-stdin")
    return command(data, "init", *words, stdin=f"{PASSWORD}\n", **more)


def in_django(data: Path, code: str, **more: str) -> str:
    """Run lines of Python over the server's own models; return what they print."""
    words = [sys.executable, "-m", "server", "shell", "--verbosity", "0", "--command", code]
    told = environment(data, **more)
    done = subprocess.run(words, env=told, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Serving:
    """A server that runs, with its processes and its log."""

    def __init__(self, process: subprocess.Popen[str], url: str, authority: Path, log: Path) -> None:
        self.process = process
        self.url = url
        self.authority = authority
        self._log = log
        self._family: list[psutil.Process] = []

    def session(self) -> requests.Session:
        """Return a client that trusts the server's certificate."""
        session = requests.Session()
        session.trust_env = False
        session.verify = str(self.authority)
        session.headers["Referer"] = f"{self.url}/"
        return session

    def log(self) -> str:
        """Return what was logged up to now."""
        return self._log.read_text(encoding="utf-8")

    def events(self) -> list[dict[str, Any]]:
        """Return the log's lines, which are one JSON object each."""
        return [json.loads(line) for line in self.log().splitlines() if line.startswith("{")]

    def children(self) -> list[psutil.Process]:
        """Return all processes below the one that was started."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, *words: str) -> psutil.Process:
        """Return the one child of the supervisor whose command line has these words."""
        found = psutil.Process(self.process.pid).children()
        return next(one for one in found if all(word in one.cmdline() for word in words))

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask the server to end; return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(ENDS_WITHIN_S)


def until(what: Callable[[], object], within_s: float = STARTS_WITHIN_S) -> bool:
    """Return whether something became true in time; a refused connection or a missing process is not yet."""
    ends_s = time.monotonic() + within_s
    while time.monotonic() < ends_s:
        try:
            if what():
                return True
        except (requests.RequestException, StopIteration, psutil.Error, sqlite3.OperationalError):
            pass
        time.sleep(0.1)
    return False


@contextmanager
def serving(data: Path, *words: str, wait: bool = True, **more: str) -> Iterator[Serving]:
    """Run the server over TLS until the block ends; every process of it is gone then."""
    address = loopback_address()
    port = free_port(address)
    authority = trustme.CA()
    certificate = authority.issue_cert(address, "localhost")
    chain, key, trusted = (data.parent / name for name in ("server.pem", "server.key", "authority.pem"))
    chain.write_bytes(b"".join(one.bytes() for one in certificate.cert_chain_pems))
    certificate.private_key_pem.write_to_path(key)
    authority.cert_pem.write_to_path(trusted)
    log = data.parent / "serve.log"
    url = f"https://{address}:{port}"
    tls = ("--certificate", str(chain), "--key", str(key))
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "datumline", "server", "serve", "--listen", f"{address}:{port}", *tls, *words],
            env=environment(data, DATUMLINE_SERVER_PUBLIC_URL=url, **more),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            text=True,
        )
    one = Serving(process, url, trusted, log)
    family: list[psutil.Process] = []
    try:
        if wait:
            with one.session() as session:
                assert until(lambda: process.poll() is not None or session.get(f"{url}/healthz", timeout=5).ok), (
                    one.log()
                )
            assert process.poll() is None, one.log()
        yield one
    finally:
        if process.poll() is None:
            family = one.children()
            process.terminate()
            try:
                process.wait(ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for left in family:
            if left.is_running():
                left.kill()


def rows(data: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Return what the server's database answers, past the server."""
    with closing(sqlite3.connect(data / "server.sqlite3", timeout=20)) as database, database:
        return list(database.execute(query, values))
