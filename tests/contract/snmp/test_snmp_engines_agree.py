"""The same values from the fast engine and the reference, and from a replay of the recording that both were served."""

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectors import snmprec as recordings
from collectors.facts.gaps import GapReason
from collectors.replies import SnmpReplies, SnmpValue
from collectors.transports.snmp import gufo_engine
from tests.contract.snmp.stand_ins import BOTH_ENGINES, ask, circumstances
from tests.peers import ber
from tests.peers.ber import Value
from tests.peers.snmp import SnmpSite
from tests.peers.snmp_agent import SnmpAgent, snmprec

COLUMN = "1.3.6.1.2.1.2.2.1.2"
# Each value stands at the edge of its type, or can be taken for another type, or both.
EDGES = f"""{COLUMN}.1|2|-1
{COLUMN}.2|2|2147483647
{COLUMN}.3|2|-2147483648
{COLUMN}.4|65|4294967295
{COLUMN}.5|66|2147483648
{COLUMN}.6|67|4294967295
{COLUMN}.7|70|18446744073709551615
{COLUMN}.8|70|9223372036854775808
{COLUMN}.9|64|1.3.6.1
{COLUMN}.10|6|1.3.6.1
{COLUMN}.11|64|0.0.0.0
{COLUMN}.12|64|255.255.255.255
{COLUMN}.13|6|0.0
{COLUMN}.14|6|1.0.3.0.6.0.1.0
{COLUMN}.15|6|2.999.3
{COLUMN}.16|6|1.3.4294967295.2
{COLUMN}.17|68x|9f780442f60000
{COLUMN}.18|4x|9f780442f60000
{COLUMN}.19|4|
{COLUMN}.20|4x|00ff80
{COLUMN}.21|5|
{COLUMN}.22|4|plain text
{COLUMN}.23|2|0
"""
SAMPLE = (
    "apc-smt750x-nmc2", "asa", "eaton-mgeups-9pxle", "fortigate-60f", "hpe-ilo-4", "procurve-e2910", "qnap",
    "sonicwall-sonicos7",
)  # fmt: skip
ALL = os.environ.get("DATUMLINE_WHOLE_CORPUS") == "1"
NOW = datetime(2026, 11, 21, tzinfo=UTC)
# OIDs were made unreadable in it (1.3.6.1.2.1.4.20.1.2.10.xx): wherever a walk meets them, the simulator falls silent.
NOT_SERVED = frozenset({"windows-svr-2019-1809"})
# The simulator's own views of itself, which it changes while it answers.
NOT_COMPARED = ("1.3.6.1.2.1.1.3.0",)

needs_gufo = pytest.mark.skipif(not gufo_engine.is_installed(), reason="gufo-snmp (extra 'fast') is not installed")


@pytest.fixture
def agent() -> Iterator[SnmpAgent]:
    with SnmpAgent(snmprec(EDGES)) as running:
        yield running


@pytest.mark.parametrize("fast", BOTH_ENGINES)
def test_values_at_the_edges_come_over_the_wire_as_they_are_recorded(agent: SnmpAgent, fast: bool) -> None:
    expected = recordings.replies_from(recordings.parse(EDGES), [COLUMN], NOW)
    assert dict(ask(agent, [COLUMN], fast=fast).values) == dict(expected.values)


@pytest.mark.parametrize("fast", BOTH_ENGINES)
def test_a_counter_written_without_its_leading_zero_is_never_a_negative_number(
    agent: SnmpAgent, fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Some agents send a Counter32 of 2^32-1 as the four octets ff, which X.690 reads as -1; the reference refuses it.
    monkeypatch.setattr("collectors.transports.snmp.asking.TIMEOUTS_S", (0.2, 0.2, 0.2))
    agent.set(f"{COLUMN}.30", Value(0x41, b"\xff\xff\xff\xff"))
    replies = ask(agent, [COLUMN], fast=fast)
    assert replies.values.get(f"{COLUMN}.30") is None
    assert replies.gaps[COLUMN].reason is GapReason.UNEXPECTED_REPLY


@needs_gufo
def test_an_agent_that_the_fast_engine_cannot_read_is_read_by_the_reference(agent: SnmpAgent) -> None:
    agent.set(f"{COLUMN}.40", Value(ber.OCTETS, b"x" * 3_900))  # with its neighbours beyond the fast engine's buffer
    agent.set(f"{COLUMN}.41", Value(ber.OCTETS, b"y" * 2_000))
    agent.max_message_bytes = 60_000
    values = ask(agent, [COLUMN], fast=True).values
    assert (len(values[f"{COLUMN}.40"].raw or b""), len(values[f"{COLUMN}.41"].raw or b"")) == (3_900, 2_000)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def site(corpus: Path) -> Iterator[SnmpSite]:
    files = sorted((corpus / "snmp").glob("*.snmprec"))
    with SnmpSite({file.stem: file for file in files if ALL or file.stem in SAMPLE}) as running:
        yield running


def _names(corpus_names: tuple[str, ...]) -> list[str]:
    folder = Path(__file__).parents[4] / "shared" / "corpus" / "snmp"
    return sorted({file.stem for file in folder.glob("*.snmprec")} - NOT_SERVED) if ALL else list(corpus_names)


@needs_gufo
@pytest.mark.corpus
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", _names(SAMPLE))
def test_a_recorded_device_is_read_alike_by_both_engines_and_by_replay(site: SnmpSite, corpus: Path, name: str) -> None:
    text = (corpus / "snmp" / f"{name}.snmprec").read_text(encoding="utf-8", errors="surrogateescape")
    recording = recordings.parse(text, skip_malformed=True)
    asks = _asks_of(recording)
    fast, reference = (
        ask(site[name], asks, fast=chosen, around=circumstances(timeout_s=200)) for chosen in BOTH_ENGINES
    )
    assert reference.gaps == {}
    assert _compared(fast) == _compared(reference)
    replayed = recordings.replies_from(recording, asks, NOW)
    served = {oid: value for oid, value in _compared(reference).items() if oid in recording}
    assert served == _compared(replayed)


def _asks_of(recording: Mapping[str, SnmpValue]) -> list[str]:
    """Return every scalar of a recording, and the roots under which all the rest lies."""
    scalars = [oid for oid in recording if oid.endswith(".0")]
    roots = {".".join(oid.split(".")[:9]) for oid in recording if not oid.endswith(".0")}
    return scalars + sorted(roots)


def _compared(replies: SnmpReplies) -> dict[str, SnmpValue]:
    return {oid: _without_outer_spaces(value) for oid, value in replies.values.items() if oid not in NOT_COMPARED}


def _without_outer_spaces(value: SnmpValue) -> SnmpValue:
    """Return a value as the simulator serves it: it cuts spaces at the end of a recorded line."""
    return SnmpValue(value.kind, value.raw.rstrip()) if isinstance(value.raw, bytes) else value
