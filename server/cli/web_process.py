"""The web process: granian with our log and our limits; started by `datumline server serve`."""

import argparse
import os
from pathlib import Path
from typing import Final

from granian.constants import Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from server.logs import logging_of

BACKLOG: Final = 1024
WAITING: Final = 256
"""Requests that a process takes in before it lets the others wait in the system's queue."""
HEADERS_BYTES: Final = 64 * 1024


def main() -> None:
    """Serve until SIGTERM."""
    words = argparse.ArgumentParser()
    words.add_argument("--address", required=True)
    words.add_argument("--port", type=int, required=True)
    words.add_argument("--workers", type=int, default=1)
    words.add_argument("--threads", type=int, default=8)
    words.add_argument("--certificate", type=Path)
    words.add_argument("--key", type=Path)
    given = words.parse_args()
    json_lines = os.environ.get("DATUMLINE_SERVER_JSON_LOGS") == "1"
    Server(
        "server.wsgi:application",
        address=given.address,
        port=given.port,
        interface=Interfaces.WSGI,
        workers=given.workers,
        blocking_threads=given.threads,
        backlog=BACKLOG,
        backpressure=WAITING,
        websockets=False,
        http1_settings=HTTP1Settings(max_buffer_size=HEADERS_BYTES),
        ssl_cert=given.certificate,
        ssl_key=given.key,
        ssl_protocol_min=SSLProtocols.tls12,
        log_level=LogLevels.warning,
        log_dictconfig=logging_of(json_lines=json_lines, debug=False),
        workers_kill_timeout=20,
        respawn_failed_workers=True,
    ).serve()


if __name__ == "__main__":
    main()
