"""Webhooks: each message signed, sent to the address that was checked, without following it elsewhere."""

import hashlib
import hmac
import json
import re
import socket
import ssl
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import requests
import truststore
from django.utils import timezone
from requests.adapters import HTTPAdapter

from server.notices.addresses import is_public
from server.notices.models import Outgoing
from server.notices.outbox import Later, Never

TIMEOUT_S: Final = (5, 15)
SIGNATURE: Final = "Datumline-Signature"
ADDRESSES_COUNT: Final = 3
"""Of one name, tried in turn: the first may be IPv6 where only IPv4 leads out."""
_PLAIN: Final = re.compile(r"https://[!#-;=?-\[\]_a-z~]+", re.IGNORECASE)

Resolve = Callable[[str, int], list[str]]
"""Returns the addresses of a name."""


class WebhookSender:
    """Sends messages to addresses that everybody may reach; never to this network (security.md 3.6)."""

    def __init__(self, resolve: Resolve | None = None, *, also: frozenset[str] = frozenset()) -> None:
        """Take how names are resolved; `also` are addresses inside that the operator allows."""
        self._resolve = resolve or addresses_of
        self._also = also

    def __call__(self, row: Outgoing) -> None:
        """Send one message; raises Later while the receiver cannot take it, Never when it must not be sent."""
        hook = row.webhook
        if hook is None or not hook.active:
            raise Never("the webhook is switched off")
        name, port = receiver_of(hook.url)
        body = json.dumps({"id": row.uid, **row.body}, sort_keys=True).encode()
        headers = {
            "Content-Type": "application/json",
            "Host": urlsplit(hook.url).netloc,  # else it would be the address
            "User-Agent": "Datumline",
            SIGNATURE: signature(hook.secret, body, timezone.now()),
        }
        status = self._post(hook.url, name, self._checked(name, port), body, headers)
        if 200 <= status < 300:
            return
        if status in {408, 425, 429} or status >= 500:
            raise Later(f"the receiver answered {status}")
        raise Never(f"the receiver answered {status}")

    def _post(self, url: str, name: str, addresses: list[str], body: bytes, headers: dict[str, str]) -> int:
        """Return the status of the first address that answers; nothing of the answer's body is read."""
        failed: requests.RequestException | None = None
        for address in addresses[:ADDRESSES_COUNT]:
            with requests.Session() as session:
                session.trust_env = False  # no proxy and no .netrc
                session.mount("https://", _Pinned(name, address))
                try:
                    with session.post(
                        url, data=body, headers=headers, timeout=TIMEOUT_S, allow_redirects=False, stream=True
                    ) as reply:
                        return reply.status_code
                except requests.ConnectionError as error:
                    failed = error
                except requests.RequestException as error:
                    raise Later(f"the receiver did not answer ({type(error).__name__})") from error
        raise Later(f"the receiver did not answer ({type(failed).__name__})") from failed

    def _checked(self, name: str, port: int) -> list[str]:
        """Return the addresses that are connected to; every address of the name must be allowed."""
        try:
            found = self._resolve(name, port)
        except (OSError, UnicodeError) as error:
            raise Later("the receiver's name cannot be resolved") from error
        if not found:
            raise Later("the receiver's name has no address")
        if not all(text in self._also or is_public(text) for text in found):
            raise Never("the receiver's address lies inside a network that webhooks do not reach")
        return found


def receiver_of(url: str) -> tuple[str, int]:
    """Return name and port of a webhook's address; raises Never, which says what is wrong with it."""
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port or 443
    except ValueError as error:
        raise Never("this is no address") from error
    if parts.scheme != "https" or not name:
        raise Never("a webhook's address begins with https://")
    if parts.username is not None or parts.password is not None:
        raise Never("a webhook's address holds no user and password")
    if not _PLAIN.fullmatch(url):
        raise Never("this is no address")
    return name, port


def signature(secret: str, body: bytes, at: datetime) -> str:
    """Return the header by which a receiver knows us: 't=' the second, 'v1=' HMAC-SHA-256 over 't.body'."""
    second = int(at.timestamp())
    told = hmac.new(secret.encode(), f"{second}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={second},v1={told}"


def addresses_of(name: str, port: int) -> list[str]:
    """Return the addresses of a name, as the system resolves it; raises OSError."""
    return list(dict.fromkeys(str(one[4][0]) for one in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)))


class _Pinned(HTTPAdapter):
    """Connects to one address, and still asks for the certificate of the name; trusts what the system trusts."""

    def __init__(self, name: str, address: str) -> None:
        self._name, self._address = name, address
        super().__init__(max_retries=0)

    def build_connection_pool_key_attributes(self, request, verify, cert=None):  # type: ignore[no-untyped-def]
        """Return the pool's key with the checked address in the place of the name."""
        keys, _told = super().build_connection_pool_key_attributes(request, verify, cert)
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        keys["host"] = self._address
        return keys, {"ssl_context": context, "cert_reqs": "CERT_REQUIRED", "server_hostname": self._name}

    def cert_verify(self, conn, url, verify, cert):  # type: ignore[no-untyped-def]
        """Leave certificates to the context: requests would put its own list in the place of the system's."""
