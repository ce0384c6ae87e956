"""The NUT session: lists, one logon, and that what keeps a server from telling its UPS is told and not guessed."""

import time
from typing import Any

import pytest
from pydantic import SecretStr

from collectors.access import Access, Secret
from collectors.collect import collect
from collectors.credentials import NutAccount
from collectors.facts.gaps import GapReason
from collectors.facts.reading import Snapshot
from tests.contract.open_circumstances import CountingGate, circumstances
from tests.peers.nut import NutPeer

UPS = "device.type: ups\nups.status: OL\nbattery.charge: 100\n"
PASSWORD = "canary-31b7"


def read(server: NutPeer, gate: CountingGate | None = None, **account: Any) -> Snapshot:
    access = Access(transport="nut", address=server.address, port=server.port)
    return collect("ups1", access, Secret("nut", NutAccount(kind="nut", **account)), circumstances(5, gate))


def said_to(server: NutPeer, lines_count: int) -> list[str]:
    """Return what the server has received; nobody waits for the answer to a LOGOUT, so it may come a moment later."""
    until = time.monotonic() + 5
    while len(server.received) < lines_count and time.monotonic() < until:
        time.sleep(0.01)
    return list(server.received)


def problem(server: NutPeer, gate: CountingGate | None = None, **account: Any) -> tuple[GapReason, str]:
    gap = read(server, gate, **account).problem
    assert gap is not None
    return gap.reason, gap.text


def test_the_only_ups_is_read_without_a_logon() -> None:
    gate = CountingGate()
    with NutPeer({"ups": UPS}) as server:
        snapshot = read(server, gate)
        assert snapshot.device.driver == "nut_ups"
        assert said_to(server, 3) == ["LIST UPS", "LIST VAR ups", "LOGOUT"]
        assert gate.logons == []


def test_the_ups_that_the_credential_names_is_read() -> None:
    with NutPeer({"hall": UPS, "rack": UPS}) as server:
        assert read(server, ups="rack").problem is None
        assert "LIST VAR rack" in server.received


def test_of_several_ups_devices_none_is_guessed() -> None:
    with NutPeer({"hall": UPS, "rack": UPS}) as server:
        reason, text = problem(server)
        assert reason is GapReason.NOT_ASKED
        assert "hall, rack" in text


def test_a_name_that_the_server_does_not_know_is_for_whoever_entered_it() -> None:
    with NutPeer({"hall": UPS}) as server:
        assert problem(server, ups="rack")[0] is GapReason.NOT_ASKED


def test_a_ups_whose_data_is_stale_is_unreachable() -> None:
    with NutPeer({"ups": UPS}, stale={"ups"}) as server:
        assert problem(server)[0] is GapReason.UNREACHABLE


def test_a_ups_without_its_driver_is_unreachable() -> None:
    with NutPeer({"ups": UPS}, unplugged={"ups"}) as server:
        assert problem(server)[0] is GapReason.UNREACHABLE


def test_a_server_that_lists_to_accounts_alone_denies_access_to_nobody() -> None:
    with NutPeer({"ups": UPS}, users={"monitor": PASSWORD}, login_needed=True) as server:
        assert problem(server)[0] is GapReason.ACCESS_DENIED


def test_a_wrong_password_is_one_refused_logon() -> None:
    gate = CountingGate()
    with NutPeer({"ups": UPS}, users={"monitor": PASSWORD}, login_needed=True) as server:
        reason, text = problem(server, gate, user="monitor", password=SecretStr("canary-wrong"))
        assert reason is GapReason.ACCESS_DENIED
        assert gate.outcomes == ["refused"]
        assert "canary" not in text


def test_a_right_password_is_one_accepted_logon() -> None:
    gate = CountingGate()
    with NutPeer({"ups": UPS}, users={"monitor": PASSWORD}, login_needed=True) as server:
        assert read(server, gate, user="monitor", password=SecretStr(PASSWORD)).problem is None
        assert gate.outcomes == ["accepted"]


@pytest.mark.parametrize("mischief", ["long_line", "wrong_end", "unquoted", "endless_list", "other_ups"])
def test_a_list_that_is_none_is_an_unexpected_reply(mischief: str) -> None:
    with NutPeer({"ups": UPS}, mischief=mischief) as server:
        assert problem(server)[0] is GapReason.UNEXPECTED_REPLY


@pytest.mark.parametrize("mischief", ["silent", "close_in_list", "no_end"])
def test_a_server_that_does_not_end_its_list_is_unreachable(mischief: str) -> None:
    with NutPeer({"ups": UPS}, mischief=mischief) as server:
        assert problem(server)[0] is GapReason.UNREACHABLE
