"""Which account a logon counts against: the user, its realm, and the version of its secret (decision 12).

A lock-out is counted by whoever keeps the account: an AD domain, a TACACS or RADIUS server, or one device. We cannot
see which, so a realm is chosen so that too much is held rather than too much is tried:

- `realm` in the credential wins: 'device' means that every device keeps the account itself (a local account of the
  same name on each); any other name joins all credentials that give it.
- `DOMAIN\\user` and `user@domain.example` are in that domain; `EXAMPLE` and `example.com` are one (the first label).
- `.\\user` is an account of that Windows machine alone; SNMPv3 users live in each agent (RFC 3414).
- Everything else is most often a TACACS or RADIUS account: the credential is the realm, held everywhere.

The user is counted without its domain and in one case. Two realms that are not a device also share a hold when user
and secret are the same (see `collectors.ledger`), so one password entered in two credentials counts once.
"""

import hashlib
import ipaddress
from pathlib import Path
from typing import Literal

from collectors.access import Access, Account, Secret
from collectors.credentials import (
    Credential,
    LocalAccount,
    NutAccount,
    SnmpCommunity,
    SnmpUser,
    SshAccount,
    WinrmAccount,
)

DEVICE_REALM = "device"
WAITED = "was not tried: another logon with this credential had not ended in time"
Step = Literal["logon", "enable"]
_KEY_FILE_LIMIT_BYTES = 64 * 1024


def account_of(secret: Secret, access: Access, step: Step = "logon") -> Account:
    """Return the account that a logon with this credential on this access counts against.

    `enable` is the second password of a network device: an account of its own, because a TACACS server counts it apart.
    """
    credential = secret.credential
    user = _split(_user_of(credential))[0]
    if step == "enable":
        user = f"{user} (enable)"
    return Account(user, realm_of(secret, access), _secret_version(credential, step))


def realm_of(secret: Secret, access: Access) -> str:
    """Return the realm of a credential on an access; realms of one device begin with 'device '."""
    credential = secret.credential
    own = f"{DEVICE_REALM} {access.transport} {access.address.casefold()} {access.port_or_default}"
    named = getattr(credential, "realm", None)
    if named is not None:
        return own if named.casefold() == DEVICE_REALM else f"realm {_first_label(named)}"
    if isinstance(credential, SnmpUser | SnmpCommunity | LocalAccount):
        return own
    domain = _split(_user_of(credential))[1]
    if domain == ".":
        return own
    return f"realm {_first_label(domain)}" if domain else f"credential {secret.name.casefold()}"


def is_of_one_device(realm: str) -> bool:
    """Return whether a realm is one device's own."""
    return realm.startswith(f"{DEVICE_REALM} ")


def _user_of(credential: Credential) -> str:
    return getattr(credential, "user", None) or ""


def _split(user: str) -> tuple[str, str]:
    """Return user and domain in one case; an empty domain when none is named."""
    folded = user.strip().casefold()
    if "\\" in folded:
        domain, _, name = folded.partition("\\")
        return name, domain
    name, _, domain = folded.rpartition("@")
    return (name, domain) if name else (folded, "")


def _first_label(domain: str) -> str:
    folded = domain.strip().strip(".").casefold()
    try:
        ipaddress.ip_address(folded)
    except ValueError:
        return folded.split(".")[0]
    return folded


def _secret_version(credential: Credential, step: Step) -> str:
    """Return a digest of what is sent as the proof; held in memory only, the ledger keys it before it is written."""
    digest = hashlib.sha256()
    for part in _proofs(credential, step):
        digest.update(len(part).to_bytes(4, "big") + part)
    return digest.hexdigest()


def _proofs(credential: Credential, step: Step) -> tuple[bytes, ...]:
    if isinstance(credential, SshAccount) and step == "enable":
        return (_text(credential.enable_password),)
    if isinstance(credential, SshAccount) and credential.key_file:
        return (_key(credential.key_file), _text(credential.passphrase))
    if isinstance(credential, SshAccount) and credential.private_key:
        return (_text(credential.private_key), _text(credential.passphrase))
    if isinstance(credential, SshAccount | WinrmAccount | NutAccount):
        return (_text(credential.password),)
    if isinstance(credential, SnmpUser):
        words = (credential.auth or "", credential.privacy or "")
        return (_text(credential.auth_key), _text(credential.privacy_key), *(word.encode() for word in words))
    return ()


def _text(secret: object) -> bytes:
    reveal = getattr(secret, "get_secret_value", None)
    return str(reveal()).encode() if reveal else b""


def _key(path: str) -> bytes:
    """Return the key file's content, so that a key renewed in place is a new version; else its path."""
    try:
        with Path(path).expanduser().open("rb") as file:
            return file.read(_KEY_FILE_LIMIT_BYTES)
    except OSError:
        return path.encode()
