"""One row for each operation of the API: its place, its name and its right, in the policy table of all routes."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, ParamSpec

from ninja import NinjaAPI, Router
from ninja.responses import Status

from server.accounts.rights import Right
from server.accounts.routes import POLICIES, Method, Policy, SignedIn
from server.api import once
from server.api.said_no import Problem, tell_problems
from server.api.signing_in import Session, Token

P = ParamSpec("P")

REFUSALS: Final[frozenset[int]] = frozenset({400, 401, 403, 404, 409, 422})
MADE: Final = 201
"""The status of what was added."""


def new_api() -> NinjaAPI:
    """Return the API without operations; its description is served by a route of our own."""
    api = NinjaAPI(
        title="Datumline",
        version="1",
        description="What the pages show and do, for programs: the same rights, the same scope, the same audit log.",
        openapi_url=None,
        docs_url=None,
        urls_namespace="api",
    )
    tell_problems(api)
    return api


def operation(
    router: Router, method: Method, path: str, name: str, right: Right, answer: Any, status: int = 200
) -> Callable[[Callable[P, object]], Callable[P, object]]:
    """Return what registers an operation with its row in the policy table; Forbidden comes before anything is read."""
    policy = Policy(right, (method,))
    if POLICIES.setdefault(name, policy) != policy:
        raise ValueError(f"the route {name!r} stands twice in the policy table")

    def register(view: Callable[P, object]) -> Callable[P, object]:
        @wraps(view)
        def guarded(request: SignedIn, *args: Any, **kwargs: Any) -> object:
            request.actor = request.auth  # type: ignore[attr-defined]
            before = once.before(request) if method == "POST" else None
            return Status(status, view(request, *args, **kwargs)) if before is None else before  # type: ignore[arg-type]

        router.add_api_operation(
            path,
            [method],
            guarded,
            auth=[Token(right), Session(right)],
            response={status: answer, REFUSALS: Problem},
            url_name=name,
            operation_id=name,
            summary=f"Needs the right to {right.value}",
            description=view.__doc__,
        )
        return view

    return register
