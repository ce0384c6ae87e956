"""The files that put a server on a machine: the systemd unit, nginx and Caddy, each read by its own rules."""

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path

import crossplane
import pytest

from collectors.facts.exit_codes import ExitCode
from server.cli.supervisor import GRACE_S
from tests.house.sources import ROOT

DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "systemd" / "datumline-server.service"
NGINX = DEPLOY / "nginx" / "datumline.conf"
CADDY = DEPLOY / "caddy" / "Caddyfile"
EXPOSURE = 2.5
"""Of systemd's own measure from 0 to 10; it was 1.7 when this was written."""


@pytest.fixture(scope="module")
def service() -> dict[str, str]:
    """Return the settings of [Service]; of those that stand several times, the last."""
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(UNIT.read_text(encoding="utf-8"))
    assert parser.sections() == ["Unit", "Service", "Install"]
    return dict(parser["Service"])


def test_the_unit_runs_the_command_that_there_is(service: dict[str, str]) -> None:
    from datumline.commands import COMMANDS

    words = service["ExecStart"].split()
    assert words[:3] == ["/opt/datumline/bin/datumline", "server", "serve"]
    assert "server" in {one.name for one in COMMANDS}


def test_the_unit_gives_the_server_a_closed_folder_and_the_time_that_it_takes(service: dict[str, str]) -> None:
    assert (service["StateDirectoryMode"], service["UMask"], service["ProtectSystem"]) == ("0700", "0077", "strict")
    assert int(service["TimeoutStopSec"]) > GRACE_S
    assert "DATUMLINE_SERVER_DATA=/var/lib/datumline-server" in UNIT.read_text(encoding="utf-8")
    assert int(service["RestartPreventExitStatus"]) == ExitCode.USAGE


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_reads_the_unit_and_finds_it_closed(tmp_path: Path) -> None:
    here = tmp_path / UNIT.name
    here.write_text(UNIT.read_text(encoding="utf-8").replace("/opt/datumline/bin/datumline", "/bin/true"))
    read = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(here)], capture_output=True, text=True, check=False, timeout=60
    )
    assert (read.returncode, read.stdout + read.stderr) == (0, "")
    measured = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", str(here)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    found = re.search(r"Overall exposure level for \S+: (\d+\.\d)", measured.stdout)
    assert found, measured.stderr
    assert float(found[1]) <= EXPOSURE


def test_nginx_file_keeps_the_grammar_and_the_places_of_nginx(tmp_path: Path) -> None:
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"events {{}}\nhttp {{\n    include {NGINX};\n}}\n")
    read = crossplane.parse(str(whole), strict=True)
    assert (read["status"], read["errors"]) == ("ok", [])


def test_behind_nginx_only_what_nginx_saw_is_believed() -> None:
    lines = [" ".join(line.split()) for line in NGINX.read_text(encoding="utf-8").splitlines()]
    for wanted in (
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "proxy_set_header Host $host;",
        "proxy_pass http://127.0.0.1:8000;",
    ):
        assert wanted in lines


def test_caddy_file_is_balanced_and_names_the_server() -> None:
    text = re.sub(r"^\s*#.*$", "", CADDY.read_text(encoding="utf-8"), flags=re.MULTILINE)
    depth = 0
    for word in text.split():
        depth += {"{": 1, "}": -1}.get(word, 0)
        assert depth >= 0
    assert depth == 0
    assert "reverse_proxy 127.0.0.1:8000" in text
    assert "header_up X-Forwarded-For {remote_host}" in text


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed")
def test_caddy_itself_takes_the_file(tmp_path: Path) -> None:
    home = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(
        ["caddy", "validate", "--config", str(CADDY), "--adapter", "caddyfile"],
        env=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
