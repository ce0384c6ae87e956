"""Agents that lead nowhere, answer something else, or send what is no message: none may win time, memory or belief."""

from typing import get_args

import pytest

from collectors.errors import UnexpectedReply, Unreachable
from collectors.facts.gaps import GapReason
from tests.contract.snmp.stand_ins import BOTH_ENGINES, ask, circumstances
from tests.peers.snmp_agent import SnmpAgent, snmprec
from tests.peers.snmp_mischief import SnmpMischief

COLUMN = "1.3.6.1.2.1.2.2.1.2"
HONEST = "1.3.6.1.2.1.1.1.0|4|a switch\n1.3.6.1.2.1.2.2.1.2.1|4|port 1\n"
NO_MESSAGE: list[SnmpMischief] = [
    "wrong_id", "wrong_community", "truncated", "lying_length", "lying_inside", "random", "flood", "drip_wrong_id",
    "huge_number", "huge_arc",
]  # fmt: skip
TOO_LARGE: list[SnmpMischief] = ["huge_values", "deep_oid", "indefinite"]
WALKS: list[SnmpMischief] = ["same_oid", "two_oids", "backwards", "many_varbinds", "long_middle"]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.transports.snmp.asking.TIMEOUTS_S", (0.2, 0.2, 0.3))


@pytest.mark.parametrize("fast", BOTH_ENGINES)
@pytest.mark.parametrize("mischief", WALKS)
def test_a_walk_that_does_not_go_forward_breaks_off_with_a_gap(mischief: SnmpMischief, fast: bool) -> None:
    with SnmpAgent(snmprec(HONEST), mischief=mischief) as agent:
        replies = ask(agent, [COLUMN], fast=fast)
        assert len(agent.asked) < 20
    assert replies.gaps[COLUMN].reason is GapReason.UNEXPECTED_REPLY
    assert len(replies.values) <= 2


@pytest.mark.parametrize("fast", BOTH_ENGINES)
def test_a_walk_without_end_stops_at_the_cap(fast: bool) -> None:
    with SnmpAgent(snmprec(HONEST), mischief="endless") as agent:
        replies = ask(agent, [COLUMN], fast=fast, around=circumstances(rows_limit_count=200))
    assert len(replies.values) == 200
    assert not replies.complete(COLUMN)


@pytest.mark.parametrize("fast", BOTH_ENGINES)
def test_a_walk_without_end_stops_at_the_deadline(fast: bool) -> None:
    with SnmpAgent(snmprec(HONEST), mischief="long_oids") as agent:
        replies = ask(agent, [COLUMN], fast=fast, around=circumstances(timeout_s=1.0, rows_limit_count=10_000_000))
    assert replies.gaps[COLUMN].text == "did not end within 1 s"


@pytest.mark.parametrize("fast", BOTH_ENGINES)
@pytest.mark.parametrize("mischief", [*NO_MESSAGE, *TOO_LARGE, "wrong_oid"])
def test_what_is_no_answer_is_an_unexpected_reply(mischief: SnmpMischief, fast: bool) -> None:
    with SnmpAgent(snmprec(HONEST), mischief=mischief) as agent, pytest.raises(UnexpectedReply):
        ask(agent, [COLUMN], fast=fast)


@pytest.mark.parametrize("fast", BOTH_ENGINES)
def test_silence_is_unreachable_and_names_the_community_too(fast: bool) -> None:
    with SnmpAgent(snmprec(HONEST), mischief="silent") as agent, pytest.raises(Unreachable, match="community"):
        ask(agent, [COLUMN], fast=fast)


def test_every_mischief_of_the_agent_is_tried_here() -> None:
    assert {*NO_MESSAGE, *TOO_LARGE, *WALKS, "wrong_oid", "endless", "long_oids", "silent"} == set(
        get_args(SnmpMischief)
    )


@pytest.mark.parametrize("mischief", [*NO_MESSAGE, *TOO_LARGE, *WALKS, "endless", "long_oids"])
def test_one_hostile_agent_costs_another_nothing(mischief: SnmpMischief) -> None:
    with SnmpAgent(snmprec(HONEST), mischief=mischief) as hostile, SnmpAgent(snmprec(HONEST)) as honest:
        try:
            ask(hostile, [COLUMN], fast=False, around=circumstances(timeout_s=1.0))
        except (UnexpectedReply, Unreachable):
            pass
        assert len(ask(honest, [COLUMN], fast=False).values) == 1
