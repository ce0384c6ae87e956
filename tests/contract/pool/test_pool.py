"""The pool against devices that behave, hang, grow and die."""

import os
import signal
from collections.abc import Callable

import psutil
import pytest

from agent.log_lines import LOG_VARIABLE
from collectors.facts.gaps import GapReason
from collectors.facts.reading import Snapshot
from collectors.first_contact import NewKey
from collectors.pool.parent import Pool
from tests.contract.pool.conftest import MakePool, job

posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no setrlimit and no SIGKILL")


def name_told(snapshot: Snapshot) -> str | None:
    """Return the name that the device told."""
    return next((getattr(reading.value, "name", None) for reading in snapshot.readings), None)


def problem(snapshot: Snapshot) -> GapReason | None:
    """Return why nothing was read."""
    return snapshot.problem.reason if snapshot.problem else None


def names(pool: Pool, *plays: str, **settings: float) -> dict[str, str | None]:
    """Return what each played device told."""
    return {id_: name_told(snapshot) for id_, snapshot in pool.run([job(play, **settings) for play in plays])}  # type: ignore[arg-type]


def test_every_job_comes_back_once(pool_of: MakePool) -> None:
    plays = [f"ok-{number}" for number in range(30)]
    assert names(pool_of(), *plays) == {play: play for play in plays}


def test_the_marks_and_the_driver_come_back(pool_of: MakePool) -> None:
    snapshot = pool_of().collect(job("ok-1"))
    assert (snapshot.marks.serial, snapshot.device.driver) == ("serial of ok-1", "box")


def test_warm_children_are_used_again(pool_of: MakePool) -> None:
    pool = pool_of()
    names(pool, "ok-1")
    before = pool.pids
    names(pool, "ok-2")
    assert pool.pids == before


def test_at_most_eight_devices_that_log_on_share_a_child(pool_of: MakePool) -> None:
    pool = pool_of(at_once_count=17)
    names(pool, *(f"wait-{number}" for number in range(17)))
    assert len(pool.pids) == 3


def test_a_child_that_has_done_its_jobs_is_replaced(pool_of: MakePool) -> None:
    pool = pool_of(jobs_a_child_count=1)
    names(pool, "ok-1")
    assert pool.pids == []


def test_a_defect_of_a_driver_is_a_gap(pool_of: MakePool) -> None:
    snapshot = pool_of().collect(job("broken-1"))
    assert snapshot.problem is not None
    assert snapshot.problem.text == "is not known: the driver could not read the reply"


def test_a_defect_of_a_transport_is_a_gap_and_its_words_stay_out_of_the_log(
    pool_of: MakePool, caplog: pytest.LogCaptureFixture
) -> None:
    snapshot = pool_of().collect(job("defect-1"))
    assert problem(snapshot) is GapReason.UNEXPECTED_REPLY
    trace = next(record.__dict__["trace"] for record in caplog.records if "trace" in record.__dict__)
    assert "played.py" in trace
    assert "words of a device" not in trace


def test_the_gap_of_a_defect_says_which_setting_makes_the_log(pool_of: MakePool) -> None:
    gap = pool_of().collect(job("defect-1")).problem
    assert gap is not None
    assert f"{LOG_VARIABLE}=ERROR" in gap.text


def test_a_device_that_ends_late_is_unreachable(pool_of: MakePool) -> None:
    assert problem(pool_of().collect(job("late-1", timeout_s=0.5))) is GapReason.UNREACHABLE


@posix_only
def test_a_child_that_dies_is_replaced_and_its_neighbours_are_read(pool_of: MakePool) -> None:
    told = dict(pool_of().run([job(play) for play in ("wait-1", "wait-2", "die-1", "wait-3")]))
    assert {play: name_told(snapshot) for play, snapshot in told.items()} == {
        "wait-1": "wait-1", "wait-2": "wait-2", "die-1": None, "wait-3": "wait-3"
    }  # fmt: skip
    assert problem(told["die-1"]) is GapReason.UNEXPECTED_REPLY


@pytest.mark.parametrize("play", ["hang-1", "spin-1"])
def test_a_hung_child_is_ended_and_its_neighbours_are_read(pool_of: MakePool, play: str) -> None:
    told = dict(pool_of().run([job("wait-1", timeout_s=2), job(play, timeout_s=2), job("wait-2", timeout_s=2)]))
    assert (name_told(told["wait-1"]), name_told(told["wait-2"])) == ("wait-1", "wait-2")
    assert problem(told[play]) is GapReason.UNREACHABLE


@posix_only
def test_a_device_that_fills_the_memory_is_a_gap_and_its_neighbours_are_read(pool_of: MakePool) -> None:
    told = dict(pool_of().run([job("wait-1"), job("grow-1"), job("wait-2")]))
    assert told["grow-1"].problem is not None
    assert "more memory than a collection may use" in told["grow-1"].problem.text
    assert (name_told(told["wait-1"]), name_told(told["wait-2"])) == ("wait-1", "wait-2")


@posix_only
def test_a_child_killed_from_outside_loses_no_device(pool_of: MakePool) -> None:
    pool = pool_of(at_once_count=4)
    outcomes = pool.run([job("ok-1"), *(job(f"wait-{number}") for number in range(6))])
    told = dict([next(outcomes)])
    os.kill(pool.pids[0], signal.SIGKILL)
    told |= dict(outcomes)
    assert sorted(filter(None, map(name_told, told.values()))) == sorted(told)


def test_two_accesses_to_one_device_take_turns(pool_of: MakePool) -> None:
    seen: list[str] = []
    pool = pool_of(lambda progress: seen.append(f"{progress.word} {progress.job.id}"))
    names_of_one_device = [job("wait-1", name="fw1"), job("wait-2", name="fw1")]
    dict(pool.run(names_of_one_device))
    assert seen == ["began wait-1", "done wait-1", "began wait-2", "done wait-2"]


def test_a_caller_that_stops_ends_what_is_not_done(pool_of: MakePool) -> None:
    pool = pool_of()
    outcomes = pool.outcomes([job("ok-1"), job("hang-1")])
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]
    assert pool.pids == []


def test_no_child_is_left_when_the_pool_is_closed(pool_of: MakePool) -> None:
    pool = pool_of()
    names(pool, "ok-1", "ok-2")
    pids = pool.pids
    pool.close()
    assert not any(psutil.pid_exists(pid) and is_running(pid) for pid in pids)


def is_running(pid: int) -> bool:
    """Return whether a process still does something (a zombie does not)."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_what_a_library_prints_does_not_reach_stdout(pool_of: MakePool, capfd: pytest.CaptureFixture[str]) -> None:
    names(pool_of(), "chatter-1")
    assert capfd.readouterr().out == ""


def test_a_first_key_is_trusted_and_said_by_the_parent(pool_of: MakePool, said: list[NewKey]) -> None:
    pool = pool_of()
    told: Callable[[], Snapshot] = lambda: pool.collect(job("key-1"))  # noqa: E731
    assert name_told(told()) == "key-1"
    assert [key.fingerprint for key in said] == ["SHA256:key-1"]


def test_two_jobs_of_one_id_are_refused(pool_of: MakePool) -> None:
    with pytest.raises(ValueError, match="ids"):
        list(pool_of().run([job("ok-1"), job("ok-1")]))
