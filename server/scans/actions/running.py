"""Orders of a person who waits: scan this now, try that access, look for devices, stop it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from collectors.link.limits import WATCHED_S
from server.access.models import Access, CredentialState
from server.accounts.acting import acting
from server.accounts.actor import Actor, NotThere
from server.accounts.rights import Right
from server.agents.models import Agent, AgentState
from server.clients.models import Client, ClientState, Device, DeviceState, Site
from server.scans.models import JobState, ScanJob, ScanRun
from server.scans.opening import NETWORKS_COUNT, accesses_to_read, allowed, inside, networks_of
from server.scans.queue import OPEN
from server.standards.library import in_force

WAITS: Final = timedelta(minutes=30)
"""How long an order stays open for an agent that does not ask."""
BY_SITE_KINDS: Final = frozenset({"site", "client"})
"""Subjects of standards that every device of a client may tell of."""


@dataclass(frozen=True)
class Ordered:
    """What became of an order."""

    run: ScanRun
    jobs_count: int
    already_count: int
    """Accesses that were being read already; they are moved to the front."""


def scan_client(by: Actor, client: Client) -> Ordered:
    """Have everything of a client read now."""
    return _scan(by, client, client.name, accesses_to_read().filter(device__client=client))


def scan_site(by: Actor, site: Site) -> Ordered:
    """Have everything of a site read now."""
    about = f"{site.client.name}, {site.name}"
    return _scan(by, site.client, about, accesses_to_read().filter(device__site=site))


def scan_device(by: Actor, device: Device) -> Ordered:
    """Have a device read now."""
    if device.state != DeviceState.IN_USE:
        raise ValidationError(_("The device is not in use: it is not scanned."))
    return _scan(by, device.client, device.name, accesses_to_read().filter(device=device), device=device)


def scan_standard(by: Actor, client: Client, standard_id: str) -> Ordered:
    """Have the devices of a client read now that a standard is asked of; raises NotThere for an unknown standard."""
    standard = in_force().library.by_id.get(standard_id)
    if standard is None:
        raise NotThere("there is no such standard")
    kinds = {"windows server" if kind == "domain" else kind for kind in standard.kinds}
    accesses = accesses_to_read().filter(device__client=client)
    if not kinds & BY_SITE_KINDS:
        accesses = accesses.filter(device__kind__in=kinds | {"device"})  # 'device': its kind is not known yet
    return _scan(by, client, f"{client.name}: {standard.question_for({})}"[:300], accesses, standard=standard_id)


def _scan(
    by: Actor,
    client: Client,
    about: str,
    wanted: QuerySet[Access],
    *,
    device: Device | None = None,
    standard: str = "",
) -> Ordered:
    by.need(Right.RUN_SCANS, client.pk)
    sites = _sites_with_agent(client)
    accesses = list(wanted.filter(device__site__in=sites).select_related("device"))
    if not accesses:
        raise ValidationError(_nothing(wanted.exists()))
    with acting(
        by, Right.RUN_SCANS, "scan ordered", client_id=client.pk, client_uid=client.uid, about=device or client
    ) as act:
        now = timezone.now()
        open_jobs = ScanJob.objects.filter(access__in=accesses, kind="scan", state__in=OPEN)
        held = dict(open_jobs.values_list("access_id", "run"))
        runs = set(held.values()) - {""}
        if len(held) == len(accesses) and len(runs) == 1:
            same = ScanRun.objects.filter(uid=runs.pop()).first()
            if same is not None:
                _watch({one.device.site_id for one in accesses}, now)
                act.details["already"] = len(held)
                return Ordered(same, 0, len(held))
        run = ScanRun(client=client, about=about, device=device, standard=standard, by=by.name, asked_at=now)
        run.save(force_insert=True)
        _to_the_front(open_jobs, run, now)
        fresh = [_job(one, run, by, now, kind="scan") for one in accesses if one.pk not in held]
        ScanJob.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
        _watch({one.device.site_id for one in accesses}, now)
        act.details |= {"run": run.uid, "what": about, "jobs": len(fresh), "already": len(held)}
    return Ordered(run, len(fresh), len(held))


def _nothing(there_are_accesses: bool) -> str:
    if there_are_accesses:
        return _("No agent is approved at the site: nothing can be read.")
    return _("There is no access to read: add one to a device in use.")


def _to_the_front(open_jobs: QuerySet[ScanJob], run: ScanRun, now: datetime) -> None:
    """Make planned jobs urgent and count them to the run; a person's own order keeps its jobs."""
    planned = open_jobs.filter(run="")
    planned.filter(state=JobState.QUEUED).update(urgent=True, not_before=now)
    planned.update(run=run.uid)


def _job(access: Access, run: ScanRun, by: Actor, now: datetime, *, kind: str, released: bool = False) -> ScanJob:
    return ScanJob(
        site_id=access.device.site_id,
        device=access.device,
        access=access,
        kind=kind,
        released=released,
        urgent=True,
        asked_by_id=by.user_id,
        run=run.uid,
        made_at=now,
        not_before=now,
        not_after=now + WAITS,
    )


def try_access(by: Actor, access: Access) -> Ordered:
    """Have an access tried now: one logon and the first question. Nothing is kept of what the device tells."""
    return _try(by, access, Right.RUN_SCANS, "access tried", released=False)


