"""The WinRM session: logon, script through stdin, blocks, certificate, refusals and hostile endpoints."""

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pydantic import SecretStr

from collectors.access import Access, Secret
from collectors.credentials import WinrmAccount
from collectors.errors import AccessDenied, CollectError, CredentialOnHold, IdentityChanged, NoReply, Unreachable
from collectors.facts.gaps import Gap, GapReason
from collectors.session import AnyDriver
from collectors.transports.winrm.session import SCRIPTS_LIMIT_COUNT, WinrmSession, open_session
from tests.contract.open_circumstances import CountingGate, KnownPins, circumstances
from tests.peers.powershell import BLOCK, Failure, PowerShell
from tests.peers.winrm import WinrmPeer

USER = r"CORP\svc"
PASSWORD = "canary-8c1f"
BLOCKS = {"os": "return @{ a = 1 }", "disks": "return @()", "secret": "return 1"}
DRIVER = cast(AnyDriver, SimpleNamespace(ASKS=tuple(BLOCKS), BLOCKS=BLOCKS))
MANY: dict[str, object] = {"os": {"a": 1}, "smb": {"v1": False}, "disks": [], "time": {}, "sql": None}
WINDOWS = {"os": {"caption": "Größe"}, "disks": [], "secret": Failure()}


def driver(blocks: Mapping[str, object]) -> AnyDriver:
    return cast(AnyDriver, SimpleNamespace(ASKS=tuple(blocks), BLOCKS=dict.fromkeys(blocks, "return 1")))


def peer(**settings: Any) -> WinrmPeer:
    return WinrmPeer(PowerShell(WINDOWS), users={USER: PASSWORD}, **settings)


def secret(password: str = PASSWORD, **settings: Any) -> Secret:
    return Secret("srv-ro", WinrmAccount(kind="winrm", user=USER, password=SecretStr(password), **settings))


def access(server: WinrmPeer, **settings: Any) -> Access:
    return Access(transport="winrm", address=server.address, port=server.port, **settings)


def over(server: WinrmPeer, gate: CountingGate | None = None, **settings: Any) -> WinrmSession:
    scheme = "https" if server.certificate else "http"
    return open_session(access(server), secret(scheme=scheme), circumstances(gate=gate, **settings))


@pytest.mark.parametrize("tls", [False, True], ids=["sealed over http", "https"])
def test_blocks_are_answered_each_for_itself_after_one_logon(tls: bool) -> None:
    gate = CountingGate()
    with peer(tls=tls) as server:
        session = over(server, gate)
        replies = session.ask(DRIVER)
        session.close()
        assert replies["os"] == {"caption": "Größe"}
        assert replies["disks"] == []
        with pytest.raises(NoReply) as denied:
            replies["secret"]
        assert denied.value.gap.reason is GapReason.ACCESS_DENIED
        assert gate.outcomes == ["accepted"]
        assert [logon.accepted for logon in server.logons] == [True]
        assert server.open_shell_count == 0
        assert server.unsealed_count == 0 or tls


def test_a_script_is_one_command_whose_line_stays_under_the_limit_of_cmd() -> None:
    with peer() as server:
        session = over(server)
        session.ask(DRIVER)
        session.close()
        assert len(server.commands) == 1
        line = " ".join((server.commands[0].command_line, *server.commands[0].arguments))
        assert len(line) < 8_191
        assert PASSWORD not in line + server.scripts[0]


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [({"hangs_at": {"disks"}}, GapReason.UNREACHABLE), ({"dies_at": {"disks"}}, GapReason.UNEXPECTED_REPLY)],
    ids=["hangs", "ends the script"],
)
def test_a_block_that_holds_up_the_others_costs_itself_alone(trouble: Any, reason: GapReason) -> None:
    gate, shell = CountingGate(), PowerShell(MANY, **trouble)
    with WinrmPeer(shell, users={USER: PASSWORD}) as server:
        session = over(server, gate)
        replies = session.ask(driver(MANY)).replies
        session.close()
        gaps = {name: reply.reason for name, reply in replies.items() if isinstance(reply, Gap)}
        assert gaps == {"disks": reason}
        assert [BLOCK.findall(sent) for sent in shell.scripts] == [
            ["os", "smb", "disks", "time", "sql"],
            ["time", "sql"],
        ]
        assert (gate.outcomes, len(server.logons), server.received.count("Create")) == (["accepted"], 1, 1)
        assert [len(command.signals) for command in server.commands] == [1, 1]


def test_the_last_block_may_take_all_the_time_that_is_left_and_the_answered_ones_stay() -> None:
    shell = PowerShell(MANY, hangs_at={"sql"})
    with WinrmPeer(shell, users={USER: PASSWORD}) as server:
        session = over(server, timeout_s=3)
        replies = session.ask(driver(MANY)).replies
        session.close()
        assert [name for name, reply in replies.items() if isinstance(reply, Gap)] == ["sql"]
        assert len(shell.scripts) == 1


def test_a_machine_whose_every_block_hangs_is_given_up_after_a_few_scripts() -> None:
    blocks: dict[str, object] = {f"block-{number}": 1 for number in range(12)}
    shell = PowerShell(blocks, hangs_at=blocks)
    with WinrmPeer(shell, users={USER: PASSWORD}) as server:
        session = over(server)
        replies = session.ask(driver(blocks)).replies
        session.close()
        assert all(isinstance(reply, Gap) for reply in replies.values())
        assert len(shell.scripts) == SCRIPTS_LIMIT_COUNT


