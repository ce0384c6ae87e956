"""`make assess`: starts the site, assesses it without a server by the command that a technician would type."""

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.demo.recorded import Site
from tests.demo.site import furnish, write_files

OUT = Path(__file__).parents[2] / "out" / "assess"


def assess(inventory: Path, credentials: Path, *options: str) -> int:
    """Run `datumline assess` on the site and return its exit code."""
    command = [sys.executable, "-m", "datumline", "assess", str(inventory), "--credentials", str(credentials), *options]
    state = {"DATUMLINE_STATE_DIR": str(OUT / "state")}
    return subprocess.run(command, env={**os.environ, **state}, check=False).returncode


def main() -> int:
    """Return 0 when the site was assessed, with the one unread device that belongs to the story."""
    OUT.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(OUT / "state", ignore_errors=True)  # what an earlier demo learnt of peers that are gone
    with ExitStack() as stack:
        site = Site(stack)
        furnish(site)
        inventory, credentials = write_files(site, OUT)
        report = OUT / "report.html"
        code = assess(inventory, credentials, "--format", "html", "--output", str(report))
        if code in {0, 8}:
            code = assess(inventory, credentials, "--format", "table")
    print(f"\nThe same as a page: {report.relative_to(OUT.parents[1])}", file=sys.stderr)
    return 0 if code in {0, 8} else code


if __name__ == "__main__":
    sys.exit(main())
