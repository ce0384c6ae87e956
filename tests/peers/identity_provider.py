"""An OpenID Connect provider on loopback: discovery, codes for tokens, user information; says what a test wants."""

import base64
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CLIENT_ID = "datumline"


@dataclass
class Said:
    """What the provider says of whoever comes, and what it was asked."""

    claims: dict[str, Any] = field(default_factory=dict)
    token_status: int = 200
    asked: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)


class IdentityProvider:
    """The provider; use it as a context."""

    def __init__(self) -> None:
        self.said = Said()
        provider = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider._answer(self, {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider._answer(self, parse_qs(body))

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "IdentityProvider":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, request: BaseHTTPRequestHandler, form: dict[str, list[str]]) -> None:
        path = urlsplit(request.path).path
        self.said.asked.append((path, form))
        status, told = 200, {}
        if path == "/.well-known/openid-configuration":
            names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            told = {f"{name}_endpoint": f"{self.issuer}/{end}" for name, end in names.items()}
            told |= {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"}
        elif path == "/token":
            status = self.said.token_status
            told = (
                {"access_token": "abc", "token_type": "Bearer", "id_token": self._id_token()} if status == 200 else {}
            )
        elif path == "/userinfo":
            told = self.said.claims
        body = json.dumps(told).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def _id_token(self) -> str:
        """Return a token that came straight from the provider: its signature need not be looked at (OIDC 3.1.3.7)."""
        import time

        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, **self.said.claims}
        parts = ({"alg": "RS256", "kid": "1"}, claims)
        packed = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts)
        return ".".join([*packed, base64.urlsafe_b64encode(b"signature").rstrip(b"=").decode()])
