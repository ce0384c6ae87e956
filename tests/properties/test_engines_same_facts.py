"""Every recorded agent, served over a real socket, gives the same facts through both SNMP engines and from replay."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collectors import driver_index
from collectors.facts.facts import Facts
from collectors.replies import SnmpReplies
from collectors.transports.snmp import gufo_engine
from tests.contract.snmp.stand_ins import BOTH_ENGINES, ask, circumstances
from tests.peers.snmp_agent import SnmpAgent, snmprec
from tests.test_drivers import FILES, load, replies_of

AGENTS = [path for path in FILES if driver_index.driver(path.parent.name).TRANSPORT == "snmp"]
EACH = 1 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 2
"""One recording in so many runs; with HYPOTHESIS_PROFILE=soak all of them."""


@pytest.mark.skipif(not gufo_engine.is_installed(), reason="gufo-snmp (extra 'fast') is not installed")
@pytest.mark.parametrize("path", AGENTS[::EACH], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_recorded_agent_gives_the_same_facts_whoever_reads_it(path: Path) -> None:
    driver = driver_index.driver(path.parent.name)
    recording = load(path)
    replayed = replies_of(recording, driver)
    assert isinstance(replayed, SnmpReplies)
    with SnmpAgent(snmprec(recording["snmprec"])) as agent:
        told = [ask(agent, driver.ASKS, fast=fast, around=circumstances(timeout_s=100)) for fast in BOTH_ENGINES]
    fast, reference = (_facts(driver, replies, replayed) for replies in told)
    assert fast == reference
    assert fast == _facts(driver, replayed, replayed)


def _facts(driver: Any, replies: SnmpReplies, recorded: SnmpReplies) -> Facts:
    """Return what is read of replies as if they had come when and from where the recording did."""
    same = replace(replies, observed_at=recorded.observed_at, address=None, version=recorded.version, engine_id=None)
    facts: Facts = driver.read(same)
    return facts
