"""A request as it comes in: bounds before anything is parsed, and strict models after that (security.md 4.9)."""

from typing import TypeVar

from django.http import HttpRequest
from pydantic import ValidationError

from collectors.facts.json_text import JsonError, read_json
from collectors.link.jobs import Message
from collectors.link.limits import BODY_BYTES
from collectors.link.packing import NotPacked, TooLarge, unpacked
from server.agent_api.refused import Refused

Asked = TypeVar("Asked", bound=Message)


def body_of(request: HttpRequest, content_type: str) -> bytes:
    """Return the body, read up to its bound whatever its header says; raises Refused."""
    if request.META.get("QUERY_STRING"):
        raise Refused(400, "the address holds more than was agreed")
    if request.headers.get("Content-Type", "") != content_type or "Content-Encoding" in request.headers:
        raise Refused(415, f"the body must be {content_type}")
    length = request.META.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdecimal()):
        raise Refused(411, "the body's length is not told")
    if len(length) > 9 or int(length) > BODY_BYTES:
        raise Refused(413, f"the body is larger than {BODY_BYTES} bytes")
    try:
        body = request.read(BODY_BYTES + 1)
    except OSError as error:  # the connection broke off
        raise Refused(400, "the body broke off") from error
    if len(body) > BODY_BYTES:
        raise Refused(413, f"the body is larger than {BODY_BYTES} bytes")
    return body


def message_of(model: type[Asked], body: bytes, *, packed: bool = False) -> Asked:
    """Return the message that a body holds; raises Refused, which never repeats what stood there."""
    try:
        plain = unpacked(body) if packed else body
        read_json(plain)  # bounds depth, values and numbers, and refuses doubled keys, which the model would not see
        return model.model_validate_json(plain)
    except TooLarge as error:
        raise Refused(413, "the body is larger than agreed when unpacked") from error
    except NotPacked as error:
        raise Refused(400, "the body is not packed as agreed") from error
    except JsonError as error:
        raise Refused(400, "the body is no JSON that is taken") from error
    except ValidationError as error:
        raise Refused(400, f"the body is no {model.__name__}: {_places(error)}") from error


def _places(error: ValidationError) -> str:
    """Return where the first problem is, by the names of our own fields."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"][:4] if isinstance(part, int) or part.isidentifier())
    return f"{place[:80]}: {first['type']}"
