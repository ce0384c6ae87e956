"""The page of an order with its progress, and the page of one scan job."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.accounts.routes import SignedIn
from server.agents.models import Agent, AgentState
from server.clients.models import Client
from server.scans.actions import running
from server.scans.models import FoundDevice, JobState, ScanJob, ScanRun
from server.scans.reasons import Reason, reason_of

ROWS_COUNT = 50
FOUND_COUNT = 200
_ORDER = (JobState.LEASED, JobState.QUEUED, JobState.FAILED, JobState.EXPIRED, JobState.CANCELLED, JobState.DONE)
ICONS = {
    JobState.QUEUED: "bi-hourglass",
    JobState.LEASED: "bi-arrow-repeat",
    JobState.DONE: "bi-check2",
    JobState.FAILED: "bi-exclamation-triangle",
    JobState.EXPIRED: "bi-clock-history",
    JobState.CANCELLED: "bi-slash-circle",
}


@dataclass(frozen=True)
class Row:
    """A job of an order."""

    job: ScanJob
    icon: str
    words: Reason | None


@dataclass(frozen=True)
class Progress:
    """How far an order is."""

    total: int
    done: int
    failed: int
    open: int

    @property
    def ended(self) -> int:
        """Return how many are not open any more."""
        return self.total - self.open


def scan_run(request: SignedIn, uid: str) -> HttpResponse:
    """Return an order's page; to htmx only the part that changes, which asks again until all is done."""
    run = _run(request, uid)
    jobs = ScanJob.objects.filter(run=run.uid)
    by_state = dict(jobs.values_list("state").annotate(n=Count("pk")).order_by())
    open_count = by_state.get(JobState.QUEUED, 0) + by_state.get(JobState.LEASED, 0)
    failed = sum(by_state.get(one, 0) for one in (JobState.FAILED, JobState.EXPIRED, JobState.CANCELLED))
    progress = Progress(sum(by_state.values()), by_state.get(JobState.DONE, 0), failed, open_count)
    place = Case(*(When(state=one, then=number) for number, one in enumerate(_ORDER)), output_field=IntegerField())
    ordered = jobs.annotate(place=place).select_related("device", "site", "access")
    page = Paginator(ordered.order_by("place", "device__name", "pk"), ROWS_COUNT).get_page(request.GET.get("page"))
    sites = {job.site_id for job in page}
    context = {
        "title": _heading(run, progress),
        "run": run,
        "progress": progress,
        "page": page,
        "rows": [Row(job, ICONS[JobState(job.state)], reason_of(job.reason) if job.reason else None) for job in page],
        "agents": list(Agent.objects.filter(site__in=sites, state=AgentState.APPROVED).order_by("name")[:5]),
        "found": _found(run, sites) if run.kind == "discover" and not open_count else [],
        "now": timezone.now(),
    }
    return render(request, "scans/parts/progress.html" if request.htmx else "scans/run.html", context)


def _found(run: ScanRun, sites: set[int]) -> list[FoundDevice]:
    return list(FoundDevice.objects.filter(site__in=sites, seen_at__gte=run.asked_at).order_by("address")[:FOUND_COUNT])


def _heading(run: ScanRun, progress: Progress) -> str:
    if progress.open:
        said = _("%(what)s: %(ended)d of %(total)d done")
        return said % {"what": run.about, "ended": progress.ended, "total": progress.total}
    if run.kind == "try_access":
        return (_("%(what)s works") if progress.done else _("%(what)s does not work")) % {"what": run.about}
    if progress.failed:
        said = ngettext("%(what)s: %(n)d was not read", "%(what)s: %(n)d were not read", progress.failed)
        return said % {"what": run.about, "n": progress.failed}
    return _("%(what)s: all read") % {"what": run.about}


def scan_run_stop(request: SignedIn, uid: str) -> HttpResponse:
    """Stop an order."""
    run = _run(request, uid)
    count = running.cancel(request.actor, run)
    said = ngettext("%(n)d scan was stopped.", "%(n)d scans were stopped.", count)
    messages.success(request, said % {"n": count})
    return redirect("scan_run", run.uid)


def scan_job(request: SignedIn, uid: str) -> HttpResponse:
    """Return all that is known of one scan job."""
    seen = ScanJob.objects.filter(site__client__in=Client.objects.seen_by(request.actor))
    job = get_object_or_404(
        seen.select_related(
            "device", "site__client", "access__credential", "agent", "slot__plan", "slot__visit", "asked_by"
        ),
        uid=uid,
    )
    what = {"scan": _("Scan"), "try_access": _("Try of an access"), "discover": _("Discovery")}.get(job.kind, job.kind)
    about = job.device.name if job.device else job.site.name
    context = {
        "title": f"{what}: {about}",
        "what": what,
        "job": job,
        "icon": ICONS[JobState(job.state)],
        "words": reason_of(job.reason) if job.reason else None,
        "run": ScanRun.objects.filter(uid=job.run).first() if job.run else None,
    }
    return render(request, "scans/job.html", context)


def _run(request: SignedIn, uid: str) -> ScanRun:
    seen = ScanRun.objects.filter(client__in=Client.objects.seen_by(request.actor)).select_related("client", "device")
    return get_object_or_404(seen, uid=uid)
