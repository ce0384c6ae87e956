"""What the pages cost an administrator of 200 clients with 456 standards: queries, and three years beside one.

The figures are made in a process of their own (`bench.pages_work`), which fills a database (`bench.pages_filled`).
"""

import json
import os
import subprocess
import sys
import tempfile

from bench.measured import Measured

THREE_YEARS_TO_ONE = 1.1


def measure() -> list[Measured]:
    """Return the processor time of each page, and how many pages ask more often for more."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "server.settings",
            "DATUMLINE_SERVER_SECRET": os.urandom(40).hex(),
            "DATUMLINE_SERVER_DATA": folder,
            "DATUMLINE_SERVER_LIBRARY": f"{folder}/library",
        }
        command = [sys.executable, "-m", "bench.pages_work"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the pages could not be measured: {done.stderr[-2_000:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    print(
        f"the databases took {told['built_s']:.0f} s; one year {told['sizes_mb']['one']:.0f} MB, "
        f"three years {told['sizes_mb']['three']:.0f} MB",
        file=sys.stderr,
    )
    pages = told["pages"]
    differ = [name for name, one in pages.items() if len(set(one["queries"])) > 1]
    return [
        *(
            Measured(
                f"page: {name}, {one['queries'][-1]} queries",
                "ms CPU",
                one["three_ms"],
                "the same with one year",
                one["one_ms"],
                times_at_least=1 / THREE_YEARS_TO_ONE,
            )
            for name, one in pages.items()
        ),
        Measured(
            f"pages of {len(pages)} that make more queries for 200 clients than for 20, or for three years than for one"
            + (f": {', '.join(differ)}" if differ else ""),
            "pages",
            len(differ),
            at_most=0,
        ),
    ]
