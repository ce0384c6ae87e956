"""How long the command takes to start, beside importing everything at once."""

import subprocess
import sys

from bench.measured import Measured, wall_ms

EVERYTHING = "import typer, rich, pydantic, requests, psutil, paramiko, netmiko, winrm, pysnmp.hlapi.v3arch.asyncio"
HELP = ("-m", "datumline", "--help")
REPLAY = ("-m", "datumline", "replay", "--driver", "apc_powernet", "--snmp", "docs/examples/ups1.snmprec")
HELP_LIMIT_MS, REPLAY_LIMIT_MS = 350, 1_000


def _python(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def measure() -> list[Measured]:
    """Return the start of `datumline --help`, and of a whole `datumline replay`, against importing all libraries."""
    everything = wall_ms(lambda: _python("-c", EVERYTHING))
    return [
        Measured(
            "datumline --help", "ms", wall_ms(lambda: _python(*HELP)), "all imports", everything, None, HELP_LIMIT_MS
        ),
        Measured(
            "datumline replay",
            "ms",
            wall_ms(lambda: _python(*REPLAY)),
            "all imports",
            everything,
            None,
            REPLAY_LIMIT_MS,
        ),
    ]
