"""A client leaves: its agents are revoked, its secrets destroyed, its plans stop; later its data is deleted."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from server.access.models import Access, Credential, CredentialState, SealedCopy
from server.accounts.acting import acting
from server.accounts.actor import SERVER, Actor
from server.accounts.models import AuditEntry
from server.accounts.rights import Right
from server.agents.models import Agent, AgentState, EnrolmentToken
from server.alignment.models import VerdictChange, WeeklySummary
from server.clients.actions.client import Refused
from server.clients.models import Client, ClientAssignment, ClientState, Device, RollUpDue
from server.readings.models import DailySummary, FeedEntry, Report, SectionChange, SectionValue
from server.scans.models import NextScan, PlanException, ScanJob

logger = logging.getLogger(__name__)
KEPT_DEFAULT: Final = timedelta(days=365)
KEPT_LONGEST: Final = timedelta(days=3_660)
EXPORT_FRESH: Final = timedelta(days=30)
AT_ONCE: Final = 1_000
EXPORTED: Final = "client exported"


@dataclass(frozen=True)
class Affected:
    """What ends with a client."""

    devices_count: int
    accesses_count: int
    agents_count: int
    credentials_count: int
    copies_count: int
    jobs_count: int
    people_count: int


def affected_by(client: Client) -> Affected:
    """Return how much would end; seven queries."""
    return Affected(
        Device.objects.filter(client=client).count(),
        Access.objects.filter(device__client=client).count(),
        _agents(client).count(),
        _credentials(client).count(),
        SealedCopy.objects.filter(credential__client=client).count(),
        _jobs(client).count(),
        ClientAssignment.objects.filter(client=client).count(),
    )


def last_export(client: Client) -> AuditEntry | None:
    """Return when everything of the client was last taken along."""
    return AuditEntry.objects.filter(client_uid=client.uid, action=EXPORTED).order_by("-at").first()


def end_client(by: Actor, client: Client, typed: str, kept_until: date, *, without_export: bool = False) -> Affected:
    """End a client: nothing of it is read any more, its secrets are gone, what is kept is read-only until a day.

    Raises Refused unless its name was typed and everything was exported of late, or `without_export` is said.
    """
    today = timezone.localdate()
    if typed.strip() != client.name:
        raise Refused(_("Type the client's name exactly: nothing was ended."))
    if not today <= kept_until <= today + KEPT_LONGEST:
        raise Refused(_("Keep it at least until today, at most ten years."))
    found = last_export(client)
    if not without_export and (found is None or found.at < timezone.now() - EXPORT_FRESH):
        raise Refused(_("Take everything along first, or say that nothing is to be taken."))
    with acting(by, Right.END_CLIENTS, "client ended", client_id=client.pk, client_uid=client.uid, about=client) as act:
        now = timezone.now()
        standing = Client.objects.filter(pk=client.pk, state=ClientState.ACTIVE)
        if standing.update(state=ClientState.LEFT, left_at=now, retained_until=kept_until) != 1:
            raise Refused(_("It has left already."))
        told = affected_by(client)
        act.details |= {**vars(told), "kept_until": kept_until.isoformat(), "without_export": without_export}
        _stop_agents(by, client)
        _destroy_secrets(client)
        _stop_scans(client)
    return told


def _stop_agents(by: Actor, client: Client) -> None:
    now = timezone.now()
    _agents(client).update(state=AgentState.REVOKED, decided_at=now, decided_by=by.name[:200], watched_until=None)
    EnrolmentToken.objects.filter(site__client=client, used_at=None).update(ends_at=now)


def _destroy_secrets(client: Client) -> None:
    SealedCopy.objects.filter(credential__client=client).delete()
    _credentials(client).update(state=CredentialState.WITHDRAWN, paused_at=None, paused_why="")


def _stop_scans(client: Client) -> None:
    _jobs(client).update(
        state="cancelled", ended_at=timezone.now(), leased_until=None, text=str(_("the client has left"))
    )
    NextScan.objects.filter(site__client=client).delete()
    PlanException.objects.filter(client=client, takes_in=True).delete()
    RollUpDue.objects.filter(client=client).delete()


def purge_left(now: datetime) -> int:
    """Delete the clients whose retention is over; return how many. A duty of the worker.

    What grows with time goes in small steps first; an interrupted purge goes on at the next round.
    """
    over = Client.objects.filter(state=ClientState.LEFT, retained_until__lt=timezone.localdate(now))
    clients = list(over.order_by("pk"))
    for client in clients:
        _delete_history(client)
        with acting(SERVER, Right.END_CLIENTS, "client purged", client_uid=client.uid, about=client) as act:
            act.details["kept_until"] = str(client.retained_until)
            Device.objects.filter(client=client).delete()
            client.delete()
        logger.info("a client whose retention is over was deleted", extra={"client_uid": act.client_uid})
    return len(clients)


def _delete_history(client: Client) -> None:
    for rows in (
        Report.objects.filter(agent__site__client=client),
        ScanJob.objects.filter(site__client=client),
        DailySummary.objects.filter(device__client=client),
        SectionChange.objects.filter(device__client=client),
        SectionValue.objects.filter(client=client),
        FeedEntry.objects.filter(client=client),
        VerdictChange.objects.filter(client=client),
        WeeklySummary.objects.filter(client=client),
    ):
        while found := list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
            rows.model._default_manager.filter(pk__in=found).delete()


def _agents(client: Client) -> QuerySet[Agent]:
    return Agent.objects.filter(site__client=client).exclude(state=AgentState.REVOKED)


def _credentials(client: Client) -> QuerySet[Credential]:
    return Credential.objects.filter(client=client).exclude(state=CredentialState.WITHDRAWN)


def _jobs(client: Client) -> QuerySet[ScanJob]:
    return ScanJob.objects.filter(site__client=client, state__in=["queued", "leased"])
