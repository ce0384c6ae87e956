"""The one text of a message: what is sent, and what digests are taken of."""

import hashlib
import json

from pydantic import BaseModel, JsonValue

from collectors.link.messages import AccessTried, FoundDevice


def canonical(message: BaseModel) -> bytes:
    """Return a message as JSON with sorted keys and without blanks."""
    return canonical_json(message.model_dump(mode="json"))


def canonical_json(value: JsonValue) -> bytes:
    """Return a JSON value as ASCII text with sorted keys and without blanks."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def digest_of_report(
    document: str | None, found: tuple[FoundDevice, ...] | None = None, tried: AccessTried | None = None
) -> str:
    """Return the SHA-256 of what a report carries, in lower-case hexadecimal; raises ValueError unless it is one."""
    given = [one for one in (document, found, tried) if one is not None]
    if len(given) != 1:
        raise ValueError("a report carries a document, devices that were found, or how an access went")
    if document is not None:
        content = document.encode()
    elif found is not None:
        content = canonical_json([one.model_dump(mode="json") for one in found])
    else:
        assert tried is not None  # noqa: S101 - one of the three is there
        content = canonical(tried)
    return hashlib.sha256(content).hexdigest()
