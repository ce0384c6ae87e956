"""All clients judged anew by another library: a task for each, so that other work goes on between, on every worker."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django_tasks import task

from server.alignment.models import ClientToJudge, Reevaluation
from server.alignment.reevaluating import judge_client
from server.background.queue import queue
from server.clients.models import Client, ClientState
from server.standards.library import in_force
from server.standards.models import LibraryInForce

logger = logging.getLogger(__name__)
AFTER_ALL_ELSE: Final = -10
"""The tasks' priority: what comes in meanwhile is worked off first."""


@dataclass(frozen=True)
class Progress:
    """How far the run under way has come."""

    asked_at: datetime
    done_count: int
    clients_count: int


def progress() -> Progress | None:
    """Return how far the run under way has come, None when there is none; one query."""
    run = Reevaluation.objects.filter(ended_at=None).annotate(left_count=Count("left")).order_by("pk").last()
    return None if run is None else Progress(run.asked_at, run.clients_count - run.left_count, run.clients_count)


def follow_library(at: datetime) -> int:
    """Begin a run when another library is in force, and have done what is left of it; return how many clients wait."""
    with transaction.atomic():
        if _library_changed():
            begin("library", at)
    return go_on(at)


def _library_changed() -> bool:
    """Return whether the library is another one than was noted; note it. The first of all counts as another."""
    law = in_force()
    count = len(law.library.standards)
    _row, new = LibraryInForce.objects.get_or_create(pk=1, defaults={"sha256": law.sha256, "standards_count": count})
    changed = not new and LibraryInForce.objects.filter(~Q(sha256=law.sha256), pk=1).update(
        sha256=law.sha256, standards_count=count, since=timezone.now()
    )
    if new or changed:
        logger.info("a library is in force", extra={"sha256": law.sha256, "standards_count": count})
    return bool(new or changed)


def begin(why: str, at: datetime) -> Reevaluation:
    """Return a run over all clients, in the place of any that is under way."""
    with transaction.atomic():
        ClientToJudge.objects.all().delete()
        Reevaluation.objects.filter(ended_at=None).update(ended_at=at)
        ids = list(Client.objects.filter(state=ClientState.ACTIVE).order_by("pk").values_list("pk", flat=True))
        run = Reevaluation.objects.create(why=why, asked_at=at, clients_count=len(ids))
        ClientToJudge.objects.bulk_create([ClientToJudge(run=run, client_id=pk) for pk in ids], batch_size=500)
    return run


def go_on(at: datetime) -> int:
    """Queue a task for each client that is left and has none, end the run when none is; return how many are left."""
    left = list(ClientToJudge.objects.order_by("pk").values_list("pk", flat=True))
    if not left:
        Reevaluation.objects.filter(ended_at=None).update(ended_at=at)
        return 0
    queued = queue().first_arguments(judge_anew.module_path)
    with transaction.atomic():
        for pk in left:
            if str(pk) not in queued:
                judge_anew.enqueue(pk)
    return len(left)


@task(priority=AFTER_ALL_ELSE)
def judge_anew(left_id: int) -> None:
    """Judge a client that is left of a run; one that is not left any more is not judged.

    A worker that has the library of before, while the server is brought up to date, leaves it to the others.
    """
    left = ClientToJudge.objects.select_related("client").filter(pk=left_id).first()
    if left is None or not LibraryInForce.objects.filter(sha256=in_force().sha256).exists():
        return
    if left.client.state == ClientState.ACTIVE:
        judge_client(left.client, timezone.now())
    ClientToJudge.objects.filter(pk=left_id).delete()
    if not ClientToJudge.objects.filter(run_id=left.run_id).exists():
        Reevaluation.objects.filter(pk=left.run_id, ended_at=None).update(ended_at=timezone.now())
