"""Decision 11: all that a device receives is in its driver's ASKS and PREPARES; recorded at simulated devices."""

import shlex
from pathlib import Path

import pytest
from pydantic import SecretStr

from collectors import driver_index
from collectors.access import Access, Secret
from collectors.collect import collect
from collectors.credentials import Credential, LocalAccount, NutAccount, SnmpCommunity, SshAccount, WinrmAccount
from collectors.facts.reading import Snapshot
from collectors.session import AnyDriver
from collectors.transports import local
from tests.contract.open_circumstances import circumstances
from tests.demo.recorded import PASSWORD, RECORDINGS, USER, WINDOWS_USER, replies_in
from tests.peers.nut import NutPeer
from tests.peers.powershell import BLOCK, PowerShell
from tests.peers.snmp_agent import SnmpAgent, snmprec
from tests.peers.ssh_cli import STYLES, SshCliPeer
from tests.peers.ssh_linux import ExecAnswer, SshExecPeer
from tests.peers.winrm import WinrmPeer

RECORDED = {path.parent.name: path for path in sorted(RECORDINGS.glob("*/*.yaml"), reverse=True)}
DRIVERS = sorted(driver_index.drivers())


def asks(name: str) -> bool:
    """Return whether a driver ever asks a device anything: one for files alone does not."""
    return bool(driver_index.driver(name).ASKS)


def drivers_of(transport: str, posix: bool | None = None) -> list[str]:
    found = [name for name in DRIVERS if transport == driver_index.driver(name).TRANSPORT and asks(name)]
    return [name for name in found if posix is None or hasattr(driver_index.driver(name), "SHELL") is posix]


def recording_of(name: str) -> str:
    path: Path = RECORDED[name]
    return f"{path.parent.name}/{path.stem}"


def read(name: str, transport: str, address: str, port: int, credential: Credential) -> Snapshot:
    access = Access.model_validate({"transport": transport, "address": address, "port": port or None, "driver": name})
    snapshot = collect("device", access, Secret("test", credential), circumstances(timeout_s=60))
    assert snapshot.problem is None, snapshot.problem
    assert snapshot.readings
    return snapshot


def listed(driver: AnyDriver) -> set[str]:
    return {*driver.ASKS, *driver.PREPARES}


@pytest.mark.parametrize("name", drivers_of("snmp"))
def test_an_snmp_driver_reads_what_it_lists_and_sets_nothing(name: str) -> None:
    driver = driver_index.driver(name)
    with SnmpAgent(snmprec(replies_in(recording_of(name), "snmprec")), community="public") as agent:
        read(
            name,
            "snmp",
            agent.address,
            agent.port,
            SnmpCommunity(kind="snmp", version="2c", community=SecretStr("public")),
        )
        assert {asked.pdu for asked in agent.asked} <= {"get", "getnext", "getbulk"}
        asks = (*driver.ASKS, *driver.PREPARES)
        strange = {oid for asked in agent.asked for oid in asked.oids if not _inside(oid, asks)}
        assert strange == set()


def _inside(oid: str, asks: tuple[str, ...]) -> bool:
    return any(oid == ask or (not ask.endswith(".0") and oid.startswith(f"{ask}.")) for ask in asks)


def test_detection_by_snmp_asks_nothing_but_questions_and_probes_of_some_driver() -> None:
    known = [driver_index.driver(name) for name in drivers_of("snmp")]
    asks = tuple(ask for driver in known for ask in (*driver.ASKS, *driver.PREPARES, *driver.MATCHES.probes))
    with SnmpAgent(snmprec("1.3.6.1.2.1.1.1.0|4|a device that nobody knows"), community="public") as agent:
        access = Access(transport="snmp", address=agent.address, port=agent.port)
        secret = Secret("test", SnmpCommunity(kind="snmp", version="2c", community=SecretStr("public")))
        assert collect("device", access, secret, circumstances(timeout_s=60)).problem is not None
        assert {oid for asked in agent.asked for oid in asked.oids if not _inside(oid, asks)} == set()


