"""`python -m tests.e2e.clerk`: what people would enter on the server's pages, and a look into its database.

A process of its own over the server's own settings: it reads one JSON object a line and answers with one.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, Final

import django

django.setup()

from django.apps import apps  # noqa: E402 - Django must be set up first
from django.db import connection, connections  # noqa: E402
from django.db.models import DateTimeField, F  # noqa: E402
from django.utils import timezone  # noqa: E402

from server.accounts.actor import Actor  # noqa: E402
from server.accounts.rights import Right  # noqa: E402
from server.agents.actions import approve, make_token  # noqa: E402
from server.agents.models import Agent  # noqa: E402
from server.alignment.models import ClientStandard, DeviceVerdicts, VerdictChange  # noqa: E402
from server.alignment.packed import unpacked  # noqa: E402
from server.background.queue import RUNNING, queue  # noqa: E402
from server.clients.models import Client, RollUpDue, Site  # noqa: E402
from server.readings.models import Report  # noqa: E402
from server.scans.actions.running import scan_client  # noqa: E402
from server.scans.models import Duty, JobState, NextScan, ScanJob, ScanPlan, Slot  # noqa: E402
from server.scans.plans import put_in_place  # noqa: E402
from server.scans.queue import OPEN  # noqa: E402
from tests.demo.furnishing import add_live_client  # noqa: E402
from tests.demo.people import add_people, new_seed  # noqa: E402
from tests.demo.recorded import Served, ServedAccess  # noqa: E402
from tests.demo.recorded import Site as Served_Site  # noqa: E402

BY: Final = Actor(name="The clerk", rights=frozenset(Right), all_clients=True)
Told = dict[str, Any]


def begin(told: Told) -> Told:
    """Add people, and the client with its devices and a plan; return the seed of the second factor and a token."""
    devices = [_served(one) for one in told["devices"]]
    client = add_live_client(BY, Served_Site(ExitStack(), devices))
    seed = new_seed()
    add_people(seed)
    plan = ScanPlan.objects.create(
        name="Each night", rule="FREQ=DAILY;BYHOUR=3;BYMINUTE=0", window_minutes=120, jitter_minutes=0, all_clients=True
    )
    put_in_place([plan], timezone.now())
    token = make_token(BY, client.sites.get()).token
    return {"client": client.uid, "seed": seed, "token": token}


def _served(one: Told) -> Served:
    accesses = tuple(ServedAccess(**access) for access in one["accesses"])
    return Served(one["name"], accesses, tuple(one["roles"]), one["device_class"])


def let_in(told: Told) -> Told:
    """Approve the agent by the fingerprint that it showed."""
    approve(BY, Agent.objects.get(), told["fingerprint"])
    return {}


def scan(told: Told) -> Told:
    """Order a scan of the client."""
    return {"jobs": scan_client(BY, Client.objects.get()).jobs_count}


def night(told: Told) -> Told:
    """Let the plan be due now, as if its hour had come; the scheduler does the rest."""
    now = timezone.now()
    return {"rows": NextScan.objects.update(slot_at=now, due_at=now), "at": now.timestamp()}


def lose(told: Told) -> Told:
    """Let the leases be over that an agent holds, and the wait of what it lost twice, as a quarter of an hour would."""
    leased = ScanJob.objects.filter(state=JobState.LEASED)
    later = ScanJob.objects.filter(state=JobState.QUEUED, attempt__gt=1, not_before__gt=timezone.now())
    ended = leased.update(leased_until=timezone.now() - timedelta(seconds=1))
    return {"jobs": ended + later.update(not_before=timezone.now())}


def waits(told: Told) -> Told:
    """Return how much is still to be done, and what the background work is at."""
    under_way = Duty.objects.filter(begun_at__isnull=False, ended_at=None)
    open_jobs = ScanJob.objects.filter(state__in=OPEN).values_list("state", "attempt", "not_before", "leased_until")
    return {
        "jobs": [" ".join(map(str, one)) for one in open_jobs],
        "roll-ups": RollUpDue.objects.count(),
        "due slots": NextScan.objects.filter(due_at__lte=timezone.now()).count(),
        "reports": Report.objects.count(),
        "tasks": dict(queue().counts()),
        "duties under way": {name: str(at) for name, at in under_way.values_list("name", "begun_at")},
    }


def verdicts(told: Told) -> Told:
    """Return the words by device and standard, and by standard for the client."""
    devices = {
        f"{row.device.name}: {standard}": str(kept.word)
        for row in DeviceVerdicts.objects.select_related("device")
        for standard, kept in unpacked(row.packed).items()
    }
    client = dict(ClientStandard.objects.values_list("standard", "verdict"))
    return {"devices": devices, "client": client}


def history(told: Told) -> Told:
    """Return what the database has of reports, jobs, slots and changes, to be compared with what the agent kept."""
    slots = [(job.slot_id, job.access_id) for job in ScanJob.objects.exclude(slot=None)]
    per_job = Counter(Report.objects.filter(outcome="stored").values_list("job_id", flat=True))
    attempts = dict(ScanJob.objects.values_list("pk", "attempt"))
    return {
        "reports": list(Report.objects.values_list("report_id", "outcome", "reason")),
        "doubled jobs of slots": [one for one, count in Counter(slots).items() if count > 1],
        "slots": Slot.objects.count(),
        "jobs reported too often": [pk for pk, n in per_job.items() if n > attempts.get(pk, 0)],
        "became yes": [
            f"{one.device or 'client'}: {one.standard} {one.before} -> {one.after}"
            for one in VerdictChange.objects.filter(after="yes", pk__gt=told.get("after", 0)).select_related("device")
        ],
        "last change": VerdictChange.objects.order_by("pk").values_list("pk", flat=True).last() or 0,
        "jobs": dict(Counter(ScanJob.objects.values_list("state", flat=True))),
        "agent": Agent.objects.get().state,
        "running tasks": queue().counts().get(RUNNING, 0),
    }


def whole(told: Told) -> Told:
    """Return what the database says of itself."""
    if connection.vendor != "sqlite":
        return {"says": "ok"}
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        return {"says": "\n".join(row[0] for row in cursor.fetchall())}


def age(told: Told) -> Told:
    """Put every instant of the database back by some hours, but those of the audit log, which nobody can change."""
    back, changed = timedelta(hours=told["hours"]), 0
    for model in apps.get_models():
        fields = [one.name for one in model._meta.concrete_fields if isinstance(one, DateTimeField)]
        if fields and model._meta.db_table != "accounts_auditentry" and model._meta.managed:
            changed += model._default_manager.update(**{name: F(name) - back for name in fields})
    return {"rows": changed, "site": Site.objects.get().uid}


ACTS: Final[dict[str, Callable[[Told], Told]]] = {
    "begin": begin, "let in": let_in, "scan": scan, "night": night, "lose": lose, "waits": waits,
    "verdicts": verdicts, "history": history, "whole": whole, "age": age,
}  # fmt: skip


def main() -> None:
    """Answer until the input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            told = ACTS[asked["do"]](asked)
        except Exception as error:  # noqa: BLE001 - the outermost loop: whoever asked is told
            told = {"failed": f"{type(error).__name__}: {error}"}
        finally:
            connections.close_all()  # the database may be another one, or gone, at the next question
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
