"""How a refusal is told: RFC 9457 problem details; what is foreign and what is missing look the same."""

import json
from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import ValidationError as NotValid
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import ConfigDict

from server.accounts.actor import Forbidden, NotThere
from server.agents.actions import NotPossible
from server.clients.actions.client import Refused

NOT_THERE = "There is no such thing, or none that you may see."
PROBLEM = "application/problem+json"
FIELDS_COUNT = 50


class Problem(Schema):
    """Why a request was not carried out (RFC 9457)."""

    model_config = ConfigDict(frozen=True)
    title: str
    status: int
    detail: str


def problem(status: int, detail: str) -> HttpResponse:
    """Return problem details with a status."""
    told = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)
    response = HttpResponse(told.model_dump_json(), status=status, content_type=PROBLEM)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Datumline"'
    return response


def tell_problems(api: NinjaAPI) -> None:
    """Have the API tell each refusal as problem details; what nobody foresaw is Django's to log."""
    for kind, answer in _ANSWERS.items():
        api.add_exception_handler(kind, answer)


def _unsigned(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return problem(401, "Sign in, or send a token that has not ended.")


def _forbidden(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return problem(403, str(error))


def _not_there(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return problem(404, NOT_THERE)


def _refused(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return problem(409, " ".join(error.messages) if isinstance(error, NotValid) else str(error))


def _of_http(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return problem(error.status_code if isinstance(error, HttpError) else 400, str(error))


def _not_valid(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """Name each field that is wrong; never its value, which may be a secret."""
    wrong = error.errors[:FIELDS_COUNT] if isinstance(error, ValidationError) else []
    told = [f"{'.'.join(str(part) for part in one['loc'][1:])}: {one['msg']}" for one in wrong]
    return problem(422, json.dumps("; ".join(told), ensure_ascii=False)[1:-1])


_ANSWERS: dict[type[Exception], Callable[[HttpRequest, Exception | type[Exception]], HttpResponse]] = {
    AuthenticationError: _unsigned,
    Forbidden: _forbidden,
    NotThere: _not_there,
    Http404: _not_there,
    Refused: _refused,
    NotPossible: _refused,
    NotValid: _refused,
    HttpError: _of_http,
    ValidationError: _not_valid,
}
