"""The pages of agents: who sees them, what they say, and how often they ask the database."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from server.accounts.rights import Role
from server.agents import actions
from server.agents.models import Agent, EnrolmentToken
from server.clients.models import Site
from tests.web.agents.conftest import MakeAgent
from tests.web.conftest import MakePerson, signed_in

pytestmark = pytest.mark.django_db
SEES = {Role.ADMINISTRATOR, Role.CENTRALIZED_SERVICES, Role.TAM, Role.SERVICE_DESK, Role.AUDITOR}
APPROVES = {Role.ADMINISTRATOR, Role.CENTRALIZED_SERVICES}
FORMS = ("/agents/enrol/", "/agents/enrol/many/", "/agents/approve/")


def text_of(browser: Browser, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_the_list_is_for_those_who_see_how_scans_go(make_person: MakePerson, make_agent: MakeAgent, role: Role) -> None:
    agent, browser = make_agent(), signed_in(make_person(role))
    status = 200 if role in SEES else 403
    assert [browser.get(path).status_code for path in ("/agents/", f"/agents/{agent.uid}/")] == [status] * 2


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("role", list(Role))
def test_enrolment_and_approval_are_for_those_who_approve(make_person: MakePerson, role: Role, path: str) -> None:
    assert signed_in(make_person(role)).get(path).status_code == (200 if role in APPROVES else 403)


@pytest.mark.parametrize("verb", ["approve", "revoke", "confirm", "watch"])
def test_a_stranger_and_somebody_out_of_scope_change_nothing(
    make_person: MakePerson, make_agent: MakeAgent, other_site: Site, verb: str
) -> None:
    agent = make_agent(other_site, state="pending")
    mine = make_agent()
    limited = signed_in(make_person(Role.CENTRALIZED_SERVICES, clients=(mine.site.client,)))
    told = {"name": agent.name, "fingerprint": actions.fingerprint(agent), "same": "on"}
    assert limited.post(f"/agents/{agent.uid}/{verb}/", told).status_code == 404
    assert Browser().post(f"/agents/{agent.uid}/{verb}/", told).status_code == 302
    agent.refresh_from_db()
    assert (agent.state, agent.watched_until) == ("pending", None)


@pytest.mark.parametrize("verb", ["approve", "revoke", "confirm", "watch"])
def test_a_form_without_its_token_is_refused(browser: Browser, make_agent: MakeAgent, verb: str) -> None:
    agent = make_agent()
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    assert strict.post(f"/agents/{agent.uid}/{verb}/", {"name": agent.name}).status_code == 403


@pytest.mark.parametrize("count", [3, 120])
def test_the_list_asks_the_database_as_often_for_three_as_for_many(
    browser: Browser, make_agent: MakeAgent, count: int, django_assert_max_num_queries: object
) -> None:
    for number in range(count):
        make_agent(version=f"1.0.{number % 5}")
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        assert browser.get("/agents/").status_code == 200


def test_the_title_says_what_needs_somebody(browser: Browser, make_agent: MakeAgent) -> None:
    assert "No agent yet" in text_of(browser, "/agents/")
    make_agent()
    assert "The agent is online" in text_of(browser, "/agents/")
    make_agent(seen_at=timezone.now() - timedelta(days=2))
    assert "1 agent is silent" in text_of(browser, "/agents/")
    make_agent(state="restored or cloned")
    assert "1 agent was seen twice" in text_of(browser, "/agents/")


def test_a_filter_that_leaves_nothing_says_so(browser: Browser, make_agent: MakeAgent) -> None:
    make_agent()
    assert "No agent is like this" in text_of(browser, "/agents/?q=zzz")


@pytest.mark.parametrize("query", ["?show=nonsense", "?page=999", "?page=x", "?client=nobody", "?show=waiting"])
def test_an_odd_address_is_still_a_page(browser: Browser, make_agent: MakeAgent, query: str) -> None:
    make_agent()
    assert browser.get(f"/agents/{query}").status_code == 200


def test_texts_of_an_agent_are_shown_as_texts(browser: Browser, make_agent: MakeAgent) -> None:
    script = "<script>alert(1)</script>"
    agent = make_agent(
        name=script, platform=script, policy={"networks": [script], "hours": script}, on_hold=[{"credential": script}],
        refused={"x": script}, spool={"reports_count": script},
    )  # fmt: skip
    assert script not in text_of(browser, f"/agents/{agent.uid}/") + text_of(browser, "/agents/")


def test_an_agent_is_approved_when_a_person_says_that_they_compared(browser: Browser, make_agent: MakeAgent) -> None:
    agent = make_agent(state="pending", decided_at=None)
    told = {"fingerprint": actions.fingerprint(agent)}
    unticked = browser.post(f"/agents/{agent.uid}/approve/", told)
    assert "Compare the fingerprints first" in unticked.content.decode()
    assert browser.post(f"/agents/{agent.uid}/approve/", {**told, "same": "on"}).status_code == 302
    agent.refresh_from_db()
    assert agent.state == "approved"


def test_an_agent_is_revoked_by_its_name(browser: Browser, make_agent: MakeAgent) -> None:
    agent = make_agent()
    browser.post(f"/agents/{agent.uid}/revoke/", {"name": "another"})
    assert Agent.objects.get().state == "approved"
    followed = browser.post(f"/agents/{agent.uid}/revoke/", {"name": agent.name}, follow=True)
    assert f"{agent.name} is revoked." in followed.content.decode()
    assert Agent.objects.get().state == "revoked"


def test_a_percent_sign_in_a_name_breaks_no_message(browser: Browser, make_agent: MakeAgent) -> None:
    agent = make_agent(name="100%s %(x)s")
    assert browser.post(f"/agents/{agent.uid}/watch/", follow=True).status_code == 200


def test_a_restore_is_confirmed_on_the_page(browser: Browser, make_agent: MakeAgent) -> None:
    agent = make_agent(state="restored or cloned")
    assert "Confirm the restore" in text_of(browser, f"/agents/{agent.uid}/")
    browser.post(f"/agents/{agent.uid}/confirm/")
    assert Agent.objects.get().state == "approved"


def test_a_token_is_shown_once_with_its_lines(browser: Browser, site: Site) -> None:
    response = browser.post("/agents/enrol/", {"site": "Kestrel Joinery / Main office"})
    assert "DATUMLINE_AGENT_TOKEN=" in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert EnrolmentToken.objects.get().site == site


def test_a_site_that_is_not_there_makes_no_token(browser: Browser, site: Site) -> None:
    response = browser.post("/agents/enrol/", {"site": "Nobody / Nowhere"})
    assert "There is no such site" in response.content.decode()
    assert (EnrolmentToken.objects.count(), Site.objects.get()) == (0, site)


def test_a_clients_page_leads_to_its_site(browser: Browser, site: Site, other_site: Site) -> None:
    assert "Pellworth Foods / Plant" in text_of(browser, f"/agents/enrol/?site={other_site.uid}")
    assert browser.get("/agents/enrol/?site=nobody").status_code == 404
    assert site.client.name == "Kestrel Joinery"


def test_a_list_of_sites_is_shown_before_tokens_are_made(browser: Browser, site: Site) -> None:
    told = {"sites": "Kestrel Joinery;Main office\nNobody;X"}
    shown = browser.post("/agents/enrol/many/", told).content.decode()
    assert ("1 site is found" in shown, "1 line names no site" in shown, EnrolmentToken.objects.count()) == (
        True,
        True,
        0,
    )
    made = browser.post("/agents/enrol/many/", {**told, "make": "1"})
    assert made.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert made.content.decode("utf-8-sig").splitlines()[1].startswith('"Kestrel Joinery";"Main office";"')
    assert EnrolmentToken.objects.get().site == site


def test_waiting_agents_are_approved_together_from_a_pasted_text(browser: Browser, make_agent: MakeAgent) -> None:
    named, other = make_agent(state="pending"), make_agent(state="pending")
    told = {"text": f"host: {actions.fingerprint(named).upper()}"}
    assert "1 of 2 waiting agents are named" in browser.post("/agents/approve/", told).content.decode()
    browser.post("/agents/approve/", {**told, "approve": "1"})
    named.refresh_from_db()
    other.refresh_from_db()
    assert (named.state, other.state) == ("approved", "pending")
