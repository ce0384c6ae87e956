"""The lines that enrol an agent, ready to copy; and the list of tokens for an RMM."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from collectors.facts.cells import safe_cell
from server.agents.actions import MadeToken


@dataclass(frozen=True)
class InstallLines:
    """What is to be run on the machine, as root or administrator, beside the files of the agent's package."""

    debian: str
    windows: str


def install_lines(token: str) -> InstallLines:
    """Return the lines for one token, which stands in the environment: a command line can be read by others."""
    server = settings.PUBLIC_URL
    return InstallLines(
        debian=(
            f"DATUMLINE_AGENT_TOKEN={token} runuser -u datumline -- env DATUMLINE_STATE_DIR=/var/lib/datumline "
            f"/opt/datumline/bin/datumline agent enrol --server {server}"
        ),
        windows=(
            f"$env:DATUMLINE_AGENT_TOKEN='{token}'; powershell.exe -NoProfile -ExecutionPolicy Bypass "
            f"-File install.ps1 -Uv .\\uv.exe -Wheel .\\datumline.whl -Requirements .\\requirements.lock "
            f"-Packages .\\wheels -Server {server} -Quiet"
        ),
    )


def tokens_csv(made: Iterable[MadeToken]) -> str:
    """Return the list for the RMM: client, site, token, until when; no cell can be a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(["client", "site", "token", "valid until (UTC)"])
    for one in made:
        until = f"{one.ends_at:%Y-%m-%d %H:%M}"
        writer.writerow([safe_cell(one.site.client.name), safe_cell(one.site.name), one.token, until])
    return out.getvalue()
