"""The digest: at 07:00 by a person's own clock, once a day, and none when there is nothing to tell."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.middleware import actor_of
from server.accounts.models import User
from server.accounts.rights import Role
from server.clients.models import Site
from server.notices.actions.inbox import mark_all_read
from server.notices.actions.inbox import switch as switch_off
from server.notices.digest import LINES_COUNT, digest_due, due_at
from server.notices.models import Notice, Outgoing
from server.notices.telling import tell
from tests.web.conftest import MakePerson
from tests.web.notices.conftest import AT, another_site, matter

pytestmark = pytest.mark.django_db
SEVEN = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
    st.sampled_from(["UTC", "Europe/London", "America/New_York", "Pacific/Apia", "Asia/Kathmandu"]),
)
def test_the_last_seven_o_clock_is_never_more_than_a_day_and_an_hour_ago(at: datetime, zone: str) -> None:
    due = due_at(User(time_zone=zone), at)
    assert due <= at <= due + timedelta(hours=25)
    assert due.time() == time(7)


def test_a_digest_is_made_at_seven_and_not_before(told: User, site: Site) -> None:
    tell(matter(site.client, "new_device"), AT)
    assert digest_due(SEVEN - MINUTE) == 0
    assert digest_due(SEVEN) == 1
    assert Outgoing.objects.get().body["lines"] == ["Kestrel Joinery: snmp is paused"]


def test_everybody_s_seven_o_clock_is_their_own(told: User, make_person: MakePerson, site: Site) -> None:
    far = make_person(Role.CENTRALIZED_SERVICES)
    User.objects.filter(pk=far.pk).update(time_zone="America/New_York")
    tell(matter(site.client, "new_device"), AT + timedelta(hours=4))
    digest_due(SEVEN)
    assert [one.user_id for one in Outgoing.objects.all()] == [told.pk]
    digest_due(datetime(2026, 11, 19, 12, 0, tzinfo=UTC))
    assert Outgoing.objects.filter(user=far).count() == 1


def test_there_is_one_digest_a_day(told: User, site: Site) -> None:
    tell(matter(site.client, "new_device"), AT)
    digest_due(SEVEN)
    tell(matter(site.client, "new_device", "b"), SEVEN - MINUTE)  # its transaction ended after the digest was made
    assert digest_due(SEVEN + MINUTE) == 0
    assert digest_due(SEVEN + timedelta(days=1)) == 1
    assert Outgoing.objects.count() == 2


def test_nothing_new_is_no_mail(told: User, site: Site) -> None:
    assert digest_due(SEVEN) == 0
    tell(matter(site.client, "new_device"), AT)
    digest_due(SEVEN)
    assert digest_due(SEVEN + timedelta(days=1)) == 0


def test_what_was_read_or_mailed_at_once_stands_in_no_digest(told: User, site: Site) -> None:
    tell(matter(site.client), AT)
    tell(matter(site.client, "new_device", "b"), AT)
    mark_all_read(actor_of(told, ""))
    assert digest_due(SEVEN) == 0


def test_a_kind_whose_mail_is_switched_off_later_stands_in_no_digest(told: User, site: Site) -> None:
    tell(matter(site.client, "new_device"), AT)
    switch_off(actor_of(told, ""), told, {"new_device": (True, False)})
    assert digest_due(SEVEN) == 0


def test_a_kind_that_is_only_mailed_stands_in_the_digest(told: User, site: Site) -> None:
    switch_off(actor_of(told, ""), told, {"new_device": (False, True)})
    tell(matter(site.client, "new_device"), AT)
    assert digest_due(SEVEN) == 1


def test_a_client_that_left_a_person_s_scope_is_not_named(make_person: MakePerson, site: Site) -> None:
    user = make_person(Role.TAM, clients=(site.client,))
    tell(matter(site.client, "new_device"), AT)
    user.assignments.update(client=another_site().client)
    assert digest_due(SEVEN) == 0


def test_a_person_who_left_gets_none(told: User, site: Site) -> None:
    tell(matter(site.client, "new_device"), AT)
    User.objects.filter(pk=told.pk).update(is_active=False)
    assert digest_due(SEVEN) == 0


def test_a_digest_waits_for_the_end_of_quiet_hours(told: User, site: Site) -> None:
    User.objects.filter(pk=told.pk).update(quiet_from=time(20), quiet_to=time(8))
    tell(matter(site.client, "new_device"), AT)
    digest_due(SEVEN)
    assert Outgoing.objects.get().due_at == SEVEN + timedelta(hours=1)


def test_a_long_digest_names_the_first_and_counts_the_rest(told: User, site: Site) -> None:
    Notice.objects.bulk_create(
        Notice(user=told, kind="new_device", client=site.client, title=f"N{one}", key=str(one), at=AT)
        for one in range(5_000)
    )
    digest_due(SEVEN)
    body = Outgoing.objects.get().body
    assert body["subject"] == "5000 things for you"
    assert len(body["lines"]) == LINES_COUNT + 1
    assert body["lines"][-1] == f"and {5_000 - LINES_COUNT} more in your inbox"
