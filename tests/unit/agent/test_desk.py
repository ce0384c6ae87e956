"""The desk of jobs: what is taken, what is refused and why, and when a job is done."""

import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.holds import Holds
from agent.spool import Spool
from agent.work import GIVEN_LIMIT, HANGS_S, IDLE_S, JOBS_LIMIT, Desk
from agent.worker_words import Hold, Ready, Told
from collectors.link.ids import new_id
from collectors.link.jobs import Job, ScanJob, Target
from collectors.link.limits import LEASE_S
from collectors.link.messages import AccessTried
from tests.contract.agent_link.played import START, PlayedDoer, PlayedPolicy, PlayedTime, told_of


class Table:
    """A desk with everything around it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.time = PlayedTime()
        self.spool = Spool(folder / "spool", now=lambda: self.time.at)
        stack.callback(self.spool.close)
        self.rung_count = 0
        self.holds = Holds(folder / "holds.json")
        self.desk = Desk(PlayedPolicy(), self.spool, self.holds, self.time.clock, self.ring)
        self.doer = PlayedDoer()
        self.doer.heard = self.desk.heard

    def ring(self) -> None:
        self.rung_count += 1

    def job(self, **changes: Any) -> ScanJob:
        target = {"device_id": new_id(START), "name": "sw1", "transport": "snmp", "address": "192.0.2.7"}
        told = {
            "id": new_id(START),
            "attempt": 1,
            "not_after": START + timedelta(hours=1),
            "target": Target.model_validate({**target, **changes.pop("target", {})}),
        }
        return ScanJob.model_validate({**told, **changes})

    def do(self, *jobs: Job) -> None:
        self.desk.take(jobs)
        self.desk.work(self.doer)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    with ExitStack() as stack:
        yield Table(tmp_path, stack)


def test_a_job_is_done_when_its_report_is_on_the_disk(table: Table) -> None:
    job = table.job()
    table.do(job)
    assert (table.spool.count(), table.spool.is_done(job.id, 1), table.desk.in_hand_count) == (1, True, 0)
    assert table.rung_count == 1


def test_a_job_whose_report_cannot_be_kept_is_not_done(table: Table, tmp_path: Path) -> None:
    small = Spool(tmp_path / "small", 1)  # the smallest there is
    table.desk.spool = small
    table.doer.answer = lambda job: Told(job_id=job.id, document=b64encode(os.urandom(500_000)).decode())
    job = table.job(urgent=True)
    table.do(job)
    told = (small.is_done(job.id, 1), small.count(), table.desk.in_hand_count, table.desk.running())
    small.close()
    assert told == (False, 0, 0, ())


def test_a_job_that_came_too_late_is_refused_and_never_given(table: Table) -> None:
    job = table.job(not_after=START - timedelta(seconds=1))
    table.do(job)
    assert ("too late" in table.desk.refused[job.id], table.doer.done) == (True, [])


def test_a_job_whose_end_comes_before_its_turn_is_refused(table: Table) -> None:
    job = table.job()
    table.desk.take([job])
    table.time.passes(3601)
    table.desk.work(table.doer)
    assert ("before its turn" in table.desk.refused[job.id], table.doer.done) == (True, [])


def test_a_job_that_waits_is_forgotten_when_its_lease_has_ended(table: Table) -> None:
    job = table.job(not_after=START + timedelta(days=1))
    table.desk.take([job])
    table.time.passes(LEASE_S + 1)
    table.desk.work(table.doer)
    assert (table.desk.refused, table.doer.done, table.desk.running()) == ({}, [], ())


def test_a_lease_is_renewed_by_each_poll(table: Table) -> None:
    job = table.job(not_after=START + timedelta(days=1))
    table.desk.take([job])
    for _ in range(3):
        table.time.passes(LEASE_S - 10)
        table.desk.renew()
    table.desk.work(table.doer)
    assert [one.id for one in table.doer.done] == [job.id]


def test_a_job_that_is_in_hand_is_not_taken_again(table: Table) -> None:
    table.doer.waits = True
    job = table.job()
    table.do(job)
    table.do(job, job)
    assert len(table.doer.done) == 1


def test_a_later_attempt_of_a_job_that_is_done_is_taken(table: Table) -> None:
    job = table.job()
    table.do(job)
    table.do(job, job.model_copy(update={"attempt": 2}))
    assert [one.attempt for one in table.doer.done] == [1, 2]


@pytest.mark.parametrize(("driver", "refused"), [("linux", True), ("nobody", True), ("apc_powernet", False)])
def test_a_driver_must_be_known_and_read_over_that_transport(table: Table, driver: str, refused: bool) -> None:
    table.desk.heard(Ready(drivers={"apc_powernet": "snmp", "linux": "ssh"}))
    job = table.job(target={"driver": driver})
    table.do(job)
    assert (job.id in table.desk.refused) == refused


def test_a_nearly_full_spool_takes_only_what_a_person_waits_for_and_then_nothing(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, urgent, late = table.job(), table.job(urgent=True), table.job(urgent=True)
    monkeypatch.setattr(table.spool, "share_used", lambda: 0.85)
    table.do(plain, urgent)
    monkeypatch.setattr(table.spool, "share_used", lambda: 0.96)
    table.do(late)
    assert [one.id for one in table.doer.done] == [urgent.id]
    assert set(table.desk.refused) == {plain.id, late.id}


def test_urgent_jobs_go_first(table: Table) -> None:
    plain, urgent = table.job(), table.job(urgent=True)
    table.do(plain, urgent)
    assert [one.id for one in table.doer.done] == [urgent.id, plain.id]


def test_the_worker_has_only_so_many_in_hand_and_the_rest_can_be_cancelled(table: Table) -> None:
    table.doer.waits = True
    jobs = [table.job() for _ in range(GIVEN_LIMIT + 20)]
    table.do(*jobs)
    table.desk.cancel([job.id for job in jobs])
    assert (len(table.doer.done), table.desk.in_hand_count) == (GIVEN_LIMIT, GIVEN_LIMIT)


def test_the_desk_is_bounded(table: Table) -> None:
    table.doer.waits = True
    table.do(*[table.job() for _ in range(JOBS_LIMIT + 100)])
    table.desk.refuse({new_id(START): "no" for _ in range(JOBS_LIMIT + 100)})
    assert (table.desk.in_hand_count, len(table.desk.refused), len(table.desk.running())) == (JOBS_LIMIT,) * 3


def test_what_a_worker_left_is_done_again_once_and_then_refused(table: Table) -> None:
    table.doer.waits = True
    job = table.job()
    table.do(job)
    table.desk.worker_ended()
    table.desk.work(table.doer)
    table.desk.worker_ended()
    table.desk.work(table.doer)
    assert (len(table.doer.done), "ended twice" in table.desk.refused[job.id]) == (2, True)


def test_a_worker_that_hangs_is_ended_and_so_is_one_that_has_been_idle(table: Table) -> None:
    table.doer.waits = True
    table.do(table.job(not_after=START + timedelta(days=9)))
    table.time.passes(HANGS_S + 1)
    table.desk.work(table.doer)
    hung = table.doer.pid
    table.desk.worker_ended()
    table.desk.renew()
    table.doer.waits = False
    table.desk.work(table.doer)
    busy = table.doer.pid
    table.time.passes(IDLE_S + 1)
    table.desk.work(table.doer)
    assert (hung, busy, table.doer.pid) == (None, 4711, None)


def test_a_word_about_a_job_that_nobody_asked_for_is_passed_over(table: Table) -> None:
    table.desk.heard(Told(job_id="nobody", document="{}"))
    assert table.spool.count() == 0


@pytest.mark.parametrize(("state", "held"), [("refused", 1), ("waits", 1), ("works", 0)])
def test_holds_follow_what_jobs_tell(table: Table, state: str, held: int) -> None:
    table.holds.refused("snmp-ro", START, "another device")
    hold = Hold.model_validate({"credential": "snmp-ro", "state": state, "since": START})
    table.doer.answer = lambda job: told_of(job).model_copy(update={"hold": hold})
    table.do(table.job(target={"credential": "snmp-ro"}))
    assert len(table.holds.told()) == held


def test_a_trial_is_reported_with_nothing_but_how_it_went(table: Table) -> None:
    tried = AccessTried(works=True, took_ms=40)
    job = table.job()
    trial: Any = {"kind": "try_access", **job.model_dump(exclude={"kind"})}
    from pydantic import TypeAdapter

    table.doer.answer = lambda one: Told(job_id=one.id, tried=tried)
    table.do(TypeAdapter(Job).validate_python(trial))
    assert b'"tried":{' in table.spool.oldest(1, 10_000, 10_000)[0].text


def test_a_refusal_of_the_worker_is_told_and_leaves_no_report(table: Table) -> None:
    job = table.job()
    table.doer.answer = lambda one: Told(job_id=one.id, refused="outside the scope")
    table.do(job)
    assert (table.desk.refused, table.spool.count()) == ({job.id: "outside the scope"}, 0)
