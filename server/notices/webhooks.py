"""Webhooks: each message signed, sent to the address that was checked, without following it elsewhere."""

import hashlib
import hmac
import json
import socket
from collections.abc import Callable
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

import requests
from django.utils import timezone
from requests.adapters import HTTPAdapter

from server.notices.models import Outgoing
from server.notices.outbox import Later, Never

TIMEOUT_S: Final = (5, 15)
SIGNATURE: Final = "Datumline-Signature"
_NAT64: Final = "64:ff9b::"

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
        parts = urlsplit(hook.url)
        if parts.scheme != "https" or not parts.hostname:
            raise Never("a webhook's address begins with https://")
        address = self._checked(parts.hostname, parts.port or 443)
        body = json.dumps({"id": row.uid, **row.body}, sort_keys=True).encode()
        headers = {"Content-Type": "application/json", SIGNATURE: signature(hook.secret, body, timezone.now())}
        with requests.Session() as session:
            session.trust_env = False
            session.mount("https://", _Pinned(parts.hostname, address))
            try:
                reply = session.post(hook.url, data=body, headers=headers, timeout=TIMEOUT_S, allow_redirects=False)
            except requests.RequestException as error:
                raise Later(f"the receiver did not answer ({type(error).__name__})") from error
        if 200 <= reply.status_code < 300:
            return
        if reply.status_code in {408, 425, 429} or reply.status_code >= 500:
            raise Later(f"the receiver answered {reply.status_code}")
        raise Never(f"the receiver answered {reply.status_code}")

    def _checked(self, name: str, port: int) -> str:
        """Return the one address that is connected to; every address of the name must be allowed."""
        try:
            found = self._resolve(name, port)
        except OSError as error:
            raise Later("the receiver's name cannot be resolved") from error
        if not found:
            raise Later("the receiver's name has no address")
        for text in found:
            if text not in self._also and not is_public(text):
                raise Never("the receiver's address lies inside a network that webhooks do not reach")
        return found[0]


def signature(secret: str, body: bytes, at: datetime) -> str:
    """Return the header by which a receiver knows us: 't=' the second, 'v1=' HMAC-SHA-256 over 't.body'."""
    second = int(at.timestamp())
    told = hmac.new(secret.encode(), f"{second}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={second},v1={told}"


def addresses_of(name: str, port: int) -> list[str]:
    """Return the addresses of a name, as the system resolves it; raises OSError."""
    return list(dict.fromkeys(str(one[4][0]) for one in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)))


def is_public(text: str) -> bool:
    """Return whether everybody may reach an address: none that is private, shared, or wraps another one."""
    try:
        address: IPv4Address | IPv6Address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(str(address.ipv4_mapped))
        if address.sixtofour is not None or address.teredo is not None or str(address).startswith(_NAT64):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


class _Pinned(HTTPAdapter):
    """Connects to one address, and still asks for the certificate of the name."""

    def __init__(self, name: str, address: str) -> None:
        self._name = name
        self._address = f"[{address}]" if ":" in address else address
        super().__init__(max_retries=0)

    def build_connection_pool_key_attributes(self, request, verify, cert=None):  # type: ignore[no-untyped-def]
        """Return the pool's key with the checked address in the place of the name."""
        keys, ssl = super().build_connection_pool_key_attributes(request, verify, cert)
        keys["host"] = self._address.strip("[]")
        return keys, {**ssl, "assert_hostname": self._name, "server_hostname": self._name}
