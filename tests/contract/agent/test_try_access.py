"""Trying one access: one logon, detection, and nothing kept; a held credential goes out only when it is released."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from agent.admission import KeyNotTrusted, admitted, key_check
from agent.policy import NotAllowed, SitePolicy
from agent.try_access import ReleasedOnce, try_access
from agent.vault import CredentialMissing, OutsideScope, Vault
from collectors.access import Access, Deadline, Secret
from collectors.credentials import Credential, NutAccount, SnmpCommunity, SshAccount, WinrmAccount
from collectors.errors import CredentialOnHold
from collectors.facts.gaps import GapReason
from collectors.first_contact import NewKey, PinStore
from collectors.ledger import LogonLedger
from collectors.link.jobs import Target
from collectors.link.messages import AccessTried, Scope
from collectors.logons import account_of
from tests.contract.ssh.devices import REPLIES
from tests.peers.cli_styles import CISCO_IOS
from tests.peers.nut import NutPeer
from tests.peers.ports import free_port
from tests.peers.powershell import PowerShell
from tests.peers.snmp_agent import SnmpAgent, snmprec
from tests.peers.ssh_cli import SshCliPeer
from tests.peers.winrm import WinrmPeer
from tests.unit.agent.policies import policy, target, trial
from tests.unit.agent.test_vault import Keys

CANARY = "Kanary.try.88ce"
WRONG = "Wrong.try.1b1b"
OTHER_KEY = "SHA256:" + "A" * 43
POLICY = 'networks = ["127.0.0.0/8"]\ntransports = ["snmp", "ssh", "winrm", "nut"]\nports = [{ports}]\n'
UPS = "ups.status: OL\nbattery.charge: 100\n"


@dataclass
class Agent:
    """What an agent has at the site, in a folder of the test."""

    folder: Path
    ledger: LogonLedger
    pins: PinStore
    vault: Vault
    keys: Keys
    said: list[NewKey] = field(default_factory=list)

    def policy(self, *ports: int, more: str = "") -> SitePolicy:
        return policy(self.folder, POLICY.format(ports=", ".join(map(str, ports))) + more)

    def enter(self, name: str, credential: Credential, **scope: Any) -> None:
        self.vault.enter(name, credential, Scope(**{"transports": (credential.kind,), **scope}))

    def tried(self, peer: Any, transport: str, name: str, *, released: bool = False, **settings: Any) -> AccessTried:
        job = trial(peer.address, transport=transport, port=peer.port, credential=name, released=released, **settings)
        access, secret = admitted(job.target, self.policy(peer.port), self.vault)
        return try_access(job, access, secret, self.ledger, self.pins)


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    said: list[NewKey] = []
    keys = Keys()
    with closing(LogonLedger(tmp_path / "state")) as ledger, closing(PinStore(tmp_path / "state", said.append)) as pins:
        yield Agent(tmp_path, ledger, pins, Vault(tmp_path / "vault", keys), keys, said)


@pytest.fixture
def keep() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def switch(keep: ExitStack, **settings: Any) -> SshCliPeer:
    return keep.enter_context(SshCliPeer(CISCO_IOS, REPLIES, user="audit", password=CANARY, **settings))


def ssh(password: str = CANARY) -> SshAccount:
    return SshAccount(kind="ssh", user="audit", password=SecretStr(password))


def windows(**settings: Any) -> WinrmAccount:
    return WinrmAccount(kind="winrm", user="svc", password=SecretStr(CANARY), **settings)


def test_a_switch_is_logged_on_to_once_and_named(agent: Agent, keep: ExitStack) -> None:
    peer = switch(keep)
    agent.enter("sw-ro", ssh())
    told = agent.tried(peer, "ssh", "sw-ro")
    assert (told.works, told.driver, told.reason, told.text) == (True, "cisco_ios", None, "")
    assert told.host_key.startswith("SHA256:")
    assert (sum(one.accepted for one in peer.logons), peer.refused_count) == (1, 0)
    assert [new.fingerprint for new in agent.said] == [told.host_key]


def test_only_what_detection_asks_is_asked(agent: Agent, keep: ExitStack) -> None:
    peer = keep.enter_context(NutPeer({"ups": UPS}))
    agent.enter("ups", NutAccount(kind="nut"))
    assert agent.tried(peer, "nut", "ups").driver == "nut_ups"
    assert [line for line in peer.received if line != "LOGOUT"] == ["LIST UPS", "LIST VAR ups"]


def test_with_its_driver_named_a_device_is_only_logged_on_to(agent: Agent, keep: ExitStack) -> None:
    peer = keep.enter_context(NutPeer({"ups": UPS}))
    agent.enter("ups", NutAccount(kind="nut"))
    assert agent.tried(peer, "nut", "ups", driver="nut_ups").works
    assert [line for line in peer.received if line != "LOGOUT"] == []


def test_an_snmp_agent_and_a_windows_machine_tell_what_they_are(agent: Agent, keep: ExitStack) -> None:
    mib = snmprec("1.3.6.1.2.1.1.1.0|4|x\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.318.1.3.27\n1.3.6.1.2.1.1.5.0|4|u1\n")
    ups = keep.enter_context(SnmpAgent(mib, community=CANARY))
    server = keep.enter_context(WinrmPeer(PowerShell({"product": 3}), users={"svc": CANARY}, tls=True))
    agent.enter("snmp-ro", SnmpCommunity(kind="snmp", version="2c", community=SecretStr(CANARY)))
    agent.enter("srv-ro", windows())
    assert agent.tried(ups, "snmp", "snmp-ro").driver == "apc_powernet"
    told = agent.tried(server, "winrm", "srv-ro")
    assert (told.works, told.driver) == (True, "windows_server")
    assert server.certificate is not None
    assert told.certificate.casefold() == f"sha256:{server.certificate.thumbprint}"


def test_a_closed_port_is_unreachable(agent: Agent) -> None:
    port = free_port("127.0.0.1")
    agent.enter("sw-ro", ssh())
    access = Access(transport="ssh", address="127.0.0.1", port=port)
    told = try_access(trial("127.0.0.1", port=port), access, Secret("sw-ro", ssh()), agent.ledger, agent.pins)
    assert (told.works, told.reason) == (False, GapReason.UNREACHABLE)
    assert "refuses connections" in told.text


def test_a_wrong_password_is_refused_once_then_held_and_tried_once_more_when_released(
    agent: Agent, keep: ExitStack
) -> None:
    peer, other = switch(keep), switch(keep)
    agent.enter("sw-ro", ssh(WRONG))
    assert agent.tried(peer, "ssh", "sw-ro").reason is GapReason.ACCESS_DENIED
    for one in (peer, other):
        assert agent.tried(one, "ssh", "sw-ro").reason is GapReason.CREDENTIAL_ON_HOLD
    assert agent.tried(other, "ssh", "sw-ro", released=True).reason is GapReason.ACCESS_DENIED
    assert agent.tried(peer, "ssh", "sw-ro", released=True).reason is GapReason.CREDENTIAL_ON_HOLD
    assert (peer.refused_count, other.refused_count) == (1, 1)


def test_a_held_credential_that_is_let_in_is_held_no_more(agent: Agent, keep: ExitStack) -> None:
    strict, right = keep.enter_context(SshCliPeer(CISCO_IOS, REPLIES, user="audit", password="another")), switch(keep)
    agent.enter("sw-ro", ssh())
    assert agent.tried(strict, "ssh", "sw-ro").reason is GapReason.ACCESS_DENIED
    assert agent.tried(right, "ssh", "sw-ro").reason is GapReason.CREDENTIAL_ON_HOLD
    assert agent.tried(right, "ssh", "sw-ro", released=True).works
    assert agent.tried(right, "ssh", "sw-ro").works
    assert strict.refused_count == 1


def test_a_trial_of_a_released_credential_never_logs_on_twice(agent: Agent) -> None:
    secret = Secret("sw-ro", ssh())
    account = account_of(secret, Access(transport="ssh", address="127.0.0.9"))
    once = ReleasedOnce(agent.ledger, frozenset({account.secret_version}))
    logon = once.try_enter(account, Deadline(30))
    assert logon is not None
    logon.accepted()
    with pytest.raises(CredentialOnHold, match="goes to its device once"):
        once.try_enter(account, Deadline(30))


def test_a_changed_key_gets_no_logon(agent: Agent, keep: ExitStack) -> None:
    peer = switch(keep)
    agent.enter("sw-ro", ssh())
    told = agent.tried(peer, "ssh", "sw-ro", host_key=OTHER_KEY)
    assert told.reason is GapReason.IDENTITY_CHANGED
    assert peer.logons == []


def test_the_secret_is_in_no_answer_log_or_file(
    agent: Agent, keep: ExitStack, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    agent.enter("sw-ro", ssh())
    agent.enter("wrong", SshAccount(kind="ssh", user="w", password=SecretStr(WRONG)))
    told = [agent.tried(switch(keep), "ssh", name) for name in ("sw-ro", "wrong")]
    printed = capfd.readouterr()
    texts = [*(one.model_dump_json() for one in told), caplog.text, printed.out, printed.err]
    texts += [file.read_text(encoding="latin-1") for file in agent.folder.rglob("*") if file.is_file()]
    assert [text for text in texts if CANARY in text or WRONG in text] == []


def known_at(agent: Agent, fingerprint: str, port: int = 22) -> Target:
    """Return a target whose host key this agent knows already."""
    one = target("127.0.0.9", port=port)
    agent.pins.check(Access(transport="ssh", address=one.address, port=port), "host key", fingerprint)
    return one


KEY = "SHA256:" + "B" * 43


@pytest.mark.parametrize(
    ("known", "named", "more", "trusted"),
    [
        (None, None, "", True),
        (None, None, "[keys]\ntrust_first = false\n", False),
        (None, KEY, "[keys]\ntrust_first = false\n", True),
        (KEY, None, "[keys]\ntrust_first = false\n", True),
        (KEY, KEY, "", True),
        (KEY, OTHER_KEY, "", False),
        (KEY, OTHER_KEY, "[keys]\nserver_may_change = true\n", True),
    ],
)
def test_the_key_that_the_agent_knows_wins_over_the_servers(
    agent: Agent, known: str | None, named: str | None, more: str, trusted: bool
) -> None:
    agent.enter("sw-ro", ssh())
    if known:
        known_at(agent, known)
    rules = agent.policy(22, more=more)
    vault = Vault(agent.folder / "vault", agent.keys, check_key=key_check(rules, agent.pins))
    asked = target("127.0.0.9", port=22, host_key=named)
    if trusted:
        assert admitted(asked, rules, vault)[1].name == "sw-ro"
    else:
        with pytest.raises(KeyNotTrusted):
            admitted(asked, rules, vault)


def test_an_admitted_name_is_bound_to_the_address_and_port_that_were_judged(agent: Agent) -> None:
    agent.enter("sw-ro", ssh())
    access, _ = admitted(target("srv1.example.test"), agent.policy(22), agent.vault, lambda name: ("127.0.0.9",))
    assert (access.address, access.dialled, access.port) == ("srv1.example.test", "127.0.0.9", 22)


def test_policy_comes_before_scope_and_scope_before_the_secret(agent: Agent) -> None:
    agent.enter("sw-ro", ssh(), names=("example.test",))
    with pytest.raises(NotAllowed):
        admitted(target("8.8.8.8", credential="none"), agent.policy(22), agent.vault)
    with pytest.raises(OutsideScope):
        admitted(target("127.0.0.9"), agent.policy(22), agent.vault)
    with pytest.raises(CredentialMissing):
        admitted(target("127.0.0.9", credential=None), agent.policy(22), agent.vault)
