"""Every attack by SSH, as a network device and as a Linux system, in one child of the pool with honest devices."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from collectors.access import Access, Secret
from collectors.collect import collect
from collectors.credentials import SshAccount
from collectors.facts.gaps import GapReason
from collectors.facts.reading import Snapshot
from tests.contract.hostile.stage import (
    ATTACK_S,
    HONEST_S,
    MEMORY_PEAK_BYTES,
    Cast,
    Played,
    facts,
    failures,
    job,
    on_stage,
    play,
    said_yes,
)
from tests.contract.open_circumstances import circumstances
from tests.demo.recorded import PASSWORD, USER, replies_in
from tests.peers.linux_shell import recorded_shell
from tests.peers.ssh_cli import MISCHIEF, STYLES, SshCliPeer
from tests.peers.ssh_linux import EXEC_MISCHIEF, SshExecPeer
from tests.peers.ssh_server import SshPeer

CLI, LINUX = "cisco_ios/iosxe_switch", "linux/ubuntu_without_rights"
SECRET = Secret("net-ro", SshAccount(kind="ssh", user=USER, password=SecretStr(PASSWORD), realm="device"))
HONEST = ["honest network device 1", "honest network device 2", "honest linux 1", "honest linux 2"]
LATE, BAD = GapReason.UNREACHABLE, GapReason.UNEXPECTED_REPLY
CLI_ATTACKS: dict[str, GapReason] = {
    "silent": LATE,
    "not_ssh": LATE,
    "endless_banner": BAD,
    "banner_drip": LATE,
    "banner_flood": LATE,
    "refuse_shell": GapReason.UNSUPPORTED,
    "close_at_login": LATE,
    "no_prompt": LATE,
    "endless_output": BAD,
    "endless_line": BAD,
    "drip_output": BAD,
    "stall_in_output": BAD,
    "close_in_output": LATE,
    "more_for_ever": BAD,
    "beginnings": BAD,
    "erasures": LATE,
    "prompts_in_a_row": BAD,
    "escapes_alone": LATE,
}
"""The reason that each attack ends for: LATE where it breaks off, or the deadline comes before our caps."""
LINUX_ATTACKS: dict[str, GapReason] = {
    "silent": LATE,
    "not_ssh": LATE,
    "endless_banner": BAD,
    "banner_drip": LATE,
    "banner_flood": LATE,
    "close_at_login": BAD,
    "endless_output": BAD,
    "drip_output": LATE,
    "stall_in_output": LATE,
    "close_in_output": BAD,
}
ATTACKS = {f"cli {name}": ends for name, ends in CLI_ATTACKS.items()}
ATTACKS |= {f"linux {name}": ends for name, ends in LINUX_ATTACKS.items()}
DRIP_S = 30.0
"""Long enough for the logon on a busy machine; the reply that drips then never ends."""
ALSO = {"cli erasures": {BAD}, "cli escapes_alone": {BAD}}
"""A reply costs the reader seconds: one or another may be refused before the deadline ends it all."""
EITHER = {"linux close_at_login": {LATE, BAD}}
"""Seen as an end of the connection, or as a script without a reply: which packet comes first is the network's."""
UNTIDY = ["cli escapes", "linux no_exit_status"]
"""Not nice, and read in full all the same."""


def network_device(mischief: str | None = None) -> SshCliPeer:
    outputs = {command: str(text) for command, text in replies_in(CLI, "replies").items()}
    return SshCliPeer(
        STYLES["cisco_ios"], outputs, user=USER, password=PASSWORD, starts_enabled=True, mischief=mischief
    )


def linux(mischief: str | None = None) -> SshExecPeer:
    shell = recorded_shell(replies_in(LINUX, "replies"))
    return SshExecPeer(shell, user=USER, password=PASSWORD, mischief=mischief, ident="SSH-2.0-OpenSSH_9.6")


def peer_of(name: str) -> SshPeer:
    """Return the device of a name: 'cli no_prompt', 'linux silent', or an honest one."""
    kind, _, mischief = name.partition(" ")
    if kind == "honest":
        return network_device() if "network" in name else linux()
    return network_device(mischief) if kind == "cli" else linux(mischief)


@pytest.fixture(scope="module")
def cast() -> Iterator[Cast]:
    with on_stage(peer_of, ATTACKS, [*UNTIDY, *HONEST]) as cast:
        yield cast


@pytest.fixture(scope="module")
def played(cast: Cast, tmp_path_factory: pytest.TempPathFactory) -> Played:
    deadlines = {name: ATTACK_S for name, ends in ATTACKS.items() if ends is LATE} | {"cli drip_output": DRIP_S}
    jobs = [
        job(name, "ssh", place, SECRET, "linux" if "linux" in name else "cisco_ios", deadlines.get(name, HONEST_S))
        for name, place in cast.places.items()
    ]
    return play(jobs, tmp_path_factory.mktemp("agent"))


@pytest.fixture(scope="module")
def alone() -> dict[str, Snapshot]:
    """An honest device of each kind, read alone in this process."""
    told = {}
    for kind, peer, driver in (("network", network_device(), "cisco_ios"), ("linux", linux(), "linux")):
        with peer:
            access = Access(transport="ssh", address=peer.address, port=peer.port, driver=driver)
            told[kind] = collect("alone", access, SECRET, circumstances(HONEST_S))
    return told


def test_every_attack_is_played() -> None:
    assert {f"cli {name}" for name in MISCHIEF} | {f"linux {name}" for name in EXEC_MISCHIEF} == {*ATTACKS, *UNTIDY}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_leaves_gaps_for_the_right_reason(played: Played, attack: str) -> None:
    right = ATTACKS[attack]
    told = failures(played.snapshots[attack], right) - ALSO.get(attack, set())
    assert told == {right} or (told and told <= EITHER.get(attack, set()))


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_makes_a_yes(played: Played, attack: str, alone: dict[str, Snapshot]) -> None:
    assert said_yes(played.snapshots[attack]) <= said_yes(alone["linux" if "linux" in attack else "network"])


@pytest.mark.parametrize("name", [*HONEST, *UNTIDY])
def test_what_is_honest_in_the_same_child_is_read_in_full(
    played: Played, name: str, alone: dict[str, Snapshot]
) -> None:
    assert facts(played.snapshots[name]) == facts(alone["linux" if "linux" in name else "network"])


def test_nobody_sees_a_second_logon(played: Played, cast: Cast) -> None:
    assert played.snapshots
    assert cast.logged_on_twice == {}


def test_no_attack_ends_the_child_or_fills_it(played: Played) -> None:
    assert played.tried_again == set()
    assert played.children_count == 1
    assert played.peak_bytes < MEMORY_PEAK_BYTES
