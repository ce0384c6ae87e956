"""Problems: one row for each cause across clients, with who acts; they begin, go on and end by themselves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from server.access.models import Access, AccessState
from server.accounts.actor import Actor, Forbidden, NotThere
from server.accounts.middleware import actor_of
from server.accounts.models import AuditEntry, User
from server.accounts.rights import Role
from server.agents.models import AgentState
from server.clients.actions.client import Refused
from server.clients.models import Client, ClientState, Device, DeviceState, Site
from server.notices.actions import problem as actions
from server.notices.causes import cause_of
from server.notices.completeness import measure, overdue
from server.notices.models import Affected, Completeness, Problem
from server.notices.problems import gather
from server.notices.retention import forget_old
from server.scans.models import JobState, ScanJob
from tests.web.conftest import MakePerson
from tests.web.notices.conftest import AT, another_site, plant_agent, plant_credential, plant_failing

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def causes() -> dict[str, tuple[int, int]]:
    """Return the open problems' titles with how many devices and clients each affects."""
    return {one.title: (one.devices_count, one.clients_count) for one in Problem.objects.filter(ended_at=None)}


def test_failures_of_one_cause_are_one_problem_across_clients(site: Site) -> None:
    other = another_site()
    for place, count in ((site, 3), (other, 2)):
        credential = plant_credential(place, "switches")
        plant_failing(place, count, "access denied", AccessState.REFUSED, "ssh", credential)
    gather(AT)
    assert causes() == {"Access denied by SSH: switches": (5, 2)}


@pytest.mark.parametrize(
    ("reason", "state", "driver", "title", "acts"),
    [
        ("unreachable", AccessState.CLOSED, "", "No answer by SNMP", "client"),
        ("access denied", AccessState.REFUSED, "", "Access denied by SNMP: switches", "we"),
        ("credential on hold", AccessState.REFUSED, "", "Credential paused by SNMP: switches", "we"),
        ("access denied", AccessState.RIGHT_MISSING, "net_snmp", "Rights missing by SNMP: net_snmp", "we"),
        ("unexpected reply", AccessState.OTHER, "net_snmp", "Reply not understood by SNMP: net_snmp", "we"),
        ("unsupported", AccessState.OTHER, "", "Not supported by SNMP", "nobody"),
        ("identity changed", AccessState.OTHER, "", "Another device or key answers by SNMP", "we"),
        ("", AccessState.OTHER, "", "Not told by SNMP", "we"),
    ],
)
def test_a_cause_says_what_it_is_and_who_acts(
    reason: str, state: AccessState, driver: str, title: str, acts: str, site: Site
) -> None:
    plant_failing(site, 1, reason, state, credential=plant_credential(site, "switches"), driver=driver)
    gather(AT)
    one = Problem.objects.get()
    assert (one.title, one.acts) == (title, acts)
    assert cause_of(one.cause).title == title
    assert cause_of(one.cause).who


def test_agents_are_causes_too(site: Site) -> None:
    Device.objects.create(client=site.client, site=site, name="SW")
    plant_agent(site, seen=DAY)
    plant_agent(another_site("B"), AgentState.PENDING)
    plant_agent(another_site("C"), AgentState.RESTORED_OR_CLONED)
    gather(AT)
    assert causes() == {
        "Agents silent": (1, 1), "Agents wait for approval": (0, 1), "Agents restored or cloned": (0, 1),
    }  # fmt: skip


def test_what_an_agent_s_own_policy_refused_is_a_cause_until_it_was_done(site: Site) -> None:
    plant_failing(site, 1, state=AccessState.WORKS)
    access = Access.objects.get()
    told = {"site": site, "device": access.device, "access": access, "not_after": AT}
    ScanJob.objects.create(**told, state=JobState.FAILED, reason="policy", ended_at=AT)
    gather(AT + MINUTE)
    assert causes() == {"Refused by the agent's own policy by SNMP": (1, 1)}
    ScanJob.objects.create(**told, state=JobState.DONE, ended_at=AT + MINUTE)
    gather(AT + 2 * MINUTE)
    assert causes() == {}


