"""Discovery: which addresses of the site answer on a few known ports, and what they call themselves. No logons.

A TCP connection and what the other side says first (an SSH identification, a certificate's name); SNMP only with a
community that was entered at the site for this. An address that answers nowhere is no device here.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from agent.discovery_words import certificate_name, ssh_identification
from agent.errors import AgentError
from agent.policy import SitePolicy
from collectors.access import Secret
from collectors.credentials import SnmpCommunity
from collectors.errors import CollectError
from collectors.facts.plain_text import plain_line
from collectors.link.addresses import IpAddress
from collectors.link.jobs import DiscoverJob
from collectors.link.limits import FOUND_COUNT
from collectors.link.messages import FoundDevice
from collectors.transports.snmp.engine import ErrorStatus, NoAnswer, Peer, TooBig, Unclear

logger = logging.getLogger(__name__)

CONNECT_S: Final = 2.0
SPEAK_S: Final = 3.0
AT_ONCE: Final = 64
SSH_PORT: Final = 22
SNMP_PORT: Final = 161
TLS_PORTS: Final = frozenset({443, 5986})
SPOKEN_BYTES: Final = 1_024
SYS_DESCR, SYS_OBJECT_ID, SYS_NAME = (f"1.3.6.1.2.1.1.{arc}.0" for arc in (1, 2, 5))  # RFC 3418
_NO_ANSWER: Final = (NoAnswer, TooBig, ErrorStatus, Unclear, CollectError)


class NotFinished(AgentError):
    """The discovery ended before it had looked everywhere: whoever ordered it takes smaller networks or more time."""


@dataclass
class _Seen:
    """What one address showed."""

    ports: set[int] = field(default_factory=set)
    banner: str = ""
    certificate: str = ""
    system: dict[str, str] = field(default_factory=dict)


@dataclass
class _Sweep:
    """One walk over all addresses, port after port, so that no device sees its probes in a row."""

    addresses: list[IpAddress]
    ports: tuple[int, ...]
    probes_per_s: float
    community: Secret | None
    over: Callable[[], bool]
    seen: dict[IpAddress, _Seen] = field(default_factory=dict)
    cut: str | None = None
    """Where it ended before its end."""

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(AT_ONCE))  # the SNMP engine waits in threads
        loop.set_exception_handler(lambda *_: None)  # what strangers do to a connection is no news
        places = asyncio.Semaphore(AT_ONCE)
        next_at_s = loop.time()
        async with asyncio.TaskGroup() as probes:
            for port in self.ports:
                if port == SNMP_PORT and self.community is None:
                    continue
                for address in self.addresses:
                    if self.over():
                        self.cut = f"the discovery ended at {address} port {port}: it was stopped, or its time was up."
                        return
                    await places.acquire()
                    await asyncio.sleep(max(0.0, next_at_s - loop.time()))
                    next_at_s = max(next_at_s, loop.time()) + 1 / self.probes_per_s
                    probes.create_task(self._probe(address, port, places))

    async def _probe(self, address: IpAddress, port: int, places: asyncio.Semaphore) -> None:
        try:
            await (self._ask_snmp(address) if port == SNMP_PORT else self._connect(address, port))
        finally:
            places.release()

    async def _connect(self, address: IpAddress, port: int) -> None:
        try:
            async with asyncio.timeout(CONNECT_S):
                reader, writer = await asyncio.open_connection(str(address), port, limit=SPOKEN_BYTES)
        except (OSError, TimeoutError):
            return
        seen = self.seen.setdefault(address, _Seen())
        seen.ports.add(port)
        if port == SSH_PORT:
            seen.banner = await _within(ssh_identification(reader)) or ""
        elif port in TLS_PORTS:
            seen.certificate = seen.certificate or await _within(_certificate(writer)) or ""
        writer.transport.abort()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(1):
                await writer.wait_closed()

    async def _ask_snmp(self, address: IpAddress) -> None:
        assert self.community is not None  # noqa: S101 - run() leaves the port out without one
        told = await asyncio.to_thread(_system_group, str(address), self.community)
        if told is not None:
            seen = self.seen.setdefault(address, _Seen())
            seen.ports.add(SNMP_PORT)
            seen.system = told


def discover(
    job: DiscoverJob,
    policy: SitePolicy,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    *,
    community: Secret | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[FoundDevice, ...]:
    """Return the devices that answer in the job's networks, by address.

    Raises NotAllowed for what the policy does not allow, and NotFinished when `stop` or the job's end came first: a
    part of a network must not look like the whole of it.
    """
    policy.check_discovery(job)
    policy.check_hours(job, now())
    if community is not None and not isinstance(community.credential, SnmpCommunity):
        raise NotFinished(f"the credential {community.name!r} is no SNMP community, and a discovery logs on nowhere.")
    addresses = list(policy.sweep(job))
    sweep = _Sweep(
        addresses, policy.discovery_ports, policy.probes_per_s, community, lambda: stop() or now() >= job.not_after
    )
    asyncio.run(sweep.run())
    if sweep.cut is not None:
        raise NotFinished(sweep.cut)
    found = tuple(_found(address, seen) for address, seen in sorted(sweep.seen.items(), key=lambda pair: int(pair[0])))
    logger.info("a discovery ended", extra={"addresses_count": len(addresses), "found_count": len(found)})
    return found[:FOUND_COUNT]


def _found(address: IpAddress, seen: _Seen) -> FoundDevice:
    return FoundDevice(
        address=str(address),
        ports=tuple(sorted(seen.ports)),
        sys_name=plain_line(seen.system.get(SYS_NAME, ""), 200),
        sys_object_id=plain_line(seen.system.get(SYS_OBJECT_ID, ""), 200),
        sys_descr=plain_line(seen.system.get(SYS_DESCR, ""), 500),
        banner=plain_line(seen.banner or seen.certificate, 200),
    )


async def _within(saying: Coroutine[None, None, str | None]) -> str | None:
    """Return what was said in time; None when it was nothing that is understood."""
    try:
        async with asyncio.timeout(SPEAK_S):
            return await saying
    except (OSError, TimeoutError, EOFError, ValueError):
        return None


async def _certificate(writer: asyncio.StreamWriter) -> str | None:
    """Return the name in the certificate that answers here; nothing of ours is sent but the handshake."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # it is looked at, never trusted
    await writer.start_tls(context, ssl_handshake_timeout=SPEAK_S)
    shown = writer.get_extra_info("ssl_object")
    raw = shown.getpeercert(binary_form=True) if shown else None
    return certificate_name(raw) if raw else None


def _system_group(address: str, community: Secret) -> dict[str, str] | None:
    """Return what an SNMP agent calls itself, None when none answers to this community; one question, sent once."""
    from collectors.transports.snmp.pysnmp_engine import PysnmpEngine

    credential = community.credential
    if not isinstance(credential, SnmpCommunity):
        return None
    oids = (SYS_DESCR, SYS_OBJECT_ID, SYS_NAME)
    try:
        engine = PysnmpEngine(Peer(address, SNMP_PORT), credential)
    except CollectError:
        return None
    try:
        values = engine.get(oids, CONNECT_S)
    except _NO_ANSWER:
        return None
    finally:
        engine.close()
    pairs = ((oid, value.raw) for oid, value in zip(oids, values, strict=True) if value is not None)
    return {oid: raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw) for oid, raw in pairs}
