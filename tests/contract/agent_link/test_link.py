"""What the agent does with each answer of a server, over real sockets and with a played clock."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.enrolled import Counter, read_enrolment
from agent.errors import Revoked, ServerUnavailable
from agent.keys import read_keys
from agent.own_file import read_own
from agent.status import Running
from collectors.link.limits import REPLY_BYTES
from tests.contract.agent_link.conftest import MakeAgent
from tests.contract.agent_link.played import PlayedAgent
from tests.peers.connect_proxy import ConnectProxy
from tests.peers.server_link import Answer, Mischief, Request, ServerPeer


def lost(_: ServerPeer, __: Request) -> Answer:
    return Answer(200, b"", lost=True)


def status(code: int, **headers: str) -> Mischief:
    return lambda *_: Answer(code, b"{}", {name.replace("_", "-"): value for name, value in headers.items()})


def test_a_poll_is_answered_and_a_job_becomes_a_report_at_the_server(agent: PlayedAgent) -> None:
    job = agent.peer.scan_job()
    agent.peer.jobs.append(job)
    agent.for_(10)
    (report,) = agent.peer.stored.values()
    assert (report["job_id"], agent.peer.problems, agent.spool.count()) == (job["id"], [], 0)


def test_the_next_poll_is_when_the_server_says(agent: PlayedAgent) -> None:
    agent.peer.next_poll_s = 300
    agent.for_(1)
    agent.for_(290)
    before = len(agent.peer.agent.polls)
    agent.for_(45)
    assert (before, len(agent.peer.agent.polls)) == (1, 2)


def test_an_agent_that_waits_for_approval_takes_no_job_and_no_credential(agent: PlayedAgent) -> None:
    agent.peer.agent.state = "pending"
    agent.peer.poll_extra = {"jobs": [agent.peer.scan_job()], "credentials": [credential()]}
    agent.for_(200)
    assert (agent.doer.done, agent.vault.held, agent.link.enrolment.state) == ([], {}, "pending")


def credential(**changes: object) -> dict[str, object]:
    told = {
        "id": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "version": 1,
        "name": "snmp-ro",
        "kind": "snmp",
        "scope": {"networks": ["192.0.2.0/24"], "names": [], "transports": ["snmp"]},
        "sealed": "AAAA",
    }
    return {**told, **changes}


def test_a_credential_is_kept_and_withdrawn_as_the_server_says(agent: PlayedAgent) -> None:
    agent.peer.credentials = [credential()]
    agent.for_(1)
    held = agent.vault.versions()
    agent.peer.credentials, agent.peer.withdrawn = [], ["01ARZ3NDEKTSV4RRFFQ69G5FAV"]
    agent.for_(120)
    assert (held, agent.vault.versions()) == ({"01ARZ3NDEKTSV4RRFFQ69G5FAV": 1}, {})


def test_a_wrong_credential_loses_none_of_the_others(agent: PlayedAgent) -> None:
    agent.peer.credentials = [credential(kind="telnet"), credential(id="01ARZ3NDEKTSV4RRFFQ69G5FAW")]
    agent.for_(1)
    assert list(agent.vault.held) == ["01ARZ3NDEKTSV4RRFFQ69G5FAW"]


def test_a_clock_that_is_wrong_is_corrected_by_the_refusal_and_the_poll_goes_through(agent: PlayedAgent) -> None:
    agent.for_(1)
    right = agent.time.at
    agent.peer.now = lambda: right + timedelta(days=3650)
    agent.for_(120)
    assert agent.peer.agent.polls[-1].clock_at > right + timedelta(days=3649)
    assert agent.link.problem is None


def test_a_server_that_refuses_every_clock_is_asked_twice_and_not_again_at_once(agent: PlayedAgent) -> None:
    agent.peer.misbehave("poll", *[lambda peer, _: peer.refusal(401, "the clocks lie apart")] * 10)
    agent.turns(5)
    assert agent.peer.received.count("poll") <= 2


def test_the_counter_only_grows_and_a_crash_never_uses_one_again(agent: PlayedAgent) -> None:
    agent.for_(600)
    highest = agent.peer.agent.counter
    again = Counter(agent.home.counter)
    assert again.next()[1] > highest
    assert agent.peer.problems == []


def test_an_agent_restored_from_a_backup_waits_for_a_person_and_goes_on_in_the_new_epoch(agent: PlayedAgent) -> None:
    agent.for_(1)
    agent.peer.agent.counter = 10_000
    agent.peer.jobs.append(agent.peer.scan_job())
    agent.for_(900)
    waited = (agent.link.poller.state, list(agent.doer.done))
    agent.peer.confirm()
    agent.for_(900)
    assert waited == ("restored or cloned", [])
    assert (agent.link.poller.state, len(agent.peer.stored)) == ("approved", 1)
    assert Counter(agent.home.counter).epoch == 2


def test_a_waiting_agent_asks_seldom(agent: PlayedAgent) -> None:
    agent.for_(1)
    agent.peer.agent.counter = 10_000
    agent.for_(60)
    before = agent.peer.received.count("poll")
    agent.for_(3600)
    assert agent.peer.received.count("poll") - before <= 15


def test_a_revoked_agent_stops_and_remembers_it(agent: PlayedAgent) -> None:
    agent.for_(1)
    agent.peer.agent.state = "revoked"
    with pytest.raises(Revoked, match="revoked"):
        agent.for_(120)
    kept = read_enrolment(agent.home.enrolment)
    assert kept is not None
    assert kept.state == "revoked"


@pytest.mark.parametrize("code", [429, 503])
def test_an_overloaded_server_is_left_alone_for_as_long_as_it_says(agent: PlayedAgent, code: int) -> None:
    agent.peer.misbehave("poll", status(code, Retry_After="900"))
    agent.for_(890)
    before = agent.peer.received.count("poll")
    agent.for_(30)
    assert (before, agent.peer.received.count("poll")) == (1, 2)


def test_a_date_is_a_retry_after_too(agent: PlayedAgent) -> None:
    agent.peer.misbehave("poll", status(503, Retry_After="Sun, 22 Nov 2026 09:10:00 GMT"))
    agent.for_(590)
    before = agent.peer.received.count("poll")
    agent.for_(30)
    assert (before, agent.peer.received.count("poll")) == (1, 2)


def test_no_server_can_send_the_agent_away_for_longer_than_an_hour(agent: PlayedAgent) -> None:
    agent.peer.misbehave("poll", status(503, Retry_After="99999999"))
    agent.for_(3700)
    assert agent.peer.received.count("poll") >= 2


def test_failures_make_the_agent_ask_less_and_less(agent: PlayedAgent) -> None:
    agent.peer.misbehave("poll", *[lost] * 1000)
    agent.for_(24 * 3600)
    assert agent.peer.received.count("poll") < 24 * 3600 / 100


def test_a_redirect_is_not_followed(agent: PlayedAgent) -> None:
    with ServerPeer() as other:
        agent.peer.misbehave("poll", status(307, Location=f"{other.url}/agent/v1/poll"))
        agent.turns(1)
        assert (other.received, "another address" in (agent.link.problem or "")) == ([], True)


def test_a_cookie_is_not_sent_back(agent: PlayedAgent) -> None:
    agent.peer.misbehave("poll", lambda peer, request: Answer(
        200, peer.honest(request).content, {"Set-Cookie": "who=agent; Path=/"}
    ))  # fmt: skip
    agent.for_(200)
    assert not [one for one in agent.peer.requests if "cookie" in one.headers]


def test_a_compressed_answer_is_refused(agent: PlayedAgent) -> None:
    agent.peer.misbehave("poll", status(200, Content_Encoding="gzip"))
    agent.turns(1)
    assert "compressed" in (agent.link.problem or "")


def test_an_answer_without_end_is_cut(agent: PlayedAgent) -> None:
    agent.peer.misbehave("poll", lambda *_: Answer(200, b" " * (REPLY_BYTES + 100_000)))
    agent.turns(1)
    assert "larger than" in (agent.link.problem or "")


def test_an_answer_that_drips_ends_at_the_deadline(make_agent: MakeAgent) -> None:
    agent = make_agent(api={"whole_s": 0.4, "silent_s": 5.0})
    agent.peer.misbehave("poll", lambda *_: Answer(200, b" " * 10_000, drip_s=0.02))
    agent.turns(1)
    assert agent.link.problem is not None


def test_headers_that_drip_end_at_the_deadline(make_agent: MakeAgent) -> None:
    agent = make_agent(api={"whole_s": 0.4, "silent_s": 5.0})
    agent.peer.misbehave("poll", lambda *_: Answer(200, b"", slow_head_s=0.02))
    agent.turns(1)
    assert agent.link.problem is not None


@pytest.mark.parametrize(
    "content",
    [b"", b"nothing", b"[]", b"{}", b'{"a":1,"a":2}', b"[" * 100_000, b'{"protocol":NaN}', b"\xff\xfe", b"null"],
)
def test_an_answer_that_is_none_changes_nothing(agent: PlayedAgent, content: bytes) -> None:
    agent.peer.misbehave("poll", lambda *_: Answer(200, content))
    agent.turns(1)
    assert "does not understand" in (agent.link.problem or "")


def test_tls_for_another_name_is_refused_and_nothing_is_sent(make_agent: MakeAgent, tmp_path: Path) -> None:
    with ServerPeer(tls=True) as peer:
        agent = make_agent(peer)
        agent.turns(1)
        assert peer.received == ["enrol", "poll"]
        peer.certificate = None if peer.certificate is None else type(peer.certificate)("192.0.2.99")
        agent.api.close()
        agent.for_(200)
        assert (peer.received, "not trusted" in (agent.link.problem or "")) == (["enrol", "poll"], True)


def test_the_server_is_reached_over_tls_with_its_own_authority(make_agent: MakeAgent) -> None:
    with ServerPeer(tls=True) as peer:
        agent = make_agent(peer)
        peer.jobs.append(peer.scan_job())
        agent.for_(10)
        assert (len(peer.stored), peer.problems) == (1, [])


def test_the_server_is_reached_through_a_proxy_and_the_proxy_sees_no_request(make_agent: MakeAgent) -> None:
    with ServerPeer(tls=True) as peer, ConnectProxy() as proxy:
        agent = make_agent(peer, proxy=proxy.url)
        agent.for_(10)
        assert (len(peer.agent.polls), peer.problems) == (1, [])
        assert set(proxy.received) == {f"CONNECT {peer.address}:{peer.port}"}


def test_a_proxy_that_refuses_is_told_as_such(make_agent: MakeAgent) -> None:
    with ServerPeer(tls=True) as peer, ConnectProxy(refuses=True) as proxy:
        with pytest.raises(ServerUnavailable, match="through the proxy"):
            make_agent(peer, proxy=proxy.url)
        assert peer.received == []


def test_the_systems_proxy_is_used_and_an_empty_one_means_none(
    make_agent: MakeAgent, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ServerPeer(tls=True) as peer, ConnectProxy() as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "")
        agent = make_agent(peer)
        before = len(proxy.received)
        agent.api.road = replace(agent.api.road, proxy="")
        agent.api.close()
        agent.for_(10)
        assert (before, len(proxy.received), len(peer.agent.polls)) == (1, 1, 1)


def test_an_unknown_authority_is_refused(tmp_path: Path, make_agent: MakeAgent) -> None:
    with ServerPeer(tls=True) as peer, ServerPeer(tls=True) as other:
        peer.certificate = other.certificate
        with pytest.raises(ServerUnavailable, match="not trusted"):
            make_agent(peer, url=peer.url)


def test_refused_jobs_are_told_soon_and_once(agent: PlayedAgent) -> None:
    job = agent.peer.scan_job(target={"address": "198.51.100.1"})
    agent.peer.jobs.append(job)
    agent.for_(20)
    told = [poll.refused for poll in agent.peer.agent.polls]
    assert told == [{}, {job["id"]: "it lies outside the networks"}]


def test_jobs_in_hand_and_reports_on_their_way_are_told_as_running(agent: PlayedAgent) -> None:
    agent.doer.waits = True
    job = agent.peer.scan_job()
    agent.peer.jobs.append(job)
    agent.for_(100)
    assert agent.peer.agent.polls[-1].running == (job["id"],)


def test_keys_are_changed_after_thirty_days_and_the_credentials_with_them(agent: PlayedAgent) -> None:
    agent.peer.credentials = [credential()]
    agent.for_(1)
    before = agent.api.keys.fingerprint
    agent.time.passes(31 * 86_400)
    agent.for_(300)
    kept = read_keys(agent.home.keys)
    assert kept is not None
    assert (kept.fingerprint != before, agent.home.next_keys.exists()) == (True, False)
    assert agent.vault.sealed_to == [agent.peer.agent.sealing_key] == [kept.sealing_key]
    assert (agent.vault.forgot_count, agent.link.poller.state, agent.peer.problems) == (1, "approved", [])


@pytest.mark.parametrize("takes_old_keys", [True, False], ids=["the old keys are still taken", "they are not"])
def test_a_lost_answer_to_a_rotation_does_not_lose_the_agent(agent: PlayedAgent, takes_old_keys: bool) -> None:
    agent.peer.takes_old_keys = takes_old_keys
    agent.for_(1)
    agent.time.passes(31 * 86_400)
    agent.peer.misbehave("rotate", lambda peer, request: Answer(200, peer.honest(request).content, lost=True))
    agent.for_(3600)
    assert len({one.signing_key for one in agent.peer.agent.rotations}) == 1
    assert agent.peer.agent.signing_key == agent.api.keys.signing_key
    assert agent.link.poller.state == "approved"


def test_the_status_file_says_how_the_agent_is(agent: PlayedAgent) -> None:
    agent.for_(10)
    told = read_own(agent.home.status, Running)
    assert told is not None
    assert (told.state, told.problem, told.last_success_at is not None) == ("approved", None, True)
