"""The address that was judged is the one that is connected to: no transport asks a name server for it again."""

import socket
from contextlib import closing
from typing import Any

import pytest
from pydantic import SecretStr

from collectors.access import Access, Secret
from collectors.credentials import Credential, NutAccount, SnmpCommunity, SshAccount, WinrmAccount
from collectors.facts.reading import TransportName
from collectors.session import Session
from collectors.transports import nut
from collectors.transports.snmp import session as snmp
from collectors.transports.ssh import session as ssh
from collectors.transports.winrm import session as winrm
from tests.contract.open_circumstances import KnownPins, circumstances
from tests.contract.ssh.devices import REPLIES
from tests.peers.cli_styles import CISCO_IOS
from tests.peers.nut import NutPeer
from tests.peers.powershell import PowerShell
from tests.peers.snmp_agent import SnmpAgent, snmprec
from tests.peers.ssh_cli import SshCliPeer
from tests.peers.winrm import WinrmPeer

NAME = "moved.example.test"
MIB = snmprec("1.3.6.1.2.1.1.1.0|4|x\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1\n1.3.6.1.2.1.1.5.0|4|u1\n")
PASSWORD = SecretStr("pw")
USERS = {"svc": "pw"}


def answers(line: str, arguments: tuple[str, ...], text: str) -> Any:
    return PowerShell({})(line, arguments, text)


def windows(**settings: Any) -> WinrmAccount:
    return WinrmAccount(kind="winrm", user="svc", password=PASSWORD, **settings)


COMMUNITY = SnmpCommunity(kind="snmp", version="2c", community=SecretStr("pub"))
SSH = SshAccount(kind="ssh", user="svc", password=PASSWORD)
CASES: dict[str, tuple[TransportName, Any, Any, Credential]] = {
    "snmp": ("snmp", snmp, lambda: SnmpAgent(MIB, community="pub"), COMMUNITY),
    "ssh": ("ssh", ssh, lambda: SshCliPeer(CISCO_IOS, REPLIES, user="svc", password="pw"), SSH),
    "nut": ("nut", nut, lambda: NutPeer({"ups": "ups.status: OL\n"}), NutAccount(kind="nut")),
    "winrm http": ("winrm", winrm, lambda: WinrmPeer(answers, users=USERS), windows(scheme="http")),
    "winrm https": ("winrm", winrm, lambda: WinrmPeer(answers, users=USERS, tls=True), windows()),
}


@pytest.mark.parametrize("case", CASES)
def test_the_judged_address_is_connected_to_and_the_name_never_resolved_again(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport, module, make, credential = CASES[case]
    asked: list[str] = []
    real = socket.getaddrinfo

    def watch(name: Any, *rest: Any, **more: Any) -> Any:
        asked.append(name if isinstance(name, str) else str(name))
        return real(name, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", watch)
    pins = KnownPins()
    with make() as server:
        access = Access(transport=transport, address=NAME, port=server.port, dialled=server.address)
        session: Session = module.open_session(access, Secret("x", credential), circumstances(pins=pins))
        with closing(session):
            assert session.hello.address == server.address
    assert NAME not in asked
    assert all(known.startswith(NAME) for known in pins.seen)  # a pin belongs to the name
