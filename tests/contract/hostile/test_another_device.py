"""A device that answers as another than last time, over every transport: nothing is taken over, and nothing is sent."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from collectors.access import Secret
from collectors.credentials import NutAccount, SnmpCommunity, SshAccount, WinrmAccount
from collectors.facts.gaps import GapReason
from collectors.facts.reading import Snapshot, TransportName
from tests.contract.hostile.stage import HONEST_S, job, play
from tests.demo.recorded import PASSWORD, USER, WINDOWS_USER, replies_in
from tests.peers.linux_shell import recorded_shell
from tests.peers.nut import NutPeer
from tests.peers.powershell import PowerShell
from tests.peers.snmp_agent import SnmpAgent, snmprec
from tests.peers.ssh_cli import STYLES, SshCliPeer
from tests.peers.ssh_linux import SshExecPeer
from tests.peers.winrm import WinrmPeer

SNMP = Secret("snmp-ro", SnmpCommunity(kind="snmp", version="2c", community=SecretStr("public")))
SSH = Secret("net-ro", SshAccount(kind="ssh", user=USER, password=SecretStr(PASSWORD)))
NUT = Secret("nut", NutAccount(kind="nut"))
ENGINES = ["fast", "reference"]


def windows_secret(scheme: str) -> Secret:
    told = {"kind": "winrm", "user": WINDOWS_USER, "password": PASSWORD, "scheme": scheme}
    return Secret("srv-ro", WinrmAccount.model_validate(told))


def with_other_marks(recording: str, key: str, changes: Mapping[str, str]) -> Any:
    """Return the part of a recording with some texts replaced, each of which it must hold."""
    text = yaml.safe_dump(replies_in(recording, key), allow_unicode=True)
    for known, other in changes.items():
        assert known in text
        text = text.replace(known, other)
    return yaml.safe_load(text)


def read(folder: Path, transport: TransportName, peer: Any, secret: Secret, driver: str, snmp: str = "") -> Snapshot:
    named = f"tests.contract.hostile.{snmp}_snmp" if snmp else None
    return play([job("device", transport, peer, secret, driver, HONEST_S)], folder, named).snapshots["device"]


def assert_quarantined(first: Snapshot, second: Snapshot) -> None:
    assert first.problem is None
    assert second.problem is not None
    assert second.problem.reason is GapReason.IDENTITY_CHANGED
    assert second.readings == ()


@pytest.mark.parametrize("engine", ENGINES)
def test_another_serial_number_by_snmp_is_quarantined(engine: str, tmp_path: Path) -> None:
    recording = "apc_powernet/smart_ups_on_line"
    with SnmpAgent(snmprec(replies_in(recording, "snmprec"))) as agent:
        first = read(tmp_path, "snmp", agent, SNMP, "apc_powernet", engine)
    other = snmprec(with_other_marks(recording, "snmprec", {"AS1000000002": "AS9999999999"}))
    with SnmpAgent(other, address=agent.address, port=agent.port) as agent:
        assert_quarantined(first, read(tmp_path, "snmp", agent, SNMP, "apc_powernet", engine))


@pytest.mark.parametrize("engine", ENGINES)
def test_another_engine_id_by_snmp_is_quarantined(engine: str, tmp_path: Path) -> None:
    values = replies_in("ups_mib/single_phase", "snmprec")
    engine_id = "1.3.6.1.6.3.10.2.1.1.0|4x|80001f8880aabbccdd0000000"
    with SnmpAgent(snmprec(f"{values}\n{engine_id}1\n")) as agent:
        first = read(tmp_path, "snmp", agent, SNMP, "ups_mib", engine)
    with SnmpAgent(snmprec(f"{values}\n{engine_id}2\n"), address=agent.address, port=agent.port) as agent:
        assert_quarantined(first, read(tmp_path, "snmp", agent, SNMP, "ups_mib", engine))


def test_another_host_key_gets_no_logon(tmp_path: Path) -> None:
    outputs = {command: str(text) for command, text in replies_in("cisco_ios/iosxe_switch", "replies").items()}
    with SshCliPeer(STYLES["cisco_ios"], outputs, user=USER, password=PASSWORD, starts_enabled=True) as peer:
        first = read(tmp_path, "ssh", peer, SSH, "cisco_ios")
        peer.rotate_host_key()
        assert_quarantined(first, read(tmp_path, "ssh", peer, SSH, "cisco_ios"))
        assert len(peer.logons) == 1


def test_another_machine_with_the_same_host_key_is_quarantined(tmp_path: Path) -> None:
    recording = "linux/rocky_as_root"
    with SshExecPeer(recorded_shell(replies_in(recording, "replies")), user=USER, password=PASSWORD) as peer:
        first = read(tmp_path, "ssh", peer, SSH, "linux")
        changes = {"ABC1234": "XYZ9999", "11112222-3333-4444": "99998888-3333-4444"}
        peer.answers_with(recorded_shell(with_other_marks(recording, "replies", changes)))
        assert_quarantined(first, read(tmp_path, "ssh", peer, SSH, "linux"))


def test_another_certificate_gets_no_logon(tmp_path: Path) -> None:
    blocks, users = replies_in("windows_server/well_kept", "replies"), {WINDOWS_USER: PASSWORD}
    with WinrmPeer(PowerShell(blocks), users=users, tls=True) as peer:
        first = read(tmp_path, "winrm", peer, windows_secret("https"), "windows_server")
    with WinrmPeer(PowerShell(blocks), users=users, tls=True, address=peer.address, port=peer.port) as other:
        assert_quarantined(first, read(tmp_path, "winrm", other, windows_secret("https"), "windows_server"))
        assert other.logons == []


def test_another_windows_machine_is_quarantined(tmp_path: Path) -> None:
    recording, users = "windows_server/well_kept", {WINDOWS_USER: PASSWORD}
    with WinrmPeer(PowerShell(replies_in(recording, "replies")), users=users) as peer:
        first = read(tmp_path, "winrm", peer, windows_secret("http"), "windows_server")
    changes = {
        "CZJ1000002": "CZJ9999999",
        "61393634-3235-5A43-4A31-303030303032": "61393634-3235-5A43-4A31-393939393939",
    }
    shell = PowerShell(with_other_marks(recording, "replies", changes))
    with WinrmPeer(shell, users=users, address=peer.address, port=peer.port) as other:
        assert_quarantined(first, read(tmp_path, "winrm", other, windows_secret("http"), "windows_server"))


def test_another_ups_behind_a_nut_server_is_quarantined(tmp_path: Path) -> None:
    variables = replies_in("nut_ups/usb_ups_asks_for_a_battery", "replies")["LIST VAR"]
    with NutPeer({"ups": "".join(f"{name}: {text}\n" for name, text in variables.items())}) as peer:
        first = read(tmp_path, "nut", peer, NUT, "nut_ups")
        peer.set("ups", "device.serial", "9Z9999999999")
        assert_quarantined(first, read(tmp_path, "nut", peer, NUT, "nut_ups"))
