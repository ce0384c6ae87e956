"""How a refusal is told: RFC 9457 problem details; what is foreign and what is missing look the same."""

import json
from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import ValidationError as NotValid
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import ConfigDict

from server.access.import_file import NoTable
from server.access.sealed import NotWhole
from server.accounts.actions.leaving import NobodyToTakeOver
from server.accounts.actions.people import LastAdministrator
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


class Wrong(ValueError):
    """Fields that are well-formed and yet cannot be taken; the text names each, never its value."""


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
    return problem(422, _one_line("; ".join(told)))


def _wrong(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return problem(422, _one_line(str(error)))


def _one_line(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


_ANSWERS: dict[type[Exception], Callable[[HttpRequest, Exception | type[Exception]], HttpResponse]] = {
    AuthenticationError: _unsigned,
    Forbidden: _forbidden,
    NotThere: _not_there,
    Http404: _not_there,
    Refused: _refused,
    NotPossible: _refused,
    NotWhole: _refused,
    NoTable: _refused,
    LastAdministrator: _refused,
    NobodyToTakeOver: _refused,
    Wrong: _wrong,
    NotValid: _refused,
    HttpError: _of_http,
    ValidationError: _not_valid,
}
