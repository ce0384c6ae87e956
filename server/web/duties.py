"""All that the server does by itself every so often, in one table, and how one of these duties is done."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task

from server.alignment.models import ClientStandard, DeviceVerdicts
from server.background.queue import queue
from server.clients.models import ClientState, RollUpDue
from server.scans.models import Duty

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Periodic:
    """A duty: its name, every how many seconds, and a function of the present instant."""

    name: str
    every_s: int
    does: str
    where: Literal["here", "worker"] = "here"
    """In the scheduler, when it takes no time; else as a background task."""
    when: str = ""
    """A cheap question whether there is anything to do, for a duty that is asked often."""
    at_most_s: int = 3600
    """After so long a task that told nothing is taken for lost."""


DUTIES: Final = (
    Periodic("open slots", 5, "server.scans.opening.open_due"),
    Periodic("visits", 15, "server.scans.visits.open_visits"),
    Periodic("lost leases", 15, "server.scans.upkeep.return_lost"),
    Periodic("expired jobs", 15, "server.scans.upkeep.expire"),
    Periodic("unreachable again", 15, "server.scans.upkeep.retry_unreachable"),
    Periodic("close slots", 15, "server.scans.upkeep.close_slots"),
    Periodic("tasks of dead workers", 10, "server.background.queue.give_back"),
    Periodic("plans in place", 60, "server.scans.upkeep.put_plans_in_place"),
    Periodic("roll-ups", 5, "server.alignment.rolling.roll_up_due", "worker", "server.web.duties.roll_ups_wait", 600),
    Periodic("verdicts", 30, "server.alignment.reevaluating.judge_due", "worker", "server.web.duties.verdicts_wait"),
    Periodic("library", 60, "server.alignment.anew.follow_library", "worker"),
    Periodic("problems", 60, "server.notices.problems.gather", "worker"),
    Periodic("watch", 60, "server.notices.watch.watch", "worker"),
    Periodic("digests", 60, "server.notices.digest.digest_due", "worker"),
    Periodic("outbox", 15, "server.notices.sending.send", "worker", "server.notices.sending.is_due"),
    Periodic("retention of notices", 6 * 3600, "server.notices.retention.forget_old", "worker"),
    Periodic("retention of tasks", 3600, "server.background.queue.forget_old", "worker"),
    Periodic("retention of scans", 6 * 3600, "server.scans.upkeep.forget_old", "worker"),
    Periodic("retention of readings", 6 * 3600, "server.readings.actions.forget_old", "worker"),
    Periodic("clients that left", 6 * 3600, "server.web.client_leaving.purge_left", "worker"),
    Periodic("retention of sign-ins", 3600, "server.accounts.upkeep.forget_old", "worker"),
)


def roll_ups_wait(now: datetime) -> bool:
    """Return whether a client waits to be rolled up."""
    return RollUpDue.objects.exists()


def verdicts_wait(now: datetime) -> bool:
    """Return whether time has overtaken a verdict."""
    devices = DeviceVerdicts.objects.filter(valid_until__lte=now, device__client__state=ClientState.ACTIVE)
    clients = ClientStandard.objects.filter(valid_until__lte=now, client__state=ClientState.ACTIVE)
    return devices.exists() or clients.exists()


def hand_out(duty: Periodic, now: datetime) -> bool:
    """Queue a duty of the worker when it is due and not under way; return whether it was. Two never queue it twice.

    It counts as lost when its task is gone without having told its end (the database was away then), or after too long.
    """
    if duty.when and not import_string(duty.when)(now):
        return False
    every = timedelta(seconds=duty.every_s)
    known, _new = Duty.objects.get_or_create(name=duty.name, defaults={"due_at": now})
    if now < known.due_at <= now + every:
        return False
    due = Q(due_at__lte=now) | Q(due_at__gt=now + every)  # the latter: the clock was put back
    idle = Q(begun_at=None) | Q(ended_at__gte=F("begun_at"))
    late = Q(begun_at__lt=now - timedelta(seconds=duty.at_most_s)) | Q(begun_at__gt=now)
    with transaction.atomic():  # noted and queued, or neither
        lost = late if duty.name in queue().first_arguments(do.module_path) else Q(pk__isnull=False)
        mine = Duty.objects.filter(due, idle | lost, name=duty.name).update(
            due_at=now + every, begun_at=now, ended_at=None
        )
        if mine:
            do.enqueue(duty.name)
    return mine == 1


@task()
def do(name: str) -> None:
    """Do a duty; it is safe to do it again."""
    duty = next(one for one in DUTIES if one.name == name)
    failed = True
    try:
        import_string(duty.does)(timezone.now())
        failed = False
    finally:
        Duty.objects.filter(name=name).update(ended_at=timezone.now(), failed=failed)
