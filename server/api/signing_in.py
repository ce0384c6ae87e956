"""Who asks, and with which right: a program with a token, or a signed-in browser that shows its CSRF token."""

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from server.accounts.actor import Actor
from server.accounts.rights import Right
from server.accounts.token_auth import actor_for


class Token(HttpBearer):
    """`Authorization: Bearer dl_...`, with the right that the operation needs."""

    def __init__(self, right: Right) -> None:
        """Keep the right: without it nothing of the request is read."""
        super().__init__()
        self._right = right

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return whoever the token acts for; None once it or its maker has ended."""
        actor = actor_for(request)
        if actor is not None:
            actor.need(self._right)
        return actor


class Session(APIKeyCookie):
    """The cookie of a person who signed in with their second factor."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, right: Right) -> None:
        """Keep the right: without it nothing of the request is read."""
        super().__init__()
        self._right = right

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Return the signed-in person; a request that names itself by a token is never taken for them."""
        actor: Actor | None = getattr(request, "actor", None)
        if actor is None or "Authorization" in request.headers:
            return None
        return self.authenticate(request, self._get_key(request))  # raises HttpError 403 without the CSRF token

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """Return the signed-in person; raises Forbidden without the right."""
        actor: Actor | None = getattr(request, "actor", None)
        if actor is not None:
            actor.need(self._right)
        return actor
