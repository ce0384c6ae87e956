"""What the server asks for, read strictly piece by piece: a job that is refused loses none of the others."""

import re
from dataclasses import dataclass
from typing import Final, TypeVar

from pydantic import BaseModel, JsonValue, TypeAdapter, ValidationError

from collectors.facts.json_text import JsonError, read_json
from collectors.facts.plain_text import plain_line
from collectors.link.canonical import canonical_json
from collectors.link.jobs import Job
from collectors.link.limits import JOBS_COUNT, REPLY_BYTES
from collectors.link.messages import PollReply, SealedCredential

CREDENTIALS_COUNT: Final = 100
REASON_SHOWN: Final = 200
_ID: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_JOB: Final[TypeAdapter[Job]] = TypeAdapter(Job)
Piece = TypeVar("Piece", bound=BaseModel)


@dataclass(frozen=True)
class Asked:
    """A reply without its lists, the jobs and credentials that were understood, and why others were refused."""

    reply: PollReply
    jobs: tuple[Job, ...]
    credentials: tuple[SealedCredential, ...]
    refused: dict[str, str]
    """By the job's id; jobs without a usable id are only counted."""
    nameless_count: int
    given_count: int
    """How many jobs the server sent, understood or not: as many as it may means that there are more."""


def read_poll_reply(body: bytes) -> Asked | None:
    """Return what a poll's answer says; None when it is no PollReply of this version."""
    if len(body) > REPLY_BYTES:
        return None
    try:
        told = read_json(body)
        if not isinstance(told, dict):
            return None
        jobs, credentials = told.pop("jobs", []), told.pop("credentials", [])
        reply = PollReply.model_validate_json(canonical_json(told))
    except (JsonError, ValidationError):
        return None
    if not isinstance(jobs, list) or not isinstance(credentials, list):
        return None
    good: list[Job] = []
    refused: dict[str, str] = {}
    nameless_count = max(0, len(jobs) - JOBS_COUNT)
    for one in jobs[:JOBS_COUNT]:
        job, why = _job(one)
        if job is not None:
            good.append(job)
        elif (name := _id_of(one)) is not None:
            refused[name] = why
        else:
            nameless_count += 1
    return Asked(reply, tuple(good), _credentials(credentials), refused, nameless_count, len(jobs))


def _job(told: JsonValue) -> tuple[Job | None, str]:
    try:
        return _JOB.validate_json(canonical_json(told)), ""
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"]))
        return None, plain_line(f"not understood: {place}: {first['msg']}", REASON_SHOWN)


def _credentials(told: list[JsonValue]) -> tuple[SealedCredential, ...]:
    good = []
    for one in told[:CREDENTIALS_COUNT]:
        try:
            good.append(SealedCredential.model_validate_json(canonical_json(one)))
        except ValidationError:
            continue
    return tuple(good)


def _id_of(told: JsonValue) -> str | None:
    name = told.get("id") if isinstance(told, dict) else None
    return name if isinstance(name, str) and _ID.fullmatch(name) else None
