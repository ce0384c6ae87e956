"""An agent in this process with a played clock and a played worker, against a server over real sockets."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

from agent.clock import Clock
from agent.deliver import Delivery
from agent.enrolled import Counter
from agent.enrolment import enrol
from agent.holds import Holds
from agent.home import Home
from agent.keys import AgentKeys
from agent.link import Bell, Link
from agent.poll import Poller
from agent.rotation import Rotation
from agent.server_api import ServerApi
from agent.server_line import Road
from agent.spool import CAPACITY_BYTES, Spool
from agent.steps import At, passing
from agent.work import Desk
from agent.worker_words import Do, Told
from collectors.facts import document
from collectors.facts.reading import Device, Snapshot
from collectors.link.ids import new_id
from collectors.link.jobs import Job, ScanJob
from collectors.link.messages import Policy, Resealed, SealedCredential
from tests.peers.server_link import TOKEN, ServerPeer

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class PlayedTime:
    """A clock that moves when it is told to; the wall can jump without the monotonic one."""

    def __init__(self, start: datetime = START) -> None:
        self.at = start
        self.seconds = 1000.0
        self.clock = Clock(lambda: self.at, lambda: self.seconds)

    def passes(self, seconds: float) -> None:
        """Lets time pass on both."""
        self.at += timedelta(seconds=seconds)
        self.seconds += seconds

    def jumps(self, by: timedelta) -> None:
        """Sets the wall to another time."""
        self.at += by


class PlayedPolicy:
    """Allows SNMP in 192.0.2.0/24."""

    def __init__(self) -> None:
        self.judged: list[Job] = []
        self.network = IPv4Network("192.0.2.0/24")

    def allows(self, job: Job) -> str | None:
        """Returns why not."""
        self.judged.append(job)
        if isinstance(job, ScanJob) and not job.target.address.startswith("192.0.2."):
            return "it lies outside the networks"
        return None

    def told(self) -> Policy:
        """Returns what the server is told."""
        return Policy(sha256="0" * 64, networks=(self.network,), ports=(161,), transports=("snmp",), devices_at_once=10)


@dataclass
class PlayedVault:
    """Keeps what it is given, in memory."""

    held: dict[str, SealedCredential] = field(default_factory=dict)
    sealed_to: list[str] = field(default_factory=list)
    forgot_count: int = 0

    def put(self, credential: SealedCredential) -> None:
        """Keeps it."""
        self.held[credential.id] = credential

    def withdraw(self, credential_id: str) -> None:
        """Forgets it."""
        self.held.pop(credential_id, None)

    def versions(self) -> dict[str, int]:
        """Returns them."""
        return {name: one.version for name, one in self.held.items()}

    def local_names(self) -> tuple[str, ...]:
        """Returns none."""
        return ()

    def resealed(self, new_public_key: str) -> list[Resealed]:
        """Pretends to seal."""
        self.sealed_to.append(new_public_key)
        return [Resealed(id=one.id, version=one.version, sealed="AAAA") for one in self.held.values()]

    def forget_other_keys(self) -> None:
        """Counts it."""
        self.forgot_count += 1


class PlayedDoer:
    """Does every job at once, unless it is told to wait; `done` are the jobs it was given."""

    def __init__(self) -> None:
        self.done: list[Job] = []
        self.executed: list[Job] = []
        """Those that a test's own `answer` counts."""
        self.waits = False
        self.pid: int | None = None
        self.heard: Callable[[Told], None] = lambda _: None
        self.answer: Callable[[Job], Told] = told_of

    def ready(self) -> None:
        """Starts."""
        self.pid = 4711

    def give(self, job: Do) -> bool:
        """Does it."""
        self.done.append(job.job)
        if not self.waits:
            self.heard(self.answer(job.job))
        return True

    def end(self) -> None:
        """Ends."""
        self.pid = None


def told_of(job: Job) -> Told:
    """Returns what a worker says of a device that gave nothing but its name."""
    assert isinstance(job, ScanJob)
    device = Device(name=job.target.name, address=job.target.address, transport=job.target.transport)
    return Told(job_id=job.id, document=document.to_json(Snapshot(observed_at=START, device=device)))


@dataclass
class PlayedAgent:
    """The agent's parts, put together as `agent.run` does."""

    peer: ServerPeer
    home: Home
    time: PlayedTime
    link: Link
    desk: Desk
    spool: Spool
    doer: PlayedDoer
    vault: PlayedVault
    policy: PlayedPolicy
    api: ServerApi
    holds: Holds

    def turns(self, count: int = 1) -> None:
        """Lets the link do what is due, so often, without time passing."""
        for _ in range(count):
            self.link.turn()

    def for_(self, seconds: float) -> None:
        """Lets time pass, and the link do all that becomes due until then."""
        ends_at_s = self.time.seconds + seconds
        while True:
            self.link.turn()
            wait_s = self.link.wait_s()
            if self.time.seconds + wait_s > ends_at_s:
                self.time.passes(max(0.0, ends_at_s - self.time.seconds))
                return
            self.time.passes(max(wait_s, 0.001))


def played_agent(peer: ServerPeer, folder: Path, stack: ExitStack, *, at: At = passing, **settings: Any) -> PlayedAgent:
    """Returns an enrolled agent; what it opened is closed with the stack."""
    time = settings.get("time") or PlayedTime()
    peer.now = lambda: time.at
    home = Home(folder / "agent")
    ca_file = str(peer.certificate.write_authority(folder)) if peer.certificate else None
    road = Road(settings.get("url", peer.url), ca_file, settings.get("proxy"))
    enrolment, keys = enrol(home, road, TOKEN, time.clock)
    api = ServerApi(road, keys, enrolment.agent_id, Counter(home.counter), time.clock, **settings.get("api", {}))
    stack.callback(api.close)
    spool = Spool(home.spool, settings.get("capacity_bytes", CAPACITY_BYTES), lambda: time.at, at)
    stack.callback(spool.close)
    policy, vault, doer, bell = PlayedPolicy(), PlayedVault(), PlayedDoer(), Bell()
    holds = Holds(home.holds)
    desk = Desk(policy, spool, holds, time.clock, bell.ring, at)
    doer.heard = desk.heard
    boot_id = new_id(time.at)

    def open_vault(_: AgentKeys) -> PlayedVault:
        return vault

    link = Link(
        home=home,
        enrolment=enrolment,
        poller=Poller(api, policy, vault, spool, desk, holds, boot_id, at),
        delivery=Delivery(spool, api, at),
        desk=desk,
        doer=doer,
        rotation=Rotation(home, api, enrolment.agent_id, open_vault, at),
        bell=bell,
        boot_id=boot_id,
        clock=time.clock,
        uniform=lambda least, most: (least + most) / 2,
    )
    return PlayedAgent(peer, home, time, link, desk, spool, doer, vault, policy, api, holds)
