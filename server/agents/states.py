"""How an agent stands for people: online, silent, outdated, waiting; asked of the database in the same words."""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final, TypeAlias, TypedDict

from django.db.models import Case, CharField, Q, QuerySet, Value, When

from collectors.link.limits import POLL_IDLE_S
from server.agents.models import Agent, AgentState

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Told(TypedDict):
    """What is asked of the database beside an agent's own fields."""

    standing: str


Seen: TypeAlias = "WithAnnotations[Agent, Told]"
"""An agent with its standing."""

SILENT: Final = timedelta(seconds=3 * POLL_IDLE_S)
"""Three polls of an idle agent: one lost poll is no news."""


class Standing(StrEnum):
    """How an agent stands, in the order in which a person should look."""

    COPIED = "copied"
    WAITING = "waiting"
    SILENT = "silent"
    OUTDATED = "outdated"
    ONLINE = "online"
    REVOKED = "revoked"


@cache
def own_version() -> str:
    """Return the version of this server; empty where it was not installed."""
    try:
        return version("datumline")
    except PackageNotFoundError:
        return ""


def is_older(one: str, other: str) -> bool:
    """Return whether one version is older; a version that is no row of numbers is never older."""
    mine, theirs = _numbers(one), _numbers(other)
    return mine is not None and theirs is not None and mine < theirs


def _numbers(told: str) -> tuple[int, ...] | None:
    found = re.match(r"(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:\.|$|[a-z+-])", told)
    return tuple(int(part or 0) for part in found.groups()) if found else None


def outdated_versions() -> list[str]:
    """Return the versions among all agents that are older than this server; a handful, however many agents."""
    told = Agent.objects.exclude(state=AgentState.REVOKED).values_list("version", flat=True).distinct()
    return [one for one in told if is_older(one, own_version())]


def with_standing(agents: QuerySet[Agent], now: datetime) -> "QuerySet[Seen]":
    """Return agents with `standing`, a word of `Standing`, worked out by the database."""
    silent = Q(seen_at=None) | Q(seen_at__lt=now - SILENT)
    return agents.annotate(
        standing=Case(
            When(state=AgentState.REVOKED, then=Value(Standing.REVOKED.value)),
            When(state=AgentState.RESTORED_OR_CLONED, then=Value(Standing.COPIED.value)),
            When(state=AgentState.PENDING, then=Value(Standing.WAITING.value)),
            When(silent, then=Value(Standing.SILENT.value)),
            When(version__in=outdated_versions(), then=Value(Standing.OUTDATED.value)),
            default=Value(Standing.ONLINE.value),
            output_field=CharField(),
        )
    )
