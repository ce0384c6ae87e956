"""Documents on stdout: a reader may stop early, and a full disk is not our defect."""

import subprocess
import sys
from pathlib import Path

import pytest

PRINT = "from rules.cli.printing import print_document; print_document('näme ' * 200_000)"
RUN = "import sys; from datumline.cli import run; sys.exit(run(['catalogue', 'show', '--format', 'json']))"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no /dev/full and ends pipes otherwise")
def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    with subprocess.Popen([sys.executable, "-c", PRINT], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stderr is not None
        writer.stdout.read(4)
        writer.stdout.close()
        said = writer.stderr.read()
    assert (writer.returncode, said) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_what_cannot_be_written_is_for_the_user_to_mend() -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run([sys.executable, "-c", RUN], stdout=full, stderr=subprocess.PIPE, check=False, text=True)
    assert ended.returncode == 2
    assert "The output cannot be written (No space left on device)" in ended.stderr
