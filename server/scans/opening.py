"""Opens slots: the row of a slot and its scan jobs in one transaction, so that none is lost and none is doubled."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from server.access.models import Access, CredentialState
from server.agents.models import Agent, AgentState
from server.clients.models import DeviceState, Site
from server.scans.due import Timing, look
from server.scans.models import Blackout, NextScan, ScanJob, ScanPlan, Slot, SlotState
from server.scans.plans import POLICY_NETWORKS, timing_of
from server.scans.recurrence import BadRule

logger = logging.getLogger(__name__)
AT_ONCE_COUNT = 200
NETWORKS_COUNT = 64
"""As many as a discovery may name (`collectors.link.jobs`)."""
Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Work:
    """What a slot asks for; without jobs, why there are none."""

    jobs: Sequence[ScanJob]
    why: str = ""


def open_due(now: datetime, at_most_count: int = AT_ONCE_COUNT) -> int:
    """Open the slots that are due, the longest due first; return how many rows were looked at."""
    due = NextScan.objects.filter(due_at__lte=now, plan__active=True).select_related("plan", "site__client")
    rows = list(due.order_by("due_at", "pk")[:at_most_count])
    for row in rows:
        try:
            _open(row, now)
        except BadRule:
            logger.exception("a stored plan has a rule that is not understood", extra={"plan": row.plan.uid})
            NextScan.objects.filter(pk=row.pk).delete()
    return len(rows)


def _open(row: NextScan, now: datetime) -> None:
    """Do what is due of a plan at a site. Of several schedulers one changes the row, and only that one goes on."""
    timing = timing_of(row.plan, row.site)
    found = look(timing, row.slot_at, now)
    run, why = found.run, ""
    blackout = blackout_at(row.site, now) if run is not None else None
    if run is not None and blackout is not None:
        if blackout.ends_at < run + timing.window:
            mine(row).update(due_at=blackout.ends_at)
            return
        run, why = None, _("blackout: %(why)s") % {"why": blackout.why}
    with transaction.atomic():
        due_at = found.slot_at + timing.jitter
        if mine(row).update(slot_at=found.slot_at, due_at=due_at) != 1:
            return
        _skip(row, found.missed, _("the server was not running until the window was over"), now)
        if run is not None:
            _begin(row.plan, row.site, run, timing, now)
        elif found.run is not None:
            _skip(row, [found.run], why, now)


def mine(row: NextScan) -> QuerySet[NextScan]:
    """Return the row as long as nobody else has moved it on."""
    return NextScan.objects.filter(pk=row.pk, slot_at=row.slot_at, due_at=row.due_at)


def _skip(row: NextScan, slots: Sequence[datetime], why: str, now: datetime) -> None:
    Slot.objects.bulk_create(
        [
            Slot(plan=row.plan, site=row.site, due_at=at, opened_at=now, state=SlotState.SKIPPED, why=why[:200])
            for at in slots
        ],
        ignore_conflicts=True,
    )


def _begin(plan: ScanPlan, site: Site, at: datetime, timing: Timing, now: datetime) -> None:
    slot, new = Slot.objects.get_or_create(plan=plan, site=site, due_at=at, defaults={"opened_at": now})
    if not new:
        return
    agents = list(Agent.objects.filter(site=site, state=AgentState.APPROVED))
    if plan.networks:
        work = _discovery(plan, site, slot, agents)
    else:
        work = _scan(plan, site, slot, agents)
    for job in work.jobs:
        job.made_at = job.not_before = now
        job.not_after = at + timing.window
    ScanJob.objects.bulk_create(work.jobs, ignore_conflicts=True, batch_size=500)
    if not work.jobs:
        Slot.objects.filter(pk=slot.pk).update(state=SlotState.SKIPPED, why=work.why[:200])
    logger.info("a slot was opened", extra={"plan": plan.uid, "site": site.uid, "jobs_count": len(work.jobs)})


def _scan(plan: ScanPlan, site: Site, slot: Slot, agents: Sequence[Agent]) -> Work:
    if not agents:
        return Work((), _("no agent is approved at the site"))
    accesses = list(accesses_to_read(plan).filter(device__site=site).select_related("device"))
    jobs = [ScanJob(site=site, slot=slot, device=one.device, access=one) for one in accesses]
    return Work(jobs, _("the site has no access that this plan reads"))


def accesses_to_read(plan: ScanPlan | None = None) -> QuerySet[Access]:
    """Return the accesses that can be read at all; with a plan those that it reads."""
    found = Access.objects.filter(device__state=DeviceState.IN_USE).filter(
        Q(credential=None) | ~Q(credential__state=CredentialState.WITHDRAWN)
    )
    if plan is not None and plan.kinds:
        found = found.filter(device__kind__in=plan.kinds)
    if plan is not None and plan.transports:
        found = found.filter(transport__in=plan.transports)
    return found.order_by("device_id", "pk")


def _discovery(plan: ScanPlan, site: Site, slot: Slot, agents: Sequence[Agent]) -> Work:
    if not agents:
        return Work((), _("no agent is approved at the site"))
    told = allowed(agents)
    networks = told if POLICY_NETWORKS in plan.networks else inside(networks_of(plan.networks), told)
    if not networks:
        return Work((), _("no network of the plan lies inside the agent's own policy"))
    job = ScanJob(site=site, slot=slot, kind="discover", networks=[str(one) for one in networks[:NETWORKS_COUNT]])
    return Work([job])


def networks_of(texts: Sequence[object]) -> list[Network]:
    """Return networks from what is stored; what is none is left out."""
    found = []
    for text in texts:
        try:
            found.append(ip_network(str(text)))
        except ValueError:
            continue
    return found


def allowed(agents: Sequence[Agent]) -> list[Network]:
    """Return the networks that the agents' own policies allow, as they last told them."""
    return [network for agent in agents for network in networks_of(agent.policy.get("networks", []))]


def inside(wanted: Sequence[Network], bounds: Sequence[Network]) -> list[Network]:
    """Return those of the networks that lie inside one of the others."""
    return [one for one in wanted if any(_lies_in(one, bound) for bound in bounds)]


def _lies_in(one: Network, bound: Network) -> bool:
    if isinstance(one, IPv4Network) and isinstance(bound, IPv4Network):
        return one.subnet_of(bound)
    return isinstance(one, IPv6Network) and isinstance(bound, IPv6Network) and one.subnet_of(bound)


def blackout_at(site: Site, at: datetime) -> Blackout | None:
    """Return the blackout at a site that ends last, None where there is none."""
    here = Q(site=site) | Q(site=None, client=site.client_id) | Q(site=None, client=None)
    return Blackout.objects.filter(here, begins_at__lte=at, ends_at__gt=at).order_by("-ends_at").first()
