"""One check of the host key, one logon, one method."""

from collections.abc import Callable
from pathlib import Path

import paramiko
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from collectors.errors import AccessDenied, CredentialOnHold, IdentityChanged, UnexpectedReply, Unreachable
from collectors.transports.ssh.offer import OldAlgorithms
from collectors.transports.ssh.session import open_session
from tests.contract.open_circumstances import CountingGate, KnownPins, circumstances
from tests.contract.ssh.devices import REPLIES, access_to, open_to, secret_of
from tests.peers.ssh_cli import STYLES, SshCliPeer

IOS = STYLES["cisco_ios"]


@pytest.fixture
def key_pair(tmp_path: Path) -> Callable[[str], tuple[Path, str]]:
    """Return a maker of key files: with a passphrase, or with an empty one for none; and the public line."""

    def make(passphrase: str) -> tuple[Path, str]:
        private = Ed25519PrivateKey.generate()
        encryption = (
            serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
        )
        pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, encryption)
        path = tmp_path / "key"
        path.write_bytes(pem)
        line = private.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        return path, line.decode()

    return make


def test_a_right_password_is_one_accepted_logon() -> None:
    gate = CountingGate()
    with SshCliPeer(IOS, REPLIES) as peer:
        open_to(peer, gate=gate).close()
        assert [logon.accepted for logon in peer.logons] == [True]
    assert gate.outcomes == ["accepted"]


def test_a_wrong_password_is_sent_exactly_once() -> None:
    gate = CountingGate()
    with SshCliPeer(IOS, REPLIES, login=("password", "keyboard-interactive", "publickey")) as peer:
        with pytest.raises(AccessDenied, match="refused the account"):
            open_to(peer, secret_of(password="wrong"), gate=gate)
        assert [logon.accepted for logon in peer.logons] == [False]
    assert gate.outcomes == ["refused"]


def test_keyboard_interactive_is_answered_where_no_password_method_is_offered() -> None:
    gate = CountingGate()
    with SshCliPeer(IOS, REPLIES, login="keyboard-interactive") as peer:
        open_to(peer, gate=gate).close()
        assert [logon.accepted for logon in peer.logons] == [True]
    assert gate.outcomes == ["accepted"]


def test_a_wrong_password_by_keyboard_interactive_is_sent_exactly_once() -> None:
    gate = CountingGate()
    with SshCliPeer(IOS, REPLIES, login="keyboard-interactive") as peer:
        with pytest.raises(AccessDenied, match="refused the account"):
            open_to(peer, secret_of(password="wrong"), gate=gate)
        assert peer.refused_count == 1
    assert gate.outcomes == ["refused"]


def test_a_password_is_not_sent_where_only_keys_are_taken() -> None:
    gate = CountingGate()
    with SshCliPeer(IOS, REPLIES, login="publickey") as peer:
        with pytest.raises(AccessDenied, match="takes no password"):
            open_to(peer, gate=gate)
        assert peer.logons == []
    assert gate.outcomes == ["not tried"]


@pytest.mark.parametrize("passphrase", ["", "open sesame"])
def test_a_key_file_logs_on(passphrase: str, key_pair: Callable[[str], tuple[Path, str]]) -> None:
    gate = CountingGate()
    path, line = key_pair(passphrase)
    secret = secret_of(password=None, key_file=path, passphrase=passphrase or None)
    with SshCliPeer(IOS, REPLIES, login="publickey", authorized_key=line) as peer:
        open_to(peer, secret, gate=gate).close()
        assert [logon.accepted for logon in peer.logons] == [True]
    assert gate.outcomes == ["accepted"]


@pytest.mark.parametrize("passphrase", ["", "open sesame"])
def test_a_key_that_came_as_text_logs_on(passphrase: str, key_pair: Callable[[str], tuple[Path, str]]) -> None:
    gate = CountingGate()
    path, line = key_pair(passphrase)
    text = path.read_text(encoding="ascii").replace("\n", "\r\n")  # as a form sends it
    secret = secret_of(password=None, private_key=text, passphrase=passphrase or None)
    with SshCliPeer(IOS, REPLIES, login="publickey", authorized_key=line) as peer:
        open_to(peer, secret, gate=gate).close()
        assert [logon.accepted for logon in peer.logons] == [True]
    assert gate.outcomes == ["accepted"]


def test_a_text_that_is_no_key_is_not_tried_and_not_told() -> None:
    gate = CountingGate()
    with SshCliPeer(IOS, REPLIES, login="publickey") as peer:
        with pytest.raises(AccessDenied) as raised:
            open_to(peer, secret_of(password=None, private_key="canary-4711"), gate=gate)
        assert peer.logons == []
    assert "canary" not in f"{raised.value!r} {raised.value.__cause__!r}"


