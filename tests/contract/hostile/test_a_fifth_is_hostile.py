"""30 devices of one site, 6 of them hostile, read by a pool of the usual sizes: the other 24 tell everything."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from collectors.access import Secret
from collectors.facts.gaps import GapReason
from collectors.facts.reading import TransportName
from collectors.pool.sizes import Sizes
from tests.contract.hostile import test_hostile_nut, test_hostile_snmp, test_hostile_ssh, test_hostile_winrm
from tests.contract.hostile.stage import HONEST_S, Played, facts, job, play, reasons
from tests.demo.recorded import replies_in
from tests.peers.snmp_agent import SnmpAgent, snmprec

ATTACK_S = 4.0


def agent(mischief: Any = None) -> SnmpAgent:
    return SnmpAgent(snmprec(replies_in(test_hostile_snmp.RECORDING, "snmprec")), mischief=mischief)


def windows(mischief: str | None = None) -> Any:
    return test_hostile_winrm.machine(f"shell {mischief}" if mischief else "honest")


Make = Callable[[Any], Any]
KINDS: dict[str, tuple[TransportName, str, Secret, Make, int, list[str]]] = {
    "switch": ("snmp", "cisco_ios_snmp", test_hostile_snmp.SECRET, agent, 12, ["silent", "drip_wrong_id", "flood"]),
    "router": ("ssh", "cisco_ios", test_hostile_ssh.SECRET, test_hostile_ssh.network_device, 4, ["endless_output"]),
    "ups": ("nut", "nut_ups", test_hostile_nut.SECRET, test_hostile_nut.server, 5, ["drip"]),
    "server": ("winrm", "windows_server", test_hostile_winrm.SECRET, windows, 3, ["endless_receive"]),
}
"""Transport, driver, credential, maker of a peer, how many honest ones, and the hostile ones."""
HONEST = [f"{kind} {number}" for kind, (*_, count, _) in KINDS.items() for number in range(count)]
HOSTILE = [f"{kind} {mischief}" for kind, (*_, attacks) in KINDS.items() for mischief in attacks]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    jobs = []
    with ExitStack() as keep:
        for kind, (transport, driver, secret, make, count, attacks) in KINDS.items():
            for mischief in attacks:
                peer = keep.enter_context(make(mischief))
                jobs.append(job(f"{kind} {mischief}", transport, peer, secret, driver, ATTACK_S))
            for number in range(count):
                peer = keep.enter_context(make(None))
                jobs.append(job(f"{kind} {number}", transport, peer, secret, driver, HONEST_S))
        yield play(jobs, tmp_path_factory.mktemp("agent"), sizes=Sizes())


def test_there_are_thirty_devices_and_a_fifth_is_hostile() -> None:
    assert (len(HONEST), len(HOSTILE)) == (24, 6)


@pytest.mark.parametrize("name", HOSTILE)
def test_every_hostile_one_leaves_gaps(played: Played, name: str) -> None:
    assert reasons(played.snapshots[name]) & {GapReason.UNREACHABLE, GapReason.UNEXPECTED_REPLY}


@pytest.mark.parametrize("name", HONEST)
def test_every_honest_one_tells_all_that_its_kind_tells(played: Played, name: str) -> None:
    told = facts(played.snapshots[name])
    assert told == facts(played.snapshots[f"{name.split(maxsplit=1)[0]} 0"])
    assert len(told) > 2


def test_no_honest_one_was_tried_twice(played: Played) -> None:
    assert played.tried_again <= set(HOSTILE)
