"""What keeps a hostile WinRM endpoint from hanging or filling us: caps, deadline, no redirect, no compression, no DTD.

pywinrm by itself reads a body without end, repeats a Receive for ever and follows redirects (security.md section 3.2).
"""

import base64
import binascii
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

import requests
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError
from winrm.exceptions import InvalidCredentialsError
from winrm.transport import Transport

from collectors.access import Deadline
from collectors.errors import AccessDenied, CollectError, UnexpectedReply, Unreachable
from collectors.transports.winrm.dialling import dial_only

ENVELOPE_LIMIT_BYTES = 1024 * 1024  # the WS-Man default for an envelope is 500 kB
SESSION_LIMIT_BYTES = 8 * 1024 * 1024
"""For all envelopes of a session: the most output that is read takes 3 MB of them, and parsing each has its price."""
DEPTH_LIMIT_COUNT = 64
_PIECE_BYTES = 64 * 1024
_REDIRECTS = range(300, 400)


class GuardedAdapter(HTTPAdapter):
    """Sends requests and reads answers inside the deadline and caps.

    With a fingerprint it talks to the owner of that certificate only. Nothing goes out after a refusal, and once let
    in, NTLM is not proved again: a connection that broke off would be a second logon, which nobody has counted.
    """

    def __init__(
        self, deadline: Deadline, fingerprint: str | None, *, one_proof: bool, dialled: str | None = None
    ) -> None:
        self._deadline = deadline
        self._fingerprint = fingerprint
        self._dialled = dialled
        self._one_proof = one_proof
        self.secret_sent = False
        """Whether a proof of the password has gone out to somebody."""
        self.let_in = False
        """Whether the endpoint has let us in at least once."""
        self.refused = False
        """Whether the endpoint has refused a proof of the password."""
        self._left_bytes = SESSION_LIMIT_BYTES
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool check the pinned certificate, and keep to the judged address, at every connection."""
        if self._fingerprint:
            kwargs |= {"assert_fingerprint": self._fingerprint, "assert_hostname": False}
        super().init_poolmanager(*args, **kwargs)
        if self._dialled:
            dial_only(self.poolmanager, self._dialled)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Return the whole answer; raises Unreachable at the deadline, UnexpectedReply for what no endpoint answers."""
        proof = holds_proof(request)
        if self.refused:
            raise AccessDenied("was refused: user or password is wrong, or the account may not log on")
        if self.let_in and self._one_proof and "Authorization" in request.headers:
            raise Unreachable("ended the connection, and a second logon is not made")
        request.headers["Accept-Encoding"] = "identity"
        kwargs |= {"stream": True, "timeout": self._deadline.left_s()}
        sent_before, self.secret_sent = self.secret_sent, self.secret_sent or proof
        try:
            response = super().send(request, *args, **kwargs)
        except (requests.exceptions.SSLError, requests.ConnectTimeout):
            self.secret_sent = sent_before  # the request itself never left
            raise
        except requests.ConnectionError as error:
            refused = error.args and isinstance(getattr(error.args[0], "reason", None), NewConnectionError)
            self.secret_sent = sent_before if refused else self.secret_sent
            raise
        if response.status_code in _REDIRECTS:
            response.close()
            raise UnexpectedReply("sends us to another address, which we do not follow")
        if response.headers.get("Content-Encoding", "identity").casefold() != "identity":
            response.close()
            raise UnexpectedReply("is compressed, which we did not ask for")
        # requests_ntlm looks at the socket of an answer that is not yet read, so the body is bounded where it is read
        vars(response.raw)["stream"] = lambda *_, **__: self._pieces(response)
        return response

    def _pieces(self, response: requests.Response) -> Iterator[bytes]:
        size = 0
        try:
            while piece := response.raw.read1(_PIECE_BYTES):
                size += len(piece)
                self._left_bytes -= len(piece)
                if size > ENVELOPE_LIMIT_BYTES:
                    raise UnexpectedReply(f"is longer than {ENVELOPE_LIMIT_BYTES} bytes")
                if self._left_bytes < 0:
                    raise UnexpectedReply(f"and those before it are longer than {SESSION_LIMIT_BYTES} bytes")
                yield piece
                self._deadline.left_s()
        except CollectError:
            response.close()
            raise


class GuardedTransport(Transport):
    """pywinrm's transport over guarded adapters; every envelope is checked before pywinrm parses it."""

    def __init__(self, adapter: GuardedAdapter, **settings: Any) -> None:
        super().__init__(**settings)
        self.adapter = adapter

    def build_session(self) -> requests.Session:
        """Return the session with our adapters in place before anything is sent."""
        if self.session is not None:
            return self.session
        message_encryption, self.message_encryption = self.message_encryption, "never"
        session = super().build_session()
        self.message_encryption = message_encryption
        session.mount("https://", self.adapter)
        session.mount("http://", self.adapter)
        session.trust_env = False
        if not self.endpoint.startswith("https") and hasattr(session.auth, "session_security"):
            self.setup_encryption(session)
        return session

    def setup_encryption(self, session: requests.Session) -> None:
        """Log on with an empty message, then seal all that follows."""
        super().setup_encryption(session)
        self.adapter.let_in = True

    def _get_message_response_text(self, response: requests.Response) -> bytes:
        text = super()._get_message_response_text(response)
        self.adapter.let_in = self.adapter.let_in or response.status_code != 401
        check_envelope(text)
        return text

    def _send_message_request(
        self, session: requests.Session, prepared_request: requests.PreparedRequest
    ) -> requests.Response:
        try:
            return super()._send_message_request(session, prepared_request)
        except InvalidCredentialsError:
            self.adapter.refused = True
            self.close_session()
            raise


def holds_proof(request: requests.PreparedRequest) -> bool:
    """Return whether a request proves the password: Basic does, and of NTLM's messages the third (MS-NLMP 2.2.1.3)."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme not in {"Negotiate", "NTLM"}:
        return bool(scheme)
    try:
        message = base64.b64decode(token)
    except binascii.Error:
        return True
    return not message.startswith(b"NTLMSSP\0") or message[8:12] == b"\x03\0\0\0"


def check_envelope(envelope: bytes) -> None:
    """Return when an envelope is XML without a document type and not too deep; raises UnexpectedReply otherwise."""
    if not envelope:
        return
    try:
        root = ElementTree.fromstring(envelope, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as error:
        raise UnexpectedReply("is no XML that we accept") from error
    level = [root]
    for _ in range(DEPTH_LIMIT_COUNT):
        level = [child for element in level for child in element]
        if not level:
            return
    raise UnexpectedReply(f"is nested deeper than {DEPTH_LIMIT_COUNT}")
