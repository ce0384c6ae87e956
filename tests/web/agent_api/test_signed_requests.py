"""Requests that are not signed as agreed are refused through HTTP, and change nothing; good ones are taken once."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.test import Client as Browser
from django.utils import timezone

from collectors.link.canonical import canonical_json
from collectors.link.ids import fresh_id
from collectors.link.limits import BODY_BYTES, REQUESTS_BURST
from collectors.link.signatures import digest_of
from server.agent_api.identified import FAILURES_COUNT
from server.agents.models import Agent, AgentEvent
from tests.web.agent_api.fake_agent import FakeAgent, poll_request

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
Wrong = Callable[[FakeAgent, bytes], "Answer"]


def body() -> bytes:
    return canonical_json(poll_request())


def header(name: str, value: str) -> Wrong:
    return lambda agent, asked: agent.send("/v1/poll", asked, headers={name: value})


def replaced(name: str, old: str, new: str) -> Wrong:
    """Return a request in which a part of a header was changed after signing."""

    def send(agent: FakeAgent, asked: bytes) -> "Answer":
        sent = agent.signed("/v1/poll", asked)
        assert old in sent[name]
        return agent.send("/v1/poll", asked, headers={**sent, name: sent[name].replace(old, new)})

    return send


def bit_flipped(place: int) -> Wrong:
    def send(agent: FakeAgent, asked: bytes) -> "Answer":
        sent = agent.signed("/v1/poll", asked)
        label, _, told = sent["Signature"].partition("=:")
        raw = bytearray(base64.b64decode(told[:-1]))
        raw[place] ^= 1
        return agent.send(
            "/v1/poll", asked, headers={**sent, "Signature": f"{label}=:{base64.b64encode(raw).decode()}:"}
        )

    return send


WRONG: dict[str, Wrong] = {
    "no signature": header("Signature", ""),
    "no signature input": header("Signature-Input", ""),
    "no digest": header("Content-Digest", ""),
    "a digest of another body": header("Content-Digest", digest_of(b"{}")),
    "a digest by another algorithm": header("Content-Digest", "sha-512=:AAAA:"),
    "two digests": lambda a, b: a.send("/v1/poll", b, headers={"Content-Digest": f"{digest_of(b)}, {digest_of(b'')}"}),
    "a signature that is no base64": header("Signature", "agent=:***:"),
    "an empty signature": header("Signature", "agent=::"),
    "a short signature": header("Signature", f"agent=:{base64.b64encode(b'x' * 32).decode()}:"),
    "a signature of zeros": header("Signature", f"agent=:{base64.b64encode(bytes(64)).decode()}:"),
    "a signature that is too long": header("Signature", "agent=:" + "A" * 4_000 + ":"),
    "an input that is too long": header("Signature-Input", 'agent=();keyid="' + "A" * 4_000 + '"'),
    "an input that is no list": header("Signature-Input", "((((("),
    "letters that are not ASCII": header("Signature-Input", 'agent=("@method");keyid="\u00e4"'),
    "a body that was swapped": lambda a, b: a.send("/v1/poll", canonical_json({"protocol": 1}), signed_body=b),
    "a body with one more blank": lambda a, b: a.send("/v1/poll", b + b" ", signed_body=b),
    "another route": lambda a, b: a.send("/v1/poll", b, signed_url=f"{settings.PUBLIC_URL}/agent/v1/results"),
    "another server": lambda a, b: a.send("/v1/poll", b, signed_url="https://elsewhere.example/agent/v1/poll"),
    "http in place of https": lambda a, b: a.send("/v1/poll", b, signed_url="https://localhost:8000/agent/v1/poll"),
    "another port": lambda a, b: a.send("/v1/poll", b, signed_url="http://localhost:8001/agent/v1/poll"),
    "a query": lambda a, b: a.send("/v1/poll", b, signed_url=f"{settings.PUBLIC_URL}/agent/v1/poll?x=1"),
    "another key": lambda a, b: a.send("/v1/poll", b, key=Ed25519PrivateKey.generate()),
    "an unknown agent": lambda a, b: a.send("/v1/poll", b, key_id=fresh_id()),
    "no key id": lambda a, b: a.send("/v1/poll", b, key_id=""),
    "a key as key id": lambda a, b: a.send("/v1/poll", b, key_id=a.signing_key),
    "an id in small letters": lambda a, b: a.send("/v1/poll", b, key_id=a.uid.lower()),
    "a wildcard as key id": lambda a, b: a.send("/v1/poll", b, key_id="%" * 26),
    "words of SQL as key id": lambda a, b: a.send("/v1/poll", b, key_id="' OR 1=1 --"),
    "a key id of 300 letters": lambda a, b: a.send("/v1/poll", b, key_id="A" * 300),
    "too early": lambda a, b: a.send("/v1/poll", b, at=timezone.now() + timedelta(seconds=330)),
    "too late": lambda a, b: a.send("/v1/poll", b, at=timezone.now() - timedelta(seconds=330)),
    "ten years ago": lambda a, b: a.send("/v1/poll", b, at=timezone.now() - timedelta(days=3650)),
    "ten years ahead": lambda a, b: a.send("/v1/poll", b, at=timezone.now() + timedelta(days=3650)),
    "another counter than signed": replaced("Signature-Input", ".1", ".99"),
    "another epoch than signed": replaced("Signature-Input", 'nonce="1.', 'nonce="2.'),
    "another tag": replaced("Signature-Input", "datumline-1", "datumline-2"),
    "no tag": replaced("Signature-Input", ';tag="datumline-1"', ""),
    "no nonce": replaced("Signature-Input", "nonce=", "other="),
    "no moment": replaced("Signature-Input", "created=", "expires="),
    "no method covered": replaced("Signature-Input", '"@method" ', ""),
    "no address covered": replaced("Signature-Input", '"@target-uri" ', ""),
    "no digest covered": replaced("Signature-Input", ' "content-digest"', ""),
    "no media type covered": replaced("Signature-Input", ' "content-type"', ""),
    "another algorithm": replaced("Signature-Input", ";tag=", ';alg="hmac-sha256";tag='),
    "another label": replaced("Signature", "agent=", "other="),
    "the first bit flipped": bit_flipped(0),
    "a bit in the middle flipped": bit_flipped(32),
    "the last bit flipped": bit_flipped(63),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_request_that_is_not_signed_as_agreed_changes_nothing(agent: FakeAgent, name: str) -> None:
    before = Agent.objects.values().get(uid=agent.uid)
    response = WRONG[name](agent, body())
    assert response.status_code == 401, response.content
    assert set(response.json()) == {"error", "state", "epoch", "server_time"}
    assert Agent.objects.values().get(uid=agent.uid) == before


@pytest.mark.parametrize(
    ("status", "content_type", "headers"),
    [
        (415, "application/zstd", {}),
        (415, "text/plain", {}),
        (415, "application/json; charset=utf-8", {}),
        (415, "application/json", {"Content-Encoding": "gzip"}),
        (413, "application/json", {"Content-Length": str(BODY_BYTES + 1)}),
        (413, "application/json", {"Content-Length": "9" * 40}),
        (411, "application/json", {"Content-Length": "many"}),
        (411, "application/json", {"Content-Length": ""}),
        (411, "application/json", {"Content-Length": "-5"}),
    ],
)
def test_what_the_headers_say_is_refused_before_anything_is_read(
    agent: FakeAgent, status: int, content_type: str, headers: dict[str, str]
) -> None:
    length = headers.pop("Content-Length", None)
    more = {} if length is None else {"CONTENT_LENGTH": length}
    response = agent.send("/v1/poll", body(), content_type, headers=headers, meta=more)
    assert response.status_code == status


def test_an_address_with_a_query_is_refused(agent: FakeAgent) -> None:
    assert agent.send("/v1/poll", body(), query="x=1").status_code == 400


def test_an_answer_is_never_compressed_cached_or_bound_to_a_cookie(agent: FakeAgent) -> None:
    response = agent.send("/v1/poll", body(), headers={"Accept-Encoding": "gzip, br, zstd"})
    assert response.status_code == 200
    assert "Content-Encoding" not in response.headers
    assert response.headers["Cache-Control"] == "no-store, no-transform"
    assert not response.cookies


def test_a_refusal_tells_the_servers_clock(agent: FakeAgent) -> None:
    told = agent.send("/v1/poll", body(), at=timezone.now() - timedelta(hours=2)).json()
    assert told["error"] == "the clocks of agent and server lie more than 300 s apart"
    assert told["server_time"][:13] == timezone.now().isoformat()[:13]


def test_the_clock_is_told_to_anybody() -> None:
    response = Browser().get("/agent/v1/time")
    assert (response.status_code, response.json()["protocols"]) == (200, [1])


def test_a_request_that_comes_again_is_refused_and_nobody_is_alarmed(agent: FakeAgent) -> None:
    at, asked = timezone.now(), body()
    first = agent.send("/v1/poll", asked, counter=5, at=at)
    again = agent.send("/v1/poll", asked, counter=5, at=at)
    assert (first.status_code, again.status_code, again.json()["state"]) == (200, 409, "approved")
    assert not AgentEvent.objects.filter(kind="restored or cloned").exists()


def test_a_request_that_was_overtaken_is_refused_and_nobody_is_alarmed(agent: FakeAgent) -> None:
    at = timezone.now()
    agent.send("/v1/poll", body(), counter=9, at=at)
    late = agent.send("/v1/poll", body(), counter=8, at=at - timedelta(seconds=3))
    assert (late.status_code, late.json()["state"], late.json()["error"]) == (
        409,
        "approved",
        "a newer request was taken already",
    )


def test_an_agent_that_signs_anew_what_it_signed_before_is_stopped(agent: FakeAgent) -> None:
    at = timezone.now()
    agent.send("/v1/poll", body(), counter=50, at=at - timedelta(seconds=60))
    copy = agent.send("/v1/poll", body(), counter=31, at=at)
    original = agent.send("/v1/poll", body(), counter=51, at=at + timedelta(seconds=2))
    assert (copy.status_code, original.status_code) == (409, 409)
    assert (copy.json()["state"], original.json()["state"]) == ("restored or cloned",) * 2
    assert AgentEvent.objects.filter(kind="restored or cloned").count() == 1


def test_a_new_epoch_is_told_and_begins_at_one(agent: FakeAgent) -> None:
    agent.send("/v1/poll", body(), counter=50)
    Agent.objects.filter(uid=agent.uid).update(epoch=2, counter=0)
    told = agent.send("/v1/poll", body(), counter=51)
    assert (told.status_code, told.json()["epoch"], told.json()["state"]) == (409, 2, "approved")
    agent.epoch, agent.counter = 2, 0
    assert agent.poll().status_code == 200


def test_an_agent_of_a_server_that_was_restored_goes_on(agent: FakeAgent) -> None:
    agent.poll()
    Agent.objects.filter(uid=agent.uid).update(counter=0, signed_at=timezone.now() - timedelta(days=1))
    agent.counter = 700
    assert agent.poll().status_code == 200


def test_a_higher_epoch_than_ours_is_for_a_person(agent: FakeAgent) -> None:
    agent.epoch = 3
    assert agent.poll().json()["state"] == "restored or cloned"


def test_a_revoked_agent_hears_so_at_once(agent: FakeAgent) -> None:
    Agent.objects.filter(uid=agent.uid).update(state="revoked")
    response = agent.poll()
    assert (response.status_code, response.json()["state"]) == (403, "revoked")


def test_more_than_the_burst_must_wait_and_hears_how_long(agent: FakeAgent) -> None:
    statuses = [agent.poll().status_code for _ in range(REQUESTS_BURST + 1)]
    assert (statuses.count(200), statuses[-1]) == (REQUESTS_BURST, 429)
    refused = agent.poll()
    assert 0 < int(refused.headers["Retry-After"]) <= 7


def test_an_allowance_refills_and_a_backlog_raises_it(agent: FakeAgent) -> None:
    now = timezone.now()
    Agent.objects.filter(uid=agent.uid).update(allowance_at=now + timedelta(seconds=400))
    assert agent.poll().status_code == 429
    Agent.objects.filter(uid=agent.uid).update(backlog_until=now + timedelta(minutes=5), allowance_at=now)
    agent.poll()
    paid = Agent.objects.get(uid=agent.uid).allowance_at - now
    assert timedelta(seconds=0.9) < paid < timedelta(seconds=30)


def test_forged_requests_do_not_use_up_the_allowance_of_an_agent(agent: FakeAgent) -> None:
    stranger = Ed25519PrivateKey.generate()
    statuses = {agent.send("/v1/poll", body(), key=stranger).status_code for _ in range(FAILURES_COUNT + 5)}
    assert statuses == {401, 429}
    elsewhere = agent.send("/v1/poll", body(), meta={"REMOTE_ADDR": "198.51.100.7"})
    assert elsewhere.status_code == 200


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "options"])
def test_a_route_takes_nothing_but_its_method(method: str) -> None:
    assert getattr(Browser(), method)("/agent/v1/poll").status_code == 405


@pytest.mark.parametrize(
    "path", ["/agent/v1/poll/", "/agent//v1/poll", "/agent/v1/Poll", "/agent/v1/poll;x", "/agent/v2/poll", "/agent/"]
)
def test_an_address_that_looks_alike_is_no_route(path: str) -> None:
    assert Browser().post(path, b"{}", content_type="application/json").status_code == 404
