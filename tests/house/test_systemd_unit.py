"""The systemd unit: hardened as documented, readable by systemd, and true about paths and exit codes."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from agent.home import VARIABLE as STATE
from agent.policy_file import VARIABLE as POLICY
from collectors.facts.exit_codes import ExitCode
from tests.house.sources import ROOT

UNIT = ROOT / "deploy" / "systemd" / "datumline-agent.service"
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "CapabilityBoundingSet": "",
    "AmbientCapabilities": "",
    "SystemCallFilter": "@system-service",
    "SystemCallArchitectures": "native",
    "RestrictNamespaces": "yes",
    "RestrictSUIDSGID": "yes",
    "LockPersonality": "yes",
    "UMask": "0077",
    "LimitCORE": "0",
    "MemoryMax": "512M",
    "StateDirectory": "datumline",
    "StateDirectoryMode": "0700",
}
EXPOSURE = 2.5
"""Of systemd's own measure from 0 to 10; it was 1.9 when this was written."""


def service() -> dict[str, list[str]]:
    """Return the values of each key in [Service]."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line
        elif section == "[Service]" and "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def test_it_has_the_three_sections_of_a_unit() -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.read_string(UNIT.read_text(encoding="utf-8"))
    assert parser.sections() == ["Unit", "Service", "Install"]


def test_it_is_hardened_as_the_threat_model_says() -> None:
    told = {key: values[0] for key, values in service().items() if key in HARDENED}
    assert told == HARDENED


def test_only_the_families_that_are_needed_are_allowed() -> None:
    assert set(service()["RestrictAddressFamilies"][0].split()) == {"AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"}


def test_it_runs_the_agent_as_a_user_of_its_own_with_its_own_folders() -> None:
    told = service()
    assert told["ExecStart"] == ["/opt/datumline/bin/datumline agent run"]
    assert (told["User"], told["Group"]) == (["datumline"], ["datumline"])
    environment = dict(line.split("=", 1) for line in told["Environment"])
    assert environment[STATE] == "/var/lib/datumline"
    assert environment[POLICY] == "/etc/datumline/policy.toml"  # which the agent's user cannot write


def test_it_is_not_started_again_where_a_person_must_act() -> None:
    codes = {int(code) for code in service()["RestartPreventExitStatus"][0].split()}
    assert codes == {ExitCode.USAGE, ExitCode.ACCESS_DENIED}


def runnable(folder: Path) -> Path:
    """Return the unit with a program that is there in the place of ours."""
    text = UNIT.read_text(encoding="utf-8")
    copy = folder / UNIT.name
    copy.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE), encoding="utf-8")
    return copy


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize("how", [("verify",), ("security", "--offline=true", f"--threshold={EXPOSURE * 10:.0f}")])
def test_systemd_itself_reads_it_and_finds_little_exposed(tmp_path: Path, how: tuple[str, ...]) -> None:
    said = subprocess.run(
        ["systemd-analyze", *how, str(runnable(tmp_path))], capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stderr) == (0, ""), said.stdout[-2000:] + said.stderr
