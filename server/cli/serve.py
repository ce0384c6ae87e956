"""`datumline server serve`: web, worker and scheduler as one process tree over one data folder."""

import logging
import os
import shutil
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer

from server.cli.lock import Busy, FolderLock
from server.cli.start import Data, refuse, say, start
from server.cli.supervisor import Process, Supervisor

logger = logging.getLogger(__name__)
THREADS: Final = 8


@dataclass(frozen=True)
class Web:
    """How the web process listens."""

    address: str
    port: int
    certificate: Path | None
    key: Path | None
    workers: int
    threads: int

    @property
    def command(self) -> tuple[str, ...]:
        """Return its command line."""
        tls = ("--certificate", str(self.certificate), "--key", str(self.key)) if self.certificate else ()
        return (
            sys.executable, "-m", "server.cli.web_process", "--address", self.address, "--port", str(self.port),
            "--workers", str(self.workers), "--threads", str(self.threads), *tls,
        )  # fmt: skip


@dataclass(frozen=True)
class Background:
    """A management command that runs beside the web process; a row of the table below."""

    name: str
    command: str
    arguments: tuple[str, ...] = ()


BACKGROUND: Final = (
    Background("worker", "db_worker", ("--queue-name", "*", "--no-reload", "--interval", "1")),
    Background("scheduler", "run_schedules"),
)
"""What does the work of later: a command that no app has is left out, and readiness tells that it never ran."""


def serve(
    data: Data = None,
    listen: Annotated[
        str, typer.Option("--listen", metavar="ADDRESS:PORT", help="Where the web process listens.")
    ] = "127.0.0.1:8000",
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help="TLS certificate with its chain, in PEM.")
    ] = None,
    key: Annotated[Path | None, typer.Option("--key", help="The certificate's private key, in PEM.")] = None,
    behind_proxy: Annotated[
        bool,
        typer.Option("--behind-proxy", help="A proxy ends TLS and sets X-Forwarded-For and X-Forwarded-Proto."),
    ] = False,
    workers: Annotated[int, typer.Option("--workers", help="Web processes.", min=1, max=64)] = 1,
    threads: Annotated[int, typer.Option("--threads", help="Threads of each.", min=1, max=256)] = THREADS,
    web_only: Annotated[
        bool, typer.Option("--web-only", help="Without worker and scheduler: another node runs them.")
    ] = False,
    json_logs: Annotated[bool, typer.Option("--json-logs", help="Log one JSON object a line, to stderr.")] = False,
) -> None:
    """Run the server until SIGTERM or Ctrl-C: web pages and API, background work and schedules.

    A process that dies is started again, at first after a second, then less and less often. The same command runs
    under systemd. It refuses to start without the secrets of 'datumline server init', as a debug server, or where
    passwords would cross a network in clear.
    """
    _environment(behind_proxy=behind_proxy, json_logs=json_logs)
    folder = start(data)
    web = _web(listen, certificate, key, workers, threads)
    _check(web, behind_proxy=behind_proxy)
    _metrics_folder(folder)
    processes = [Process("web", web.command)] + ([] if web_only else _background())
    try:
        with FolderLock(folder) if not web_only else _NoLock():
            say(f"Datumline serves {_public_url()} and listens on {listen}; Ctrl-C ends it.")
            Supervisor(processes, _beat).run()
    except Busy as error:
        refuse(f"Not started: {error}.")
    say("Datumline has ended.")