def test_only_what_is_tried_and_in_use_counts(site: Site) -> None:
    plant_failing(site, 1, state=AccessState.UNTRIED)
    plant_failing(site, 1, state=AccessState.WORKS)
    plant_failing(site, 1)
    Device.objects.filter(accesses__state=AccessState.CLOSED).update(state=DeviceState.OUT_OF_SCOPE)
    plant_failing(gone := another_site(), 1)
    Client.objects.filter(pk=gone.client_id).update(state=ClientState.LEFT)
    gather(AT)
    assert causes() == {}


def test_a_cause_over_three_thousand_devices_is_one_row(site: Site) -> None:
    plant_failing(site, 3_200)
    gather(AT)
    assert causes() == {"No answer by SNMP": (3_200, 1)}
    assert Affected.objects.count() == 1


def test_a_problem_ends_by_itself_and_keeps_whom_it_affected(site: Site) -> None:
    plant_failing(site, 2)
    plant_failing(another_site(), 1)
    gather(AT)
    Access.objects.filter(device__client=site.client).update(state=AccessState.WORKS)
    gather(AT + MINUTE)
    assert causes() == {"No answer by SNMP": (1, 1)}
    Access.objects.update(state=AccessState.WORKS)
    gather(AT + 2 * MINUTE)
    one = Problem.objects.get()
    assert one.ended_at == AT + 2 * MINUTE
    assert [row.client.name for row in one.affected.all()] == ["Alder Street Law"]


def test_a_problem_that_comes_back_within_a_day_is_the_same_one(site: Site, by: Actor) -> None:
    plant_failing(site, 1)
    gather(AT)
    Problem.objects.update(note="waiting for the client's switch")
    Access.objects.update(state=AccessState.WORKS)
    gather(AT + MINUTE)
    Access.objects.update(state=AccessState.CLOSED)
    gather(AT + 2 * MINUTE)
    assert Problem.objects.get().note == "waiting for the client's switch"
    Access.objects.update(state=AccessState.WORKS)
    gather(AT + 3 * MINUTE)
    Access.objects.update(state=AccessState.CLOSED)
    gather(AT + 2 * DAY)
    assert Problem.objects.count() == 2


def test_gathering_again_changes_nothing(site: Site) -> None:
    plant_failing(site, 2)
    gather(AT)
    gather(AT + MINUTE)
    assert Problem.objects.get().began_at == AT
    assert Affected.objects.get().since == AT


@pytest.fixture
def one(site: Site) -> Problem:
    """Return an open problem."""
    plant_failing(site, 1)
    gather(timezone.now())
    return Problem.objects.get()


def audited() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", "object_name"))


def test_a_problem_is_taken_once(by: Actor, make_person: MakePerson, one: Problem) -> None:
    actions.take(by, one.uid)
    other = actor_of(make_person(Role.CENTRALIZED_SERVICES), "")
    with pytest.raises(Refused, match="meanwhile"):
        actions.take(other, one.uid)
    one.refresh_from_db()
    assert one.owner_id == by.user_id
    assert audited() == [("problem taken", "No answer by SNMP")]


def test_a_problem_is_given_only_to_who_may_look_after_it(by: Actor, make_person: MakePerson, one: Problem) -> None:
    with pytest.raises(Refused, match="cannot"):
        actions.give(by, one.uid, make_person(Role.VCIO))
    to = make_person(Role.CENTRALIZED_SERVICES)
    actions.give(by, one.uid, to)
    one.refresh_from_db()
    assert one.owner_id == to.pk
    actions.give(by, one.uid, None)
    assert Problem.objects.get().owner_id is None
    assert AuditEntry.objects.latest("pk").details == {"from": to.name, "to": ""}


