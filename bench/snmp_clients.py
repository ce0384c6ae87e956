"""Clients of the SNMP benchmark: each function makes the act of reading the whole device once."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

from bench.snmp_device import COLUMNS, INTERFACES, OUTLETS, SCALARS, VALUES_COUNT

SCALARS_A_MESSAGE = 20
ROWS_A_MESSAGE = 10
V3_USER, V3_AUTH, V3_PRIVACY = "bench", "authentication-words", "privacy-words-here"


def ours(address: str, port: int, fast: bool) -> Callable[[], None]:
    """Return the act of our session: opened, asked, closed."""
    from pydantic import SecretStr

    from collectors.access import Access, Secret
    from collectors.credentials import SnmpCommunity
    from collectors.driver import Gentle
    from collectors.session import AnyDriver
    from collectors.transports.snmp import session
    from tests.contract.open_circumstances import circumstances

    made = SimpleNamespace(ASKS=(*SCALARS, *COLUMNS), GENTLE=Gentle(questions_per_s=0, repetitions_count=60))
    driver = cast(AnyDriver, made)
    access = Access(transport="snmp", address=address, port=port)
    secret = Secret("bench", SnmpCommunity(kind="snmp", version="2c", community=SecretStr("public")))

    def act() -> None:
        opened = session.open_session(access, secret, circumstances(timeout_s=60), fast=fast)
        try:
            read = opened.ask(driver)
        finally:
            opened.close()
        assert len(read.values) == VALUES_COUNT, len(read.values)

    return act


SNMPD_SCALARS = tuple(f"1.3.6.1.2.1.11.{number}.0" for number in (*range(1, 7), *range(8, 23), *range(24, 31)))
SNMPD_COLUMNS = ("1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.1.9.1")
"""What every net-snmp has: its own counters, the interfaces of this machine, its modules."""


def ours_of_net_snmp(address: str, port: int, fast: bool, version: str) -> Callable[[], None]:
    """Return the act of our session with a real net-snmp, in version 2c or 3 with SHA-1 and AES-128; keys are kept."""
    from pydantic import SecretStr

    from collectors.access import Access, Secret
    from collectors.credentials import SnmpCommunity, SnmpUser
    from collectors.driver import Gentle
    from collectors.session import AnyDriver
    from collectors.transports.snmp import session
    from tests.contract.open_circumstances import circumstances

    user = SnmpUser(
        kind="snmp",
        version="3",
        user=V3_USER,
        auth="SHA-1",
        auth_key=SecretStr(V3_AUTH),
        privacy="AES-128",
        privacy_key=SecretStr(V3_PRIVACY),
    )
    community = SnmpCommunity(kind="snmp", version="2c", community=SecretStr("public"))
    made = SimpleNamespace(ASKS=(*SNMPD_SCALARS, *SNMPD_COLUMNS), GENTLE=Gentle(questions_per_s=0))
    driver = cast(AnyDriver, made)
    access = Access(transport="snmp", address=address, port=port)
    secret = Secret("bench", user if version == "3" else community)

    def act() -> None:
        opened = session.open_session(access, secret, circumstances(timeout_s=60), fast=fast)
        try:
            read = opened.ask(driver)
        finally:
            opened.close()
        assert not read.gaps, read.gaps

    return act


def ezsnmp(address: str, port: int) -> Callable[[], None]:
    """Return the act of ezsnmp, the binding of net-snmp."""
    from ezsnmp import Session

    def act() -> None:
        session: Any = Session(
            hostname=address,
            port_number=port,
            version="2c",
            community="public",
            timeout=5,
            print_oids_numerically=True,
            set_max_repeaters_to_num="60",
        )
        count = sum(
            len(session.get(list(SCALARS[start : start + SCALARS_A_MESSAGE])))
            for start in range(0, len(SCALARS), SCALARS_A_MESSAGE)
        )
        count += sum(len(session.bulk_walk(column)) for column in COLUMNS)
        assert count == VALUES_COUNT, count

    return act


def pysnmp_v1arch(address: str, port: int) -> Callable[[], None]:
    """Return the act of pysnmp used as well as we know: no SNMP engine, no MIBs, columns of a table side by side."""
    from pysnmp.hlapi.v1arch.asyncio import CommunityData, SnmpDispatcher, UdpTransportTarget, bulk_cmd, get_cmd
    from pysnmp.proto.rfc1902 import Null, ObjectName
    from pysnmp.smi.rfc1902 import ObjectType

    loop = asyncio.new_event_loop()
    community = CommunityData("public", mpModel=1)
    null = Null("")

    def pairs(oids: list[tuple[int, ...]]) -> list[ObjectType]:
        return [cast(ObjectType, (ObjectName(oid), null)) for oid in oids]

    async def table(dispatcher: Any, target: Any, columns: tuple[str, ...]) -> int:
        count = 0
        places = {root: root for root in (_arcs(column) for column in columns)}
        while places:
            _, status, _, answer = await bulk_cmd(
                dispatcher, community, target, 0, ROWS_A_MESSAGE, *pairs(list(places.values()))
            )
            assert not int(status)
            rows = cast(Any, answer)
            roots, ended = list(places), set()
            for number, (name, _) in enumerate(rows):
                root, oid = roots[number % len(roots)], tuple(name)
                if root in ended:
                    continue
                if oid[: len(root)] != root:
                    ended.add(root)
                    continue
                places[root] = oid
                count += 1
            places = {root: oid for root, oid in places.items() if root not in ended}
        return count

    async def read(dispatcher: Any) -> int:
        target = await UdpTransportTarget.create((address, port), timeout=5, retries=1)
        count = 0
        for start in range(0, len(SCALARS), SCALARS_A_MESSAGE):
            oids = [_arcs(oid) for oid in SCALARS[start : start + SCALARS_A_MESSAGE]]
            _, _, _, values = await get_cmd(dispatcher, community, target, *pairs(oids))
            count += len(values)
        return count + await table(dispatcher, target, INTERFACES) + await table(dispatcher, target, OUTLETS)

    async def made() -> SnmpDispatcher:
        return SnmpDispatcher()

    dispatcher = loop.run_until_complete(made())

    def act() -> None:
        count = loop.run_until_complete(read(dispatcher))
        assert count == VALUES_COUNT, count

    return act


def _arcs(oid: str) -> tuple[int, ...]:
    return tuple(int(arc) for arc in oid.split("."))
