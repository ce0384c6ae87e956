"""40 WinRM and 40 SSH peers asked at once with one wrong password: one refused logon, whatever happens beside it."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest
from pydantic import SecretStr

from collectors.access import Access, Secret
from collectors.credentials import SshAccount, WinrmAccount
from collectors.facts.gaps import GapReason
from collectors.first_contact import PinStore
from collectors.ledger import LogonLedger
from collectors.pool.job import Job
from collectors.pool.parent import Pool
from collectors.pool.sizes import Sizes
from tests.peers.ssh_linux import ExecAnswer, SshExecPeer
from tests.peers.winrm import ShellAnswer, WinrmPeer

COUNT = 40
PASSWORD = SecretStr("the old one")
SSH = Secret("lin-ro", SshAccount(kind="ssh", user="svc-audit@example.com", password=PASSWORD))
WINRM = Secret("srv-ro", WinrmAccount(kind="winrm", user=r"EXAMPLE\svc-audit", password=PASSWORD, scheme="http"))
SIZES = Sizes(at_once_count=2 * COUNT, in_flight={"ssh": COUNT, "winrm": COUNT}, children_count=10)
MOST_WAIT_S = 60.0


class Site:
    """The peers, and the jobs that ask them."""

    def __init__(self, keep: ExitStack) -> None:
        self.ssh = [
            keep.enter_context(
                SshExecPeer(lambda script: ExecAnswer(), user="svc-audit@example.com", password="the new one")
            )
            for _ in range(COUNT)
        ]
        self.winrm = [
            keep.enter_context(
                WinrmPeer(lambda line, arguments, text: ShellAnswer(), users={r"EXAMPLE\svc-audit": "the new one"})
            )
            for _ in range(COUNT)
        ]

    @property
    def jobs(self) -> list[Job]:
        """Return one job a peer, SSH and WinRM by turns."""
        both = [(peer, SSH) for peer in self.ssh] + [(peer, WINRM) for peer in self.winrm]
        return [
            Job(
                id=f"{secret.credential.kind} {peer.address}",
                name=f"{secret.credential.kind} {peer.address}",
                access=Access(
                    transport="ssh" if secret is SSH else "winrm", address=peer.address, port=peer.port, driver=driver
                ),
                secret=secret,
                timeout_s=MOST_WAIT_S,
            )
            for (peer, secret), driver in zip(both, ["cisco_ios"] * COUNT + ["windows_server"] * COUNT, strict=True)
        ]

    @property
    def refused_count(self) -> int:
        """Return how many logons all peers refused together."""
        return sum(peer.refused_count for peer in (*self.ssh, *self.winrm))


@pytest.fixture
def site() -> Iterator[Site]:
    with ExitStack() as keep:
        yield Site(keep)


@contextmanager
def agent(folder: Path) -> Iterator[Pool]:
    """Give the pool of an agent whose state is in this folder."""
    with (
        closing(LogonLedger(folder)) as ledger,
        closing(PinStore(folder)) as pins,
        Pool(ledger, pins, sizes=SIZES) as pool,
    ):
        yield pool


def reasons(pool: Pool, jobs: list[Job]) -> Counter[GapReason | None]:
    """Return why the devices were not read."""
    return Counter(snapshot.problem.reason if snapshot.problem else None for _, snapshot in pool.run(jobs))


def test_all_peers_together_refuse_one_logon(site: Site, tmp_path: Path) -> None:
    with agent(tmp_path) as pool:
        told = reasons(pool, site.jobs)
    assert site.refused_count == 1
    assert told == {GapReason.ACCESS_DENIED: 1, GapReason.CREDENTIAL_ON_HOLD: 2 * COUNT - 1}


def test_after_a_restart_no_peer_sees_another_logon(site: Site, tmp_path: Path) -> None:
    with agent(tmp_path) as pool:
        reasons(pool, site.jobs[:1])
    with agent(tmp_path) as pool:
        told = reasons(pool, site.jobs)
    assert site.refused_count == 1
    assert told == {GapReason.CREDENTIAL_ON_HOLD: 2 * COUNT}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_children_killed_in_the_middle_cause_no_second_logon(site: Site, tmp_path: Path) -> None:
    with agent(tmp_path) as pool:
        killer = threading.Thread(target=_kill_when, args=(pool, lambda: site.refused_count > 0), daemon=True)
        killer.start()
        told = reasons(pool, site.jobs)
        killer.join()
    assert site.refused_count == 1
    assert told[GapReason.CREDENTIAL_ON_HOLD] >= 2 * COUNT - 1


def _kill_when(pool: Pool, due: Callable[[], bool]) -> None:
    """Kill every child of the pool as soon as it is due."""
    ends_by = time.monotonic() + MOST_WAIT_S
    while not due() and time.monotonic() < ends_by:
        time.sleep(0.001)
    for pid in pool.pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
