"""Hostile agents of SNMP version 3: reports that lead nowhere win neither belief nor a second logon."""

from typing import get_args

import pytest
from pydantic import SecretStr

from collectors.credentials import SnmpUser
from collectors.errors import CollectError
from collectors.facts.gaps import GapReason
from tests.contract.snmp.stand_ins import BOTH_ENGINES, NotedGate, ask, circumstances
from tests.peers.snmp_v3_mischief import SnmpV3Villain, V3Mischief

USER = SnmpUser(
    kind="snmp",
    version="3",
    user="audit",
    auth="SHA-256",
    auth_key=SecretStr("canary-auth-1"),
    privacy="AES-128",
    privacy_key=SecretStr("canary-priv-1"),
)
ENDS: dict[V3Mischief, GapReason] = {
    "no_engine_id": GapReason.UNEXPECTED_REPLY,
    "huge_engine_id": GapReason.UNEXPECTED_REPLY,
    "new_engine_id": GapReason.UNEXPECTED_REPLY,
    "never_in_time": GapReason.UNEXPECTED_REPLY,
    "plain_answer": GapReason.UNEXPECTED_REPLY,
    "unsigned_answer": GapReason.UNEXPECTED_REPLY,
    "wrongly_signed_answer": GapReason.UNEXPECTED_REPLY,
    "silent_after_discovery": GapReason.ACCESS_DENIED,  # agents drop what they cannot decrypt
}
MESSAGES_LIMIT_COUNT = 60


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.transports.snmp.asking.TIMEOUTS_S", (0.2, 0.2, 0.3))


@pytest.mark.parametrize("fast", BOTH_ENGINES)
@pytest.mark.parametrize("mischief", get_args(V3Mischief))
def test_an_agent_that_leads_nowhere_is_one_logon_and_a_gap(mischief: V3Mischief, fast: bool) -> None:
    gate = NotedGate()
    with SnmpV3Villain(mischief) as agent:
        with pytest.raises(CollectError) as ended:
            ask(agent, ["1.3.6.1.2.1.1.1.0"], credential=USER, fast=fast, around=circumstances(5, gate))
        assert agent.messages_count < MESSAGES_LIMIT_COUNT
    assert ended.value.gap.reason is ENDS[mischief]
    assert len(gate.accounts) == 1
    assert "accepted" not in gate.ends


@pytest.mark.parametrize("fast", BOTH_ENGINES)
@pytest.mark.parametrize("mischief", ["plain_answer", "unsigned_answer", "wrongly_signed_answer"])
def test_an_answer_that_nobody_signed_is_not_believed(mischief: V3Mischief, fast: bool) -> None:
    """Without privacy all ids can be read on the way, so only the digest tells the agent from another."""
    gate, open_user = NotedGate(), USER.model_copy(update={"privacy": None, "privacy_key": None})
    with SnmpV3Villain(mischief) as agent, pytest.raises(CollectError) as ended:
        ask(agent, ["1.3.6.1.2.1.1.1.0"], credential=open_user, fast=fast, around=circumstances(5, gate))
    assert ended.value.gap.reason is GapReason.UNEXPECTED_REPLY
    assert "accepted" not in gate.ends


@pytest.mark.parametrize("mischief", ["no_engine_id", "huge_engine_id"])
def test_without_an_engine_id_no_proof_leaves(mischief: V3Mischief) -> None:
    gate = NotedGate()
    with SnmpV3Villain(mischief) as agent:
        with pytest.raises(CollectError):
            ask(agent, ["1.3.6.1.2.1.1.1.0"], credential=USER, around=circumstances(5, gate))
        assert agent.authenticated_count == 0
    assert gate.ends == ["not tried"]
