"""The vault: a seal opens for this agent, site and scope alone; a secret comes out for a target it may be sent to."""

import logging
import stat
import sys
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from pydantic import SecretStr

from agent.errors import AgentError, StateUnusable
from agent.sealed_records import public_of
from agent.vault import LOCAL_FILE, SERVER_FILE, CredentialMissing, CredentialUnusable, OutsideScope, Vault
from collectors.credentials import Credential, NutAccount, SnmpCommunity, SshAccount, WinrmAccount
from collectors.link.jobs import Target
from collectors.link.messages import Scope, SealedCredential
from collectors.link.sealing import information, opened, seal, told
from tests.unit.agent.policies import ID, OTHER_ID, target

CANARY = "Kanary.vault.51c0"
SITE = "01CCCCCCCCCCCCCCCCCCCCCCCC"
OTHER_SITE = "01DDDDDDDDDDDDDDDDDDDDDDDD"
SSH = SshAccount(kind="ssh", user="audit", password=SecretStr(CANARY))
SCOPE = Scope(networks=(ip_network("192.168.10.0/24"),), names=("example.test",), transports=("ssh",))


@dataclass
class Keys:
    """An agent's keys, as far as the vault needs them."""

    sealing: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)


@pytest.fixture
def keys() -> Keys:
    return Keys()


def sealed(keys: Keys, credential: Credential = SSH, *, said: Scope | None = None, **bound: Any) -> SealedCredential:
    """Return a credential as a server sends it; `said` is the scope it tells when it seals another one."""
    told_of = {"site": SITE, "id": ID, "version": 1, "kind": credential.kind, "scope": SCOPE, **bound}
    info = information(told_of["site"], told_of["id"], told_of["version"], told_of["kind"], told_of["scope"])
    return SealedCredential.model_validate(
        {
            "id": told_of["id"],
            "version": told_of["version"],
            "name": bound.get("name", "sw-ro"),
            "kind": credential.kind,
            "scope": said or told_of["scope"],
            "sealed": seal(told(credential), public_of(keys.sealing), info),
        }
    )


def vault(folder: Path, keys: Keys, site: str = SITE, **settings: Any) -> Vault:
    return Vault(folder, keys, site, **settings)


def test_a_credential_of_the_server_opens_for_a_target_in_its_scope(tmp_path: Path, keys: Keys) -> None:
    held = vault(tmp_path, keys)
    held.put(sealed(keys))
    assert held.secret_for("sw-ro", target("192.168.10.7")).credential == SSH
    assert vault(tmp_path, keys).secret_for("sw-ro", target("192.168.10.7")).credential == SSH


@pytest.mark.parametrize(
    ("address", "resolved"),
    [
        ("a.example.test", "192.168.99.1"),
        ("EXAMPLE.test.", "192.168.99.1"),
        ("srv", "192.168.10.9"),
        ("192.168.10.9", None),
    ],
)
def test_a_target_is_in_scope_by_the_ending_of_its_name_or_by_its_address(
    tmp_path: Path, keys: Keys, address: str, resolved: str | None
) -> None:
    held = vault(tmp_path, keys)
    held.put(sealed(keys))
    assert held.secret_for("sw-ro", target(address), resolved).name == "sw-ro"


@pytest.mark.parametrize(
    ("settings", "resolved"),
    [
        ({"address": "192.168.11.7"}, None),
        ({"address": "8.8.8.8"}, None),
        ({"address": "srv"}, "192.168.11.7"),
        ({"address": "srv"}, None),
        ({"address": "badexample.test"}, "192.168.11.7"),
        ({"address": "example.test.evil.test"}, "192.168.11.7"),
        ({"address": "192.168.2567"}, None),
        ({"address": "::ffff:192.168.10.7"}, None),
        ({"address": "192.168.10.7", "transport": "winrm"}, None),
        ({"address": "192.168.10.7", "transport": "snmp"}, None),
        ({"address": "192.168.10.7", "transport": "nut"}, None),
    ],
)
def test_a_target_outside_the_scope_gets_nothing(
    tmp_path: Path, keys: Keys, settings: dict[str, Any], resolved: str | None
) -> None:
    held = vault(tmp_path, keys)
    held.put(sealed(keys))
    with pytest.raises(OutsideScope):
        held.secret_for("sw-ro", target(**settings), resolved)