def test_credential(by: Actor, access: Access) -> Ordered:
    """Have a credential tried on one device alone, though it is paused; the others go on waiting."""
    if access.credential is None and not access.local_credential:
        raise ValidationError(_("The access has no credential to test."))
    if access.credential is not None and access.credential.state == CredentialState.WITHDRAWN:
        raise ValidationError(_("The credential was withdrawn."))
    return _try(by, access, Right.EDIT_CREDENTIALS, "credential tested", released=True)


def _try(by: Actor, access: Access, right: Right, action: str, *, released: bool) -> Ordered:
    device = access.device
    client = device.client
    by.need(right, client.pk)
    if device.state != DeviceState.IN_USE:
        raise ValidationError(_("The device is not in use: it is not tried."))
    if not _sites_with_agent(client).filter(pk=device.site_id).exists():
        raise ValidationError(_nothing(there_are_accesses=True))
    with acting(by, right, action, client_id=client.pk, client_uid=client.uid, about=device) as act:
        now = timezone.now()
        _watch({device.site_id}, now)
        about = f"{device.name}, {access.transport.upper()} {access.address}"[:300]
        run = ScanRun(client=client, kind="try_access", about=about, device=device, by=by.name, asked_at=now)
        job = _job(access, run, by, now, kind="try_access", released=released)
        ScanJob.objects.bulk_create([job], ignore_conflicts=True)
        act.details["access"] = access.uid
        open_job = ScanJob.objects.get(access=access, kind="try_access", state__in=OPEN)
        if open_job.uid == job.uid:
            run.save(force_insert=True)
            return Ordered(run, 1, 0)
        if released:
            ScanJob.objects.filter(pk=open_job.pk, state=JobState.QUEUED).update(released=True)
        return Ordered(ScanRun.objects.get(uid=open_job.run), 0, 1)


test_credential.__test__ = False  # type: ignore[attr-defined]  # no test, whatever its name says


def discover(by: Actor, site: Site, networks: Sequence[str]) -> Ordered:
    """Have the agent look for devices in networks, all of which must lie inside its own policy."""
    client = site.client
    by.need(Right.RUN_SCANS, client.pk)
    if not _sites_with_agent(client).filter(pk=site.pk).exists():
        raise ValidationError(_nothing(there_are_accesses=True))
    wanted = networks_of(networks)
    bounds = allowed(list(Agent.objects.filter(site=site, state=AgentState.APPROVED)))
    if len(wanted) != len(networks) or not 0 < len(wanted) <= NETWORKS_COUNT:
        raise ValidationError(_("Give 1 to 64 networks, such as 192.168.1.0/24."))
    outside = [str(one) for one in wanted if one not in inside(wanted, bounds)]
    if outside:
        raise ValidationError(_("%(networks)s: not inside the agent's own policy.") % {"networks": ", ".join(outside)})
    with acting(
        by, Right.RUN_SCANS, "discovery ordered", client_id=client.pk, client_uid=client.uid, about=site
    ) as act:
        now = timezone.now()
        about = f"{client.name}, {site.name}"
        run = ScanRun(client=client, kind="discover", about=about, by=by.name, asked_at=now)
        texts = [str(one) for one in wanted]
        job = ScanJob(
            site=site, kind="discover", networks=texts, urgent=True, asked_by_id=by.user_id, run=run.uid,
            made_at=now, not_before=now, not_after=now + WAITS,
        )  # fmt: skip
        ScanJob.objects.bulk_create([job], ignore_conflicts=True)
        _watch({site.pk}, now)
        act.details["networks"] = texts
        open_job = ScanJob.objects.get(site=site, kind="discover", state__in=OPEN)
        if open_job.uid == job.uid or not open_job.run:
            run.save(force_insert=True)
            ScanJob.objects.filter(pk=open_job.pk).update(run=run.uid)
            return Ordered(run, int(open_job.uid == job.uid), int(open_job.uid != job.uid))
        return Ordered(ScanRun.objects.get(uid=open_job.run), 0, 1)


def cancel(by: Actor, run: ScanRun) -> int:
    """Stop the jobs of an order that are not done; what the agent has begun ends within its next poll."""
    client = run.client
    with acting(by, Right.RUN_SCANS, "scan stopped", client_id=client.pk, client_uid=client.uid, about=run) as act:
        now = timezone.now()
        mine = ScanJob.objects.filter(run=run.uid, state__in=OPEN)
        back = mine.filter(slot__isnull=False).update(run="", urgent=False)  # the plan wants these anyway
        count = mine.update(
            state=JobState.CANCELLED, text=_("stopped by %(name)s") % {"name": by.name}, ended_at=now, leased_until=None
        )
        act.details |= {"jobs": count, "left to the plan": back}
    return count


def _sites_with_agent(client: Client) -> QuerySet[Site]:
    """Return the sites of a client where something can be read; raises ValidationError for a client that left."""
    if client.state != ClientState.ACTIVE:
        raise ValidationError(_("The client has left: nothing is scanned."))
    sites = Site.objects.filter(client=client, retired_at=None, agents__state=AgentState.APPROVED)
    return sites.distinct()


def _watch(site_ids: set[int], now: datetime) -> None:
    """Have the agents of sites ask every 5 s for 15 minutes: somebody waits."""
    agents = Agent.objects.filter(site__in=site_ids, state=AgentState.APPROVED)
    agents.update(watched_until=now + timedelta(seconds=WATCHED_S))
