"""New keys: proved, unique, in force at once; the old signing key is taken for a day."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from collectors.link.canonical import canonical_json
from collectors.link.rotation import proof_of
from server.access.models import Credential, SealedCopy
from server.agents.models import Agent, AgentEvent
from server.clients.models import Site
from tests.web.agent_api.conftest import approved_at
from tests.web.agent_api.fake_agent import FakeAgent

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db


def rotated(agent: FakeAgent, new: FakeAgent, **more: object) -> "Answer":
    asked = {
        "signing_key": new.signing_key,
        "sealing_key": new.sealing_key,
        "proof": proof_of(new.signing, agent.uid, new.signing_key, new.sealing_key),
        "credentials": [],
        **more,
    }
    return agent.send("/v1/rotate", canonical_json(asked))  # type: ignore[arg-type]


def test_new_keys_are_in_force_and_told_to_a_person(agent: FakeAgent) -> None:
    new = FakeAgent()
    assert rotated(agent, new).status_code == 200
    known = Agent.objects.get(uid=agent.uid)
    assert (known.signing_key, known.sealing_key) == (new.signing_key, new.sealing_key)
    assert AgentEvent.objects.filter(kind="keys changed").count() == 1


def test_the_old_key_is_taken_for_a_day(agent: FakeAgent) -> None:
    rotated(agent, FakeAgent())
    assert agent.poll().status_code == 200
    Agent.objects.update(former_until=timezone.now() - timedelta(seconds=1))
    assert agent.poll().status_code == 401


def test_the_new_key_goes_on_with_the_same_counter(agent: FakeAgent) -> None:
    new = FakeAgent()
    rotated(agent, new)
    agent.signing, agent.sealing = new.signing, new.sealing
    assert agent.poll().status_code == 200


def test_asking_again_after_a_lost_answer_changes_nothing(agent: FakeAgent) -> None:
    new = FakeAgent()
    first, again = rotated(agent, new).json(), rotated(agent, new).json()
    assert (first, Agent.objects.get(uid=agent.uid).former_signing_key) == (again, agent.signing_key)


def test_a_proof_by_another_key_is_refused(agent: FakeAgent) -> None:
    new, thief = FakeAgent(), FakeAgent()
    proof = proof_of(thief.signing, agent.uid, new.signing_key, new.sealing_key)
    assert rotated(agent, new, proof=proof).status_code == 400


def test_a_key_of_another_agent_is_refused(agent: FakeAgent, site: Site) -> None:
    other = approved_at(site)
    assert rotated(agent, other).status_code == 400
    assert Agent.objects.get(uid=agent.uid).signing_key == agent.signing_key


def test_credentials_sealed_anew_replace_the_copies_and_others_go(agent: FakeAgent, site: Site) -> None:
    known = Agent.objects.get(uid=agent.uid)
    made = [
        Credential.objects.create(client=site.client, site=site, name=name, kind="snmp") for name in ("kept", "left")
    ]
    for one in made:
        SealedCopy.objects.create(credential=one, agent=known, version=1, sealed="T0xE")
    rotated(agent, FakeAgent(), credentials=[{"id": made[0].uid, "version": 1, "sealed": "TkVX"}])
    assert list(SealedCopy.objects.values_list("credential__name", "sealed")) == [("kept", "TkVX")]


def test_copies_of_another_site_are_out_of_reach(agent: FakeAgent, other_site: Site) -> None:
    stranger = approved_at(other_site)
    foreign = Credential.objects.create(client=other_site.client, site=other_site, name="theirs", kind="snmp")
    copy = SealedCopy.objects.create(
        credential=foreign, agent=Agent.objects.get(uid=stranger.uid), version=1, sealed="T0xE"
    )
    rotated(agent, FakeAgent(), credentials=[{"id": foreign.uid, "version": 1, "sealed": "TkVX"}])
    copy.refresh_from_db()
    assert copy.sealed == "T0xE"


def test_an_agent_that_waits_changes_no_keys(agent: FakeAgent) -> None:
    Agent.objects.update(state="pending", decided_at=None)
    assert rotated(agent, FakeAgent()).status_code == 403