class _NoLock:
    """A web node shares its database with others."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass


def _environment(*, behind_proxy: bool, json_logs: bool) -> None:
    """Hand the options to the settings of this process and of its children."""
    for name, wanted in (("BEHIND_PROXY", behind_proxy), ("JSON_LOGS", json_logs)):
        if wanted:
            os.environ[f"DATUMLINE_SERVER_{name}"] = "1"


def _web(listen: str, certificate: Path | None, key: Path | None, workers: int, threads: int) -> Web:
    try:
        parts = urlsplit(f"//{listen}")
        address, port = str(ip_address(parts.hostname or "")), parts.port
    except ValueError:
        refuse(f"{listen} is no address with a port like 127.0.0.1:8000 or [::]:443.")
    if not port:
        refuse(f"{listen} has no port.")
    if (certificate is None) != (key is None):
        refuse("TLS needs both --certificate and --key.")
    return Web(address, port, certificate, key, workers, threads)


def _check(web: Web, *, behind_proxy: bool) -> None:
    """Refuse what would not be safe or could not work, with what to do."""
    from django.conf import settings

    if settings.DEBUG:
        refuse("DATUMLINE_SERVER_DEBUG is set: a debug server is not for use by others.")
    for file in (web.certificate, web.key):
        if file is not None and not os.access(file, os.R_OK):
            refuse(f"{file} cannot be read.")
    local = ip_address(web.address).is_loopback
    if web.certificate is None and not local and not behind_proxy:
        refuse(
            f"On {web.address} passwords would cross the network in clear: give --certificate and --key, or listen on "
            "127.0.0.1 behind a proxy with --behind-proxy."
        )
    if behind_proxy and not local:
        say(f"Warning: whoever reaches {web.address} past the proxy can pretend to come from any address.")
    public = urlsplit(settings.PUBLIC_URL)
    if public.scheme != "https" and public.hostname not in {"localhost", "127.0.0.1", "::1"}:
        refuse(f"{settings.PUBLIC_URL} is not https: run 'datumline server init --url https://...'.")
    _check_database()
    _check_port(web)


def _check_database() -> None:
    from django.db import DatabaseError

    from server.health import checks

    try:
        waiting = next((one for one in checks() if one.name == "migrations" and not one.ok), None)
    except DatabaseError as error:
        refuse(f"The database does not answer or was not set up ({type(error).__name__}): run 'datumline server init'.")
    if waiting is not None:
        refuse("The database is of another version: run 'datumline server init'.")


def _check_port(web: Web) -> None:
    family = socket.AF_INET6 if ":" in web.address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((web.address, web.port))
        except OSError as error:
            refuse(f"{web.address}:{web.port} cannot be listened on: {error.strerror}.")


def _background() -> list[Process]:
    """Return the rows of the table whose command an app brings."""
    from django.core.management import get_commands

    known = get_commands()
    missing = [one.name for one in BACKGROUND if one.command not in known]
    if missing:
        logger.warning("a background process is not part of this server", extra={"missing": missing})
    return [
        Process(
            one.name,
            (sys.executable, "-m", "server", one.command, *one.arguments),
            before=_ready_again if one.name == "worker" else None,
        )
        for one in BACKGROUND
        if one.command in known
    ]


def _ready_again() -> bool:
    """Give tasks back that a worker had when it died: each is harmless to do twice (decision 20).

    Return whether that could be done. A worker that began without it would leave them to nobody.
    """
    from django.db import DatabaseError, connection
    from django_tasks_db.models import DBTaskResult

    try:
        count = DBTaskResult.objects.running().update(status="READY", started_at=None)
    except DatabaseError:
        logger.exception("tasks that a worker left could not be given back; the worker waits")
        return False
    finally:
        connection.close()
    if count:
        logger.warning("tasks that a worker left are done again", extra={"tasks": count})
    return True


def _beat(names: Sequence[str]) -> None:
    from django.db import DatabaseError, connection

    from server.beats import beat

    try:
        for name in names:
            beat(name)
    except DatabaseError:
        logger.exception("signs of life could not be written")
    finally:
        connection.close()


def _metrics_folder(folder: Path) -> None:
    """Empty the folder where the web processes add up their counts."""
    shared = folder / "metrics"
    shutil.rmtree(shared, ignore_errors=True)
    shared.mkdir(mode=0o700)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(shared)


def _public_url() -> str:
    from django.conf import settings

    return str(settings.PUBLIC_URL)
