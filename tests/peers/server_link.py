"""A server's agent routes over real HTTP and TLS: it checks signatures and counters itself, and can misbehave."""

import contextlib
import hashlib
import json
import socket
import ssl
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any, Final

from collectors.link.ids import new_id
from collectors.link.messages import EnrolRequest, PollRequest, ResultsRequest, RotateRequest
from collectors.link.packing import unpacked
from collectors.link.rotation import proof_holds
from tests.peers.link_signature import Signed, checked
from tests.peers.listener import TcpPeer
from tests.peers.tls import ServerCertificate

TOKEN: Final = "abcdefghijklmnopqrstuvwxyz234567"
SITE_ID: Final = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@dataclass
class KnownAgent:
    """What the server knows of one agent."""

    agent_id: str
    signing_key: str
    sealing_key: str
    state: str = "approved"
    epoch: int = 1
    counter: int = 1
    polls: list[PollRequest] = field(default_factory=list)
    old_signing_key: str | None = None
    """Taken for a while after a rotation."""
    rotations: list[RotateRequest] = field(default_factory=list)


@dataclass(frozen=True)
class Request:
    """One request as it came."""

    route: str
    headers: dict[str, str]
    body: bytes
    signed: Signed | None


@dataclass(frozen=True)
class Answer:
    """What goes back; `lost`: the connection is cut instead, after everything has been stored."""

    status: int
    content: bytes
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False
    drip_s: float = 0.0
    """Between the bytes of the body."""
    slow_head_s: float = 0.0
    """Between the bytes of the status line."""


Mischief = Callable[["ServerPeer", Request], Answer | None]


