"""Addresses of the API: its operations, its description in OpenAPI 3.1, and the page that lists them."""

from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from server.accounts.rights import Right
from server.accounts.routes import POLICIES, SignedIn, page, public
from server.api import (
    accesses,
    agents,
    blackouts,
    clients,
    credentials,
    devices,
    inventory,
    notices,
    people,
    plans,
    problems,
    proposals,
    readiness,
    scans,
    standards,
    visits,
    watching,
)
from server.api.listing import listed
from server.api.once import kept
from server.api.operations import new_api
from server.api.said_no import PROBLEM

PREFIX: Final = "api/v1/"
ROUTERS: Final = (
    clients, devices, inventory, proposals, accesses, credentials, readiness, standards, agents, scans, plans,
    blackouts, visits, problems, notices, people, watching,
)  # fmt: skip


def _assembled() -> NinjaAPI:
    api = new_api()
    for one in ROUTERS:
        api.add_router("", one.router)
    return api


api: Final = _assembled()


@cache
def described() -> dict[str, object]:
    """Return the API in OpenAPI 3.1; it does not change while a process lives."""
    told = api.get_openapi_schema(path_prefix=f"/{PREFIX}")
    for methods in told["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    answer["content"] = {PROBLEM: answer["content"].pop("application/json")}
    return dict(told)


def description(request: object) -> JsonResponse:
    """Return the API in OpenAPI 3.1."""
    return JsonResponse(described())


def listing(request: SignedIn) -> HttpResponse:
    """Return the page that lists the operations."""
    return render(request, "api/listing.html", {"title": _("API"), "groups": listed(described())})


def _operations() -> list[URLPattern]:
    """Return the operations' patterns; ninja's own root page is none of ours."""
    found = [one for one in api.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]
    names: dict[str, dict[str, str]] = {}
    for one in found:
        names.setdefault(str(one.pattern), {})[POLICIES[str(one.name)].methods[0]] = str(one.name)
    return [
        path(str(one.pattern), _named(kept(one.callback), names[str(one.pattern)]), name=one.name)
        for one in found
        if one.callback is not None
    ]


def _named(view: Callable[..., HttpResponseBase], by_method: Mapping[str, str]) -> Callable[..., HttpResponseBase]:
    """Return a view that says which operation it is: of those at one address Django knows the first alone."""

    @wraps(view)
    def named(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        request.operation = by_method.get(str(request.method), "")  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return named


urlpatterns: list[URLPattern] = [
    public("openapi.json", description, "api_description"),
    page("", listing, "api_listing", Right.OWN_ACCOUNT),
    *_operations(),
]
