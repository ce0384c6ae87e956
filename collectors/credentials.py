"""The kinds of credential that transports take. Secrets are SecretStr: they never show in a log, text or document."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from collectors.facts.scalars import Text


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SnmpCommunity(_Kept):
    """SNMP version 1 or 2c."""

    kind: Literal["snmp"]
    version: Literal["1", "2c"]
    community: SecretStr


class SnmpUser(_Kept):
    """SNMP version 3 (USM: RFC 3414, 3826, 7860, and the two AES-192/256 variants vendors use)."""

    kind: Literal["snmp"]
    version: Literal["3"]
    user: Text
    auth: Literal["MD5", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512"] | None = None
    auth_key: SecretStr | None = None
    privacy: Literal["DES", "3DES", "AES-128", "AES-192", "AES-256", "AES-192-Cisco", "AES-256-Cisco"] | None = None
    privacy_key: SecretStr | None = None
    context: Text = ""
    realm: Text | None = None
    """Where the account lives (see `collectors.logons`): 'device', or a name that credentials of one account share."""


class SshAccount(_Kept):
    """An account for SSH: with a password, a key file, or a private key as text."""

    kind: Literal["ssh"]
    user: Text
    password: SecretStr | None = None
    key_file: Text | None = None
    private_key: SecretStr | None = None
    """The key itself, in OpenSSH's or PEM's form: how it comes from the server, which names no file of a site."""
    passphrase: SecretStr | None = None
    enable_password: SecretStr | None = None
    realm: Text | None = None
    """Where the account lives (see `collectors.logons`): 'device', or a name that credentials of one account share."""


class WinrmAccount(_Kept):
    """A Windows account; `integrated` uses the agent's own logon and stores no password."""

    kind: Literal["winrm"]
    user: Text | None = None
    password: SecretStr | None = None
    auth: Literal["ntlm", "kerberos", "basic", "integrated"] = "ntlm"
    scheme: Literal["https", "http"] = "https"
    certificate: Text | None = None
    ca_file: Text | None = None
    realm: Text | None = None
    """Where the account lives (see `collectors.logons`): 'device', or a name that credentials of one account share."""


class NutAccount(_Kept):
    """An account for a NUT server; upsd lets anyone list variables, so user and password are rarely needed."""

    kind: Literal["nut"]
    user: Text | None = None
    password: SecretStr | None = None
    ups: Text | None = None
    realm: Text | None = None
    """Where the account lives (see `collectors.logons`): 'device', or a name that credentials of one account share."""


class LocalAccount(_Kept):
    """The agent's own rights on its own machine."""

    kind: Literal["local"]


Snmp = Annotated[SnmpCommunity | SnmpUser, Field(discriminator="version")]
Credential = SnmpCommunity | SnmpUser | SshAccount | WinrmAccount | NutAccount | LocalAccount
