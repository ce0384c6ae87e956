"""Visits: the site is read before each, what failed again in the morning, once, whatever clocks and servers do."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client as Browser
from django.utils import timezone

from server.access.models import Access
from server.accounts.actor import Actor, NotThere
from server.accounts.models import AuditEntry, User
from server.accounts.rights import Role
from server.agents.models import Agent, AgentState
from server.clients.actions.client import Refused
from server.clients.models import Device, Site
from server.notices.models import Notice, Outgoing
from server.notices.visits import tell_of_visits
from server.scans.actions.visiting import VisitTold, cancel_visit, change_visit, plan_visit
from server.scans.models import Blackout, JobState, ScanJob, Slot, Visit
from server.scans.upkeep import close_slots, expire, mend_after_clock
from server.scans.visits import missed, open_visits, times_of
from tests.web.conftest import MakePerson, signed_in
from tests.web.scans.conftest import make_device, make_plan, make_site

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
DAY = date(2026, 11, 25)
"""A Wednesday; in London then wall clock is UTC."""
FIRST = datetime(2026, 11, 24, 14, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 6, tzinfo=UTC)
START = datetime(2026, 11, 25, 8, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def visit(ready: Site) -> Visit:
    return Visit.objects.create(site=ready, day=DAY, by="TAM")


@pytest.fixture
def tam(make_person: MakePerson) -> User:
    return make_person(Role.TAM)


def end(at: datetime, *, failed: str = "", reason: str = "unreachable") -> None:
    """End the jobs that wait: done, but those of one device."""
    waiting = ScanJob.objects.filter(state=JobState.QUEUED)
    gone = waiting.filter(device__name=failed)
    gone.update(state=JobState.FAILED, reason=reason, text="no answer", ended_at=at)
    waiting.update(state=JobState.DONE, ended_at=at)


def queued() -> list[str]:
    jobs = ScanJob.objects.filter(state=JobState.QUEUED).select_related("device").order_by("device__name")
    return [job.device.name for job in jobs if job.device]


def through(failed: str, first: datetime = FIRST, morning: datetime = MORNING) -> None:
    """Go through both scans of a visit, one device failing each time."""
    open_visits(first)
    end(first + HOUR, failed=failed)
    close_slots(first + 2 * HOUR)
    open_visits(morning)
    end(morning + 10 * MINUTE, failed=failed)
    close_slots(morning + 20 * MINUTE)


def test_everything_at_the_site_is_read_18_hours_before(visit: Visit) -> None:
    assert (open_visits(FIRST - MINUTE), queued()) == (0, [])
    assert (open_visits(FIRST), queued()) == (1, ["SW-CORE", "SW-HALL"])
    assert set(ScanJob.objects.values_list("not_after", flat=True)) == {MORNING}


def test_only_what_failed_is_read_again_at_six(visit: Visit) -> None:
    open_visits(FIRST)
    end(FIRST + HOUR, failed="SW-HALL")
    assert (open_visits(MORNING - MINUTE), queued()) == (0, [])
    assert (open_visits(MORNING), queued()) == (1, ["SW-HALL"])
    assert ScanJob.objects.get(state=JobState.QUEUED).not_after == START


def test_where_nothing_failed_nothing_is_read_again(visit: Visit, tam: User) -> None:
    open_visits(FIRST)
    end(FIRST + HOUR)
    open_visits(MORNING)
    assert (queued(), tell_of_visits(MORNING + MINUTE), Notice.objects.count()) == ([], 0, 0)


def test_what_no_agent_took_by_six_is_not_lost(visit: Visit) -> None:
    open_visits(FIRST)
    open_visits(MORNING)
    expire(MORNING)
    assert queued() == ["SW-CORE", "SW-HALL"]


def test_opening_again_and_again_doubles_nothing(visit: Visit) -> None:
    for at in (FIRST, FIRST + MINUTE, FIRST + HOUR, MORNING, MORNING + MINUTE):
        open_visits(at)
        open_visits(at)
    assert (Slot.objects.count(), ScanJob.objects.count()) == (2, 2)


def test_one_notice_lists_what_failed_to_the_tam_and_centralized_services(
    visit: Visit, tam: User, make_person: MakePerson
) -> None:
    central, vcio = make_person(Role.CENTRALIZED_SERVICES), make_person(Role.VCIO)
    through("SW-HALL")
    assert [tell_of_visits(MORNING + HOUR) for _ in range(3)] == [1, 0, 0]
    notices = Notice.objects.order_by("user_id")
    assert [one.user for one in notices] == [tam, central]
    assert (notices[0].title, notices[0].text) == (
        "Main office is visited on 2026-11-25: 1 device was not read",
        "SW-HALL by snmp: No answer",
    )
    assert Outgoing.objects.filter(kind="mail").count() == 2
    assert not Notice.objects.filter(user=vcio).exists()


def test_nobody_is_told_before_the_second_scan_is_over(visit: Visit, tam: User) -> None:
    open_visits(FIRST)
    end(FIRST + HOUR, failed="SW-HALL")
    open_visits(MORNING)
    assert tell_of_visits(MORNING + MINUTE) == 0
    assert tell_of_visits(START) == 1


def test_a_long_list_is_cut_where_the_notice_ends(visit: Visit, tam: User, ready: Site) -> None:
    for number in range(60):
        make_device(ready, f"SW-{number:02}")
    Agent.objects.update(state=AgentState.REVOKED)
    open_visits(FIRST)
    open_visits(MORNING)
    tell_of_visits(MORNING + MINUTE)
    text = Notice.objects.get().text
    assert text.startswith("no agent is approved at the site; SW-CORE by snmp: not tried; ")
    assert text.endswith(" more")
    assert len(text) <= 500


def test_a_server_that_was_down_reads_the_site_while_there_is_time(visit: Visit) -> None:
    open_visits(MORNING + HOUR)
    assert set(ScanJob.objects.values_list("not_after", flat=True)) == {START}
    end(MORNING + HOUR + MINUTE, failed="SW-HALL")
    close_slots(MORNING + HOUR + 5 * MINUTE)
    assert open_visits(MORNING + HOUR + 6 * MINUTE) == 0
    assert tell_of_visits(MORNING + HOUR + 7 * MINUTE) == 1
    assert Visit.objects.get().judged_day == DAY


def test_a_server_that_was_down_until_the_visit_says_so(visit: Visit, tam: User) -> None:
    open_visits(START + HOUR)
    assert tell_of_visits(START + HOUR) == 1
    assert Notice.objects.get().text.startswith("the server was not running until the visit began; SW-CORE")
    assert queued() == []


def test_a_site_without_any_access_is_told_too(visit: Visit, tam: User) -> None:
    Access.objects.all().delete()
    open_visits(FIRST)
    open_visits(MORNING)
    assert tell_of_visits(MORNING + MINUTE) == 1
    assert (Notice.objects.get().title, Notice.objects.get().text) == (
        "Main office is visited on 2026-11-25: nothing could be read",
        "the site has no access to read",
    )


def test_a_first_scan_that_was_left_out_is_no_news_when_all_was_read_since(visit: Visit, tam: User) -> None:
    Agent.objects.update(state=AgentState.REVOKED)
    open_visits(FIRST)
    Agent.objects.update(state=AgentState.APPROVED)
    open_visits(MORNING)
    end(MORNING + 5 * MINUTE)
    close_slots(MORNING + 6 * MINUTE)
    assert (tell_of_visits(MORNING + 7 * MINUTE), Notice.objects.count()) == (0, 0)


def test_what_a_nightly_scan_read_since_counts(visit: Visit) -> None:
    open_visits(FIRST)
    end(FIRST + HOUR, failed="SW-HALL")
    hall = Access.objects.get(device__name="SW-HALL")
    ScanJob.objects.create(
        site=visit.site, device=hall.device, access=hall, state=JobState.DONE, not_after=MORNING,
        ended_at=FIRST + 7 * HOUR,
    )  # fmt: skip
    assert not missed(visit.site, times_of(visit), MORNING).exists()


def test_a_blackout_is_waited_for_while_there_is_time(visit: Visit, ready: Site) -> None:
    ends_at = FIRST + 5 * HOUR
    Blackout.objects.create(site=ready, client=ready.client, begins_at=FIRST - HOUR, ends_at=ends_at, why="x", by="A")
    assert (open_visits(FIRST), open_visits(ends_at), len(queued())) == (0, 1, 2)


def test_a_blackout_over_the_visit_leaves_it_out_and_says_so(visit: Visit, tam: User) -> None:
    Blackout.objects.create(begins_at=FIRST - HOUR, ends_at=START + HOUR, why="Freeze", by="A")
    open_visits(FIRST)
    open_visits(MORNING)
    assert (queued(), tell_of_visits(MORNING + MINUTE)) == ([], 1)
    assert Notice.objects.get().text.startswith("blackout: Freeze; ")


@pytest.mark.parametrize(
    ("hours", "opens_at"),
    [
        ("mon-fri 19:00-07:00 Europe/London", FIRST + 5 * HOUR),
        ("sat-sun 00:00-23:00 Europe/London", FIRST),
        ("nonsense", FIRST),
        ("", FIRST),
    ],
)
def test_it_waits_for_the_hours_of_the_agents_own_policy_where_that_helps(
    visit: Visit, hours: str, opens_at: datetime
) -> None:
    Agent.objects.update(policy={"hours": hours, "networks": []})
    before = [open_visits(FIRST + step * HOUR) for step in range(5)] if opens_at > FIRST else []
    assert (sum(before), open_visits(opens_at)) == (0, 1)


@pytest.mark.parametrize(
    ("zone", "day", "begins_at", "again_at"),
    [
        ("Europe/Berlin", date(2026, 3, 29), "2026-03-29T06:00", "2026-03-29T04:00"),  # the night of summer time
        ("Europe/Berlin", date(2026, 10, 25), "2026-10-25T07:00", "2026-10-25T05:00"),
        ("Pacific/Apia", date(2026, 11, 25), "2026-11-24T19:00", "2026-11-24T17:00"),
    ],
)
def test_a_visit_begins_by_the_clock_of_its_site(
    visit: Visit, zone: str, day: date, begins_at: str, again_at: str
) -> None:
    visit.day, visit.site.time_zone = day, zone
    times = times_of(visit)
    assert (f"{times.begins_at:%Y-%m-%dT%H:%M}", f"{times.again_at:%Y-%m-%dT%H:%M}") == (begins_at, again_at)
    assert times.first_at == times.begins_at - 18 * HOUR


def test_an_early_visit_has_its_second_scan_two_hours_before(visit: Visit) -> None:
    visit.begins = time(6, 30)
    assert times_of(visit).again_at == MORNING - 90 * MINUTE


def test_a_clock_that_was_ahead_loses_and_doubles_nothing(visit: Visit, tam: User) -> None:
    open_visits(FIRST)
    mend_after_clock(FIRST - HOUR)
    assert (Slot.objects.count(), queued()) == (0, [])
    through("SW-HALL")
    tell_of_visits(MORNING + HOUR)
    mend_after_clock(FIRST - HOUR)
    tell_of_visits(MORNING + HOUR)
    assert (Notice.objects.count(), Outgoing.objects.filter(kind="mail").count()) == (1, 1)


def test_a_site_that_is_read_by_a_plan_at_the_same_time_is_read_once(visit: Visit) -> None:
    for access in Access.objects.all():
        ScanJob.objects.create(site=visit.site, device=access.device, access=access, not_after=FIRST + HOUR)
    open_visits(FIRST)
    assert list(ScanJob.objects.values_list("not_after", flat=True)) == [MORNING, MORNING]


def test_a_cancelled_visit_is_not_read_for(by: Actor, ready: Site) -> None:
    visit = plan_visit(by, ready, VisitTold(timezone.localdate() + timedelta(days=2)))
    first_at = times_of(visit).first_at
    open_visits(first_at)
    cancel_visit(by, visit)
    assert set(ScanJob.objects.values_list("state", flat=True)) == {JobState.CANCELLED}
    assert AuditEntry.objects.latest("pk").action == "visit cancelled"
    assert open_visits(first_at + HOUR) == 0


def test_a_visit_that_moves_to_another_day_is_read_for_anew(by: Actor, ready: Site) -> None:
    day = timezone.localdate() + timedelta(days=3)
    visit = plan_visit(by, ready, VisitTold(day))
    open_visits(times_of(visit).first_at)
    change_visit(by, visit, VisitTold(day + timedelta(days=1), time(9), "rack"))
    visit = Visit.objects.select_related("site").get()
    assert open_visits(times_of(visit).first_at) == 1
    assert Slot.objects.count() == 2


def test_another_hour_of_the_same_day_reads_nothing_twice(by: Actor, ready: Site) -> None:
    day = timezone.localdate() + timedelta(days=3)
    visit = plan_visit(by, ready, VisitTold(day))
    open_visits(times_of(visit).first_at)
    change_visit(by, visit, VisitTold(day, time(10)))
    assert open_visits(times_of(visit).first_at) == 0


def test_a_visit_lies_ahead_and_a_site_has_one_a_day(by: Actor, ready: Site) -> None:
    today = timezone.localdate()
    with pytest.raises(ValidationError, match="lies ahead"):
        plan_visit(by, ready, VisitTold(today - timedelta(days=2)))
    plan_visit(by, ready, VisitTold(today + timedelta(days=2)))
    with pytest.raises(Refused, match="a visit on that day already"):
        plan_visit(by, ready, VisitTold(today + timedelta(days=2), time(13)))
    assert Visit.objects.count() == 1


def test_nobody_plans_a_visit_to_a_client_out_of_scope(ready: Site, make_person: MakePerson) -> None:
    from server.accounts.middleware import actor_of

    other = make_site("Pelham Dental")
    stranger = actor_of(make_person(Role.TAM, clients=(other.client,)), "192.0.2.1")
    with pytest.raises(NotThere):
        plan_visit(stranger, ready, VisitTold(timezone.localdate() + timedelta(days=2)))


def test_pages_of_a_visit_say_how_it_stands(browser: Browser, ready: Site) -> None:
    assert "No visit is planned" in browser.get("/scans/visits/").content.decode()
    day = timezone.localdate() + timedelta(days=2)
    told = {"site": ready.uid, "day": day.isoformat(), "begins": "09:30", "note": "Label the rack"}
    response = browser.post(f"/clients/{ready.client.uid}/visits/new/", told)
    visit = Visit.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, f"/scans/visits/{visit.uid}/")
    assert "is not read for this visit yet" in browser.get(f"/scans/visits/{visit.uid}/").content.decode()
    for url in ("/scans/visits/", f"/clients/{ready.client.uid}/plans/"):
        assert "Label the rack" in browser.get(url).content.decode()


def test_the_page_lists_what_was_not_read_and_who_acts(browser: Browser, ready: Site) -> None:
    visit = Visit.objects.create(site=ready, day=timezone.now().date() - timedelta(days=1), by="TAM")
    through("SW-HALL", times_of(visit).first_at, times_of(visit).again_at)
    text = browser.get(f"/scans/visits/{visit.uid}/").content.decode()
    assert "1 device of Main office was not read" in text
    assert "client acts: device off" in text
    plans = browser.get(f"/clients/{visit.site.client.uid}/plans/").content.decode()
    assert f"Before the visit of {visit.day.day} {visit.day:%b}" in plans


def test_a_wrong_day_is_said_beside_its_field(browser: Browser, ready: Site) -> None:
    told = {"site": ready.uid, "day": "2020-01-01", "begins": "08:00"}
    response = browser.post(f"/clients/{ready.client.uid}/visits/new/", told)
    assert (response.status_code, Visit.objects.count()) == (200, 0)
    assert "A visit lies ahead" in response.content.decode()


def test_who_only_reads_plans_no_visit(make_person: MakePerson, ready: Site) -> None:
    reader = signed_in(make_person(Role.VCIO))
    assert reader.get(f"/clients/{ready.client.uid}/visits/new/").status_code == 403
    assert reader.get("/scans/visits/").status_code == 200


def test_a_client_that_is_left_out_of_every_plan_is_still_read_before_a_visit(visit: Visit) -> None:
    make_plan(all_clients=False)
    Device.objects.filter(name="SW-HALL").update(state="out_of_scope")
    open_visits(FIRST)
    assert queued() == ["SW-CORE"]
