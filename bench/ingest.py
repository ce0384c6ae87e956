"""What taking in a report costs: over HTTP with its signature, beside the least it can cost and the naive way.

The figures are made in a process of their own (`bench.ingest_work`), which has a database and a web process of its own.
"""

import json
import os
import subprocess
import sys
import tempfile

from bench.measured import Measured
from tests.peers.ports import free_port

TIMES_OF_THE_LEAST = 3
SHARE_OF_FULL_JSON = 25


def measure() -> list[Measured]:
    """Return the processor time of a report, and the bytes that a device's day leaves behind."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "server.settings",
            "DATUMLINE_SERVER_SECRET": os.urandom(40).hex(),
            "DATUMLINE_SERVER_DATA": folder,
            "DATUMLINE_SERVER_PUBLIC_URL": f"http://127.0.0.1:{port}",
        }
        command = [sys.executable, "-m", "bench.ingest_work", str(port)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the ingest could not be measured: {done.stderr[-2_000:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    what = f"a report of {told['document_kb']:.0f} kB over HTTP, signed, judged by {told['standards']:.0f} standards"
    least = "parse, judge in words, compress: no database"
    return [
        Measured(what, "ms CPU", told["ours_ms"], least, told["least_ms"], times_at_least=1 / TIMES_OF_THE_LEAST),
        Measured(
            what, "ms CPU", told["ours_ms"], "the naive Django way, in process, one transaction", told["naive_ms"]
        ),
        Measured("the same, 20 reports a request", "ms CPU a report", told["batched_ms"], least, told["least_ms"]),
        Measured(
            "bytes that a device's day leaves, a scan a day",
            "bytes",
            told["day_bytes"],
            "the full JSON of each scan",
            told["full_bytes"],
            times_at_least=SHARE_OF_FULL_JSON,
        ),
        Measured("the same with the list of reports taken, kept 35 days", "bytes", told["day_and_report_bytes"]),
    ]