def test_a_key_is_used_alone_even_when_a_password_is_there(key_pair: Callable[[str], tuple[Path, str]]) -> None:
    gate = CountingGate()
    path, _ = key_pair("")
    with SshCliPeer(IOS, REPLIES, login=("password", "publickey"), authorized_key="ssh-ed25519 AAAA") as peer:
        with pytest.raises(AccessDenied):
            open_to(peer, secret_of(key_file=path), gate=gate)
        assert [logon.accepted for logon in peer.logons] == [False]
    assert gate.outcomes == ["refused"]


@pytest.mark.parametrize("passphrase", [None, "wrong"])
def test_a_key_that_cannot_be_opened_is_not_tried(
    passphrase: str | None, key_pair: Callable[[str], tuple[Path, str]]
) -> None:
    gate = CountingGate()
    path, line = key_pair("open sesame")
    with SshCliPeer(IOS, REPLIES, login="publickey", authorized_key=line) as peer:
        with pytest.raises(AccessDenied, match="passphrase"):
            open_to(peer, secret_of(password=None, key_file=path, passphrase=passphrase), gate=gate)
        assert peer.logons == []
    assert gate.outcomes == []


def test_a_missing_key_file_is_named() -> None:
    with SshCliPeer(IOS, REPLIES) as peer, pytest.raises(AccessDenied, match="key file cannot be read"):
        open_to(peer, secret_of(password=None, key_file=Path("/nowhere/key")))


def test_a_changed_host_key_is_told_before_anything_is_sent() -> None:
    gate, pins = CountingGate(), KnownPins()
    with SshCliPeer(IOS, REPLIES) as peer:
        open_to(peer, gate=gate, pins=pins).close()
        peer.rotate_host_key()
        with pytest.raises(IdentityChanged):
            open_to(peer, gate=gate, pins=pins)
        assert len(peer.logons) == 1
    assert gate.outcomes == ["accepted"]


def test_a_pin_in_the_access_is_compared_as_openssh_writes_it() -> None:
    with SshCliPeer(IOS, REPLIES) as peer:
        session = open_session(access_to(peer, host_key=peer.host_key_sha256), secret_of(), circumstances())
        session.close()
        assert session.hello.marks.host_key == peer.host_key_sha256


def test_another_pin_in_the_access_stops_the_logon() -> None:
    with SshCliPeer(IOS, REPLIES) as peer:
        with pytest.raises(IdentityChanged):
            open_session(access_to(peer, host_key="SHA256:" + "A" * 43), secret_of(), circumstances())
        assert peer.logons == []


def test_a_credential_on_hold_is_not_sent() -> None:
    with SshCliPeer(IOS, REPLIES) as peer:
        with pytest.raises(CredentialOnHold):
            open_to(peer, gate=CountingGate(on_hold=True))
        assert peer.logons == []


def test_a_server_with_sha1_alone_is_named_with_its_offer() -> None:
    with SshCliPeer(IOS, REPLIES, sha1_only=True) as peer, pytest.raises(OldAlgorithms, match="only SHA-1") as caught:
        open_to(peer)
    assert caught.value.offered.host_keys == ("ssh-rsa",)


def test_the_offer_of_a_modern_server_is_told() -> None:
    with SshCliPeer(IOS, REPLIES) as peer:
        session = open_to(peer)
        session.close()
    offered = session.hello.offered
    assert offered is not None
    assert "ssh-ed25519" in offered.host_keys
    assert not offered.only_sha1


def test_routeros_gets_its_terminal_options_after_the_user_name() -> None:
    style = STYLES["mikrotik_routeros"]
    with SshCliPeer(style, {}, ident="SSH-2.0-ROSSSH") as peer:
        open_to(peer).close()
        assert [(logon.user, logon.accepted) for logon in peer.logons] == [("admin", True)]


@pytest.mark.parametrize("mischief", ["silent", "banner_drip", "banner_flood"])
def test_a_server_that_never_comes_to_the_point_ends_with_the_deadline(mischief: str) -> None:
    gate = CountingGate()
    with SshCliPeer(IOS, REPLIES, mischief=mischief) as peer, pytest.raises(Unreachable):
        open_to(peer, gate=gate, timeout_s=1)
    assert gate.outcomes == []


@pytest.mark.parametrize("mischief", ["not_ssh", "endless_banner"])
def test_a_port_that_never_speaks_ssh_is_left_before_any_logon(mischief: str) -> None:
    gate = CountingGate()
    with SshCliPeer(IOS, REPLIES, mischief=mischief) as peer, pytest.raises((Unreachable, UnexpectedReply)):
        open_to(peer, gate=gate, timeout_s=3)
    assert gate.outcomes == []


def test_a_closed_port_is_unreachable() -> None:
    with SshCliPeer(IOS, REPLIES) as peer:
        pass
    with pytest.raises(Unreachable, match="refuses connections"):
        open_to(peer)


def test_a_secret_never_shows_in_an_error() -> None:
    with SshCliPeer(IOS, REPLIES) as peer, pytest.raises(AccessDenied) as caught:
        open_to(peer, secret_of(password="hunter2-secret"))
    assert "hunter2" not in str(caught.value)
    assert isinstance(caught.value.__cause__, paramiko.SSHException)
