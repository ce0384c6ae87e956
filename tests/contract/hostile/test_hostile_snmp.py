"""Every attack by SNMP on both engines, in one child of the pool with honest agents."""

from typing import get_args

import pytest
from pydantic import SecretStr

from collectors.access import Access, Secret
from collectors.collect import collect
from collectors.credentials import SnmpCommunity
from collectors.facts.gaps import GapReason
from collectors.facts.reading import Snapshot
from tests.contract.hostile.stage import (
    ATTACK_S,
    HONEST_S,
    MEMORY_PEAK_BYTES,
    Played,
    facts,
    failures,
    job,
    on_stage,
    play,
    said_yes,
)
from tests.contract.open_circumstances import circumstances
from tests.demo.recorded import replies_in
from tests.peers.snmp_agent import SnmpAgent, snmprec
from tests.peers.snmp_mischief import SnmpMischief

ENGINES = ["fast", "reference"]
DRIVER, RECORDING = "cisco_ios_snmp", "cisco_ios_snmp/access_switch"
SECRET = Secret("snmp-ro", SnmpCommunity(kind="snmp", version="2c", community=SecretStr("public")))
HONEST = ["honest-1", "honest-2", "honest-3"]
ENDS_BY_THE_DEADLINE: dict[SnmpMischief, GapReason] = {
    "silent": GapReason.UNREACHABLE,
    "long_oids": GapReason.UNREACHABLE,
    "endless": GapReason.UNREACHABLE,
}
"""All other attacks end by what they send: an unexpected reply."""
ALSO: dict[SnmpMischief, set[GapReason]] = {
    "many_varbinds": {GapReason.UNREACHABLE},  # an answer above 8 kB is dropped unread, which looks like silence
    "endless": {GapReason.UNEXPECTED_REPLY},  # a fast machine reaches the cap on rows before the deadline
}
ATTACKS = get_args(SnmpMischief)


def agent_of(name: str) -> SnmpAgent:
    """Return the agent of a name: an attack, or an honest one."""
    values = snmprec(replies_in(RECORDING, "snmprec"))
    return SnmpAgent(values, mischief=next((attack for attack in ATTACKS if attack == name), None))


@pytest.fixture(scope="module", params=ENGINES)
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    with on_stage(agent_of, ATTACKS, HONEST) as cast:
        places = cast.places
        deadlines = {name: ATTACK_S if name in ENDS_BY_THE_DEADLINE else HONEST_S for name in places}
        jobs = [job(name, "snmp", places[name], SECRET, DRIVER, deadlines[name]) for name in ATTACKS]
        jobs[3:3] = [job(name, "snmp", places[name], SECRET, None, HONEST_S) for name in HONEST]
        return play(jobs, tmp_path_factory.mktemp("agent"), f"tests.contract.hostile.{request.param}_snmp")


@pytest.fixture(scope="module")
def alone() -> Snapshot:
    """An honest agent, read alone in this process."""
    with SnmpAgent(snmprec(replies_in(RECORDING, "snmprec"))) as agent:
        access = Access(transport="snmp", address=agent.address, port=agent.port)
        return collect("alone", access, SECRET, circumstances(HONEST_S))


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_leaves_gaps_for_the_right_reason(played: Played, attack: SnmpMischief) -> None:
    right = ENDS_BY_THE_DEADLINE.get(attack, GapReason.UNEXPECTED_REPLY)
    assert failures(played.snapshots[attack], right) - ALSO.get(attack, set()) == {right}


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_makes_a_yes(played: Played, attack: SnmpMischief) -> None:
    assert said_yes(played.snapshots[attack]) <= said_yes(played.snapshots["honest-1"])


@pytest.mark.parametrize("name", HONEST)
def test_honest_agents_in_the_same_child_are_read_in_full(played: Played, name: str, alone: Snapshot) -> None:
    assert facts(played.snapshots[name]) == facts(alone)


def test_no_attack_ends_the_child_or_fills_it(played: Played) -> None:
    assert played.tried_again == set()
    assert played.children_count == 1
    assert played.peak_bytes < MEMORY_PEAK_BYTES
