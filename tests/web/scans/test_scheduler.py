"""Slots are opened when they are due, once, with their jobs; what cannot run is noted with why."""

from datetime import UTC, datetime, timedelta

import pytest

from server.agents.models import Agent, AgentState
from server.clients.models import ClientState, Device, Site, Tag
from server.scans.leading import lead, resign, tick, ticked_at
from server.scans.models import (
    Blackout,
    JobState,
    Leader,
    NextScan,
    PlanException,
    ScanJob,
    ScanPlan,
    Slot,
    SlotState,
)
from server.scans.opening import open_due
from server.scans.plans import ensure_default_plans, put_in_place, sites_of
from server.scans.upkeep import close_slots, expire, forget_old, mend_after_clock, retry_unreachable, return_lost
from tests.web.scans.conftest import make_plan, make_site, placed

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
EIGHT = datetime(2026, 11, 22, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_new_server_has_a_nightly_plan_and_a_discovery_that_is_off() -> None:
    assert (ensure_default_plans(), ensure_default_plans()) == (2, 0)
    assert list(ScanPlan.objects.order_by("name").values_list("name", "active")) == [
        ("Nightly", True),
        ("Weekly discovery", False),
    ]


def test_a_plan_is_due_at_the_site_s_own_evening(ready: Site) -> None:
    Site.objects.update(time_zone="Pacific/Apia")
    assert placed(make_plan(), NOON).slot_at == datetime(2026, 11, 23, 7, tzinfo=UTC)


def test_a_slot_opens_with_a_job_for_each_access_and_moves_on(ready: Site) -> None:
    placed(make_plan(), NOON)
    open_due(EIGHT)
    assert list(Slot.objects.values_list("due_at", "state")) == [(EIGHT, "open")]
    assert ScanJob.objects.filter(state=JobState.QUEUED, not_after=EIGHT + 10 * HOUR).count() == 2
    assert NextScan.objects.get().slot_at == EIGHT + timedelta(days=1)


def test_nothing_opens_before_it_is_due(ready: Site) -> None:
    placed(make_plan(), NOON)
    assert open_due(EIGHT - timedelta(seconds=1)) == 0


def test_opening_twice_changes_nothing(ready: Site) -> None:
    row = placed(make_plan(), NOON)
    open_due(EIGHT)
    NextScan.objects.filter(pk=row.pk).update(slot_at=row.slot_at, due_at=row.due_at)
    open_due(EIGHT)
    assert (Slot.objects.count(), ScanJob.objects.count()) == (1, 2)


def test_a_server_that_was_down_runs_the_slot_while_its_window_is_open(ready: Site) -> None:
    placed(make_plan(), NOON)
    open_due(EIGHT + 9 * HOUR)
    assert Slot.objects.get().state == SlotState.OPEN
    assert ScanJob.objects.first().not_after == EIGHT + 10 * HOUR  # type: ignore[union-attr]


def test_a_server_that_was_down_for_days_notes_what_it_left_out_and_runs_the_last(ready: Site) -> None:
    placed(make_plan(), NOON)
    open_due(EIGHT + timedelta(days=3) + HOUR)
    told = list(Slot.objects.order_by("due_at").values_list("state", flat=True))
    assert told == ["skipped", "skipped", "skipped", "open"]
    assert Slot.objects.filter(why__contains="was not running").count() == 3


def test_a_window_that_is_over_is_noted_and_not_scanned(ready: Site) -> None:
    placed(make_plan(), NOON)
    open_due(EIGHT + 11 * HOUR)
    assert (Slot.objects.get().state, ScanJob.objects.count()) == ("skipped", 0)


def test_a_blackout_that_ends_in_time_postpones_the_slot(ready: Site) -> None:
    placed(make_plan(), NOON)
    ends_at = EIGHT + 2 * HOUR
    Blackout.objects.create(site=ready, client=ready.client, begins_at=NOON, ends_at=ends_at, why="Move", by="A")
    open_due(EIGHT)
    assert (Slot.objects.count(), NextScan.objects.get().due_at) == (0, ends_at)
    open_due(ends_at)
    assert Slot.objects.get().due_at == EIGHT


def test_a_blackout_over_the_whole_window_leaves_the_slot_out_with_why(ready: Site) -> None:
    placed(make_plan(), NOON)
    Blackout.objects.create(begins_at=NOON, ends_at=NOON + timedelta(days=2), why="Freeze", by="A")
    open_due(EIGHT)
    assert (Slot.objects.get().why, ScanJob.objects.count()) == ("blackout: Freeze", 0)


def test_a_blackout_elsewhere_changes_nothing(ready: Site) -> None:
    other = make_site("Other")
    put_in_place([make_plan()], NOON)
    Blackout.objects.create(client=other.client, begins_at=NOON, ends_at=NOON + timedelta(days=2), why="x", by="A")
    open_due(EIGHT)
    assert dict(Slot.objects.values_list("site", "state")) == {ready.pk: "open", other.pk: "skipped"}


def test_a_site_without_an_approved_agent_is_left_out_with_why(ready: Site) -> None:
    Agent.objects.update(state=AgentState.REVOKED)
    placed(make_plan(), NOON)
    open_due(EIGHT)
    assert Slot.objects.get().why == "no agent is approved at the site"


def test_an_access_that_is_being_read_is_not_read_twice(ready: Site) -> None:
    device = Device.objects.filter(site=ready).first()
    assert device is not None
    ScanJob.objects.create(site=ready, device=device, access=device.accesses.get(), not_after=EIGHT + HOUR)
    placed(make_plan(), NOON)
    open_due(EIGHT)
    assert ScanJob.objects.count() == 2


def test_a_plan_reads_only_its_kinds_and_transports(ready: Site) -> None:
    Device.objects.filter(name="SW-HALL").update(kind="ups")
    placed(make_plan(kinds=["ups"], transports=["snmp"]), NOON)
    open_due(EIGHT)
    assert [job.device.name for job in ScanJob.objects.all() if job.device] == ["SW-HALL"]


def test_a_discovery_looks_only_inside_the_agent_s_policy(ready: Site) -> None:
    placed(make_plan(networks=["10.20.1.0/24", "192.168.0.0/24"]), NOON)
    open_due(EIGHT)
    assert ScanJob.objects.get().networks == ["10.20.1.0/24"]


def test_tags_exceptions_and_clients_that_left_say_where_a_plan_applies(ready: Site) -> None:
    tagged, left, out = make_site("Tagged"), make_site("Left"), make_site("Out")
    plan = make_plan(all_clients=False)
    tag = Tag.objects.create(name="gold")
    plan.tags.add(tag)
    for site in (tagged, left, out):
        site.client.tags.add(tag)
    left.client.state = ClientState.LEFT
    left.client.save()
    PlanException.objects.create(plan=plan, client=out.client)
    PlanException.objects.create(plan=plan, client=ready.client, site=ready, takes_in=True)
    assert set(sites_of(plan)) == {tagged, ready}


def test_a_site_that_leaves_a_plan_is_due_no_more(ready: Site) -> None:
    plan = make_plan()
    placed(plan, NOON)
    PlanException.objects.create(plan=plan, client=ready.client)
    put_in_place([plan], NOON)
    assert not NextScan.objects.exists()


def test_another_rule_changes_the_next_slot_and_a_slot_that_waits_for_its_jitter_stays(ready: Site) -> None:
    plan = make_plan()
    placed(plan, NOON)
    plan.rule = "FREQ=DAILY;BYHOUR=21;BYMINUTE=0"
    assert placed(plan, NOON).slot_at == EIGHT + HOUR
    plan.rule = "FREQ=DAILY;BYHOUR=23;BYMINUTE=0"
    assert placed(plan, EIGHT + HOUR + timedelta(minutes=5)).slot_at == EIGHT + HOUR


def test_a_lost_lease_goes_back_to_the_queue_and_fails_at_the_fifth(ready: Site) -> None:
    placed(make_plan(), NOON)
    open_due(EIGHT)
    for attempt in range(1, 6):
        assert ScanJob.objects.filter(state=JobState.QUEUED, attempt=attempt).count() == 2
        ScanJob.objects.update(state=JobState.LEASED, leased_until=EIGHT)
        return_lost(EIGHT + HOUR)
    assert ScanJob.objects.filter(state=JobState.FAILED, reason="no agent").count() == 2


def test_what_no_agent_took_in_time_expires_and_the_slot_is_done(ready: Site) -> None:
    placed(make_plan(), NOON)
    open_due(EIGHT)
    assert (expire(EIGHT + 10 * HOUR), close_slots(EIGHT + 10 * HOUR)) == (2, 1)


def fail(reason: str, at: datetime) -> None:
    ScanJob.objects.filter(state=JobState.QUEUED).update(state=JobState.FAILED, reason=reason, ended_at=at)


def test_an_unreachable_device_is_tried_again_after_5_15_and_60_minutes(ready: Site) -> None:
    placed(make_plan(), NOON)
    open_due(EIGHT)
    waits = []
    for _ in range(4):
        fail("unreachable", EIGHT)
        if retry_unreachable(EIGHT):
            waits.append((ScanJob.objects.order_by("pk")[0].not_before - EIGHT) / timedelta(minutes=1))
    assert waits == [5, 15, 60]


def test_a_refused_logon_is_never_tried_again(ready: Site) -> None:
    placed(make_plan(), NOON)
    open_due(EIGHT)
    fail("access denied", EIGHT)
    assert retry_unreachable(EIGHT) == 0


def test_no_retry_begins_after_the_window(ready: Site) -> None:
    placed(make_plan(window_minutes=4), NOON)
    open_due(EIGHT)
    fail("unreachable", EIGHT)
    assert retry_unreachable(EIGHT) == 0


def test_after_the_clock_was_put_back_what_was_opened_too_early_is_opened_at_its_time(ready: Site) -> None:
    placed(make_plan(), NOON)
    open_due(EIGHT)
    mend_after_clock(NOON)
    assert (Slot.objects.count(), ScanJob.objects.filter(state=JobState.EXPIRED).count()) == (0, 2)
    open_due(EIGHT)
    assert (Slot.objects.get().due_at, ScanJob.objects.filter(state=JobState.QUEUED).count()) == (EIGHT, 2)


def test_after_the_clock_was_put_back_what_has_run_is_not_run_again(ready: Site) -> None:
    placed(make_plan(), NOON)
    open_due(EIGHT)
    ScanJob.objects.update(state=JobState.DONE, ended_at=EIGHT)
    mend_after_clock(NOON)
    open_due(EIGHT)
    assert (Slot.objects.count(), ScanJob.objects.count()) == (1, 2)
    assert NextScan.objects.get().slot_at == EIGHT + timedelta(days=1)


def test_ten_years_ahead_and_back_lose_no_night(ready: Site) -> None:
    placed(make_plan(), NOON)
    open_due(NOON + timedelta(days=3650))
    mend_after_clock(NOON)
    open_due(EIGHT)
    assert Slot.objects.get(due_at=EIGHT).state == SlotState.OPEN


def test_one_scheduler_leads_until_it_falls_silent_or_resigns() -> None:
    assert (lead("a", NOON), lead("b", NOON), lead("a", NOON)) == (True, False, True)
    assert lead("b", NOON + timedelta(seconds=31))
    resign("b", NOON)
    assert lead("a", NOON)


def test_a_leader_of_a_wrong_clock_does_not_lead_for_ten_years() -> None:
    lead("a", NOON + timedelta(days=3650))
    assert lead("b", NOON)


def test_a_clock_that_was_put_back_is_noticed_once() -> None:
    lead("a", NOON)
    told = [tick(NOON + HOUR), tick(NOON), tick(NOON + timedelta(seconds=1))]
    assert (told, ticked_at()) == ([False, True, False], NOON + timedelta(seconds=1))
    assert Leader.objects.count() == 1


def test_ended_jobs_and_slots_are_forgotten_after_ninety_days(ready: Site) -> None:
    placed(make_plan(), NOON)
    open_due(EIGHT)
    expire(EIGHT + 10 * HOUR)
    close_slots(EIGHT + 10 * HOUR)
    assert forget_old(EIGHT + timedelta(days=89)) == 0
    forget_old(EIGHT + timedelta(days=91))
    assert (Slot.objects.count(), ScanJob.objects.count()) == (0, 0)
