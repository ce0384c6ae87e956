"""Every attack by WinRM, in the protocol and in the JSON inside, in one child of the pool with honest machines."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import pytest
from pydantic import SecretStr

from collectors.access import Access, Secret
from collectors.collect import collect
from collectors.credentials import WinrmAccount
from collectors.facts.gaps import GapReason
from collectors.facts.reading import Snapshot
from tests.contract.hostile.stage import (
    HONEST_S,
    MEMORY_PEAK_BYTES,
    Played,
    facts,
    job,
    play,
    reasons,
    said_yes,
)
from tests.contract.open_circumstances import circumstances
from tests.demo.recorded import PASSWORD, WINDOWS_USER, replies_in
from tests.peers.powershell import PowerShell
from tests.peers.winrm import MISCHIEF, WinrmPeer
from tests.peers.winrm_shells import ShellAnswer

ATTACK_S = 6.0
RECORDING = "windows_server/well_kept"
SECRET = Secret(
    "srv-ro",
    WinrmAccount(kind="winrm", user=WINDOWS_USER, password=SecretStr(PASSWORD), scheme="http", realm="device"),
)
HONEST = ["honest-1", "honest-2"]
LATE, BAD = GapReason.UNREACHABLE, GapReason.UNEXPECTED_REPLY
IN_THE_SHELL: dict[str, set[GapReason]] = {
    "endless_receive": {LATE, BAD},
    "timeout_for_ever": {LATE, BAD},
    "empty_envelope": {BAD, LATE},
    "bad_base64": {BAD},
    "not_xml": {BAD},
    "truncated_xml": {BAD},
    "entity_bomb": {BAD},
    "deep_xml": {BAD},
    "wide_xml": {LATE, BAD},
    "endless_output": {BAD, LATE},
    "wrong_fault": {BAD},
    "access_denied": {GapReason.ACCESS_DENIED},
    "no_exit_code": {BAD},
    "silent": {LATE},
    "endless_body": {BAD},
    "endless_headers": {LATE, BAD},
    "drip": {LATE},
    "gzip": {BAD},
    "redirect": {BAD},
    "close": {LATE},
}
AT_THE_LOGON: dict[str, set[GapReason]] = {
    "silent": {LATE},
    "endless_body": {BAD},
    "endless_headers": {LATE, BAD},
    "drip": {LATE, BAD},
    "gzip": {BAD},
    "redirect": {BAD},
    "close": {LATE},
}
DEEP = 100_000
IN_THE_JSON = {
    "not a number": '{"block":"os","ok":true,"data":{"build":NaN}}',
    "infinity": '{"block":"os","ok":true,"data":{"build":-Infinity}}',
    "1e999": '{"block":"os","ok":true,"data":{"build":1e999}}',
    "5,000 digits": '{"block":"os","ok":true,"data":{"build":' + "9" * 5_000 + "}}",
    "a key twice": '{"block":"os","ok":true,"ok":false,"data":{}}',
    "a key twice inside": '{"block":"os","ok":true,"data":{"build":1,"build":2}}',
    "a block twice": '{"block":"os","ok":true,"data":{}}\n{"block":"os","ok":true,"data":{}}',
    "an unknown block": '{"block":"another","ok":true,"data":{}}',
    "deep lists": "[" * DEEP + "]" * DEEP,
    "deep objects": '{"a":' * DEEP + "1" + "}" * DEEP,
    "deep data": '{"block":"os","ok":true,"data":' + "[" * 900 + "]" * 900 + "}",
    "no JSON": "Access is denied.",
}
"""The line in place of the block `os`, by what is wrong with it."""
ODD_TEXTS = {"a lone surrogate": "\\ud83d", "a null": "\\u0000", "a bidi override": "\\u202e", "an escape": "\\u001b"}
ATTACKS = {f"shell {name}": ends for name, ends in IN_THE_SHELL.items()}
ATTACKS |= {f"logon {name}": ends for name, ends in AT_THE_LOGON.items()}
ATTACKS |= {f"json {name}": {BAD} for name in IN_THE_JSON}
UNTIDY = [f"text {name}" for name in ODD_TEXTS]


class Bent(PowerShell):
    """A PowerShell whose line of the block `os` is another one."""

    def __init__(self, blocks: Mapping[str, object], line: str) -> None:
        super().__init__(blocks)
        self.line = line

    def __call__(self, command_line: str, arguments: tuple[str, ...], stdin_text: str) -> ShellAnswer:
        """Return the honest output with the one line replaced."""
        lines = super().__call__(command_line, arguments, stdin_text).stdout.decode().splitlines()
        bent = [self.line if line.startswith('{"block": "os"') else line for line in lines]
        return ShellAnswer(stdout="\r\n".join([*bent, ""]).encode("ascii"))


def blocks() -> dict[str, object]:
    return dict(replies_in(RECORDING, "replies"))


def shell_of(name: str) -> PowerShell:
    kind, _, what = name.partition(" ")
    if kind == "json":
        return Bent(blocks(), IN_THE_JSON[what])
    if kind == "text":
        line = json.dumps({"block": "os", "ok": True, "data": blocks()["os"]})
        return Bent(blocks(), line.replace("Windows", f"Windows{ODD_TEXTS[what]}"))
    return PowerShell(blocks())


def machine(name: str) -> WinrmPeer:
    kind, _, what = name.partition(" ")
    users = {WINDOWS_USER: PASSWORD}
    if kind in {"shell", "logon"}:
        at = "Receive" if kind == "shell" else "logon"
        return WinrmPeer(shell_of(name), users=users, mischief=what, mischief_at=at)
    return WinrmPeer(shell_of(name), users=users)


@pytest.fixture(scope="module")
def peers() -> Iterator[dict[str, WinrmPeer]]:
    with ExitStack() as keep:
        yield {name: keep.enter_context(machine(name)) for name in (*ATTACKS, *UNTIDY, *HONEST)}


@pytest.fixture(scope="module")
def played(peers: dict[str, WinrmPeer], tmp_path_factory: pytest.TempPathFactory) -> Played:
    late = {name for name, ends in ATTACKS.items() if LATE in ends}
    jobs = [
        job(name, "winrm", peer, SECRET, "windows_server", ATTACK_S if name in late else HONEST_S)
        for name, peer in peers.items()
    ]
    return play(jobs, tmp_path_factory.mktemp("agent"))


@pytest.fixture(scope="module")
def alone() -> Snapshot:
    """An honest machine, read alone in this process."""
    with machine("honest") as peer:
        access = Access(transport="winrm", address=peer.address, port=peer.port, driver="windows_server")
        return collect("alone", access, SECRET, circumstances(HONEST_S))


def test_every_attack_is_played() -> None:
    assert set(IN_THE_SHELL) == set(MISCHIEF)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_a_gap_for_the_right_reason(played: Played, attack: str) -> None:
    assert reasons(played.snapshots[attack]) & ATTACKS[attack]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_tells_no_fact_and_makes_no_yes(played: Played, attack: str) -> None:
    snapshot = played.snapshots[attack]
    assert all(reading.value is None for reading in snapshot.readings)
    assert said_yes(snapshot) == set()


@pytest.mark.parametrize("name", HONEST)
def test_honest_machines_in_the_same_child_are_read_in_full(played: Played, name: str, alone: Snapshot) -> None:
    assert facts(played.snapshots[name]) == facts(alone)


@pytest.mark.parametrize("name", UNTIDY)
def test_no_odd_letter_reaches_the_facts(played: Played, name: str) -> None:
    told = played.snapshots[name].model_dump_json().lower()
    assert played.snapshots[name].problem is None
    assert not any(letter in told for letter in ("\\ud83d", "\\u0000", "\u202e", "\\u202e", "\x1b", "\\u001b"))


def test_nobody_sees_a_second_logon(played: Played, peers: dict[str, WinrmPeer]) -> None:
    assert played.snapshots
    assert {name: len(peer.logons) for name, peer in peers.items() if len(peer.logons) > 1} == {}


def test_no_attack_ends_the_child_or_fills_it(played: Played) -> None:
    assert played.tried_again == set()
    assert played.children_count == 1
    assert played.peak_bytes < MEMORY_PEAK_BYTES
