"""The in-process SNMP agent, asked by net-snmp, by pysnmp, and byte by byte."""

import asyncio
import socket
from typing import Any, cast

import pytest
from pysnmp.hlapi.v1arch.asyncio import (
    CommunityData,
    ObjectIdentity,
    ObjectType,
    SnmpDispatcher,
    UdpTransportTarget,
    bulk_cmd,
    get_cmd,
)

from tests.contract.peers.programs import needs, run
from tests.peers import ber
from tests.peers.ber import Value
from tests.peers.snmp_agent import SnmpAgent, snmprec
from tests.peers.snmp_mischief import ALL

Varbinds = list[tuple[Any, Any]]  # what pysnmp returns; its annotation says otherwise
# Written by hand: each type of value, numbers at the edges of their types.
RECORDING = """\
1.3.6.1.2.1.1.1.0|4|Smart UPS
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.318.1.3.27
1.3.6.1.2.1.1.3.0|67|4294967295
1.3.6.1.2.1.2.2.1.2.1|4x|4574683000ff
1.3.6.1.2.1.4.20.1.1.192.0.2.1|64|192.0.2.1
1.3.6.1.2.1.31.1.1.1.6.1|70|18446744073709551615
1.3.6.1.4.1.318.1.1.1.2.3.2.0|2|-1
"""
# 1.3.6.1.2.1.1.1.0 asked with GET by community "public", request id 1, as any packet analyser prints it.
GET_SYS_DESCR = bytes.fromhex("302602010104067075626c6963a019020101020100020100300e300c06082b060102010101000500")


