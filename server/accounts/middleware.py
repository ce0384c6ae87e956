"""Gives each request its actor: the signed-in person with their rights and scope, or nobody."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

from server.accounts import sessions
from server.accounts.actor import Actor
from server.accounts.models import User
from server.accounts.rights import within


def source_of(request: HttpRequest) -> str:
    """Return the address that a request came from; the proxy's word counts only where one is declared."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    for told in (forwarded.rpartition(",")[2].strip(), str(request.META.get("REMOTE_ADDR", ""))):
        try:
            return str(ipaddress.ip_address(told.partition("%")[0]))
        except ValueError:
            continue
    return ""


def actor_of(user: User, source: str) -> Actor:
    """Return a person as the actions see them: one query for the roles, one for the scope where it is limited."""
    client_ids = frozenset() if user.all_clients else frozenset(user.assignments.values_list("client_id", flat=True))
    return Actor(
        name=user.name,
        rights=within(user.rights, user.all_clients),
        all_clients=user.all_clients,
        client_ids=client_ids,
        user_id=user.pk,
        source=source,
        time_zone=user.time_zone,
    )


class ActorMiddleware:
    """Sets `request.actor`, and shows times in the person's own zone.

    Who has signed in without a second factor is no actor yet but `request.newcomer`: only setting one up is open.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep what comes next."""
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request as its sender."""
        request.actor = request.newcomer = None  # type: ignore[attr-defined]
        user = request.user
        if not isinstance(user, User) or not user.is_active:
            return self._next(request)
        actor = actor_of(user, source_of(request))
        if sessions.over(request, actor):
            logout(request)
            return self._next(request)
        sessions.used(request)
        if sessions.proven(request):
            request.actor = actor  # type: ignore[attr-defined]
        else:
            request.newcomer = actor  # type: ignore[attr-defined]
        with translation.override(user.language), timezone.override(user.time_zone):
            return self._next(request)
