"""What is kept no longer goes in steps: all of it, however much there is, and nothing that is younger."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from server.clients.models import Device, Site
from server.readings.models import DailySummary
from server.retention import AT_ONCE_COUNT, LONGEST_S, Budget, delete_from_the_front
from server.scans.models import JobState, ScanJob, ScanRun, Slot, SlotState
from server.scans.upkeep import KEPT, forget_old
from tests.web.scans.conftest import make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NOW = timezone.now()
DAY = timedelta(days=1)
MILLION_READ_NIGHTLY = 250_000
"""Jobs that end between two runs of the retention, which are six hours apart."""


def add_jobs(site: Site, count: int, ended_ago: timedelta) -> None:
    at = NOW - ended_ago
    ScanJob.objects.bulk_create(
        ScanJob(site=site, state=JobState.DONE, made_at=at, not_after=at, ended_at=at) for _ in range(count)
    )


def test_ended_jobs_go_in_steps_until_none_is_left(site: Site) -> None:
    add_jobs(site, 130, KEPT + DAY)
    add_jobs(site, 7, KEPT - DAY)
    ScanJob.objects.create(site=site, made_at=NOW - 2 * KEPT, not_after=NOW)  # it never ended
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert forget_old(NOW, Budget(at_once_count=50)) == 130
    removed = [one["sql"] for one in queries if one["sql"].startswith('DELETE FROM "scans_scanjob"')]
    assert (len(removed), ScanJob.objects.count()) == (3, 8)


def test_more_go_in_one_run_than_any_step_holds(site: Site) -> None:
    add_jobs(site, 2 * AT_ONCE_COUNT + 1, KEPT + DAY)
    assert forget_old(NOW) == 2 * AT_ONCE_COUNT + 1
    assert MILLION_READ_NIGHTLY / LONGEST_S < 1_000  # jobs a second that it takes to keep up: docs/scale.md


def test_when_its_time_is_over_the_rest_waits_for_the_next_run(site: Site) -> None:
    add_jobs(site, 3, KEPT + DAY)
    assert forget_old(NOW, Budget(longest_s=0)) == 0
    assert forget_old(NOW) == 3


def test_slots_and_orders_go_with_the_last_of_their_jobs(site: Site) -> None:
    plan, long_ago = make_plan(), NOW - KEPT - DAY
    for number, state in enumerate((SlotState.DONE, SlotState.SKIPPED, SlotState.OPEN)):
        Slot.objects.create(plan=plan, site=site, due_at=long_ago + timedelta(hours=number), state=state)
    kept = ScanRun.objects.create(client=site.client, about="all", by="Ada", asked_at=long_ago)
    ScanRun.objects.create(client=site.client, about="all", by="Ada", asked_at=long_ago)
    ScanJob.objects.create(site=site, run=kept.uid, not_after=NOW)
    assert forget_old(NOW) == 3
    assert [slot.state for slot in Slot.objects.all()] == [SlotState.OPEN]
    assert list(ScanRun.objects.all()) == [kept]


@pytest.fixture
def device(site: Site) -> Device:
    return Device.objects.create(client=site.client, site=site, name="SW", kind="switch")


def test_rows_without_an_index_over_time_are_read_no_further_than_the_old_ones(device: Device) -> None:
    begin, kept_from = date(2025, 1, 1), date(2025, 1, 13)
    days = [begin + number * DAY for number in range(40)]
    days[3], days[30] = days[30], days[3]  # one came late, one of a clock that was ahead
    DailySummary.objects.bulk_create(DailySummary(device=device, day=day, packed=b"") for day in days)
    old = Q(day__lt=kept_from)
    with CaptureQueriesContext(connection) as queries:
        count = delete_from_the_front(DailySummary.objects.all(), old, Budget(at_once_count=5))
    assert count == sum(day < kept_from for day in days[:15])
    looked = [one["sql"] for one in queries if one["sql"].startswith("SELECT")]
    assert len(looked) == 4  # steps up to the one in which nothing was old, of nine
    assert [row.day for row in DailySummary.objects.order_by("pk")][:2] == [days[3], days[12]]
