"""The only file that talks to the server: signed requests, one at a time, with a bound on everything that comes back.

No redirect is followed, no cookie kept, no compressed answer taken. A proxy is used when one is given or the system
names one, for the server alone and never for devices.
"""

import ssl
import threading
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

import requests
from pydantic import ValidationError
from urllib3.exceptions import HTTPError

from agent.asked import Asked, read_poll_reply
from agent.clock import Clock
from agent.enrolled import Counter
from agent.errors import RestoredOrCloned, Revoked, ServerRefused, ServerUnavailable
from agent.keys import AgentKeys
from agent.server_line import Line, Road, session_of
from collectors.facts.plain_text import plain_line
from collectors.link import messages
from collectors.link.canonical import canonical
from collectors.link.jobs import Message
from collectors.link.limits import REPLY_BYTES
from collectors.link.messages import (
    EnrolReply,
    EnrolRequest,
    PollRequest,
    Refusal,
    ResultsReply,
    RotateReply,
    RotateRequest,
    TimeReply,
)
from collectors.link.signatures import signed_headers

CONNECT_S: Final = 15.0
SILENT_S: Final = 30.0
"""So long nothing may come while an answer is waited for."""
WHOLE_S: Final = 120.0
"""So long a request may take from its first to its last byte, whatever drips."""
AFTER_LIMIT_S: Final = 3600.0
"""A server cannot send us away for longer."""
CLOCK_RIGHT_S: Final = 30.0
"""A refusal with a clock so near ours is not about the clock."""
REASON_SHOWN: Final = 200
_PIECE_BYTES: Final = 64 * 1024
Reply = TypeVar("Reply", bound=Message)


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes
    after_s: float | None
    asked_at_s: float


