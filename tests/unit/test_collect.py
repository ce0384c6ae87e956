"""Collecting one device: whatever happens, a snapshot comes back."""

from datetime import UTC, datetime
from typing import cast

import pytest

from collectors.access import Access, Account, Circumstances, Deadline, Logon, Secret
from collectors.collect import Equipment, collect
from collectors.credentials import LocalAccount
from collectors.facts.gaps import GapReason

PLAYED = Equipment({"ssh": "tests.contract.pool.played"}, "tests.contract.pool.drivers")
SECRET = Secret("here", LocalAccount(kind="local"))
AT = datetime(2026, 11, 21, 3, tzinfo=UTC)


class Open:
    """Lets everybody in and trusts every key."""

    def enter(self, account: Account, deadline: Deadline) -> Logon:
        """No test here logs on."""
        raise NotImplementedError

    def check(self, access: Access, kind: str, fingerprint: str) -> None:
        """Trust it."""


CIRCUMSTANCES = Circumstances(Deadline(20), Open(), Open(), now=lambda: AT)


def test_the_driver_is_found_and_the_facts_are_read() -> None:
    snapshot = collect("sw1", Access(transport="ssh", address="ok-1"), SECRET, CIRCUMSTANCES, PLAYED)
    assert (snapshot.device.name, snapshot.device.driver, snapshot.device.device_class) == ("sw1", "box", "server")
    assert [reading.section for reading in snapshot.readings] == ["identity"]


def test_a_transports_error_is_the_gap_of_the_whole_device() -> None:
    circumstances = Circumstances(Deadline(0), Open(), Open(), now=lambda: AT)
    snapshot = collect("sw1", Access(transport="ssh", address="late-1"), SECRET, circumstances, PLAYED)
    assert snapshot.problem is not None
    assert (snapshot.problem.reason, snapshot.observed_at) == (GapReason.UNREACHABLE, AT)


def test_a_wrong_name_of_a_driver_is_told_before_anything_is_sent() -> None:
    access = Access(transport="ssh", address="defect-1", driver="nope")
    snapshot = collect("sw1", access, SECRET, CIRCUMSTANCES, PLAYED)
    assert snapshot.problem is not None
    assert snapshot.problem.reason is GapReason.UNSUPPORTED


def test_a_drivers_defect_is_a_gap_and_its_trace_is_logged_without_words(caplog: pytest.LogCaptureFixture) -> None:
    snapshot = collect("sw1", Access(transport="ssh", address="broken-1"), SECRET, CIRCUMSTANCES, PLAYED)
    assert snapshot.problem is not None
    assert snapshot.problem.reason is GapReason.UNEXPECTED_REPLY
    (record,) = caplog.records
    trace = cast(str, record.__dict__["trace"])
    assert "box.py" in trace
    assert "a defect of the driver" not in trace


def test_the_agents_own_machine_is_a_device_like_any_other() -> None:
    snapshot = collect("here", Access(transport="local", address="localhost"), SECRET, CIRCUMSTANCES)
    assert snapshot.device.driver == "local_host"
    assert any(reading.value is not None for reading in snapshot.readings)
