"""Figures for Prometheus: requests of this node, what waits in the database; for a token or on this machine."""

import hmac
import ipaddress
import os
from collections.abc import Iterator
from typing import Final, TypeVar

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from server.accounts.models import AuditHead, FailedLogIns, User
from server.agents.models import Agent
from server.alignment.models import ClientToJudge
from server.background.queue import queue
from server.health import checks
from server.notices.models import Outgoing
from server.scans.models import JobState, ScanJob

SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
Row = TypeVar("Row", bound=Model)


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the figures in Prometheus' text form; 404 for whoever may not ask."""
    if not _may(request):
        return HttpResponse(status=404)
    shared = CollectorRegistry()
    if os.environ.get(SHARED):
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    stored = CollectorRegistry()
    stored.register(Stored())
    text = generate_latest(shared if os.environ.get(SHARED) else REGISTRY) + generate_latest(stored)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _may(request: HttpRequest) -> bool:
    """Return whether the request has the token, or came from this machine and through no proxy."""
    scheme, _, told = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() == "bearer" and settings.METRICS_TOKEN:
        return hmac.compare_digest(told.encode(), settings.METRICS_TOKEN.encode())
    if settings.BEHIND_PROXY or "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(str(request.META.get("REMOTE_ADDR", ""))).is_loopback
    except ValueError:
        return False


class Stored(Collector):
    """What is counted in the database at the time of asking."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the figures; a database that does not answer is one of them."""
        answers = GaugeMetricFamily("datumline_database_answers", "1 when the database answers")
        try:
            found = list(_figures())
        except DatabaseError:
            answers.add_metric([], 0)
            yield answers
            return
        answers.add_metric([], 1)
        yield answers
        yield from found


def _figures() -> Iterator[GaugeMetricFamily]:
    tasks = GaugeMetricFamily("datumline_tasks", "Background tasks", labels=["status"])
    for state, count in queue().counts().items():
        tasks.add_metric([state], count)
    yield tasks
    yield _by("datumline_agents", "Agents", Agent.objects.all(), "state")
    jobs = ScanJob.objects.filter(state__in=[JobState.QUEUED, JobState.LEASED])
    yield _by("datumline_scan_jobs", "Scan jobs that are open", jobs, "state")
    waiting = Outgoing.objects.filter(sent_at=None, failed_at=None)
    yield _by("datumline_outbox_waiting", "Mails and webhook messages not yet taken", waiting, "kind")
    left = ClientToJudge.objects.count()
    yield GaugeMetricFamily("datumline_clients_to_judge", "Clients not yet judged by the library in force", value=left)
    head = AuditHead.objects.first()
    yield GaugeMetricFamily("datumline_audit_entries", "Entries of the audit log", value=head.count if head else 0)
    active = User.objects.filter(is_active=True).count()
    yield GaugeMetricFamily("datumline_people", "People who may sign in", value=active)
    locked = FailedLogIns.objects.filter(locked_until__gt=timezone.now()).count()
    yield GaugeMetricFamily("datumline_sign_in_locked", "Names and addresses that are locked out", value=locked)
    ready = GaugeMetricFamily("datumline_ready", "1 for each check of readiness that is well", labels=["check"])
    for one in checks():
        ready.add_metric([one.name], int(one.ok))
    yield ready


def _by(name: str, says: str, rows: QuerySet[Row], field: str) -> GaugeMetricFamily:
    """Return how many rows there are of each value of a field."""
    found = GaugeMetricFamily(name, says, labels=[field])
    for word, count in rows.order_by().values_list(field).annotate(n=Count("pk")):
        found.add_metric([str(word)], count)
    return found