WIDER = SCOPE.model_copy(update={"networks": (ip_network("0.0.0.0/0"),)})


@pytest.mark.parametrize(
    "wrong",
    [
        {"said": WIDER},
        {"said": SCOPE.model_copy(update={"names": ("example.test", "test")})},
        {"said": SCOPE.model_copy(update={"transports": ("ssh", "winrm")})},
        {"said": SCOPE.model_copy(update={"networks": ()})},
        {"site": OTHER_SITE},
        {"site": ""},
        {"site": "entered at the site"},
    ],
    ids=str,
)
def test_a_swapped_scope_or_site_does_not_open(tmp_path: Path, keys: Keys, wrong: dict[str, Any]) -> None:
    held = vault(tmp_path, keys)
    held.put(sealed(keys, **wrong))
    with pytest.raises(CredentialUnusable, match="enter the secret again"):
        held.secret_for("sw-ro", target("a.example.test"), "192.168.10.7")


@pytest.mark.parametrize("changed", [{"id": OTHER_ID}, {"version": 2}, {"kind": "nut"}], ids=str)
def test_a_blob_under_another_id_version_or_kind_does_not_open(
    tmp_path: Path, keys: Keys, changed: dict[str, Any]
) -> None:
    held = vault(tmp_path, keys)
    scope = Scope(networks=SCOPE.networks, transports=("ssh", "nut"))
    held.put(sealed(keys, scope=scope).model_copy(update=changed))
    transport = "nut" if "kind" in changed else "ssh"
    with pytest.raises(CredentialUnusable):
        held.secret_for("sw-ro", target("192.168.10.7", transport=transport))


def test_a_blob_for_another_agent_does_not_open(tmp_path: Path, keys: Keys) -> None:
    held = vault(tmp_path, keys)
    held.put(sealed(Keys()))
    with pytest.raises(CredentialUnusable):
        held.secret_for("sw-ro", target("192.168.10.7"))


@pytest.mark.parametrize("blob", ["QUJD", "A" * 44, "A" * 4000])
def test_a_blob_of_nonsense_does_not_open(tmp_path: Path, keys: Keys, blob: str) -> None:
    held = vault(tmp_path, keys)
    held.put(sealed(keys).model_copy(update={"sealed": blob}))
    with pytest.raises(CredentialUnusable):
        held.secret_for("sw-ro", target("192.168.10.7"))


@pytest.mark.parametrize(
    "credential",
    [
        SshAccount(kind="ssh", user="audit", key_file="/etc/ssh/ssh_host_ed25519_key"),
        WinrmAccount(kind="winrm", user="a", password=SecretStr("x"), ca_file="/tmp/ca.pem"),
    ],
)
def test_a_credential_of_the_server_names_no_file_of_this_machine(
    tmp_path: Path, keys: Keys, credential: Credential
) -> None:
    held = vault(tmp_path, keys)
    held.put(sealed(keys, credential, scope=Scope(networks=SCOPE.networks, transports=("ssh", "winrm"))))
    with pytest.raises(CredentialUnusable, match="names a file of this machine"):
        held.secret_for("sw-ro", target("192.168.10.7", transport=credential.kind))


def test_a_credential_that_covers_nothing_goes_nowhere(tmp_path: Path, keys: Keys) -> None:
    held = vault(tmp_path, keys)
    held.put(sealed(keys, scope=Scope(transports=("ssh",)), id=OTHER_ID, name=OTHER_ID))
    with pytest.raises(OutsideScope):
        held.secret_for(OTHER_ID, target("192.168.10.7"))


def test_a_newer_version_takes_the_place_and_an_older_one_does_not(tmp_path: Path, keys: Keys) -> None:
    held = vault(tmp_path, keys)
    newer = SshAccount(kind="ssh", user="audit", password=SecretStr("newer"))
    held.put(sealed(keys))
    held.put(sealed(keys, newer, version=3))
    held.put(sealed(keys, version=2))
    assert held.versions() == {ID: 3}
    assert held.secret_for("sw-ro", target()).credential == newer


