"""One credential on many devices at once, through the pool: its children ask before each logon."""

from collections import Counter

from collectors.facts.gaps import GapReason
from tests.contract.pool.conftest import MakePool, job
from tests.contract.pool.directory import Directory
from tests.contract.pool.test_pool import name_told, posix_only, problem

COUNT = 12


def test_a_right_password_reads_every_device(pool_of: MakePool) -> None:
    with Directory("the right one") as directory:
        jobs = [job(f"logon-{number}", port=directory.port) for number in range(COUNT)]
        told = [name_told(snapshot) for _, snapshot in pool_of(at_once_count=COUNT).run(jobs)]
    assert sorted(filter(None, told)) == sorted(each.id for each in jobs)


def test_a_wrong_password_is_refused_once(pool_of: MakePool) -> None:
    with Directory("another") as directory:
        jobs = [job(f"logon-{number}", port=directory.port) for number in range(COUNT)]
        told = Counter(problem(snapshot) for _, snapshot in pool_of(at_once_count=COUNT).run(jobs))
    assert directory.refused_count == 1
    assert told == {GapReason.ACCESS_DENIED: 1, GapReason.CREDENTIAL_ON_HOLD: COUNT - 1}


def test_a_wrong_password_is_not_tried_again_by_a_new_agent(pool_of: MakePool) -> None:
    with Directory("another") as directory:
        pool_of().collect(job("logon-1", port=directory.port))
        snapshot = pool_of().collect(job("logon-2", port=directory.port))
    assert problem(snapshot) is GapReason.CREDENTIAL_ON_HOLD
    assert directory.tried_count == 1


@posix_only
def test_a_child_that_dies_in_its_logon_counts_as_refused(pool_of: MakePool) -> None:
    with Directory("another") as directory:
        pool = pool_of()
        told = [problem(pool.collect(job(play, port=directory.port))) for play in ("fatal-1", "logon-1")]
    assert directory.tried_count == 1
    assert told == [GapReason.CREDENTIAL_ON_HOLD, GapReason.CREDENTIAL_ON_HOLD]


def test_at_most_two_logons_of_an_account_are_in_flight(pool_of: MakePool) -> None:
    with Directory("the right one", think_s=0.05) as directory:
        jobs = [job(f"logon-{number}", port=directory.port) for number in range(COUNT)]
        list(pool_of(at_once_count=COUNT).run(jobs))
    assert directory.most_at_once_count == 2


def test_those_that_wait_longer_than_their_deadline_say_so(pool_of: MakePool) -> None:
    with Directory("the right one", think_s=3) as directory:
        jobs = [job("logon-1", port=directory.port, timeout_s=60), job("after-2", port=directory.port, timeout_s=1.5)]
        told = dict(pool_of().run(jobs))
    assert told["after-2"].problem is not None
    assert "another logon with this credential" in told["after-2"].problem.text
