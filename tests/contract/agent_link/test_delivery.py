"""Every report reaches the server exactly once in effect, whatever happens to requests and answers."""

import os
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta

import pytest

from agent.errors import StateUnusable
from collectors.link.limits import BODY_BYTES, REPORTS_COUNT
from collectors.link.messages import ResultsRequest
from collectors.link.packing import unpacked
from tests.contract.agent_link.played import PlayedAgent
from tests.contract.agent_link.reports import report
from tests.peers.server_link import Answer, Mischief, Request, ServerPeer

WEEK_COUNT = 5_600  # 200 devices, 4 scans a day, 7 days


def then_lost(peer: ServerPeer, request: Request) -> Answer:
    return Answer(200, peer.honest(request).content, lost=True)


def refuses(code: int, when: Callable[[ResultsRequest], bool] = lambda _: True) -> Mischief:
    def deed(peer: ServerPeer, request: Request) -> Answer | None:
        told = ResultsRequest.model_validate_json(unpacked(request.body))
        return peer.refusal(code, "no") if when(told) else None

    return deed


def filled(agent: PlayedAgent, count: int) -> list[str]:
    """Puts reports into the spool and returns their ids, oldest first."""
    names = []
    for number in range(count):
        one = report(number)
        agent.spool.put(one, f"device {number}")
        names.append(one.id)
    return names


def test_a_lost_answer_sends_the_same_reports_again_and_loses_none(agent: PlayedAgent) -> None:
    names = filled(agent, 3)
    agent.peer.misbehave("results", then_lost, then_lost)
    agent.for_(600)
    assert set(agent.peer.stored) == set(names)
    assert set(agent.peer.deliveries.values()) == {3}
    assert agent.spool.count() == 0


def test_nothing_is_forgotten_before_the_server_has_spoken(agent: PlayedAgent) -> None:
    names = filled(agent, 3)
    agent.peer.misbehave("results", *[lambda *_: Answer(200, b"", lost=True)] * 50)
    agent.for_(600)
    assert (agent.spool.count(), agent.peer.stored) == (len(names), {})


def test_reports_go_oldest_first_in_batches_of_twenty(agent: PlayedAgent) -> None:
    names = filled(agent, 45)
    agent.for_(300)
    batches = [
        [one.id for one in ResultsRequest.model_validate_json(unpacked(request.body)).reports]
        for request in agent.peer.requests
        if request.route == "results"
    ]
    assert [len(batch) for batch in batches] == [20, 20, 5]
    assert [name for batch in batches for name in batch] == names


def test_a_batch_is_never_larger_than_one_request_may_be(agent: PlayedAgent) -> None:
    for _ in range(8):
        agent.spool.put(report(text=b64encode(os.urandom(400_000)).decode()), "a device")
    agent.for_(900)
    sizes = [len(one.body) for one in agent.peer.requests if one.route == "results"]
    assert (max(sizes) <= BODY_BYTES, len(agent.peer.stored)) == (True, 8)


def test_a_report_that_can_never_be_sent_is_kept_apart_and_holds_up_none(agent: PlayedAgent) -> None:
    agent.spool.put(report(text=b64encode(os.urandom(1_500_000)).decode()), "a device")
    names = filled(agent, 2)
    agent.for_(120)
    assert (set(agent.peer.stored), agent.spool.rejected_count()) == (set(names), 1)


def test_a_rejected_report_is_kept_apart_and_never_sent_again(agent: PlayedAgent) -> None:
    names = filled(agent, 3)
    agent.peer.rejects[names[0]] = "no such job"
    agent.for_(600)
    assert agent.peer.deliveries[names[0]] == 1
    assert (set(agent.peer.stored), agent.spool.rejected_count()) == (set(names[1:]), 1)


@pytest.mark.parametrize("code", [400, 413, 422])
def test_a_report_that_makes_the_server_refuse_a_batch_is_found(agent: PlayedAgent, code: int) -> None:
    names = filled(agent, 20)
    bad = names[7]
    deed = refuses(code, lambda told: any(one.id == bad for one in told.reports))
    agent.peer.misbehave("results", *[deed] * 100)
    agent.for_(1800)
    assert set(agent.peer.stored) == {*names} - {bad}
    assert (agent.spool.count(), agent.spool.rejected_count()) == (0, 1)


def test_a_report_that_breaks_the_server_does_not_hold_up_the_others(agent: PlayedAgent) -> None:
    names = filled(agent, 10)
    bad = names[0]
    agent.peer.misbehave("results", *[refuses(500, lambda told: any(one.id == bad for one in told.reports))] * 500)
    agent.for_(2 * 3600)
    assert set(agent.peer.stored) == {*names} - {bad}
    assert (agent.spool.count(), agent.spool.rejected_count()) == (1, 0)


