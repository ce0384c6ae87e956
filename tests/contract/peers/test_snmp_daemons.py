"""snmpsim and Debian's snmpd as peers, asked with net-snmp and pysnmp in every version."""

import asyncio
from collections.abc import Iterator
from typing import Any, cast

import psutil
import pytest
from pysnmp.hlapi.v3arch.asyncio import (
    ContextData,
    ObjectIdentity,
    ObjectType,
    SnmpEngine,
    UdpTransportTarget,
    get_cmd,
    usmAesCfb128Protocol,
    usmHMAC192SHA256AuthProtocol,
)
from pysnmp.hlapi.v3arch.asyncio.auth import UsmUserData

from tests.contract.peers.programs import needs, run
from tests.peers.net_snmp import NetSnmpd, missing_snmpd
from tests.peers.snmp import SnmpSite, SnmpV3User

pytestmark = pytest.mark.peer
SYS_DESCR = "1.3.6.1.2.1.1.1.0"
USERS = [
    SnmpV3User("modern", "SHA256", "authentic-key", "AES", "private-key"),
    SnmpV3User("strong", "SHA512", "authentic-key-2", "AES256", "private-key-2"),
    SnmpV3User("old", "MD5", "authentic-key-3"),
]
LOGONS = {
    "version 1": ["-v1", "-cpublic"],
    "version 2c": ["-v2c", "-cpublic"],
    "SHA-256 and AES-128": ["-v3", "-umodern", "-lauthPriv", "-aSHA-256", "-Aauthentic-key", "-xAES", "-Xprivate-key"],
    "SHA-512 and AES-256": [
        *("-v3", "-ustrong", "-lauthPriv", "-aSHA-512"),
        *("-Aauthentic-key-2", "-xAES-256", "-Xprivate-key-2"),
    ],
    "MD5 without privacy": ["-v3", "-uold", "-lauthNoPriv", "-aMD5", "-Aauthentic-key-3"],
}


@pytest.fixture(scope="module")
def site() -> Iterator[SnmpSite]:
    recordings = {name: f"{SYS_DESCR}|4|this is {name}\n" for name in ("ups", "switch")}
    with SnmpSite(recordings, v3_users=USERS) as running:
        yield running


@pytest.fixture(scope="module")
def snmpd() -> Iterator[NetSnmpd]:
    reason = missing_snmpd()
    if reason:
        pytest.skip(reason)
    with NetSnmpd(v3_users=USERS) as running:
        yield running


@needs("snmpget")
@pytest.mark.parametrize("logon", LOGONS)
def test_one_simulator_serves_each_device_in_each_version(site: SnmpSite, logon: str) -> None:
    said = []
    for name in ("ups", "switch"):
        device = site[name]
        context = ["-n", device.context] if "-v3" in LOGONS[logon] else []
        said.append(run("snmpget", *LOGONS[logon], *context, f"{device.address}:{device.port}", SYS_DESCR).stdout)
    assert ["this is ups" in said[0], "this is switch" in said[1]] == [True, True]


async def read(device_address: str, port: int, key: str, context: str) -> tuple[str, str]:
    """Returns pysnmp's error and the value, each as text."""
    user = UsmUserData(
        "modern",
        key,
        "private-key",
        authProtocol=usmHMAC192SHA256AuthProtocol,
        privProtocol=usmAesCfb128Protocol,
    )
    engine = SnmpEngine()
    try:
        target = await UdpTransportTarget.create((device_address, port), timeout=5, retries=0)
        asked = ObjectType(ObjectIdentity(SYS_DESCR))
        error, _, _, found = await get_cmd(engine, user, target, ContextData(contextName=context), asked)
        return str(error), "".join(value.prettyPrint() for _, value in cast("list[tuple[Any, Any]]", found))
    finally:
        engine.close_dispatcher()


def test_pysnmp_reads_the_simulator_with_version_3(site: SnmpSite) -> None:
    device = site["ups"]
    assert asyncio.run(read(device.address, device.port, "authentic-key", device.context))[1] == "this is ups"


def test_the_simulator_refuses_a_wrong_key(site: SnmpSite) -> None:
    device = site["ups"]
    assert "digest" in asyncio.run(read(device.address, device.port, "another-key", device.context))[0]


def test_a_closed_simulator_leaves_no_process() -> None:
    with SnmpSite({"one": f"{SYS_DESCR}|4|x"}) as running:
        process_id = running.process_id
        assert psutil.pid_exists(process_id)
    assert not psutil.pid_exists(process_id)


@needs("snmpget")
@pytest.mark.parametrize("logon", [name for name in LOGONS if name != "version 1"])
def test_the_real_agent_answers_each_kind_of_user(snmpd: NetSnmpd, logon: str) -> None:
    said = run("snmpget", *LOGONS[logon], f"{snmpd.address}:{snmpd.port}", SYS_DESCR)
    assert "Datumline test agent" in said.stdout


def test_pysnmp_reads_the_real_agent(snmpd: NetSnmpd) -> None:
    assert asyncio.run(read(snmpd.address, snmpd.port, "authentic-key", ""))[1] == "Datumline test agent"


@needs("snmpget")
def test_a_view_hides_what_lies_outside() -> None:
    reason = missing_snmpd()
    if reason:
        pytest.skip(reason)
    with NetSnmpd(view=(".1.3.6.1.2.1.25",)) as narrow:
        said = run("snmpget", "-v2c", "-cpublic", f"{narrow.address}:{narrow.port}", SYS_DESCR)
    assert "No Such Object" in said.stdout
