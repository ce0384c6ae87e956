"""How long the command takes to start, beside a bare Python and beside importing everything at once."""

import subprocess
import sys

from bench.measured import Measured, wall_ms

EVERYTHING = "import typer, rich, pydantic, requests, psutil, paramiko, netmiko, winrm, pysnmp.hlapi.v3arch.asyncio"


def _python(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def measure() -> list[Measured]:
    """Return the start of `datumline --help` and `datumline drivers` against importing all libraries."""
    everything = wall_ms(lambda: _python("-c", EVERYTHING))
    return [
        Measured(
            "datumline --help", "ms", wall_ms(lambda: _python("-m", "datumline", "--help")), "all imports", everything
        ),
        Measured(
            "datumline version", "ms", wall_ms(lambda: _python("-m", "datumline", "version")), "all imports", everything
        ),
    ]