def ask(agent: SnmpAgent, datagram: bytes, wait_s: float = 5) -> bytes:
    """Returns the next answer to a datagram."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(wait_s)
        udp.sendto(datagram, (agent.address, agent.port))
        return udp.recv(65_507)


def net_snmp(program: str, agent: SnmpAgent, *oids: str, version: str = "2c", community: str = "public") -> str:
    """Returns what a net-snmp program prints."""
    options = [f"-v{version}", f"-c{community}", "-On", "-r0", "-t0.3"]
    finished = run(program, *options, f"{agent.address}:{agent.port}", *oids)
    return finished.stdout + finished.stderr


def test_a_hand_made_datagram_is_answered_byte_for_byte() -> None:
    with SnmpAgent(snmprec("1.3.6.1.2.1.1.1.0|4|UPS")) as agent:
        answer = ask(agent, GET_SYS_DESCR)
    expected = "302902010104067075626c6963a21c0201010201000201003011300f06082b060102010101000403555053"
    assert answer.hex() == expected


def test_pysnmp_reads_every_type_of_value() -> None:
    oids = ["1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.2.2.1.2.1", "1.3.6.1.2.1.31.1.1.1.6.1", "1.3.6.1.4.1.318.1.1.1.2.3.2.0"]

    async def read(agent: SnmpAgent) -> list[str]:
        target = await UdpTransportTarget.create((agent.address, agent.port), timeout=5, retries=0)
        with SnmpDispatcher() as dispatcher:
            asked = [ObjectType(ObjectIdentity(oid)) for oid in oids]
            _, _, _, found = await get_cmd(dispatcher, CommunityData("public"), target, *asked)
        return [str(value.prettyPrint()) for _, value in cast("Varbinds", found)]

    with SnmpAgent(snmprec(RECORDING)) as agent:
        values = asyncio.run(read(agent))
    assert values == ["4294967295", "0x4574683000ff", "18446744073709551615", "-1"]


def test_pysnmp_gets_no_more_repetitions_than_fit_the_message() -> None:
    recording = "".join(f"1.3.6.1.2.1.2.2.1.2.{number}|4|{'x' * 100}\n" for number in range(1, 40))

    async def read(agent: SnmpAgent) -> int:
        target = await UdpTransportTarget.create((agent.address, agent.port), timeout=5, retries=0)
        with SnmpDispatcher() as dispatcher:
            asked = ObjectType(ObjectIdentity("1.3.6.1.2.1.2"))
            _, _, _, found = await bulk_cmd(dispatcher, CommunityData("public"), target, 0, 30, asked)
        return len(cast("Varbinds", found))

    with SnmpAgent(snmprec(recording), max_message_bytes=1472) as agent:
        count = asyncio.run(read(agent))
    assert count == 12  # 116 octets each; a thirteenth would make 1,508 without the frame


@needs("snmpbulkwalk")
def test_net_snmp_walks_to_the_end() -> None:
    with SnmpAgent(snmprec(RECORDING)) as agent:
        walked = net_snmp("snmpbulkwalk", agent, "1.3.6.1")
    assert walked.count(" = ") == 8
    assert "past the end of the MIB tree" in walked


@needs("snmpwalk")
def test_a_version_1_walk_steps_over_64_bit_counters() -> None:
    with SnmpAgent(snmprec(RECORDING)) as agent:
        walked = net_snmp("snmpwalk", agent, "1.3.6.1", version="1")
    assert walked.count(" = ") == 6
    assert "End of MIB" in walked


@needs("snmpget")
def test_a_missing_instance_and_a_missing_object_differ() -> None:
    with SnmpAgent(snmprec(RECORDING)) as agent:
        said = net_snmp("snmpget", agent, "1.3.6.1.2.1.1.1.5", "1.3.6.1.2.1.99.1.0")
    assert "No Such Instance" in said
    assert "No Such Object" in said


@needs("snmpset")
def test_a_set_is_refused_and_noted() -> None:
    with SnmpAgent(snmprec(RECORDING)) as agent:
        said = net_snmp("snmpset", agent, "1.3.6.1.2.1.1.1.0", "s", "changed")
    assert "notWritable" in said
    assert agent.received == ["set 1.3.6.1.2.1.1.1.0"]


@needs("snmpget")
def test_another_community_gets_no_answer_and_counts_as_refused() -> None:
    with SnmpAgent(snmprec(RECORDING)) as agent:
        said = net_snmp("snmpget", agent, "1.3.6.1.2.1.1.1.0", community="private")
    assert "No Response" in said
    assert [logon.user for logon in agent.logons] == ["private"]
    assert agent.asked == []


def test_the_first_requests_can_be_lost() -> None:
    with SnmpAgent(snmprec(RECORDING), drop_first=1) as agent:
        with pytest.raises(TimeoutError):
            ask(agent, GET_SYS_DESCR, wait_s=0.2)
        assert b"Smart UPS" in ask(agent, GET_SYS_DESCR)


def test_one_object_can_answer_with_an_error() -> None:
    with SnmpAgent(snmprec(RECORDING), error_oids={"1.3.6.1.2.1.1.1.0": 5}) as agent:
        answer = ask(agent, GET_SYS_DESCR)
    assert bytes.fromhex("020105020101") in answer  # error-status genErr, error-index 1


def test_a_value_can_change_while_the_agent_runs() -> None:
    with SnmpAgent(snmprec(RECORDING)) as agent:
        agent.set("1.3.6.1.2.1.1.1.0", Value(ber.OCTETS, b"another"))
        assert b"another" in ask(agent, GET_SYS_DESCR)


@pytest.mark.parametrize("mischief", [one for one in ALL if one != "silent"])
def test_every_mischief_sends_something_else_than_the_truth(mischief: str) -> None:
    walk = GET_SYS_DESCR.replace(b"\xa0", b"\xa1", 1)  # GETNEXT
    with SnmpAgent(snmprec(RECORDING)) as honest:
        truth = ask(honest, walk)
    with SnmpAgent(snmprec(RECORDING), mischief=mischief) as agent:  # type: ignore[arg-type]
        assert ask(agent, walk) != truth


def test_a_walk_can_be_without_end() -> None:
    walk = GET_SYS_DESCR.replace(b"\xa0", b"\xa1", 1)
    with SnmpAgent({}, mischief="endless") as agent:
        answers = [ask(agent, walk) for _ in range(3)]
    assert len(set(answers)) == 3


def test_garbage_is_ignored_and_the_agent_goes_on() -> None:
    with SnmpAgent(snmprec(RECORDING)) as agent, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        for garbage in (b"", b"\x30", b"\x30\x84\xff\xff\xff\xff", b"\x30\x03\x02\x01\x01", b"x" * 2000):
            udp.sendto(garbage, (agent.address, agent.port))
        assert b"Smart UPS" in ask(agent, GET_SYS_DESCR)


def test_an_anonymised_line_of_a_recording_is_left_out() -> None:
    assert snmprec("1.3.6.1.2.1.4.20.1.2.10.xx.xx.1|2|1\n# remark\n1.3.6.1.9.0|2|5\n") == {
        (1, 3, 6, 1, 9, 0): Value(ber.INTEGER, b"\x05")
    }
