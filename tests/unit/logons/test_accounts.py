"""Which account a logon counts against."""

from pathlib import Path

from pydantic import SecretStr

from collectors.access import Access, Account, Secret
from collectors.credentials import SnmpUser, SshAccount, WinrmAccount
from collectors.facts.reading import TransportName
from collectors.logons import account_of, is_of_one_device


def ssh(user: str, name: str = "ssh-ro", *, password: str = "pw", realm: str | None = None) -> Secret:
    return Secret(name, SshAccount(kind="ssh", user=user, password=SecretStr(password), realm=realm))


def winrm(user: str, name: str = "srv-ro", *, password: str = "pw", realm: str | None = None) -> Secret:
    return Secret(name, WinrmAccount(kind="winrm", user=user, password=SecretStr(password), realm=realm))


def on(address: str = "192.0.2.1", transport: TransportName = "ssh") -> Access:
    return Access(transport=transport, address=address)


def test_the_same_domain_user_is_one_account_by_ssh_and_by_winrm() -> None:
    one = account_of(ssh("Svc-Audit@example.com"), on())
    other = account_of(winrm(r"EXAMPLE\svc-audit"), on("192.0.2.2", "winrm"))
    assert one == other


def test_credentials_that_name_one_realm_share_it() -> None:
    one = account_of(ssh("svc", realm="Example"), on())
    other = account_of(winrm(r"EX01\svc", realm="example"), on("192.0.2.2", "winrm"))
    assert one == other


def test_a_network_account_without_a_domain_is_one_on_all_devices() -> None:
    assert account_of(ssh("audit"), on("192.0.2.1")) == account_of(ssh("audit"), on("192.0.2.2"))


def test_an_account_of_the_device_itself_is_another_on_each_device() -> None:
    one = account_of(ssh("admin", realm="device"), on("192.0.2.1"))
    other = account_of(ssh("admin", realm="device"), on("192.0.2.2"))
    assert (one.realm != other.realm, is_of_one_device(one.realm)) == (True, True)


def test_a_local_windows_account_is_of_one_device() -> None:
    assert is_of_one_device(account_of(winrm(r".\Administrator"), on(transport="winrm")).realm)


def test_an_snmp_user_is_of_one_device() -> None:
    secret = Secret("snmp-ro", SnmpUser(kind="snmp", version="3", user="ro"))
    assert is_of_one_device(account_of(secret, on(transport="snmp")).realm)


def test_another_password_is_another_version() -> None:
    assert account_of(ssh("a"), on()) != account_of(ssh("a", password="new"), on())


def test_the_enable_password_is_an_account_of_its_own() -> None:
    credential = SshAccount(kind="ssh", user="a", password=SecretStr("pw"), enable_password=SecretStr("pw"))
    secret = Secret("s", credential)
    assert account_of(secret, on(), "enable").user != account_of(secret, on()).user


def test_a_key_renewed_in_its_file_is_another_version(tmp_path: Path) -> None:
    key = tmp_path / "key"
    secret = Secret("s", SshAccount(kind="ssh", user="a", key_file=str(key)))
    key.write_text("one")
    before = account_of(secret, on())
    key.write_text("two")
    assert account_of(secret, on()) != before


def test_the_version_of_a_secret_is_not_in_an_accounts_text() -> None:
    assert "abcdef" not in repr(Account("user", "realm", "abcdef"))
