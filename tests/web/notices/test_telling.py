"""Telling people: whom it concerns, once, outside their quiet hours, and by the ways that they left on."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.accounts.models import User
from server.accounts.rights import Role
from server.clients.models import Site
from server.notices.models import Notice, Outgoing, Switch, Webhook
from server.notices.telling import AT_ONCE_COUNT, after_quiet, tell
from tests.web.conftest import MakePerson
from tests.web.notices.conftest import AT, another_site, matter

TIMES = st.times().map(lambda one: one.replace(second=0, microsecond=0))
ZONES = st.sampled_from(["UTC", "Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


def person(begins: time | None, ends: time | None, zone: str = "Europe/London") -> User:
    return User(name="A", quiet_from=begins, quiet_to=ends, time_zone=zone)


@given(TIMES, TIMES, ZONES, INSTANTS)
@example(time(22), time(7), "Europe/London", datetime(2026, 10, 24, 22, tzinfo=UTC))
@example(time(22), time(2, 45), "Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
@example(time(22), time(2, 30), "Europe/Berlin", datetime(2026, 3, 28, 22, tzinfo=UTC))
def test_a_mail_is_held_until_it_is_quiet_no_more(begins: time, ends: time, zone: str, at: datetime) -> None:
    due_at = after_quiet(person(begins, ends, zone), at)
    assert at <= due_at <= at + timedelta(hours=26)
    now = due_at.astimezone(ZoneInfo(zone)).time().replace(tzinfo=None, fold=0)
    quiet = begins <= now < ends if begins < ends else begins != ends and (now >= begins or now < ends)
    assert not quiet


@pytest.mark.parametrize(
    ("at", "due_at"),
    [
        ("2026-11-18T21:59", "2026-11-18T21:59"),  # before them
        ("2026-11-18T22:00", "2026-11-19T07:00"),
        ("2026-11-19T03:00", "2026-11-19T07:00"),  # after midnight
        ("2026-11-19T07:00", "2026-11-19T07:00"),
        ("2026-10-24T22:30", "2026-10-25T07:00"),  # clocks go back: 07:00 is an hour later
        ("2026-03-28T23:00", "2026-03-29T06:00"),  # clocks go forward
    ],
)
def test_quiet_hours_over_midnight(at: str, due_at: str) -> None:
    found = after_quiet(person(time(22), time(7)), datetime.fromisoformat(at).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(due_at).replace(tzinfo=UTC)


def test_a_time_zone_that_this_server_does_not_know_keeps_nobody_from_being_told() -> None:
    at = datetime(2026, 11, 18, 23, tzinfo=UTC)
    assert after_quiet(person(time(22), time(7), "Mars/Olympus"), at) == datetime(2026, 11, 19, 7, tzinfo=UTC)


@pytest.mark.django_db
def test_those_of_the_right_roles_who_see_the_client_are_told(make_person: MakePerson, site: Site) -> None:
    other = another_site().client
    wanted = {
        make_person(Role.CENTRALIZED_SERVICES).pk,
        make_person(Role.ADMINISTRATOR, Role.CENTRALIZED_SERVICES).pk,
        make_person(Role.CENTRALIZED_SERVICES, clients=(site.client,)).pk,
    }
    make_person(Role.CENTRALIZED_SERVICES, clients=(other,))
    make_person(Role.TAM)
    gone = make_person(Role.CENTRALIZED_SERVICES)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert tell(matter(site.client), AT) == 3
    assert set(Notice.objects.values_list("user_id", flat=True)) == wanted


@pytest.mark.django_db
def test_the_same_thing_is_told_once(told: User, site: Site) -> None:
    Webhook.objects.create(url="https://chat.example/x", secret="s")
    assert tell(matter(site.client), AT) == 1
    assert tell(matter(site.client, title="another wording"), AT + timedelta(days=1)) == 0
    assert (Notice.objects.count(), Outgoing.objects.count()) == (1, 2)


@pytest.mark.django_db
def test_what_can_wait_is_not_mailed_at_once(told: User, site: Site) -> None:
    tell(matter(site.client, "new_device"), AT)
    assert not Outgoing.objects.exists()
    assert Notice.objects.get().mailed_at is None


@pytest.mark.django_db
def test_a_mail_at_once_waits_for_the_end_of_quiet_hours(told: User, site: Site) -> None:
    User.objects.filter(pk=told.pk).update(quiet_from=time(9), quiet_to=time(12))
    tell(matter(site.client), AT)
    assert Outgoing.objects.get().due_at == datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("inbox", "mail", "notices", "mails"), [(False, False, 0, 0), (False, True, 1, 1), (True, False, 1, 0)]
)
def test_a_way_that_is_switched_off_is_not_used(
    told: User, site: Site, inbox: bool, mail: bool, notices: int, mails: int
) -> None:
    Switch.objects.create(user=told, kind="credential_paused", inbox=inbox, mail=mail)
    tell(matter(site.client), AT)
    assert (Notice.objects.count(), Outgoing.objects.count()) == (notices, mails)
    assert all(one.in_inbox is inbox for one in Notice.objects.all())


@pytest.mark.django_db
def test_beyond_ten_mails_an_hour_the_rest_waits_for_the_digest(told: User, site: Site) -> None:
    at = datetime.now(UTC)
    for number in range(AT_ONCE_COUNT + 5):
        tell(matter(site.client, key=str(number)), at)
    assert Outgoing.objects.count() == AT_ONCE_COUNT
    assert Notice.objects.filter(mailed_at=None).count() == 5


@pytest.mark.django_db
def test_a_webhook_is_told_of_its_kinds_only(site: Site) -> None:
    Webhook.objects.create(url="https://chat.example/x", secret="s", kinds=["agent_silent"])
    Webhook.objects.create(url="https://chat.example/y", secret="s", active=False)
    tell(matter(site.client), AT)
    assert not Outgoing.objects.exists()
    tell(matter(site.client, "agent_silent"), AT)
    body = Outgoing.objects.get().body
    assert (body["kind"], body["client"]["name"]) == ("agent_silent", "Kestrel Joinery")
    assert body["link"].endswith("/credentials/x/")
