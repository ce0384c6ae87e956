"""What people do with agents: who may, what it changes, and the entry that says so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from server.access.models import Credential, SealedCopy
from server.accounts.actor import Actor, Forbidden, NotThere
from server.accounts.middleware import actor_of
from server.accounts.models import AuditEntry
from server.accounts.rights import RIGHTS, Right, Role
from server.agents import actions
from server.agents.enrolment import BULK, SINGLE
from server.agents.lines import install_lines, tokens_csv
from server.agents.models import Agent, AgentEvent, EnrolmentToken
from server.agents.pasted import matched
from server.agents.sites_list import sites_of
from server.agents.states import Standing, is_older, with_standing
from server.clients.models import Client, Site
from server.scans.models import ScanJob
from tests.web.agents.conftest import MakeAgent
from tests.web.conftest import MakePerson

pytestmark = pytest.mark.django_db


def last_entry() -> AuditEntry:
    entry = AuditEntry.objects.order_by("-pk").first()
    assert entry is not None
    return entry


def test_a_token_is_good_for_an_hour_and_only_its_hash_is_kept(by: Actor, site: Site) -> None:
    made = actions.make_token(by, site)
    kept = EnrolmentToken.objects.get()
    assert abs(kept.ends_at - timezone.now() - SINGLE) < timedelta(seconds=10)
    assert made.token not in str(EnrolmentToken.objects.values().get())
    assert (last_entry().action, made.token in str(last_entry().details)) == ("enrolment token made", False)


def test_tokens_for_many_sites_are_good_for_a_fortnight(by: Actor, site: Site, other_site: Site) -> None:
    made = actions.make_tokens(by, [site, other_site])
    assert {one.site for one in made} == {site, other_site}
    assert abs(made[0].ends_at - timezone.now() - BULK) < timedelta(seconds=10)
    assert (EnrolmentToken.objects.values("batch").distinct().count(), AuditEntry.objects.count()) == (1, 1)


def test_a_site_out_of_scope_makes_no_token_at_all(make_person: MakePerson, site: Site, other_site: Site) -> None:
    by = actor_of(make_person(Role.CENTRALIZED_SERVICES, clients=(site.client,)), "192.0.2.1")
    with pytest.raises(NotThere):
        actions.make_tokens(by, [site, other_site])
    assert EnrolmentToken.objects.count() == 0


@pytest.mark.parametrize("role", [Role.TAM, Role.VCIO, Role.SERVICE_DESK, Role.AUDITOR, Role.COMMITTEE])
def test_others_than_centralized_services_approve_nothing(
    make_person: MakePerson, make_agent: MakeAgent, role: Role
) -> None:
    agent = make_agent(state="pending")
    with pytest.raises(Forbidden):
        actions.approve(actor_of(make_person(role), ""), agent, actions.fingerprint(agent))
    assert Agent.objects.get().state == "pending"


def test_an_agent_is_approved_by_its_fingerprint(by: Actor, make_agent: MakeAgent) -> None:
    agent = make_agent(state="pending", decided_at=None)
    actions.approve(by, agent, actions.fingerprint(agent))
    agent.refresh_from_db()
    assert (agent.state, agent.decided_by) == ("approved", "Person 1")
    assert last_entry().details == {"fingerprint": actions.fingerprint(agent)}


def test_another_fingerprint_approves_nothing(by: Actor, make_agent: MakeAgent) -> None:
    agent, other = make_agent(state="pending"), make_agent(state="pending")
    with pytest.raises(actions.NotPossible, match="another one"):
        actions.approve(by, agent, actions.fingerprint(other))
    assert Agent.objects.filter(state="approved").count() == 0


def test_an_agent_is_approved_once(by: Actor, make_agent: MakeAgent) -> None:
    agent = make_agent(state="revoked")
    with pytest.raises(actions.NotPossible, match="does not wait"):
        actions.approve(by, agent, actions.fingerprint(agent))


def test_a_revoked_agent_loses_its_copies_and_jobs_and_its_credentials_are_to_be_changed(
    by: Actor, make_agent: MakeAgent, site: Site
) -> None:
    agent = make_agent()
    held, other = (
        Credential.objects.create(client=site.client, site=site, name=name, kind="snmp") for name in ("held", "other")
    )
    SealedCopy.objects.create(credential=held, agent=agent, version=1, sealed="QQ==")
    SealedCopy.objects.create(credential=held, agent=None, version=1, sealed="QQ==")
    later = timezone.now() + timedelta(hours=1)
    job = ScanJob.objects.create(site=site, agent=agent, state="leased", kind="discover", not_after=later)
    assert actions.revoke(by, agent) == 1
    for one in (agent, held, other, job):
        one.refresh_from_db()
    assert (agent.state, held.to_be_changed, other.to_be_changed) == ("revoked", True, False)
    assert (job.state, job.agent, SealedCopy.objects.get().agent) == ("queued", None, None)
    assert last_entry().details == {"credentials_to_be_changed": 1}


def test_a_confirmed_restore_begins_a_new_epoch(by: Actor, make_agent: MakeAgent) -> None:
    agent = make_agent(state="restored or cloned", epoch=3, counter=99)
    actions.confirm(by, agent)
    agent.refresh_from_db()
    assert (agent.state, agent.epoch, agent.counter) == ("approved", 4, 0)


def test_an_agent_that_was_never_approved_waits_again_after_a_restore(by: Actor, make_agent: MakeAgent) -> None:
    agent = make_agent(state="restored or cloned", decided_at=None)
    actions.confirm(by, agent)
    agent.refresh_from_db()
    assert agent.state == "pending"


def test_nothing_is_confirmed_that_was_not_seen_twice(by: Actor, make_agent: MakeAgent) -> None:
    with pytest.raises(actions.NotPossible):
        actions.confirm(by, make_agent())


def test_watching_reaches_the_agents_of_the_site_alone(by: Actor, make_agent: MakeAgent, other_site: Site) -> None:
    agent, other = make_agent(), make_agent(other_site)
    actions.watch(by, agent)
    agent.refresh_from_db()
    other.refresh_from_db()
    assert (agent.watched_until is not None, other.watched_until) == (True, None)


def test_agents_out_of_scope_are_not_seen(make_person: MakePerson, make_agent: MakeAgent, other_site: Site) -> None:
    mine, _theirs = make_agent(), make_agent(other_site)
    by = actor_of(make_person(Role.TAM, clients=(mine.site.client,)), "")
    assert list(actions.agents_seen_by(by)) == [mine]


@pytest.mark.parametrize(
    "around",
    [
        "{}", "[host1] Fingerprint: {}\r\n", "{}".join(["\t", "\n"]), '{{"fingerprint": "{}"}}', "AGENT-0;{};ok",
        "  {}  ", "Ergebnis ({}) Ende",
    ],
)  # fmt: skip
def test_a_fingerprint_is_found_whatever_stands_around_it(make_agent: MakeAgent, around: str) -> None:
    agent, other = make_agent(state="pending"), make_agent(state="pending")
    told = actions.fingerprint(agent)
    for shown in (told, told.upper(), told.replace("-", ""), told.replace("-", " "), told.replace("-", "-\r\n")):
        found = matched(around.replace("{}", shown), [agent, other])
        assert (found.found, found.missing) == ((agent,), (other,))


def test_half_a_fingerprint_is_none(make_agent: MakeAgent) -> None:
    agent = make_agent(state="pending")
    assert matched(actions.fingerprint(agent)[:-2], [agent]).found == ()


def test_many_are_approved_together_and_each_has_its_entry(by: Actor, make_agent: MakeAgent) -> None:
    agents = [make_agent(state="pending") for _ in range(3)]
    assert actions.approve_together(by, agents) == agents
    assert AuditEntry.objects.filter(action="agent approved").count() == 3


@pytest.mark.parametrize(
    "text",
    [
        "Kestrel Joinery;Main office", "client;site\nkestrel joinery;MAIN OFFICE\n", "Kestrel Joinery\tMain office",
        '"Kestrel Joinery","Main office"', "Kestrel Joinery", "\n\n  Kestrel Joinery ; Main office \n",
        "Kestrel Joinery;Main office\nKestrel Joinery;Main office",
    ],
)  # fmt: skip
def test_a_list_of_sites_is_read_as_it_comes(by: Actor, site: Site, text: str) -> None:
    found = sites_of(text, by)
    assert (found.sites, found.unknown) == ((site,), ())


def test_lines_that_name_no_site_in_scope_are_told(make_person: MakePerson, site: Site, other_site: Site) -> None:
    by = actor_of(make_person(Role.CENTRALIZED_SERVICES, clients=(site.client,)), "")
    Site.objects.create(client=site.client, name="Workshop")
    found = sites_of("Pellworth Foods;Plant\nNobody;X\nKestrel Joinery\nKestrel Joinery;Workshop", by)
    assert [one.name for one in found.sites] == ["Workshop"]
    assert found.unknown == ("Pellworth Foods; Plant", "Nobody; X", "Kestrel Joinery")


def test_the_list_for_the_rmm_holds_no_formula(by: Actor, site: Site) -> None:
    Client.objects.update(name="=HYPERLINK(1)")
    site.refresh_from_db()
    told = tokens_csv(actions.make_tokens(by, [site]))
    assert "'=HYPERLINK(1)" in told


def test_the_lines_to_copy_hold_the_token_in_the_environment() -> None:
    lines = install_lines("t" * 32)
    assert f"DATUMLINE_AGENT_TOKEN={'t' * 32}" in lines.debian
    assert "--token" not in lines.debian
    assert "-Token" not in lines.windows


@pytest.mark.parametrize(
    ("one", "other", "older"),
    [
        ("0.9.0", "0.10.0", True), ("0.10.0", "0.9.0", False), ("1.0", "1.0.0", False), ("1.0.0", "1.0.1", True),
        ("", "1.0", False), ("dev", "1.0", False), ("1.0", "", False), ("9" * 40, "1.0", False),
    ],
)  # fmt: skip
def test_versions_are_compared_as_numbers(one: str, other: str, older: bool) -> None:
    assert is_older(one, other) is older


def test_each_agent_stands_for_one_thing(make_agent: MakeAgent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.agents.states.own_version", lambda: "1.0.0")
    now = timezone.now()
    told = {
        make_agent(state="restored or cloned").pk: Standing.COPIED,
        make_agent(state="pending").pk: Standing.WAITING,
        make_agent(seen_at=now - timedelta(hours=1)).pk: Standing.SILENT,
        make_agent(seen_at=None).pk: Standing.SILENT,
        make_agent(version="0.9.9").pk: Standing.OUTDATED,
        make_agent(version="1.0.0").pk: Standing.ONLINE,
        make_agent(state="revoked").pk: Standing.REVOKED,
    }
    assert dict(with_standing(Agent.objects.all(), now).values_list("pk", "standing")) == told


def test_an_action_is_told_among_the_events(by: Actor, make_agent: MakeAgent) -> None:
    agent = make_agent()
    actions.revoke(by, agent)
    assert AgentEvent.objects.get(agent=agent).kind == "revoked"


def test_the_right_to_approve_is_that_of_centralized_services_and_administrators() -> None:
    assert {role for role, rights in RIGHTS.items() if Right.APPROVE_AGENTS in rights} == {
        Role.ADMINISTRATOR,
        Role.CENTRALIZED_SERVICES,
    }
