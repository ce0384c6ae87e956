"""What fails at present, by cause and client; and for one cause the devices and agents themselves."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from server.access.models import Access, AccessState
from server.agents.models import Agent
from server.agents.states import Standing, with_standing
from server.clients.models import ClientSet, ClientState, DeviceState
from server.notices.causes import AGENT, BY_ACCOUNT, POLICY, RIGHT_MISSING, Cause
from server.scans.models import JobState, ScanJob

if TYPE_CHECKING:
    from server.agents.states import Seen

Found = dict[str, dict[int, int]]
"""By the key of a cause: by client how many devices it keeps from being read."""
JOBS_WITHIN: Final = timedelta(hours=24)
STANDINGS: Final = (Standing.SILENT, Standing.OUTDATED, Standing.COPIED, Standing.WAITING)


def failing(at: datetime) -> Found:
    """Return all causes that stand; three queries."""
    found: Found = defaultdict(lambda: defaultdict(int))
    rows = (
        _accesses()
        .values_list("state", "reason", "transport", "credential__name", "local_credential", "driver", "device__client")
        .annotate(n=Count("device", distinct=True))
        .order_by()
    )
    for state, reason, transport, credential, local, driver, client, number in rows:
        why = RIGHT_MISSING if state == AccessState.RIGHT_MISSING else reason
        detail = (credential or local) if why in BY_ACCOUNT else driver
        found[Cause(why, transport, detail or "").key][client] += number
    refused = _refused(at).values_list("access__transport", "site__client").annotate(n=Count("device", distinct=True))
    for transport, client, number in refused.order_by():
        found[Cause(POLICY, transport or "").key][client] += number
    _add_agents(found, at)
    return found


def _add_agents(found: Found, at: datetime) -> None:
    """Add the agents; for one that is outdated or not approved yet no device waits that was read before."""
    in_use = Q(site__devices__state=DeviceState.IN_USE)
    waiting = Count("site__devices", filter=in_use, distinct=True)
    for standing, client, number in _agents(at).values_list("standing", "site__client").annotate(n=waiting).order_by():
        devices_count = number if standing in {Standing.SILENT, Standing.COPIED} else 0
        found[Cause(f"{AGENT}{standing}").key][client] += devices_count


def accesses_of(cause: Cause, clients: ClientSet, at: datetime) -> QuerySet[Access]:
    """Return the accesses that fail for a cause at some clients."""
    if cause.why == POLICY:
        wanted = Q(pk__in=_refused(at).values("access"), transport=cause.transport)
        return Access.objects.filter(wanted, device__client__in=clients)
    shown = _accesses().filter(device__client__in=clients, transport=cause.transport)
    if cause.why == RIGHT_MISSING:
        return shown.filter(state=AccessState.RIGHT_MISSING, driver=cause.detail)
    shown = shown.filter(reason=cause.why).exclude(state=AccessState.RIGHT_MISSING)
    if cause.why in BY_ACCOUNT:
        return shown.filter(Q(credential__name=cause.detail) | Q(credential=None, local_credential=cause.detail))
    return shown.filter(driver=cause.detail)


def agents_of(cause: Cause, clients: ClientSet, at: datetime) -> "QuerySet[Seen]":
    """Return the agents of a cause at some clients."""
    return _agents(at).filter(standing=cause.standing, site__client__in=clients)


def _accesses() -> QuerySet[Access]:
    broken = Access.objects.exclude(state__in=[AccessState.WORKS, AccessState.UNTRIED])
    return broken.filter(device__state=DeviceState.IN_USE, device__client__state=ClientState.ACTIVE)


def _refused(at: datetime) -> QuerySet[ScanJob]:
    """Return the jobs of a day that an agent's own policy refused, and that no later job has done."""
    later = ScanJob.objects.filter(access=OuterRef("access"), state=JobState.DONE, ended_at__gt=OuterRef("ended_at"))
    failed = ScanJob.objects.filter(state=JobState.FAILED, reason=POLICY, ended_at__gt=at - JOBS_WITHIN)
    return failed.filter(~Exists(later), site__client__state=ClientState.ACTIVE, device__state=DeviceState.IN_USE)


def _agents(at: datetime) -> "QuerySet[Seen]":
    agents = Agent.objects.filter(site__client__state=ClientState.ACTIVE, site__retired_at=None)
    return with_standing(agents, at).filter(standing__in=STANDINGS)