def test_a_problem_is_snoozed_for_ninety_days_at_most(by: Actor, one: Problem) -> None:
    now = timezone.now()
    for until in (now - MINUTE, now + 91 * DAY):
        with pytest.raises(Refused):
            actions.snooze(by, one.uid, until)
    actions.snooze(by, one.uid, now + 7 * DAY)
    actions.wake(by, one.uid)
    one.refresh_from_db()
    assert one.snoozed_until is None
    assert [action for action, _name in audited()] == ["problem snoozed", "problem woken"]


def test_a_note_is_kept_plain_and_bounded(by: Actor, one: Problem) -> None:
    actions.note(by, one.uid, "  called the site\u202e\x07 " + "x" * 5_000)
    one.refresh_from_db()
    assert one.note.startswith("called the site x")
    assert len(one.note) == 2_000


@pytest.mark.parametrize("role", [Role.TAM, Role.SERVICE_DESK, Role.AUDITOR, Role.VCIO])
def test_who_may_not_edit_scan_health_changes_nothing(role: Role, make_person: MakePerson, one: Problem) -> None:
    with pytest.raises(Forbidden):
        actions.take(actor_of(make_person(role), ""), one.uid)


def test_a_problem_of_other_clients_is_not_there(make_person: MakePerson, one: Problem) -> None:
    other = actor_of(make_person(Role.CENTRALIZED_SERVICES, clients=(another_site().client,)), "")
    for act in (actions.take, actions.wake):
        with pytest.raises(NotThere):
            act(other, one.uid)


def test_completeness_counts_devices_in_use_that_were_read_within_a_week(site: Site) -> None:
    ages = [DAY, 6 * DAY, 8 * DAY, None]
    for number, age in enumerate(ages):
        read_at = None if age is None else AT - age
        Device.objects.create(client=site.client, site=site, name=f"D{number}", read_at=read_at)
    Device.objects.create(client=site.client, site=site, name="old", state=DeviceState.OUT_OF_SCOPE)
    measure(AT)
    row = Completeness.objects.get()
    assert (row.devices_count, row.read_count, row.permille, row.complete_on) == (4, 2, 500, None)


@pytest.mark.parametrize(("read", "complete"), [(949, False), (950, True)])
def test_a_client_is_complete_from_95_percent_on(read: int, complete: bool, site: Site) -> None:
    Device.objects.bulk_create(
        Device(client=site.client, site=site, name=f"D{number}", read_at=AT if number < read else None)
        for number in range(1_000)
    )
    measure(AT)
    assert (Completeness.objects.get().complete_on is not None) is complete


def test_the_list_of_clients_without_a_complete_scan_in_thirty_days(site: Site) -> None:
    Device.objects.create(client=site.client, site=site, name="D", read_at=AT)
    never = another_site("Never read")
    Device.objects.create(client=never.client, site=never, name="D")
    another_site("Without devices")
    measure(AT)
    measure(AT + 6 * DAY)
    days = [AT + 30 * DAY, AT + 31 * DAY, AT + 50 * DAY]
    found = []
    for day in days:
        measure(day)
        rows = overdue(Completeness.objects.all(), day.date())
        found.append(sorted(row.client.name for row in rows))
    assert found == [[], ["Never read"], ["Kestrel Joinery", "Never read"]]


def test_a_client_that_left_is_measured_no_more(site: Site) -> None:
    measure(AT)
    Client.objects.update(state=ClientState.LEFT)
    measure(AT)
    assert not Completeness.objects.exists()


def test_what_is_open_is_never_forgotten(site: Site, told: User) -> None:
    plant_failing(site, 1)
    gather(AT)
    assert forget_old(AT + 400 * DAY) == 0
    Access.objects.update(state=AccessState.WORKS)
    gather(AT)
    assert forget_old(AT + 91 * DAY) > 0
    assert not Problem.objects.exists()
