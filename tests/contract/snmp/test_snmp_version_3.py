"""Version 3: every protocol, one logon that the gate sees, and refusals that are never repeated."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from collectors.credentials import SnmpUser
from collectors.errors import AccessDenied, Unreachable
from collectors.logons import is_of_one_device
from collectors.transports.snmp import gufo_engine, open_session
from tests.contract.snmp.stand_ins import BOTH_ENGINES, NotedGate, access_to, ask, circumstances, raw, secret
from tests.peers.net_snmp import AUTH_WORDS, PRIVACY_WORDS, NetSnmpd, missing_snmpd
from tests.peers.ports import free_port, loopback_address
from tests.peers.snmp import AuthProtocol, PrivacyProtocol, SnmpSite, SnmpV3User

AUTH: dict[AuthProtocol, str] = {
    "MD5": "MD5", "SHA": "SHA-1", "SHA224": "SHA-224", "SHA256": "SHA-256", "SHA384": "SHA-384", "SHA512": "SHA-512",
}  # fmt: skip
PRIVACY: dict[PrivacyProtocol, str] = {
    "DES": "DES", "3DES": "3DES", "AES": "AES-128", "AES192BLMT": "AES-192", "AES256BLMT": "AES-256",
    "AES192": "AES-192-Cisco", "AES256": "AES-256-Cisco",
}  # fmt: skip
NET_SNMP_PRIVACY: dict[PrivacyProtocol, str] = {
    "DES": "DES", "AES": "AES-128", "AES192": "AES-192", "AES256": "AES-256",
}  # fmt: skip
SYS_DESCR = "1.3.6.1.2.1.1.1.0"
USM_STATS = "1.3.6.1.6.3.15.1.1"  # .3 unknown user names, .5 wrong digests (RFC 3414)
AUTH_KEY, PRIVACY_KEY = "a long pass phrase", "another pass phrase"


def user(name: str, auth: str | None = None, privacy: str | None = None, context: str = "") -> SnmpUser:
    return SnmpUser.model_validate(
        {
            "kind": "snmp",
            "version": "3",
            "user": name,
            "auth": auth,
            "auth_key": AUTH_KEY if auth else None,
            "privacy": privacy,
            "privacy_key": PRIVACY_KEY if privacy else None,
            "context": context,
        }
    )


def peer_user(auth: AuthProtocol = "NONE", privacy: PrivacyProtocol = "NONE") -> SnmpV3User:
    return SnmpV3User(f"u{auth}{privacy}".lower(), auth, AUTH_KEY, privacy, PRIVACY_KEY)


@pytest.fixture(scope="module")
def snmpd() -> Iterator[NetSnmpd]:
    missing = missing_snmpd()
    if missing:
        pytest.skip(missing)
    users = [peer_user(), *(peer_user(auth) for auth in AUTH)]
    users += [peer_user(auth, privacy) for auth in AUTH for privacy in NET_SNMP_PRIVACY]
    assert set(AUTH) <= set(AUTH_WORDS)
    assert set(NET_SNMP_PRIVACY) <= set(PRIVACY_WORDS)
    with NetSnmpd(v3_users=users) as running:
        yield running


@pytest.fixture(scope="module")
def simulator() -> Iterator[SnmpSite]:
    users = [peer_user(auth, privacy) for auth in AUTH for privacy in PRIVACY]
    with SnmpSite({"ups": f"{SYS_DESCR}|4|a simulated ups\n1.3.6.1.2.1.1.5.0|4|ups-1"}, v3_users=users) as running:
        yield running


@pytest.mark.peer
@pytest.mark.parametrize("fast", BOTH_ENGINES)
@pytest.mark.parametrize("privacy", ["NONE", *NET_SNMP_PRIVACY])
@pytest.mark.parametrize("auth", AUTH)
def test_net_snmp_answers_every_protocol(
    snmpd: NetSnmpd, auth: AuthProtocol, privacy: PrivacyProtocol, fast: bool
) -> None:
    credential = user(peer_user(auth, privacy).name, AUTH[auth], NET_SNMP_PRIVACY.get(privacy))
    replies = ask(snmpd, [SYS_DESCR, "1.3.6.1.2.1.1.9.1.3"], credential=credential, fast=fast)
    assert replies.text(SYS_DESCR) == "Datumline test agent"
    assert replies.gaps == {}
    assert replies.engine_id is not None
    assert replies.engine_id.startswith("80001f88")  # net-snmp's enterprise number, RFC 3411 format


@pytest.mark.peer
def test_a_user_without_keys_is_answered(snmpd: NetSnmpd) -> None:
    replies = ask(snmpd, [SYS_DESCR], credential=user(peer_user().name))
    assert replies.text(SYS_DESCR) == "Datumline test agent"


@pytest.mark.parametrize("privacy", PRIVACY)
@pytest.mark.parametrize("auth", AUTH)
def test_the_simulator_answers_every_protocol_and_context(
    simulator: SnmpSite, auth: AuthProtocol, privacy: PrivacyProtocol
) -> None:
    device = simulator["ups"]
    credential = user(peer_user(auth, privacy).name, AUTH[auth], PRIVACY[privacy], context=device.context)
    replies = ask(device, [SYS_DESCR], credential=credential)
    assert replies.text(SYS_DESCR) == "a simulated ups"
    assert replies.engine_id == device.engine_id


@pytest.mark.peer
@pytest.mark.parametrize("fast", BOTH_ENGINES)
@pytest.mark.parametrize(
    ("credential", "counter"),
    [
        (user(peer_user("SHA256", "AES").name, "SHA-256", "AES-128").model_copy(
            update={"auth_key": SecretStr("a wrong pass phrase")}), f"{USM_STATS}.5.0"),
        (user("nobody", "SHA-256", "AES-128"), f"{USM_STATS}.3.0"),
    ],
    ids=["wrong key", "unknown user"],
)  # fmt: skip
def test_a_refusal_is_seen_once_by_the_device_and_once_by_the_gate(
    snmpd: NetSnmpd, credential: SnmpUser, counter: str, fast: bool
) -> None:
    before = ask(snmpd, [counter]).number(counter)
    gate = NotedGate()
    with pytest.raises(AccessDenied):
        open_session(access_to(snmpd), secret(credential), circumstances(gate=gate), fast=fast)
    assert gate.ends == ["refused"]
    assert before is not None
    assert ask(snmpd, [counter]).number(counter) == before + 1


@pytest.mark.peer
def test_a_wrong_privacy_key_is_denied_access(snmpd: NetSnmpd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.transports.snmp.asking.TIMEOUTS_S", (0.2, 0.2))
    credential = user(peer_user("SHA256", "AES").name, "SHA-256", "AES-128")
    wrong = credential.model_copy(update={"privacy_key": SecretStr("a wrong pass phrase")})
    with pytest.raises(AccessDenied, match="privacy"):
        ask(snmpd, [SYS_DESCR], credential=wrong)


@pytest.mark.peer
def test_a_logon_is_one_account_of_this_device_and_accepted(snmpd: NetSnmpd) -> None:
    gate = NotedGate()
    credential = user(peer_user("SHA256", "AES").name, "SHA-256", "AES-128")
    ask(snmpd, [SYS_DESCR], credential=credential, around=circumstances(gate=gate))
    (account,) = gate.accounts
    assert account.user == credential.user
    assert is_of_one_device(account.realm)
    assert snmpd.address in account.realm
    assert gate.ends == ["accepted"]


@pytest.mark.peer
def test_the_account_of_another_key_has_another_version_and_shows_no_key(snmpd: NetSnmpd) -> None:
    gate = NotedGate()
    credential = user(peer_user("SHA256", "AES").name, "SHA-256", "AES-128")
    ask(snmpd, [SYS_DESCR], credential=credential, around=circumstances(gate=gate))
    changed = credential.model_copy(update={"auth_key": SecretStr("a wrong pass phrase")})
    with pytest.raises(AccessDenied):
        ask(snmpd, [SYS_DESCR], credential=changed, around=circumstances(gate=gate))
    versions = [account.secret_version for account in gate.accounts]
    assert versions[0] != versions[1]
    assert AUTH_KEY not in versions[0]


def test_a_key_that_was_never_sent_was_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.transports.snmp.asking.TIMEOUTS_S", (0.1, 0.1))
    address = loopback_address()

    class Nobody:
        def __init__(self) -> None:
            self.address, self.port = address, free_port(address, "udp")

    gate = NotedGate()
    with pytest.raises(Unreachable):
        ask(Nobody(), [], credential=user("ops", "SHA-256", "AES-128"), around=circumstances(gate=gate))
    assert gate.ends == ["not tried"]


@pytest.mark.peer
def test_both_engines_read_the_same_of_a_real_agent(snmpd: NetSnmpd) -> None:
    if not gufo_engine.is_installed():
        pytest.skip("gufo-snmp is not installed")
    credential = user(peer_user("SHA512", "AES256").name, "SHA-512", "AES-256")
    tables = ["1.3.6.1.2.1.1.9.1.2", "1.3.6.1.2.1.1.9.1.3", "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.5"]
    fast, reference = (ask(snmpd, tables, credential=credential, fast=chosen) for chosen in BOTH_ENGINES)
    assert len(fast.values) > 10
    assert raw(fast.values) == raw(reference.values)


@pytest.mark.peer
@pytest.mark.parametrize("fast", BOTH_ENGINES)
def test_a_second_session_makes_no_keys_anew(snmpd: NetSnmpd, monkeypatch: pytest.MonkeyPatch, fast: bool) -> None:
    credential = user(peer_user("SHA384", "AES").name, "SHA-384", "AES-128")
    ask(snmpd, [SYS_DESCR], credential=credential, fast=fast)

    def made_again(*_: object) -> tuple[bytes, bytes]:
        raise AssertionError("keys were bound to a known engine again")

    monkeypatch.setattr("collectors.transports.snmp.pysnmp_usm._bound_keys", made_again)
    monkeypatch.setattr("collectors.transports.snmp.gufo_users._bound_keys", made_again)
    assert ask(snmpd, [SYS_DESCR], credential=credential, fast=fast).text(SYS_DESCR) == "Datumline test agent"
