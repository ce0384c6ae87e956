"""The files that put a server on a machine: the systemd unit, nginx and Caddy, each read by its own rules."""

import configparser
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import crossplane
import pytest
from typer.core import TyperGroup
from typer.main import get_command

from collectors.facts.exit_codes import ExitCode
from server.cli.app import app
from server.cli.supervisor import GRACE_S
from tests.house.sources import ROOT

DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "systemd" / "datumline-server.service"
NODES = {file.stem: file for file in sorted((DEPLOY / "systemd" / "nodes").glob("*.conf"))}
NGINX = DEPLOY / "nginx" / "datumline.conf"
NGINX_NODES = DEPLOY / "nginx" / "datumline-nodes.conf"
CADDY = DEPLOY / "caddy" / "Caddyfile"
EXPOSURE = 2.5
"""Of systemd's own measure from 0 to 10; it was 1.7 when this was written."""


def unit_of(file: Path) -> configparser.ConfigParser:
    """Return a unit's sections; of settings that stand several times, the last."""
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(file.read_text(encoding="utf-8"))
    return parser


@pytest.fixture(scope="module")
def service() -> dict[str, str]:
    """Return the settings of [Service]."""
    parser = unit_of(UNIT)
    assert parser.sections() == ["Unit", "Service", "Install"]
    return dict(parser["Service"])


def parsed(line: str) -> dict[str, Any]:
    """Return the options of a command line as the server's own command reads them; raises what it raises."""
    program, server, *words = shlex.split(line)
    assert (program.rpartition("/")[2], server) == ("datumline", "server")
    command = get_command(app)
    while isinstance(command, TyperGroup):
        command = command.commands[words.pop(0)]
    return command.make_context("", words).params


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


def test_a_node_does_its_half_and_nothing_else_differs() -> None:
    lines = {name: unit_of(file) for name, file in NODES.items()}
    assert {name: (one.sections(), list(one["Service"])) for name, one in lines.items()} == dict.fromkeys(
        ("background", "web"), (["Service"], ["ExecStart"])
    )
    web, background = (parsed(lines[name]["Service"]["ExecStart"]) for name in ("web", "background"))
    assert (web["web_only"], web["background_only"], web["behind_proxy"]) == (True, False, True)
    assert (background["web_only"], background["background_only"]) == (False, True)
    assert web["certificate"]
    assert web["key"]


def test_a_node_leaves_the_units_own_command_out() -> None:
    for file in NODES.values():
        assert re.findall(r"^ExecStart=(.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)[0] == ""


@pytest.mark.parametrize("page", ["run-the-server", "run-on-several-machines"])
def test_every_command_of_the_server_on_a_page_has_the_options_that_there_are(page: str) -> None:
    text = (ROOT / "docs" / "how-to" / f"{page}.md").read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)).replace("\\\n", " ")
    lines = [f"datumline server {rest}" for rest in re.findall(r"datumline server (.+)$", blocks, re.MULTILINE)]
    assert [line for line in lines if parsed(line) is not None] == lines != []


def systemd(what: str, unit: Path, *options: str) -> subprocess.CompletedProcess[str]:
    words = ["systemd-analyze", what, *options, str(unit)]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize("node", [None, *NODES])
def test_systemd_reads_the_unit_and_finds_it_closed(tmp_path: Path, node: str | None) -> None:
    here, beside = tmp_path / UNIT.name, tmp_path / f"{UNIT.name}.d" / "node.conf"
    files = {here: UNIT} | ({beside: NODES[node]} if node else {})
    for copy, file in files.items():
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(file.read_text(encoding="utf-8").replace("/opt/datumline/bin/datumline", "/bin/true"))
    read = systemd("verify", here, "--man=no")
    assert (read.returncode, read.stdout + read.stderr) == (0, "")
    measured = systemd("security", here, "--offline=yes")
    found = re.search(r"Overall exposure level for \S+: (\d+\.\d)", measured.stdout)
    assert found, measured.stderr
    assert float(found[1]) <= EXPOSURE


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_really_reads_what_lies_beside_the_unit(tmp_path: Path) -> None:
    here, beside = tmp_path / UNIT.name, tmp_path / f"{UNIT.name}.d" / "node.conf"
    here.write_text(UNIT.read_text(encoding="utf-8").replace("/opt/datumline/bin/datumline", "/bin/true"))
    beside.parent.mkdir()
    beside.write_text("[Service]\nExecStart=\nExecStart=/no/such/program\n")
    assert "/no/such/program" in systemd("verify", here, "--man=no").stderr


@pytest.mark.parametrize("file", [NGINX, NGINX_NODES], ids=lambda file: file.stem)
def test_nginx_file_keeps_the_grammar_and_the_places_of_nginx(tmp_path: Path, file: Path) -> None:
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"events {{}}\nhttp {{\n    include {file};\n}}\n")
    read = crossplane.parse(str(whole), strict=True)
    assert (read["status"], read["errors"]) == ("ok", [])


@pytest.mark.parametrize(
    ("file", "way"),
    [
        (NGINX, {"proxy_pass http://127.0.0.1:8000;"}),
        (NGINX_NODES, {"proxy_pass https://datumline_nodes;", "proxy_ssl_verify on;"}),
    ],
    ids=["one", "nodes"],
)
def test_behind_nginx_only_what_nginx_saw_is_believed(file: Path, way: set[str]) -> None:
    lines = {" ".join(line.split()) for line in file.read_text(encoding="utf-8").splitlines()}
    assert lines >= way | {
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "proxy_set_header Host $host;",
    }


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