@dataclass
class ServerApi:
    """The five routes, as one agent. `key_id` and `counter` stand in the signatures; an enrolment has its own."""

    road: Road
    keys: AgentKeys
    key_id: str
    counter: Counter | None
    clock: Clock
    whole_s: float = WHOLE_S
    silent_s: float = SILENT_S
    _session: requests.Session = field(init=False)
    _line: Line = field(default_factory=Line)

    def __post_init__(self) -> None:
        self._session = session_of(self.road, self._line)

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def enrol(self, request: EnrolRequest) -> EnrolReply:
        """Return the server's answer to a new agent; raises ServerUnavailable, ServerRefused, Revoked."""
        return self._read(EnrolReply, self._post(messages.ENROL, canonical(request)))

    def poll(self, request: PollRequest) -> Asked:
        """Return what is to be done; raises also RestoredOrCloned."""
        answer = self._post(messages.POLL, canonical(request))
        asked = read_poll_reply(answer.body)
        if asked is None:
            raise _not_understood()
        self.clock.heard(asked.reply.server_time, answer.asked_at_s)
        if asked.reply.state == "revoked":
            raise _revoked()
        if self.counter is not None:
            self.counter.renewed(asked.reply.epoch)
        return asked

    def deliver(self, packed_body: bytes) -> ResultsReply:
        """Return an outcome for each report of a packed ResultsRequest."""
        return self._read(ResultsReply, self._post(messages.RESULTS, packed_body, messages.PACKED))

    def rotate(self, request: RotateRequest) -> RotateReply:
        """Return the server's word that new keys are in force."""
        return self._read(RotateReply, self._post(messages.ROTATE, canonical(request)))

    def time(self) -> TimeReply:
        """Return the server's clock; the one question that is not signed."""
        answer = self._exchange(requests.Request("GET", self._url(messages.TIME)), signed=False)
        reply = self._read(TimeReply, self._judged(answer))
        self.clock.heard(reply.server_time, answer.asked_at_s)
        return reply

    def _post(self, route: str, body: bytes, content_type: str = messages.JSON) -> _Answer:
        """Return a good answer. A refusal that shows another clock or a higher epoch is mended and tried once more."""
        request = requests.Request("POST", self._url(route), data=body, headers={"Content-Type": content_type})
        answer = self._exchange(request)
        if answer.status in {401, 409} and self._mended(answer):
            answer = self._exchange(request)
        return self._judged(answer)

    def _mended(self, answer: _Answer) -> bool:
        refusal = _refusal(answer.body)
        if refusal is None:
            return False
        was_s = self.clock.offset_s
        self.clock.heard(refusal.server_time, answer.asked_at_s)
        renewed = self.counter is not None and refusal.epoch is not None and self.counter.renewed(refusal.epoch)
        return renewed or (answer.status == 401 and abs(self.clock.offset_s - was_s) > CLOCK_RIGHT_S)

    def _judged(self, answer: _Answer) -> _Answer:
        """Return an answer of the status 200; raises the error that any other one means."""
        if answer.status == 200:
            return answer
        refusal = _refusal(answer.body)
        why = plain_line(refusal.error, REASON_SHOWN) if refusal else f"HTTP status {answer.status}"
        if refusal is not None and refusal.state == "revoked":
            raise _revoked()
        if refusal is not None and refusal.state == "restored or cloned":
            raise RestoredOrCloned(
                "The server has seen this agent's counter before: it was restored from a backup, or it runs twice."
                " A person must confirm it on the server."
            )
        if answer.status in {408, 425, 429} or answer.status >= 500:
            raise ServerUnavailable(f"The server cannot answer now ({why}).", answer.after_s, answer.status)
        if 300 <= answer.status < 400:
            raise ServerUnavailable("The server sends us to another address, which is not followed; correct --server.")
        raise ServerRefused(f"The server refused it: {why}.", answer.status)

    def _exchange(self, request: requests.Request, *, signed: bool = True) -> _Answer:
        """Send one request and return the whole answer; raises ServerUnavailable."""
        prepared = self._session.prepare_request(request)
        if signed:
            prepared.headers.update(self._signature(prepared))
        asked_at_s = self.clock.monotonic()
        watchdog = threading.Timer(self.whole_s, self._line.cut)
        watchdog.daemon = True
        watchdog.start()
        try:
            proxies = {} if self.road.proxy == "" else self._proxies(prepared.url or "")
            with self._session.send(
                prepared,
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_S, self.silent_s),
                proxies=proxies,
            ) as response:
                body = self._body(response)
                after_s = _after_s(response.headers.get("Retry-After"), self.clock)
                return _Answer(response.status_code, body, after_s, asked_at_s)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise ServerUnavailable(f"The server {_why(error)}.") from error
        finally:
            watchdog.cancel()

    def _signature(self, prepared: requests.PreparedRequest) -> dict[str, str]:
        epoch, counter = self.counter.next() if self.counter is not None else (1, 1)
        body = prepared.body if isinstance(prepared.body, bytes) else b""
        return signed_headers(
            prepared.method or "",
            prepared.url or "",
            body,
            prepared.headers["Content-Type"],
            key=self.keys.signing,
            key_id=self.key_id,
            epoch=epoch,
            counter=counter,
            at=self.clock.now(),
        )

    def _proxies(self, url: str) -> dict[str, str]:
        if self.road.proxy:
            return {"https": self.road.proxy, "http": self.road.proxy}
        return requests.utils.get_environ_proxies(url)

    def _body(self, response: requests.Response) -> bytes:
        if response.headers.get("Content-Encoding", "identity").casefold() != "identity":
            raise ServerUnavailable("The server's answer is compressed, which was not asked for.")
        parts: list[bytes] = []
        size = 0
        ends_at_s = time.monotonic() + self.whole_s
        while piece := response.raw.read1(_PIECE_BYTES, decode_content=False):
            size += len(piece)
            if size > REPLY_BYTES:
                raise ServerUnavailable(f"The server's answer is larger than {REPLY_BYTES} bytes.")
            if time.monotonic() > ends_at_s:
                raise ServerUnavailable(f"The server's answer did not end within {self.whole_s:g} s.")
            parts.append(piece)
        return b"".join(parts)

    def _read(self, model: type[Reply], answer: _Answer) -> Reply:
        try:
            return model.model_validate_json(answer.body)
        except ValidationError as error:
            raise _not_understood() from error

    def _url(self, route: str) -> str:
        return f"{self.road.server.rstrip('/')}{messages.PREFIX}{route}"


def _refusal(body: bytes) -> Refusal | None:
    try:
        return Refusal.model_validate_json(body)
    except ValidationError:
        return None


def _after_s(written: str | None, clock: Clock) -> float | None:
    """Return the seconds of a Retry-After header (RFC 9110: seconds or a date), None when there is none to follow."""
    if written is None or len(written) > 64:
        return None
    if written.strip().isdecimal():
        return min(AFTER_LIMIT_S, float(written.strip()))
    try:
        moment = parsedate_to_datetime(written)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return min(AFTER_LIMIT_S, max(0.0, (moment - clock.now()).total_seconds()))


def _why(error: Exception) -> str:
    """Return the end of a sentence that begins with the server."""
    if isinstance(error, requests.exceptions.SSLError | ssl.SSLError):
        return "has a certificate that is not trusted, or not for this name; see --ca-file"
    if isinstance(error, requests.exceptions.ProxyError):
        return "cannot be reached through the proxy"
    if isinstance(error, requests.Timeout | TimeoutError):
        return "did not answer in time"
    return "cannot be reached"


def _not_understood() -> ServerUnavailable:
    return ServerUnavailable("The server answered what this version of the agent does not understand.")


def _revoked() -> Revoked:
    return Revoked("This agent was revoked on the server. It reads nothing more; enrol it anew if that was a mistake.")
