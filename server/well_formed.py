"""Refuses addresses with a NUL in them before anybody looks for what they name: PostgreSQL takes none in a text."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBadRequest, HttpResponseBase


class WellFormedMiddleware:
    """Stands outermost; forms are looked at by `server.accounts.routes`, other bodies by their models."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep what comes next."""
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, or that it is none."""
        query = str(request.META.get("QUERY_STRING", ""))
        if "\0" in request.path_info or "\0" in query or "%00" in query:
            return HttpResponseBadRequest("The address holds a NUL.", content_type="text/plain; charset=utf-8")
        return self._next(request)
