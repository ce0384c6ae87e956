"""`datumline server serve`: web, worker and scheduler as one process tree over one data folder."""

import os
import shutil
import socket
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer

from server.cli.background import background, show_life
from server.cli.lock import Busy, FolderLock
from server.cli.start import Data, refuse, say, start
from server.cli.supervisor import Process, Supervisor

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
    background_only: Annotated[
        bool, typer.Option("--background-only", help="Only worker and scheduler: another node answers requests.")
    ] = False,
    background_workers: Annotated[
        int,
        typer.Option(
            "--background-workers", help="Workers of this node; on SQLite there can be but one.", min=1, max=64
        ),
    ] = 1,
    json_logs: Annotated[bool, typer.Option("--json-logs", help="Log one JSON object a line, to stderr.")] = False,
) -> None:
    """Run the server until SIGTERM or Ctrl-C: web pages and API, background work and schedules.

    A process that dies is started again, at first after a second, then less and less often. The same command runs
    under systemd. It refuses to start without the secrets of 'datumline server init', as a debug server, or where
    passwords would cross a network in clear.
    """
    if web_only and background_only:
        refuse("--web-only and --background-only leave nothing to run.")
    _environment(behind_proxy=behind_proxy, json_logs=json_logs)
    folder = start(data)
    _check()
    processes = [] if web_only else background(background_workers)
    if not background_only:
        web = _web(listen, certificate, key, workers, threads)
        _check_web(web, behind_proxy=behind_proxy)
        _metrics_folder(folder)
        processes.insert(0, Process("web", web.command))
    try:
        # A web node shares its database with others; a second worker over one folder would do each task twice.
        with nullcontext() if web_only else FolderLock(folder):
            say(_says(listen, background_only=background_only))
            Supervisor(processes, show_life).run()
    except Busy as error:
        refuse(f"Not started: {error}.")
    say("Datumline has ended.")


def _says(listen: str, *, background_only: bool) -> str:
    if background_only:
        return f"Datumline does the background work of {_public_url()}; Ctrl-C ends it."
    return f"Datumline serves {_public_url()} and listens on {listen}; Ctrl-C ends it."


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


def _check() -> None:
    """Refuse what would not be safe or could not work, with what to do."""
    from django.conf import settings

    if settings.DEBUG:
        refuse("DATUMLINE_SERVER_DEBUG is set: a debug server is not for use by others.")
    public = urlsplit(settings.PUBLIC_URL)
    if public.scheme != "https" and public.hostname not in {"localhost", "127.0.0.1", "::1"}:
        refuse(f"{settings.PUBLIC_URL} is not https: run 'datumline server init --url https://...'.")
    _check_database()


def _check_web(web: Web, *, behind_proxy: bool) -> None:
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
    from server.accounts.second_factor import key_fits

    if not key_fits():
        refuse(
            "The secrets of this node are not those that the database was set up with: copy installation.json from the "
            "node that was set up first. With others nobody's second factor can be opened."
        )


def _check_port(web: Web) -> None:
    family = socket.AF_INET6 if ":" in web.address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((web.address, web.port))
        except OSError as error:
            refuse(f"{web.address}:{web.port} cannot be listened on: {error.strerror}.")


def _metrics_folder(folder: Path) -> None:
    """Empty the folder where the web processes add up their counts."""
    shared = folder / "metrics"
    shutil.rmtree(shared, ignore_errors=True)
    shared.mkdir(mode=0o700)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(shared)


def _public_url() -> str:
    from django.conf import settings

    return str(settings.PUBLIC_URL)
