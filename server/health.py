"""What a load balancer or a watchdog asks: does the server answer (healthz), and can it do its work (readyz)?"""

import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from server.background.queue import queue
from server.beats import last_beat

logger = logging.getLogger(__name__)

PROCESSES: Final = ("worker", "scheduler")
GONE_AFTER: Final = timedelta(seconds=60)
WAITS_TOO_LONG: Final = timedelta(minutes=10)
"""A task that is due for so long is waiting for a worker that hangs or is too slow."""
SPACE_BYTES: Final = 500_000_000
"""Free space under which the data folder counts as full: a busy day's readings and a backup fit no more."""


WORDS: Final = {
    "database": gettext_lazy("database"),
    "migrations": gettext_lazy("migrations"),
    "worker": gettext_lazy("worker"),
    "scheduler": gettext_lazy("scheduler"),
    "tasks": gettext_lazy("tasks"),
    "space": gettext_lazy("space"),
}


@dataclass(frozen=True)
class Check:
    """One thing that the server needs for its work."""

    name: str
    ok: bool
    says: str

    @property
    def word(self) -> str:
        """Return its name for people."""
        return str(WORDS[self.name])


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Return 200 when the database answers, else 503; neither tells more than that."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("the database does not answer")
        return JsonResponse({"status": "database does not answer"}, status=503)
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Return 200 when all that the work needs is there, else 503; each check by its name, without figures."""
    try:
        found = list(checks())
    except DatabaseError:
        logger.exception("the database does not answer")
        return JsonResponse({"status": "not ready", "database": "fails"}, status=503)
    ready = all(one.ok for one in found)
    told = {one.name: "ok" if one.ok else "fails" for one in found}
    return JsonResponse({"status": "ready" if ready else "not ready", **told}, status=200 if ready else 503)


def checks() -> Iterator[Check]:
    """Yield each check with words for an administrator."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    yield Check("database", ok=True, says=_("answers"))
    yield _migrations()
    now = timezone.now()
    for name in PROCESSES:
        at = last_beat(name)
        alive = at is not None and now - at < GONE_AFTER
        seen = date_format(timezone.localtime(at), "j M Y, H:i:s") if at else ""
        yield Check(name, ok=alive, says=_("last sign of life %(at)s") % {"at": seen} if at else _("never ran"))
    oldest = queue().oldest_due_at()
    waits = now - oldest if oldest else timedelta()
    minutes = int(waits.total_seconds() // 60)
    yield Check(
        "tasks",
        ok=waits < WAITS_TOO_LONG,
        says=_("oldest due task waits %(n)d min") % {"n": minutes} if oldest else _("none wait"),
    )
    yield _space()


def _migrations() -> Check:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return Check(
        "migrations", ok=not waiting, says=_("%(n)d to apply") % {"n": len(waiting)} if waiting else _("all applied")
    )


def _space() -> Check:
    try:
        free = shutil.disk_usage(settings.DATA).free
    except OSError as error:
        return Check("space", ok=False, says=_("the data folder cannot be asked: %(why)s") % {"why": error.strerror})
    return Check(
        "space", ok=free >= SPACE_BYTES, says=_("%(n)d GB free in the data folder") % {"n": free // 1_000_000_000}
    )