def test_a_version_that_is_held_is_not_replaced_by_another_blob(tmp_path: Path, keys: Keys) -> None:
    held = vault(tmp_path, keys)
    held.put(sealed(keys))
    held.put(sealed(keys, said=WIDER))
    assert held.secret_for("sw-ro", target()).credential == SSH


def test_a_withdrawn_credential_is_gone_from_the_disk(tmp_path: Path, keys: Keys) -> None:
    held = vault(tmp_path, keys)
    blob = sealed(keys)
    held.put(blob)
    held.withdraw(ID)
    held.withdraw(OTHER_ID)
    assert held.versions() == {}
    assert blob.sealed not in (tmp_path / SERVER_FILE).read_text(encoding="utf-8")
    with pytest.raises(CredentialMissing):
        held.secret_for("sw-ro", target())


def test_two_credentials_of_one_name_are_refused_rather_than_guessed(tmp_path: Path, keys: Keys) -> None:
    held = vault(tmp_path, keys)
    held.put(sealed(keys))
    held.put(sealed(keys, id=OTHER_ID))
    with pytest.raises(CredentialUnusable, match="rename one"):
        held.secret_for("sw-ro", target())


def test_one_entered_at_the_site_wins_over_the_servers(tmp_path: Path, keys: Keys) -> None:
    held = vault(tmp_path, keys)
    local = SshAccount(kind="ssh", user="local", key_file="/home/a/key")
    held.put(sealed(keys))
    held.enter("sw-ro", local, Scope(transports=("ssh",)))
    assert held.secret_for("sw-ro", target("192.168.99.9")).credential == local
    assert held.local_names() == ("sw-ro",)
    assert held.remove("sw-ro")
    assert not held.remove("sw-ro")
    assert held.secret_for("sw-ro", target()).credential == SSH


def test_one_entered_at_the_site_keeps_to_the_scope_it_was_given(tmp_path: Path, keys: Keys) -> None:
    held = vault(tmp_path, keys)
    held.put(sealed(keys))
    held.enter("sw-ro", SSH, Scope(networks=(ip_network("10.0.0.0/24"),), transports=("ssh",)))
    with pytest.raises(OutsideScope):
        held.secret_for("sw-ro", target("192.168.10.7"))


def test_a_local_record_cannot_be_swapped_for_another_ones(tmp_path: Path, keys: Keys) -> None:
    held = vault(tmp_path, keys)
    held.enter("one", SSH, Scope(networks=SCOPE.networks, transports=("ssh",)))
    file = tmp_path / LOCAL_FILE
    file.write_text(file.read_text(encoding="utf-8").replace("192.168.10.0/24", "192.168.0.0/16"), encoding="utf-8")
    with pytest.raises(CredentialUnusable):
        held.secret_for("one", target("192.168.10.7"))


def test_the_kind_integrated_stores_no_password(tmp_path: Path, keys: Keys) -> None:
    held = vault(tmp_path, keys)
    held.enter("srv", WinrmAccount(kind="winrm", auth="integrated"), Scope(transports=("winrm",)))
    found = held.secret_for("srv", target(transport="winrm")).credential
    assert isinstance(found, WinrmAccount)
    assert (found.auth, found.password, found.user) == ("integrated", None, None)


def test_the_key_is_checked_before_anything_is_opened(tmp_path: Path, keys: Keys) -> None:
    class Changed(AgentError):
        pass

    def refuse(one: Target) -> None:
        raise Changed(one.address)

    held = vault(tmp_path, keys, check_key=refuse)
    held.put(sealed(keys).model_copy(update={"sealed": "QUJD"}))  # would not open
    with pytest.raises(Changed):
        held.secret_for("sw-ro", target())


def test_a_new_key_opens_what_was_sealed_to_it_and_so_does_the_old_one_until_then(tmp_path: Path, keys: Keys) -> None:
    new = Keys()
    held = vault(tmp_path, keys)
    held.put(sealed(keys))
    held.enter("ups", NutAccount(kind="nut"), Scope(transports=("nut",)))
    (again,) = held.resealed(public_of(new.sealing))
    info = information(SITE, ID, 1, "ssh", SCOPE)
    assert opened(again.sealed, new.sealing, info) == told(SSH)
    for either in (keys, new):
        after = vault(tmp_path, either)
        assert after.secret_for("sw-ro", target()).credential == SSH
        assert after.secret_for("ups", target(transport="nut")).credential == NutAccount(kind="nut")
    after = vault(tmp_path, new)
    after.forget_other_keys()
    assert after.versions() == {ID: 1}
    assert vault(tmp_path, keys).versions() == {}
    assert after.secret_for("sw-ro", target()).credential == SSH