class ServerPeer(TcpPeer):
    """Enrols, gives jobs, takes reports. `jobs` are given once; `mischief` is taken from the left, one a request."""

    def __init__(self, *, tls: bool = False, address: str | None = None, port: int = 0) -> None:
        super().__init__(address, port)
        self.certificate = ServerCertificate(self.address) if tls else None
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.first_state = "approved"
        self.next_poll_s = 60
        self.agents: dict[str, KnownAgent] = {}
        self.tokens: dict[str, str | None] = {TOKEN: None}
        self.jobs: deque[dict[str, Any]] = deque()
        self.cancelled: list[str] = []
        self.credentials: list[dict[str, Any]] = []
        self.withdrawn: list[str] = []
        self.stored: dict[str, dict[str, Any]] = {}
        self.deliveries: Counter[str] = Counter()
        self.rejects: dict[str, str] = {}
        self.problems: list[str] = []
        self.requests: list[Request] = []
        self.mischief: dict[str, deque[Mischief]] = {}
        self.poll_extra: dict[str, Any] = {}
        self.takes_old_keys = True
        self.leases = False
        """Whether jobs that were given come again once the agent no longer speaks of them, without a report."""
        self._given: dict[str, dict[str, Any]] = {}

    @property
    def url(self) -> str:
        """Returns the address for an agent."""
        return f"{'https' if self.certificate else 'http'}://{self.address}:{self.port}"

    @property
    def agent(self) -> KnownAgent:
        """Returns the only agent."""
        (only,) = self.agents.values()
        return only

    def misbehave(self, route: str, *deeds: Mischief) -> None:
        """Lets the next requests of a route meet these deeds; one that returns None leaves the request alone."""
        self.mischief.setdefault(route, deque()).extend(deeds)

    def serve(self, connection: socket.socket) -> None:
        """Speaks HTTP on one connection, inside TLS when there is a certificate."""
        if self.certificate is None:
            with contextlib.suppress(OSError):
                _Connection(connection, self)
            return
        with contextlib.suppress(OSError):
            tls = self.certificate.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            self.replace(connection, tls)
            with tls:
                tls.do_handshake()
                _Connection(tls, self)

    def answer(self, method: str, route: str, headers: dict[str, str], body: bytes) -> Answer:
        """Returns the answer to one request."""
        url = f"{self.url}{route}"
        signed = checked(method, url, headers, body, self._key_of) or checked(
            method, url, headers, body, self._old_key_of
        )
        request = Request(route.removeprefix("/agent/v1/"), headers, body, signed)
        self.requests.append(request)
        self.hear(request.route)
        deeds = self.mischief.get(request.route)
        deed = deeds.popleft() if deeds else None
        told = deed(self, request) if deed else None
        return told or self.honest(request)

    def honest(self, request: Request) -> Answer:
        """Returns what a good server answers."""
        if request.route == "time":
            return _json(200, {"server_time": self.moment(), "protocols": [1]})
        if request.route == "enrol":
            return self._enrol(request)
        if request.signed is None:
            self.problems.append(f"{request.route}: the signature does not hold")
            return self.refusal(401, "the signature does not hold")
        if abs(request.signed.created - self.now().timestamp()) > 300:
            return self.refusal(401, "the clocks lie apart")
        agent = self.agents[request.signed.key_id]
        if agent.state == "revoked":
            return self.refusal(403, "revoked", state="revoked")
        if request.signed.epoch != agent.epoch or request.signed.counter <= agent.counter:
            if agent.epoch == request.signed.epoch:
                self.problems.append(f"counter {request.signed.counter} after {agent.counter}")
                agent.state = "restored or cloned"
            return self.refusal(409, "seen before", state=agent.state, epoch=agent.epoch)
        agent.counter = request.signed.counter
        if agent.state == "restored or cloned":
            return self.refusal(409, "waits for a person", state=agent.state, epoch=agent.epoch)
        if request.route == "poll":
            return self._poll(agent, request)
        if request.route == "results":
            return self._results(agent, request)
        if request.route == "rotate":
            return self._rotate(agent, request)
        return self.refusal(404, "no such route")

    def confirm(self) -> None:
        """Confirms a restored agent: a new epoch."""
        self.agent.state, self.agent.epoch, self.agent.counter = "approved", self.agent.epoch + 1, 0

    def refusal(self, status: int, error: str, **more: Any) -> Answer:
        """Returns a refusal."""
        return _json(status, {"error": error, "server_time": self.moment(), **more})

    def moment(self) -> str:
        """Returns the server's time as messages carry it."""
        return self.now().isoformat()

    def scan_job(self, **changes: Any) -> dict[str, Any]:
        """Returns a new scan job of a device that the played policy allows; `changes` are put over it."""
        target = {
            "device_id": new_id(self.now()),
            "name": "switch 1",
            "transport": "snmp",
            "address": "192.0.2.7",
            "credential": "snmp-ro",
            **changes.pop("target", {}),
        }
        job = {
            "kind": "scan",
            "id": new_id(self.now()),
            "attempt": 1,
            "not_after": (self.now() + timedelta(hours=1)).isoformat(),
            "urgent": False,
            "target": target,
        }
        return {**job, **changes}

    def _key_of(self, key_id: str) -> str | None:
        known = self.agents.get(key_id)
        return known.signing_key if known else None

    def _old_key_of(self, key_id: str) -> str | None:
        known = self.agents.get(key_id)
        return known.old_signing_key if known and self.takes_old_keys else None

    def _enrol(self, request: Request) -> Answer:
        told = EnrolRequest.model_validate_json(request.body)
        if (
            checked("POST", f"{self.url}/agent/v1/enrol", request.headers, request.body, lambda _: told.signing_key)
            is None
        ):
            return self.refusal(401, "the signature does not hold")
        if told.token not in self.tokens:
            return self.refusal(403, "no such token")
        used_by = self.tokens[told.token]
        if used_by is not None and self.agents[used_by].signing_key != told.signing_key:
            return self.refusal(403, "the token was used")
        if used_by is None:
            agent = KnownAgent(new_id(self.now()), told.signing_key, told.sealing_key, self.first_state)
            self.agents[agent.agent_id] = agent
            self.tokens[told.token] = agent.agent_id
        agent = self.agents[self.tokens[told.token] or ""]
        return _json(
            200,
            {
                "agent_id": agent.agent_id,
                "state": agent.state,
                "epoch": agent.epoch,
                "client": "Example Ltd",
                "site": "Head office",
                "site_id": SITE_ID,
                "server_time": self.moment(),
                "server_version": "0.1.0",
            },
        )

    def _poll(self, agent: KnownAgent, request: Request) -> Answer:
        agent.polls.append(PollRequest.model_validate_json(request.body))
        reply: dict[str, Any] = {
            "protocol": 1,
            "state": agent.state,
            "epoch": agent.epoch,
            "next_poll_s": self.next_poll_s,
            "server_time": self.moment(),
        }
        if agent.state == "approved":
            self._take_back(agent.polls[-1])
            reply["jobs"] = [self.jobs.popleft() for _ in range(min(50, len(self.jobs)))]
            given = [job for job in reply["jobs"] if isinstance(job, dict) and isinstance(job.get("id"), str)]
            self._given |= {job["id"]: job for job in given}
            reply["cancelled"] = self.cancelled
            reply["credentials"] = self.credentials
            reply["withdrawn"] = self.withdrawn
        return _json(200, {**reply, **self.poll_extra})

    def _take_back(self, poll: PollRequest) -> None:
        reported = {report["job_id"] for report in self.stored.values()}
        for job_id, job in list(self._given.items()):
            if job_id in reported:
                del self._given[job_id]
            elif self.leases and job_id not in poll.running:
                del self._given[job_id]
                self.jobs.append({**job, "attempt": job["attempt"] + 1})

    def _results(self, agent: KnownAgent, request: Request) -> Answer:
        del agent
        told = ResultsRequest.model_validate_json(unpacked(request.body))
        outcomes = []
        for report in told.reports:
            self.deliveries[report.id] += 1
            if report.document is not None and hashlib.sha256(report.document.encode()).hexdigest() != report.sha256:
                self.problems.append(f"{report.id}: another digest")
            if report.id in self.rejects:
                outcomes.append({"report_id": report.id, "outcome": "rejected", "reason": self.rejects[report.id]})
                continue
            known = report.id in self.stored
            self.stored.setdefault(report.id, report.model_dump(mode="json"))
            outcomes.append({"report_id": report.id, "outcome": "duplicate" if known else "stored", "reason": ""})
        return _json(200, {"outcomes": outcomes})

    def _rotate(self, agent: KnownAgent, request: Request) -> Answer:
        told = RotateRequest.model_validate_json(request.body)
        if not proof_holds(told.proof, agent.agent_id, told.signing_key, told.sealing_key):
            return self.refusal(400, "the proof does not hold")
        agent.rotations.append(told)
        if told.signing_key != agent.signing_key:
            agent.old_signing_key = agent.signing_key
            agent.signing_key, agent.sealing_key = told.signing_key, told.sealing_key
            agent.epoch, agent.counter = agent.epoch + 1, 0
        return _json(200, {"agent_id": agent.agent_id, "epoch": agent.epoch})


def _json(status: int, content: dict[str, Any]) -> Answer:
    return Answer(status, json.dumps(content).encode(), {"Content-Type": "application/json"})


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, connection: socket.socket | ssl.SSLSocket, peer: ServerPeer) -> None:
        self._peer = peer
        super().__init__(connection, ("", 0), None)  # type: ignore[arg-type]

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        """Answers a question without a body."""
        self._answer("GET")

    def do_POST(self) -> None:
        """Answers a request."""
        self._answer("POST")

    def _answer(self, method: str) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(length)
        if len(body) < length:  # whoever asked was killed over it, and hears no answer
            self.close_connection = True
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self._peer.answer(method, self.path, headers, body)
        if answer.lost:
            self.close_connection = True
            return
        if answer.slow_head_s:
            self._slowly(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 100_000, answer.slow_head_s)
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.content)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if answer.drip_s:
            self._slowly(answer.content, answer.drip_s)
        else:
            self.wfile.write(answer.content)

    def _slowly(self, content: bytes, between_s: float) -> None:
        for place in range(len(content)):
            self.wfile.write(content[place : place + 1])
            self.wfile.flush()
            if not self._peer.pause(between_s):
                return
