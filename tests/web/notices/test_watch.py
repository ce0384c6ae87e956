"""What the server notices by itself: told when it begins, once for each episode, and told again the next time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.access.models import Credential, CredentialState
from server.accounts.models import User
from server.accounts.rights import Role
from server.agents.models import Agent, AgentState
from server.alignment.models import VerdictChange
from server.clients.models import Client, ClientState, Device, Site
from server.notices.completeness import measure
from server.notices.models import Episode, Notice, Outgoing
from server.notices.office import office_time
from server.notices.watch import watch
from server.readings.feed import NEW_DEVICE
from server.readings.models import FeedEntry
from server.standards.library import in_force
from tests.web.conftest import MakePerson
from tests.web.notices.conftest import AT, another_site, plant_agent, plant_credential

LONDON = ZoneInfo("Europe/London")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        ("2026-11-18T10:00", "2026-11-18T12:00", 2),
        ("2026-11-18T17:00", "2026-11-19T09:00", 2),  # over the night
        ("2026-11-20T17:00", "2026-11-23T09:00", 2),  # over the weekend
        ("2026-11-21T00:00", "2026-11-22T23:00", 0),  # a weekend
        ("2026-11-18T19:00", "2026-11-18T23:00", 0),
        ("2026-07-15T07:00", "2026-07-15T08:00", 1),  # summer: 08:00 is 07:00 UTC
        ("2025-01-01T00:00", "2026-11-18T10:00", 100),  # a fortnight is enough
    ],
)
def test_office_time(since: str, until: str, hours: float) -> None:
    told = [datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (since, until)]
    assert office_time(told[0], told[1], LONDON) == timedelta(hours=hours)


@given(INSTANTS, st.timedeltas(timedelta(0), 10 * DAY), st.timedeltas(timedelta(0), 3 * DAY))
def test_office_time_only_grows(since: datetime, first: timedelta, more: timedelta) -> None:
    before = office_time(since, since + first, LONDON)
    after = office_time(since, since + first + more, LONDON)
    assert timedelta(0) <= before <= after <= before + more


def titles(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("title", flat=True))


pytestmark = pytest.mark.django_db


def test_a_client_with_silent_agents_is_told_of_once(told: User, site: Site) -> None:
    for _number in range(3):
        plant_agent(site, seen=2 * HOUR + MINUTE - MINUTE)
    assert watch(AT) == 0
    assert watch(AT + MINUTE) == 1
    assert watch(AT + HOUR) == 0
    assert titles(told) == ["3 agents are silent"]
    assert Outgoing.objects.filter(user=told).count() == 1


def test_an_agent_that_falls_silent_on_friday_night_is_told_of_on_monday(told: User, site: Site) -> None:
    friday = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
    agent = plant_agent(site)
    Agent.objects.filter(pk=agent.pk).update(seen_at=friday)
    monday = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    assert [watch(at) for at in (friday + DAY, friday + 2 * DAY, monday, monday + MINUTE)] == [0, 0, 0, 1]


def test_an_agent_that_was_heard_of_and_falls_silent_again_is_told_of_again(told: User, site: Site) -> None:
    agent = plant_agent(site, seen=3 * HOUR)
    assert watch(AT + MINUTE) == 1
    Agent.objects.filter(pk=agent.pk).update(seen_at=AT + MINUTE)
    watch(AT + 2 * MINUTE)
    assert watch(AT + 3 * HOUR) == 1
    assert Episode.objects.filter(ended_at=None).count() == 1
    assert len(titles(told)) == 2


@pytest.mark.parametrize("state", [AgentState.PENDING, AgentState.REVOKED, AgentState.RESTORED_OR_CLONED])
def test_only_approved_agents_fall_silent(state: AgentState, told: User, site: Site) -> None:
    plant_agent(site, state, seen=DAY)
    watch(AT)
    assert "1 agent is silent" not in titles(told)


def test_a_client_that_left_is_told_of_no_more(told: User, site: Site) -> None:
    plant_agent(site, seen=DAY)
    plant_credential(site, state=CredentialState.PAUSED)
    Client.objects.update(state=ClientState.LEFT)
    assert watch(AT) == 0


def test_agents_that_wait_are_told_of_together_by_client(told: User, site: Site) -> None:
    for number in range(7):
        agent = plant_agent(site, AgentState.PENDING)
        Agent.objects.filter(pk=agent.pk).update(enrolled_at=AT, name=f"A{number}")
    watch(AT)
    assert titles(told) == ["Waits for approval: A0, A1, A2, A3, A4 and 2 more"]


def test_each_copied_agent_is_told_of(told: User, site: Site) -> None:
    plant_agent(site, AgentState.RESTORED_OR_CLONED)
    plant_agent(site, AgentState.RESTORED_OR_CLONED)
    assert watch(AT) == 2


def test_a_paused_credential_says_what_waits_and_is_mailed_at_once(told: User, site: Site) -> None:
    credential = plant_credential(site, "switches", CredentialState.PAUSED)
    Credential.objects.filter(pk=credential.pk).update(paused_why="SW-CORE refused it")
    for number in range(3):
        device = Device.objects.create(client=site.client, site=site, name=f"SW-{number}")
        device.accesses.create(transport="ssh", address="10.0.0.1", credential=credential)
        device.accesses.create(transport="snmp", address="10.0.0.1", credential=credential)
    watch(AT)
    notice = Notice.objects.get(user=told)
    assert (notice.title, notice.text) == ("switches is paused, 3 devices wait", "SW-CORE refused it")
    assert Outgoing.objects.get().body["subject"] == "Kestrel Joinery: switches is paused, 3 devices wait"


def test_a_credential_is_told_of_thirty_days_before_it_expires(told: User, site: Site) -> None:
    credential = plant_credential(site)
    Credential.objects.filter(pk=credential.pk).update(expires_on=date(2026, 12, 18))
    assert watch(AT - DAY) == 0
    assert watch(AT) == 1
    assert titles(told) == ["snmp expires on 2026-12-18"]
    assert not Outgoing.objects.exists()


def test_devices_whose_identity_changed_are_told_of_together(told: User, site: Site) -> None:
    for number in range(3):
        Device.objects.create(client=site.client, site=site, name=f"SW-{number}", quarantined_at=AT)
    watch(AT)
    assert titles(told) == ["Another device answers: SW-0, SW-1, SW-2"]


def test_a_client_that_is_not_read_is_told_of_after_its_first_week(told: User, site: Site) -> None:
    for number in range(4):
        Device.objects.create(client=site.client, site=site, name=f"SW-{number}", read_at=AT if number else None)
    Client.objects.update(made_at=AT - 6 * DAY)
    measure(AT)
    assert watch(AT) == 0
    assert watch(AT + 2 * DAY) == 1
    assert titles(told) == ["1 of 4 devices was not read for 7 days"]


def test_new_devices_are_told_of_once_their_hour_is_over(told: User, site: Site) -> None:
    FeedEntry.objects.bulk_create(
        FeedEntry(client=site.client, at=AT + MINUTE, kind=NEW_DEVICE, text=f"SW-{number:02}") for number in range(41)
    )
    assert watch(AT + 59 * MINUTE) == 0
    assert watch(AT + HOUR) == 1
    assert titles(told) == ["41 new devices: SW-00, SW-01, SW-02, SW-03, SW-04 and 36 more"]
    assert watch(AT + 3 * DAY) == 0


def test_critical_standards_that_became_no_are_told_of_together(make_person: MakePerson, site: Site) -> None:
    tam = make_person(Role.TAM, clients=(site.client,))
    critical = [one.id for one in in_force().library.standards if one.priority == "critical"][:2]
    low = [one.id for one in in_force().library.standards if one.priority == "low"][:1]
    VerdictChange.objects.bulk_create(
        VerdictChange(client=site.client, standard=one, at=AT, before="yes", after="no") for one in (*critical, *low)
    )
    assert watch(AT + MINUTE) == 1
    assert watch(AT + 2 * MINUTE) == 0
    assert titles(tam) == ["2 critical standards became No"]


def test_who_has_not_the_client_in_scope_is_told_of_nothing(make_person: MakePerson, site: Site) -> None:
    other = make_person(Role.CENTRALIZED_SERVICES, clients=(another_site().client,))
    plant_credential(site, state=CredentialState.PAUSED)
    assert watch(AT) == 1
    assert titles(other) == []


def test_a_password_that_changed_at_thirty_clients_is_no_flood_of_mails(told: User, site: Site) -> None:
    at = datetime.now(UTC)
    for number in range(30):
        plant_credential(another_site(f"Client {number}"), state=CredentialState.PAUSED)
    assert watch(at) == 30
    assert Outgoing.objects.filter(user=told).count() == 10
    assert Notice.objects.filter(user=told).count() == 30
