"""Runs the independent command-line clients that the peers are proved with."""

import os
import shutil
import subprocess
import tempfile

import pytest


def needs(program: str) -> pytest.MarkDecorator:
    """Returns the mark that skips a test where the program is absent."""
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def run(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Returns the finished process with its output as text."""
    with tempfile.TemporaryDirectory() as folder:  # net-snmp keeps files of its own somewhere
        environment = {**os.environ, "SNMP_PERSISTENT_DIR": folder, "MIBS": "", "HOME": folder}
        return subprocess.run(
            arguments, input=typed, capture_output=True, text=True, timeout=30, env=environment, check=False
        )