def test_a_wrong_password_is_one_refused_logon_and_no_other_method_is_tried() -> None:
    gate = CountingGate()
    with peer(basic=True) as server:
        with pytest.raises(AccessDenied) as refused:
            open_session(access(server), secret("wrong-pw", scheme="http"), circumstances(gate=gate))
        assert server.refused_count == 1
        assert len(server.logons) == 1
        assert gate.outcomes == ["refused"]
        assert "wrong-pw" not in str(refused.value)


def test_a_credential_on_hold_sends_nothing() -> None:
    with peer() as server:
        with pytest.raises(CredentialOnHold):
            over(server, CountingGate(on_hold=True))
        assert server.received == []
        assert server.logons == []


def test_basic_without_tls_is_not_tried() -> None:
    gate = CountingGate()
    with peer(basic=True) as server:
        with pytest.raises(AccessDenied):
            open_session(access(server), secret(auth="basic", scheme="http"), circumstances(gate=gate))
        assert server.received == []
        assert gate.outcomes == []


def test_basic_over_tls_works() -> None:
    with peer(basic=True, ntlm=False, tls=True) as server:
        session = open_session(access(server), secret(auth="basic"), circumstances())
        assert session.ask(DRIVER)["disks"] == []
        session.close()


@pytest.mark.parametrize("auth", ["ntlm", "basic"])
def test_a_password_that_is_refused_later_is_refused_once_and_told(auth: str) -> None:
    gate = CountingGate()
    with peer(basic=auth == "basic", ntlm=auth == "ntlm", tls=True, mischief="close") as server:
        session = open_session(access(server), secret(auth=auth), circumstances(gate=gate))
        server.forget_users()
        assert all(isinstance(reply, Gap) for reply in session.ask(DRIVER).replies.values())
        session.ask(DRIVER)
        session.close()
        assert server.refused_count == (auth == "basic")
        assert gate.outcomes == ["accepted", "refused"][: 1 + server.refused_count]


def test_a_changed_certificate_stops_before_anything_is_sent() -> None:
    pins = KnownPins()
    with peer(tls=True) as server:
        pins.seen[f"{server.address} {server.port} certificate"] = "SHA256:" + "0" * 64
        with pytest.raises(IdentityChanged):
            over(server, pins=pins)
        assert server.logons == []
        assert server.received == []


def test_the_certificate_of_the_access_wins() -> None:
    with peer(tls=True) as server:
        pinned = access(server, certificate=f"SHA256:{server.thumbprint}")
        session = open_session(pinned, secret(), circumstances())
        assert session.hello.marks.certificate_key == f"SHA256:{server.thumbprint}"
        session.close()


def test_a_certificate_of_a_given_authority_needs_no_pin(tmp_path: Path) -> None:
    pins = KnownPins()
    with peer(tls=True) as server:
        assert server.certificate is not None
        trusted = secret(ca_file=str(server.certificate.write_authority(tmp_path)))
        session = open_session(access(server), trusted, circumstances(pins=pins))
        assert pins.seen == {}
        session.close()


def test_detection_asks_for_the_product_once() -> None:
    with WinrmPeer(PowerShell({"product": 3}), users={USER: PASSWORD}) as server:
        session = over(server)
        assert session.try_question("product") == "3"
        assert session.try_question("product") == "3"
        assert session.try_question("show version") is None
        session.close()
        assert len(server.commands) == 1


@pytest.mark.parametrize("auth", ["ntlm", "basic"])
def test_a_closed_port_is_unreachable_and_the_logon_was_not_tried(auth: str, tmp_path: Path) -> None:
    gate = CountingGate()
    with peer(tls=True) as server:
        closed = access(server)
        assert server.certificate is not None
        trusted = str(server.certificate.write_authority(tmp_path))
    with pytest.raises(Unreachable):
        open_session(closed, secret(auth=auth, ca_file=trusted), circumstances(gate=gate))
    assert gate.outcomes == ["not tried"]


@pytest.mark.parametrize(
    "mischief",
    [
        "endless_receive",
        "truncated_xml",
        "entity_bomb",
        "access_denied",
        "no_exit_code",
        "timeout_for_ever",
        "empty_envelope",
        "endless_body",
        "gzip",
        "redirect",
        "bad_base64",
        "drip",
        "not_xml",
        "wrong_fault",
        "silent",
        "close",
        "endless_headers",
    ],
)  # fmt: skip
def test_a_hostile_endpoint_ends_as_a_gap_of_every_block_inside_the_deadline(mischief: str) -> None:
    gate = CountingGate()
    with peer(mischief=mischief) as server:
        session = over(server, gate, timeout_s=3)
        replies = session.ask(DRIVER)
        session.close()
        assert all(isinstance(reply, Gap) for reply in replies.replies.values())
        assert set(replies.replies) == set(BLOCKS)
        assert gate.outcomes == ["accepted"]
        assert len(server.logons) == 1


@pytest.mark.parametrize("mischief", ["empty_envelope", "endless_body", "gzip", "redirect", "not_xml", "silent"])
def test_a_hostile_answer_to_the_logon_is_an_error_of_ours(mischief: str) -> None:
    gate = CountingGate()
    with peer(mischief=mischief, mischief_at="logon") as server, pytest.raises(CollectError):
        over(server, gate, timeout_s=3)
    assert gate.outcomes == ["not tried"]
