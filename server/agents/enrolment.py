"""How an agent becomes known: a token of one site, used once, in the transaction that writes its keys."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F

from collectors.facts.plain_text import plain_line
from collectors.link.messages import EnrolRequest
from server.agents import events
from server.agents.models import Agent, EnrolmentCount, EnrolmentToken
from server.clients.models import ClientState

TOKEN_BYTES: Final = 20
"""160 bits: 32 letters and digits."""
SINGLE: Final = timedelta(minutes=60)
BULK: Final = timedelta(days=14)
WINDOW: Final = timedelta(hours=1)
BY_SOURCE: Final = 10
BY_TOKEN: Final = 5


class NotEnrolled(Exception):
    """The enrolment is refused; one text for all reasons, because who asks is not known."""


class TooOften(Exception):
    """Too many tries; `after_s` says when one more is taken."""

    def __init__(self, after_s: int) -> None:
        """Keep when to come again."""
        super().__init__("too many enrolments were tried")
        self.after_s = after_s


@dataclass(frozen=True)
class Asked:
    """Where an enrolment came from, and when."""

    source: str
    at: datetime


REFUSED: Final = "this token enrols no agent: it is not known, was used, or its time is over"


def new_token() -> str:
    """Return a new token as an agent is given it."""
    return base64.b32encode(secrets.token_bytes(TOKEN_BYTES)).decode().lower()


def hash_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def count_try(key: str, at_most: int, at: datetime) -> None:
    """Count a try; raises TooOften beyond what an hour allows. A flood of them cannot pass side by side."""
    rows = EnrolmentCount.objects.filter(key=key)
    if rows.filter(began_at__gt=at - WINDOW, count__lt=at_most).update(count=F("count") + 1):
        return
    if rows.filter(began_at__lte=at - WINDOW).update(began_at=at, count=1):
        return
    row, made = EnrolmentCount.objects.get_or_create(key=key, defaults={"count": 1, "began_at": at})
    if not made:
        raise TooOften(max(1, int((row.began_at + WINDOW - at).total_seconds()) + 1))


def enrol(request: EnrolRequest, asked: Asked) -> Agent:
    """Return the agent of a request whose signature holds: new and waiting, or the one that these keys made before.

    Raises NotEnrolled and TooOften. An agent is never replaced; other keys for a used token are noted for a person.
    """
    sha256 = hash_of(request.token)
    count_try(f"token {sha256}", BY_TOKEN, asked.at)
    token = EnrolmentToken.objects.select_related("site__client", "agent__site__client").filter(sha256=sha256).first()
    if token is None:
        raise NotEnrolled(REFUSED)
    if token.used_at is None and token.ends_at > asked.at:
        try:
            return _first_use(token, request, asked)
        except _UsedMeanwhile:
            token.refresh_from_db()
    agent = token.agent
    if agent is not None and (agent.signing_key, agent.sealing_key) == (request.signing_key, request.sealing_key):
        return agent
    if token.used_at is not None:
        text = f"From {asked.source} somebody showed a used token with other keys; nothing was changed"
        events.note(token.site, agent, events.TOKEN_AGAIN, text, asked.at)
    raise NotEnrolled(REFUSED)


class _UsedMeanwhile(Exception):
    """Another request used the token between our look and our write."""


def _first_use(token: EnrolmentToken, request: EnrolRequest, asked: Asked) -> Agent:
    site = token.site
    if site.retired_at is not None or site.client.state != ClientState.ACTIVE:
        raise NotEnrolled(REFUSED)
    try:
        with transaction.atomic():
            agent = Agent.objects.create(
                site=site,
                name=plain_line(request.name, 200) or "unnamed",
                signing_key=request.signing_key,
                sealing_key=request.sealing_key,
                platform=plain_line(request.platform, 200),
                version=plain_line(request.agent_version, 40),
                enrolled_at=asked.at,
                seen_at=asked.at,
                seen_from=asked.source,
                allowance_at=asked.at,
            )
            used = EnrolmentToken.objects.filter(pk=token.pk, used_at=None, ends_at__gt=asked.at)
            if used.update(used_at=asked.at, agent=agent) != 1:
                raise _UsedMeanwhile
            events.note(site, agent, events.ENROLLED, f"From {asked.source}; waits for approval", asked.at, always=True)
    except IntegrityError as error:
        if EnrolmentToken.objects.filter(pk=token.pk).exclude(used_at=None).exists():
            raise _UsedMeanwhile from error
        known = Agent.objects.filter(signing_key=request.signing_key).first()
        text = f"From {asked.source} a token was shown with the key of an agent that is known already"
        events.note(
            site, known if known is not None and known.site_id == site.pk else None, events.KEY_AGAIN, text, asked.at
        )
        raise NotEnrolled(REFUSED) from error
    return agent
