"""Keeps the queue in order: lost leases go back, what is too late expires, unreachable devices are tried again."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from collectors.facts.gaps import GapReason
from server.retention import Budget, delete
from server.scans.models import FoundDevice, JobState, ScanJob, ScanPlan, ScanRun, Slot, SlotState, Visit
from server.scans.plans import clock_was_put_back, put_in_place
from server.scans.queue import OPEN, give_back

logger = logging.getLogger(__name__)
RETRIES: Final = (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
"""When a device that did not answer is tried again. What refused a logon is never tried again (decision 12)."""
KEPT: Final = timedelta(days=90)
NEW_KEPT: Final = timedelta(days=400)
AT_ONCE_COUNT: Final = 5_000


def return_lost(now: datetime) -> int:
    """Queue the jobs whose agent fell silent; those lost too often have failed. Return how many."""
    return give_back(ScanJob.objects.filter(state=JobState.LEASED, leased_until__lt=now), now, now)


def expire(now: datetime) -> int:
    """End the jobs that no agent took in time; return how many."""
    late = ScanJob.objects.filter(state=JobState.QUEUED, not_after__lte=now)
    return late.update(
        state=JobState.EXPIRED, reason="expired", text="no agent took it in time", ended_at=now, leased_until=None
    )


def retry_unreachable(now: datetime) -> int:
    """Queue the planned jobs whose device did not answer, after 5, 15 and 60 minutes; return how many.

    A person who asked sees the failure at once and asks again; a job of theirs is not repeated.
    """
    other = ScanJob.objects.filter(access=OuterRef("access"), kind=OuterRef("kind"), state__in=OPEN)
    failed = ScanJob.objects.filter(
        ~Exists(other),
        state=JobState.FAILED,
        reason=GapReason.UNREACHABLE,
        kind="scan",
        slot__isnull=False,
        attempt__lte=len(RETRIES),
        ended_at__gt=now - RETRIES[-1],
        not_after__gt=now,
    )
    count = 0
    for job in failed.order_by("pk")[:AT_ONCE_COUNT]:
        again_at = (job.ended_at or now) + RETRIES[job.attempt - 1]
        if again_at >= job.not_after:
            continue
        try:
            with transaction.atomic():
                count += ScanJob.objects.filter(pk=job.pk, state=JobState.FAILED).update(
                    state=JobState.QUEUED,
                    agent=None,
                    attempt=job.attempt + 1,
                    not_before=again_at,
                    ended_at=None,
                    reason="",
                    text="",
                )
        except IntegrityError:  # somebody ordered the same access meanwhile
            continue
    return count


def close_slots(now: datetime) -> int:
    """Note the slots as done of which no job is open any more; return how many."""
    waiting = ScanJob.objects.filter(slot=OuterRef("pk"), state__in=OPEN)
    again = ScanJob.objects.filter(
        slot=OuterRef("pk"),
        state=JobState.FAILED,
        reason=GapReason.UNREACHABLE,
        ended_at__gt=now - timedelta(minutes=1),
    )
    open_slots = Slot.objects.filter(state=SlotState.OPEN, opened_at__lt=now)
    return open_slots.filter(~Exists(waiting), ~Exists(again)).update(state=SlotState.DONE)


def put_plans_in_place(now: datetime) -> int:
    """Bring the due times of all plans into line with clients, tags and time zones; return how many changed."""
    return put_in_place(ScanPlan.objects.order_by("pk"), now)


def mend_after_clock(now: datetime) -> None:
    """After the clock was put back: take back what was opened for a time that had not come, and reckon anew.

    A job that ran while the clock was ahead has run, and its slot stays handled; one that did not gives its slot back.
    """
    ahead = ScanJob.objects.filter(made_at__gt=now, state__in=OPEN)
    with transaction.atomic():
        slots = set(ahead.filter(slot__due_at__gt=now).values_list("slot_id", flat=True))
        ahead.update(
            state=JobState.EXPIRED,
            reason="expired",
            text="the server's clock was ahead when this was planned",
            ended_at=now,
            leased_until=None,
        )
        ran = ScanJob.objects.filter(slot=OuterRef("pk")).filter(Q(state=JobState.DONE) | Q(state=JobState.FAILED))
        of_visits = Q(visit__isnull=False, opened_at__gt=now, due_at__gt=now)
        Slot.objects.filter(~Exists(ran)).filter(of_visits | Q(pk__in=slots)).delete()
        Visit.objects.filter(judged_at__gt=now).update(judged_day=None, judged_at=None)
        count = clock_was_put_back(now)
    logger.warning("the clock was put back; due times were reckoned anew", extra={"rows_count": count})


def forget_old(now: datetime, budget: Budget | None = None) -> int:
    """Delete ended jobs, slots and orders after 90 days, what discoveries saw and visits after 400; return how many.

    Until all of it is gone or the budget ends: a million devices that are read nightly leave 250,000 jobs a run.
    """
    budget = budget or Budget()
    old = now - KEPT
    delete(ScanJob.objects.filter(ended_at__lt=old), budget)
    delete(Slot.objects.filter(state__in=[SlotState.DONE, SlotState.SKIPPED], due_at__lt=old), budget)
    with_jobs = ScanJob.objects.filter(run=OuterRef("uid"))
    delete(ScanRun.objects.filter(~Exists(with_jobs), asked_at__lt=old), budget)
    delete(FoundDevice.objects.filter(seen_at__lt=now - NEW_KEPT, device=None), budget)
    delete(Visit.objects.filter(day__lt=(now - NEW_KEPT).date()), budget)
    return budget.count
