"""Routes that say who may: a view is reachable only through `page`, `public` or the API, each with its policy row."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Final, Literal

from django.contrib.auth.views import redirect_to_login
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    QueryDict,
)
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache

from server.accounts.actor import Actor, Forbidden, NotThere
from server.accounts.rights import Right

Method = Literal["GET", "POST"]
View = Callable[..., HttpResponseBase]


class SignedIn(HttpRequest):
    """A request whose sender is known: what the views of pages are given."""

    actor: Actor
    htmx: object


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form was sent with, also when that is nothing at all; None while it is only shown."""
    return request.POST if request.method == "POST" else None


@dataclass(frozen=True)
class Policy:
    """Who may reach a route: None means anybody."""

    right: Right | None
    methods: tuple[Method, ...]


POLICIES: Final[dict[str, Policy]] = {}
"""By route name: the policy table. A test holds every pattern of the server against it."""


def page(
    route: str, view: View, name: str, right: Right, *, methods: tuple[Method, ...] = ("GET",), newcomers: bool = False
) -> URLPattern:
    """Return the pattern of a page for signed-in people with a right; Forbidden becomes 403, NotThere 404.

    `newcomers`: it is also open before the second factor is set up, because it is where that is done.
    """
    return _pattern(route, _guarded(view, right, methods, newcomers), name, Policy(right, methods))


def public(route: str, view: View, name: str, *, methods: tuple[Method, ...] = ("GET",)) -> URLPattern:
    """Return the pattern of a page that anybody may reach: sign-in, health, the agents' routes."""
    return _pattern(route, _limited(view, methods), name, Policy(None, methods))


def _pattern(route: str, view: View, name: str, policy: Policy) -> URLPattern:
    if POLICIES.setdefault(name, policy) != policy:
        raise ValueError(f"the route {name!r} stands twice in the policy table")
    return path(route, view, name=name)


def _guarded(view: View, right: Right, methods: tuple[Method, ...], newcomers: bool) -> View:
    @wraps(view)
    @never_cache
    def guarded(request: SignedIn, *args: object, **kwargs: object) -> HttpResponseBase:
        newcomer = getattr(request, "newcomer", None)
        actor = getattr(request, "actor", None) or (newcomer if newcomers else None)
        if actor is None and newcomer is not None:
            return redirect("second_factor")
        if actor is None:
            return redirect_to_login(request.get_full_path())
        request.actor = actor
        if request.method == "POST" and any("\0" in value for _name, told in request.POST.lists() for value in told):
            return HttpResponseBadRequest("A field holds a NUL.", content_type="text/plain; charset=utf-8")
        try:
            actor.need(right)
            return view(request, *args, **kwargs)
        except Forbidden as error:
            return render(request, "web/forbidden.html", {"needs": str(error)}, status=403)
        except NotThere as error:
            raise Http404(str(error)) from error

    return _limited(guarded, methods)


def _limited(view: View, methods: tuple[Method, ...]) -> View:
    allowed = {*methods, *({"HEAD"} if "GET" in methods else set())}

    @wraps(view)
    def limited(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method not in allowed:
            response = HttpResponse(status=405)
            response.headers["Allow"] = ", ".join(sorted(allowed))
            return response
        return view(request, *args, **kwargs)

    return limited