def test_a_network_that_is_away_is_no_reason_to_put_a_report_behind(agent: PlayedAgent) -> None:
    names = filled(agent, 3)
    agent.peer.misbehave("results", *[lambda *_: Answer(200, b"", lost=True)] * 20)
    agent.for_(3600)
    agent.peer.mischief.clear()
    agent.for_(900)
    assert list(agent.peer.stored) == names


def test_an_answer_about_other_reports_forgets_none_of_ours(agent: PlayedAgent) -> None:
    filled(agent, 2)
    other = report().id
    agent.peer.misbehave(
        "results", lambda *_: Answer(200, b'{"outcomes":[{"report_id":"%s","outcome":"stored"}]}' % other.encode())
    )
    agent.turns(3)
    assert agent.spool.count() == 2


def test_an_answer_about_a_part_leaves_the_rest(agent: PlayedAgent) -> None:
    names = filled(agent, 2)
    agent.peer.misbehave(
        "results", lambda *_: Answer(200, b'{"outcomes":[{"report_id":"%s","outcome":"stored"}]}' % names[1].encode())
    )
    agent.for_(300)
    assert (agent.peer.deliveries, list(agent.peer.stored)) == ({names[0]: 1}, [names[0]])


def test_a_server_that_answers_with_nothing_is_not_asked_without_end(agent: PlayedAgent) -> None:
    filled(agent, 2)
    agent.peer.misbehave("results", *[lambda *_: Answer(200, b'{"outcomes":[]}')] * 1000)
    agent.for_(3600)
    assert agent.peer.received.count("results") < 60


def test_a_restored_agent_sends_nothing_until_a_person_has_confirmed_it(agent: PlayedAgent) -> None:
    agent.for_(1)
    agent.peer.agent.counter = 100_000
    names = filled(agent, 5)
    agent.for_(3600)
    before, asked_count = dict(agent.peer.stored), agent.peer.received.count("results")
    agent.peer.confirm()
    agent.for_(3600)
    assert (before, asked_count <= 1, set(agent.peer.stored)) == ({}, True, set(names))


def test_a_disk_that_fails_for_a_while_does_not_end_the_agent(agent: PlayedAgent) -> None:
    agent.for_(1)
    names = filled(agent, 3)
    spool, waits = agent.spool, [60.0]
    count = spool.count

    def fails() -> int:
        raise StateUnusable("the disk fails")

    spool.count = fails  # type: ignore[method-assign]

    def wait(seconds: float) -> None:
        waits.append(seconds)
        agent.time.passes(seconds)
        if len(waits) > 5:
            spool.count = count  # type: ignore[method-assign]
        if len(waits) > 30:
            agent.link.bell.stopped = True

    agent.link.bell.wait = wait  # type: ignore[method-assign]
    agent.link.run()
    assert set(agent.peer.stored) == set(names)


@pytest.mark.timeout(300)
def test_a_week_without_the_server_is_delivered_once_and_in_ten_minutes(agent: PlayedAgent) -> None:
    agent.for_(1)
    agent.peer.misbehave("poll", *[lambda *_: Answer(503, b"", lost=True)] * 100_000)
    names = []
    for number in range(WEEK_COUNT):
        one = report(number)
        agent.spool.put(one, f"device {number % 200}")
        names.append(one.id)
    agent.for_(600)
    agent.time.passes(timedelta(days=7).total_seconds())
    agent.peer.mischief.clear()
    before = len(agent.peer.requests)
    agent.for_(300)  # at most so long it waits for the next try
    agent.for_(600)
    assert set(agent.peer.stored) == set(names)
    assert set(agent.peer.deliveries.values()) == {1}
    assert agent.spool.told().dropped_count == 0
    assert len(agent.peer.requests) - before <= WEEK_COUNT / REPORTS_COUNT + 40
    assert agent.peer.problems == []


@pytest.mark.parametrize("by", [timedelta(days=1), timedelta(days=-1), timedelta(days=3650), timedelta(days=-3650)])
def test_a_jump_of_the_hosts_clock_loses_nothing_and_doubles_nothing(agent: PlayedAgent, by: timedelta) -> None:
    began_at, began_s = agent.time.at, agent.time.seconds
    agent.peer.now = lambda: began_at + timedelta(seconds=agent.time.seconds - began_s)
    agent.for_(1)
    names = filled(agent, 30)
    agent.time.jumps(by)
    agent.peer.jobs.append(agent.peer.scan_job())
    agent.for_(600)
    ended = [one["ended_at"][:10] for one in agent.peer.stored.values() if one["id"] not in names]
    assert (set(agent.peer.stored) > set(names), ended) == (True, ["2026-11-22"])
    assert agent.peer.problems == []
