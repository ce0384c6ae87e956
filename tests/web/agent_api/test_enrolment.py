"""How an agent becomes known: once by a token, again for the same keys, never in another's place."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from collectors.link.canonical import canonical_json
from server.accounts.actor import SERVER
from server.agents.actions import make_token
from server.agents.enrolment import BY_SOURCE, BY_TOKEN, hash_of, new_token
from server.agents.models import Agent, AgentEvent, EnrolmentCount, EnrolmentToken
from server.clients.models import Client, Site
from tests.web.agent_api.conftest import approved_at
from tests.web.agent_api.fake_agent import FakeAgent


@pytest.mark.django_db
class TestOneToken:
    def test_a_new_agent_waits_for_a_person(self, site: Site) -> None:
        agent = FakeAgent()
        told = agent.enrol(make_token(SERVER, site).token).json()
        assert (told["state"], told["epoch"], told["client"], told["site"], told["site_id"]) == (
            "pending", 1, "Kestrel Joinery", "Main office", site.uid,
        )  # fmt: skip
        known = Agent.objects.get()
        assert (known.uid, known.state, known.signing_key) == (agent.uid, "pending", agent.signing_key)

    def test_the_same_keys_hear_the_same_answer_again(self, site: Site) -> None:
        token, agent = make_token(SERVER, site).token, FakeAgent()
        first, again = agent.enrol(token).json(), agent.enrol(token).json()
        assert (first["agent_id"], Agent.objects.count()) == (again["agent_id"], 1)

    def test_other_keys_for_a_used_token_are_refused_and_noted(self, site: Site) -> None:
        token, agent, thief = make_token(SERVER, site).token, FakeAgent(), FakeAgent()
        agent.enrol(token)
        assert thief.enrol(token).status_code == 403
        assert (Agent.objects.get().uid, AgentEvent.objects.filter(kind="token used again").count()) == (agent.uid, 1)

    def test_another_sealing_key_is_another_agent(self, site: Site) -> None:
        token, agent = make_token(SERVER, site).token, FakeAgent()
        agent.enrol(token)
        other = FakeAgent(signing=agent.signing)
        assert other.enrol(token).status_code == 403

    def test_a_key_that_is_known_enrols_no_second_agent(self, site: Site) -> None:
        agent = approved_at(site)
        assert agent.enrol(make_token(SERVER, site).token).status_code == 403
        assert (Agent.objects.count(), AgentEvent.objects.filter(kind="key used again").count()) == (1, 1)

    def test_a_token_that_is_over_enrols_nobody(self, site: Site) -> None:
        token = make_token(SERVER, site).token
        EnrolmentToken.objects.update(ends_at=timezone.now())
        assert (FakeAgent().enrol(token).status_code, Agent.objects.count()) == (403, 0)

    def test_unknown_used_and_ended_tokens_hear_one_answer(self, site: Site) -> None:
        used, ended = make_token(SERVER, site).token, make_token(SERVER, site).token
        FakeAgent().enrol(used)
        EnrolmentToken.objects.filter(sha256=hash_of(ended)).update(ends_at=timezone.now())
        told = {FakeAgent().enrol(token).json()["error"] for token in (used, ended, new_token())}
        assert len(told) == 1

    def test_a_client_that_left_gets_no_agent(self, site: Site) -> None:
        token = make_token(SERVER, site).token
        Client.objects.update(state="left")
        assert FakeAgent().enrol(token).status_code == 403

    def test_a_revoked_agent_hears_so_when_it_enrols_again(self, site: Site) -> None:
        token, agent = make_token(SERVER, site).token, FakeAgent()
        agent.enrol(token)
        Agent.objects.update(state="revoked")
        assert (agent.enrol(token).status_code, agent.enrol(token).json()["state"]) == (403, "revoked")

    def test_a_token_is_kept_as_its_hash(self, site: Site) -> None:
        token = make_token(SERVER, site).token
        assert (len(token), EnrolmentToken.objects.get().sha256) == (32, hash_of(token))

    def test_a_request_that_is_signed_with_another_key_than_it_shows_is_refused(self, site: Site) -> None:
        agent, other = FakeAgent(), FakeAgent()
        asked = {
            "protocol": 1, "token": make_token(SERVER, site).token, "signing_key": other.signing_key,
            "sealing_key": other.sealing_key, "name": "x", "platform": "x", "agent_version": "1",
        }  # fmt: skip
        response = agent.send("/v1/enrol", canonical_json(asked), key_id=agent.signing_key, counter=1)  # type: ignore[arg-type]
        assert (response.status_code, Agent.objects.count()) == (401, 0)

    def test_names_of_machines_are_made_plain(self, site: Site) -> None:
        FakeAgent().enrol(make_token(SERVER, site).token, name="A\u0000\u202eB\n<script>", platform="\u0000")
        assert Agent.objects.get().name == "AB <script>"

    def test_an_address_may_try_so_often_in_an_hour(self, site: Site) -> None:
        statuses = [FakeAgent().enrol(new_token()).status_code for _ in range(BY_SOURCE + 1)]
        assert statuses == [403] * BY_SOURCE + [429]
        EnrolmentCount.objects.update(began_at=timezone.now() - timedelta(hours=1, seconds=1))
        assert FakeAgent().enrol(make_token(SERVER, site).token).status_code == 200

    def test_a_token_may_be_tried_so_often_in_an_hour(self, site: Site) -> None:
        token = make_token(SERVER, site).token
        agent = FakeAgent()
        told = [agent.enrol(token) for _ in range(BY_TOKEN + 1)]
        assert [one.status_code for one in told] == [200] * BY_TOKEN + [429]
        assert int(told[-1].headers["Retry-After"]) <= 3601


class Enrolments(RuleBasedStateMachine):
    """Tokens and agents in any order: a token never has two agents, and no agent changes its keys or site."""

    tokens = Bundle("tokens")
    agents = Bundle("agents")

    def __init__(self) -> None:
        super().__init__()
        Site.objects.all().delete()
        client = Client.objects.create(name=f"Client {Client.objects.count()}")
        self.sites = [Site.objects.create(client=client, name=name) for name in ("one", "two")]
        self.taken: dict[str, str] = {}
        self.keys: dict[str, tuple[str, str, int]] = {}

    @rule(target=tokens, place=st.integers(0, 1))
    def make(self, place: int) -> str:
        return make_token(SERVER, self.sites[place]).token

    @rule(target=agents)
    def machine(self) -> FakeAgent:
        return FakeAgent()

    @rule(token=tokens)
    def end(self, token: str) -> None:
        EnrolmentToken.objects.filter(sha256=hash_of(token)).update(ends_at=timezone.now())

    @rule(token=tokens)
    def revoke(self, token: str) -> None:
        Agent.objects.filter(token__sha256=hash_of(token)).update(state="revoked")

    @rule(token=tokens, agent=agents)
    def enrol(self, token: str, agent: FakeAgent) -> None:
        EnrolmentCount.objects.all().delete()
        response = agent.enrol(token)
        if response.status_code == 200:
            uid = response.json()["agent_id"]
            assert self.taken.setdefault(token, uid) == uid

    @invariant()
    def an_agent_stays_what_it_was(self) -> None:
        for uid, signing, sealing, site in Agent.objects.values_list("uid", "signing_key", "sealing_key", "site_id"):
            assert self.keys.setdefault(uid, (signing, sealing, site)) == (signing, sealing, site)

    @invariant()
    def a_token_has_one_agent_at_its_own_site(self) -> None:
        for token in EnrolmentToken.objects.select_related("agent"):
            assert (token.agent is None) == (token.used_at is None)
            assert token.agent is None or token.agent.site_id == token.site_id
        assert Agent.objects.count() == EnrolmentToken.objects.exclude(agent=None).count()


class EnrolmentsInAnyOrder(TestCase):
    """The state machine, each of its runs in a transaction of its own."""

    def test_a_token_never_has_two_agents(self) -> None:
        case = self

        class Isolated(Enrolments):
            def __init__(self) -> None:
                case.setup_example()  # type: ignore[no-untyped-call]
                super().__init__()

            def teardown(self) -> None:
                case.teardown_example(None)  # type: ignore[no-untyped-call]

        run_state_machine_as_test(
            Isolated, settings=hypothesis_settings(max_examples=25, stateful_step_count=20, deadline=None)
        )
        assert Agent.objects.count() == 0
