"""Programs sign in by a token: `Authorization: Bearer dl_...`; never with more rights than its maker has now."""

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from server.accounts.actor import Actor
from server.accounts.middleware import actor_of, source_of
from server.accounts.models import ApiToken
from server.accounts.rights import Right, within
from server.accounts.scope import client_ids_of

PREFIX: Final = "dl_"
LENGTH: Final = len(PREFIX) + 43
"""32 random bytes in base64 without padding."""
NOTED: Final = timedelta(minutes=1)
"""How often it is written down that a token is used."""
NEVER: Final = frozenset({Right.OWN_ACCOUNT})
"""No token changes the sign-in of its maker or makes another token."""


def new_token() -> str:
    """Return a fresh token."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def bearer_of(request: HttpRequest) -> str | None:
    """Return the token of a request, if it has one of ours."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.casefold() == "bearer" and token.startswith(PREFIX) and len(token) == LENGTH else None


def actor_for(request: HttpRequest) -> Actor | None:
    """Return whoever a request's token acts for; None without one, or when it or its maker has ended."""
    told = bearer_of(request)
    if told is None:
        return None
    now = timezone.now()
    alive = Q(ended_at=None) & (Q(ends_at=None) | Q(ends_at__gt=now))
    token = ApiToken.objects.filter(alive, sha256=digest(told), user__is_active=True).select_related("user").first()
    if token is None:
        return None
    source = source_of(request)
    used = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED)
    ApiToken.objects.filter(used, pk=token.pk).update(last_used_at=now, last_used_from=source)
    return actor_of_token(token, source)


def actor_of_token(token: ApiToken, source: str = "") -> Actor:
    """Return a token as the actions see it: what it was given, less what its maker does not have (any more)."""
    maker = actor_of(token.user, source)
    rights = {right for right in maker.rights if right.value in token.rights} - NEVER
    all_clients = token.all_clients and maker.all_clients
    return Actor(
        name=f"{token.name} ({maker.name})"[:200],
        rights=within(frozenset(rights), all_clients),
        all_clients=all_clients,
        client_ids=frozenset() if all_clients else _clients(token, maker),
        user_id=maker.user_id,
        token_uid=token.uid,
        source=source,
        time_zone=maker.time_zone,
    )


def _clients(token: ApiToken, maker: Actor) -> frozenset[int]:
    """Return the clients that both may see."""
    if token.all_clients:
        return maker.client_ids
    listed = client_ids_of(token.clients)
    return listed if maker.all_clients else listed & maker.client_ids