def test_what_another_key_sealed_counts_as_not_held_and_is_replaced(tmp_path: Path, keys: Keys) -> None:
    new = Keys()
    vault(tmp_path, keys).put(sealed(keys))
    after = vault(tmp_path, new)
    assert after.versions() == {}
    after.put(sealed(new))
    assert after.secret_for("sw-ro", target()).credential == SSH


@pytest.mark.parametrize("content", [b"", b"{}x", b'{"format": "other"}', b"\xff" * 100, b'{"records": 3}'])
def test_a_damaged_file_of_the_servers_is_set_aside_and_fetched_again(
    tmp_path: Path, keys: Keys, content: bytes
) -> None:
    file = tmp_path / SERVER_FILE
    file.write_bytes(content)
    file.chmod(0o600)
    held = vault(tmp_path, keys)
    assert held.versions() == {}
    assert (tmp_path / f"{SERVER_FILE}.damaged").read_bytes() == content
    held.put(sealed(keys))
    assert held.versions() == {ID: 1}


def test_a_damaged_file_of_local_ones_is_told_and_left_alone(tmp_path: Path, keys: Keys) -> None:
    file = tmp_path / LOCAL_FILE
    file.write_bytes(b"broken")
    file.chmod(0o600)
    with pytest.raises(StateUnusable, match="must be entered again"):
        vault(tmp_path, keys).enter("one", SSH, Scope(transports=("ssh",)))
    assert file.read_bytes() == b"broken"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has access lists instead of modes")
def test_the_files_are_for_the_agents_user_alone(tmp_path: Path, keys: Keys) -> None:
    held = vault(tmp_path / "vault", keys)
    held.put(sealed(keys))
    held.enter("one", SSH, Scope(transports=("ssh",)))
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "vault").iterdir()}
    assert modes == {SERVER_FILE: 0o600, LOCAL_FILE: 0o600}
    assert stat.S_IMODE((tmp_path / "vault").stat().st_mode) == 0o700
    (tmp_path / "vault" / LOCAL_FILE).chmod(0o644)
    with pytest.raises(StateUnusable, match="may be used by others"):
        held.local_names()


def test_the_community_for_discoveries_is_one_that_was_entered_here(tmp_path: Path, keys: Keys) -> None:
    held = vault(tmp_path, keys)
    community = SnmpCommunity(kind="snmp", version="2c", community=SecretStr(CANARY))
    held.put(sealed(keys, community, scope=Scope(networks=SCOPE.networks, transports=("snmp",)), name="disco"))
    with pytest.raises(CredentialMissing):
        held.community_for("disco")
    held.enter("disco", community, Scope(transports=("snmp",)))
    assert held.community_for("disco").credential == community


def test_no_secret_stands_in_a_file_a_log_an_error_or_a_repr(
    tmp_path: Path, keys: Keys, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    held = vault(tmp_path, keys)
    blob = sealed(keys)
    seen = [repr(blob), str(blob)]
    for one in (blob, sealed(keys, version=2), blob):
        held.put(one)
    held.enter("mine", SSH, Scope(networks=SCOPE.networks, transports=("ssh",)))
    for name, address in (("sw-ro", "8.8.8.8"), ("mine", "8.8.8.8"), ("none", "192.168.10.7")):
        with pytest.raises(AgentError) as refused:
            held.secret_for(name, target(address))
        seen += [str(refused.value), repr(refused.value)]
    found = held.secret_for("sw-ro", target())
    seen += [repr(found), str(found), repr(held), repr(held.local()), caplog.text]
    held.resealed(public_of(Keys().sealing))
    held.forget_other_keys()
    held.withdraw(ID)
    seen += [file.read_text(encoding="utf-8") for file in tmp_path.iterdir()]
    assert [text for text in seen if CANARY in text] == []
    assert held.secret_for("mine", target()).credential == SSH