@pytest.mark.parametrize("name", drivers_of("ssh", posix=False))
def test_a_network_driver_types_nothing_that_it_does_not_list(name: str) -> None:
    driver = driver_index.driver(name)
    outputs = {command: str(text) for command, text in replies_in(recording_of(name), "replies").items()}
    style = STYLES[str(getattr(driver, "NETMIKO", ""))]
    with SshCliPeer(style, outputs, user=USER, password=PASSWORD, page_lines=10, starts_enabled=True) as peer:
        account = SshAccount(kind="ssh", user=USER, password=SecretStr(PASSWORD))
        read(name, "ssh", peer.address, peer.port, account)
        assert set(peer.received) - listed(driver) - {"", "exit", "quit", "logout"} == set()
        assert set(peer.keys) <= {" ", "q", "\x03"}
        assert [logon.accepted for logon in peer.logons] == [True]


@pytest.mark.parametrize("name", drivers_of("ssh", posix=True))
def test_a_linux_driver_runs_nothing_that_it_does_not_list(name: str) -> None:
    driver = driver_index.driver(name)
    with SshExecPeer(lambda _: ExecAnswer(stdout=b""), user=USER, password=PASSWORD) as peer:
        access = Access(transport="ssh", address=peer.address, port=peer.port, driver=name)
        account = SshAccount(kind="ssh", user=USER, password=SecretStr(PASSWORD))
        collect("device", access, Secret("test", account), circumstances(timeout_s=30))
        assert len(peer.scripts) == 1
        words = shlex.split(peer.scripts[0][peer.scripts[0].index("\nquestion 0 ") :])
        assert words[2 : 3 * len(driver.ASKS) : 3] == list(driver.ASKS)
        assert words[3 * len(driver.ASKS) :] == ["exit", "0"]
        assert set(peer.received) <= {"sh -s", "/bin/sh -s", "sh", "/bin/sh"}


@pytest.mark.parametrize("name", drivers_of("winrm"))
def test_a_windows_driver_sends_its_blocks_and_no_other(name: str) -> None:
    driver = driver_index.driver(name)
    shell = PowerShell(replies_in(recording_of(name), "replies"))
    with WinrmPeer(shell, users={WINDOWS_USER: PASSWORD}) as peer:
        account = WinrmAccount(kind="winrm", user=WINDOWS_USER, password=SecretStr(PASSWORD), scheme="http")
        read(name, "winrm", peer.address, peer.port, account)
        assert len(shell.scripts) == 1
        assert set(BLOCK.findall(shell.scripts[0])) == set(driver.ASKS)


@pytest.mark.parametrize("name", drivers_of("nut"))
def test_a_nut_driver_lists_and_sets_nothing(name: str) -> None:
    driver = driver_index.driver(name)
    variables = replies_in(recording_of(name), "replies")["LIST VAR"]
    dump = "".join(f"{variable}: {text}\n" for variable, text in variables.items())
    with NutPeer({"ups": dump}) as peer:
        read(name, "nut", peer.address, peer.port, NutAccount(kind="nut"))
        assert [line for line in peer.received if not line.startswith(tuple(listed(driver)))] == []


@pytest.mark.parametrize("name", drivers_of("local"))
def test_a_local_driver_asks_questions_that_change_nothing(name: str) -> None:
    assert set(driver_index.driver(name).ASKS) <= set(local.QUESTIONS)


def test_the_word_for_writing_by_snmp_is_not_in_the_code() -> None:
    root = Path(__file__).parents[2]
    sources = [path.read_text(encoding="utf-8") for path in (root / "collectors").rglob("*.py")]
    assert not any("SetRequest" in text or "set_cmd" in text for text in sources)


def test_every_transport_has_a_second_driver() -> None:
    kinds = {"snmp": 2, "winrm": 2, "nut": 2, "local": 2}
    counted = {transport: len(drivers_of(transport)) for transport in kinds}
    assert all(counted[transport] >= least for transport, least in kinds.items()), counted
    assert len(drivers_of("ssh", posix=False)) >= 2
    assert len(drivers_of("ssh", posix=True)) >= 2


def test_the_local_machine_can_be_read() -> None:
    snapshot = read("local_host", "local", "localhost", 0, LocalAccount(kind="local"))
    assert "os" in {reading.section for reading in snapshot.readings}
