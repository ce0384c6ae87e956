"""A parent that is killed: it starts a pool with a busy child, prints the child's process id, and waits."""

import sys
import tempfile
from pathlib import Path

from collectors.first_contact import PinStore
from collectors.ledger import LogonLedger
from collectors.pool.parent import Pool
from tests.contract.pool.conftest import PLAYED, job


def main() -> None:
    """Print the ids of the children when the first device is read; the second one hangs for ever."""
    folder = Path(tempfile.mkdtemp())
    pool = Pool(LogonLedger(folder), PinStore(folder), equipment=PLAYED)
    for _ in pool.run([job("ok-1"), job("hang-1", timeout_s=3600)]):
        sys.stdout.write(" ".join(map(str, pool.pids)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
