"""One logon with one method: what is sent is decided before the secret leaves us (decision 12)."""

import io
from collections.abc import Callable
from dataclasses import dataclass

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_private_key
from paramiko.pkey import UnknownKeyType

from collectors.access import Access, Circumstances, Logon, Secret
from collectors.credentials import SshAccount
from collectors.errors import AccessDenied, Unreachable
from collectors.logons import account_of
from collectors.transports.ssh.connection import BROKEN, NO_MORE_METHODS, Connection

# RouterOS takes terminal options after the user name: no colours, no detection, this width and height.
_ROUTEROS_IDENT = "ROSSSH"
_ROUTEROS_OPTIONS = "+ct511w4098h"
_REFUSED = "Authentication failed."  # paramiko's word for SSH_MSG_USERAUTH_FAILURE


class _NotAPassword(paramiko.AuthenticationException):
    """The server asks for something else than the one password."""


@dataclass
class TypedLogon:
    """A logon that the device asks for inside its shell, because SSH itself let anybody in (WLC, small switches)."""

    user: str
    password: str
    logon: Logon
    sent: bool = False
    decided: bool = False

    def settle(self, let_in: bool) -> None:
        """Say how it ended: a device that never asked has not seen the secret."""
        if not self.decided:
            self.decided = True
            (self.logon.not_tried if not self.sent else self.logon.accepted if let_in else self.logon.refused)()


def ssh_account_of(secret: Secret) -> SshAccount:
    """Return the SSH account in a credential; raises AccessDenied when it is of another kind or has no secret."""
    credential = secret.credential
    if not isinstance(credential, SshAccount):
        raise AccessDenied(f"cannot be read: the credential {secret.name!r} is not one for SSH")
    if credential.key_file is None and credential.private_key is None and credential.password is None:
        raise AccessDenied(f"cannot be read: the credential {secret.name!r} has neither a password nor a key")
    return credential


def read_key(account: SshAccount) -> paramiko.PKey | None:
    """Return the private key of an account that has one; raises AccessDenied when it cannot be used."""
    passphrase = account.passphrase.get_secret_value().encode() if account.passphrase else None
    try:
        if account.key_file is not None:
            # paramiko's own type says str, its readers below want bytes
            return paramiko.PKey.from_path(account.key_file, passphrase)  # type: ignore[arg-type]
        if account.private_key is not None:
            return _key_of_text(account.private_key.get_secret_value(), passphrase)
    except OSError as error:
        raise AccessDenied(f"was not tried: the key file cannot be read ({error.strerror})") from error
    except (paramiko.SSHException, ValueError, TypeError, UnknownKeyType, UnsupportedAlgorithm) as error:
        where = "key file" if account.key_file is not None else "credential"
        raise AccessDenied(
            f"was not tried: the {where} holds no OpenSSH or PEM key, or its passphrase is missing or wrong"
        ) from (error if account.key_file is not None else None)
    return None


def _key_of_text(text: str, passphrase: bytes | None) -> paramiko.PKey:
    """Return the key of a text, as `PKey.from_path` does of a file: OpenSSH's own form first, then PEM."""
    plain = text.strip().replace("\r\n", "\n") + "\n"
    try:
        loaded: object = load_ssh_private_key(plain.encode(), passphrase)
    except ValueError:
        loaded = load_pem_private_key(plain.encode(), passphrase)
    kind: type[paramiko.PKey]
    if isinstance(loaded, rsa.RSAPrivateKey):
        kind = paramiko.RSAKey
    elif isinstance(loaded, ed25519.Ed25519PrivateKey):
        kind = paramiko.Ed25519Key
    elif isinstance(loaded, ec.EllipticCurvePrivateKey):
        kind = paramiko.ECDSAKey
    else:
        raise ValueError("the key is of a kind that SSH does not use")
    return kind.from_private_key(io.StringIO(plain), passphrase)  # type: ignore[arg-type]


def log_on(connection: Connection, access: Access, secret: Secret, circumstances: Circumstances) -> TypedLogon | None:
    """Log on once; returns a logon still to be typed when SSH asked for none, else None.

    Raises AccessDenied (refused, or no method that fits), CredentialOnHold, or Unreachable (not decided).
    """
    account = ssh_account_of(secret)
    key = read_key(account)
    logon = circumstances.gate.enter(account_of(secret, access), circumstances.deadline)
    options = _ROUTEROS_OPTIONS if _ROUTEROS_IDENT in connection.ident else ""
    user = account.user + options
    password = account.password.get_secret_value() if account.password else ""
    connection.transport.auth_timeout = circumstances.deadline.left_s()
    methods = _methods_of(connection, user, logon)
    if methods is None:
        return TypedLogon(account.user, password, logon)
    if key is not None:
        _need("publickey", methods, logon)
        _decide(connection, account.user, logon, lambda: connection.transport.auth_publickey(user, key))
    elif "password" in methods or not methods:
        _decide(
            connection,
            account.user,
            logon,
            lambda: connection.transport.auth_password(user, password, fallback=False),
        )
    else:
        _need("keyboard-interactive", methods, logon)
        _answer_once(connection, account.user, user, password, logon)
    return None


def _methods_of(connection: Connection, user: str, logon: Logon) -> list[str] | None:
    """Return the methods the server takes from this user, None when it lets the user in without any."""
    try:
        left = connection.transport.auth_none(user)
    except paramiko.BadAuthenticationType as error:
        return list(error.allowed_types)
    except paramiko.AuthenticationException as error:
        if str(error) == _REFUSED:
            return []
        logon.not_tried()
        raise Unreachable("ended the connection before a password or key was sent") from error
    except BROKEN as error:
        logon.not_tried()
        raise Unreachable("ended the connection before a password or key was sent") from error
    return left or None


def _need(method: str, methods: list[str], logon: Logon) -> None:
    if methods and method not in methods:
        logon.not_tried()
        wanted = "key" if method == "publickey" else "password"
        raise AccessDenied(
            f"was not tried: the device takes no {wanted} from this user, only {', '.join(methods)[:100]}"
        )


def _decide(connection: Connection, user: str, logon: Logon, attempt: Callable[[], list[str]]) -> None:
    """Send the one proof and tell the gate what came of it; an end without a word stays undecided."""
    try:
        more = attempt()
    except paramiko.BadAuthenticationType as error:
        logon.refused()
        raise AccessDenied(f"refused the account {user!r}") from error
    except _NotAPassword:
        raise
    except BROKEN as error:
        if str(error) == _REFUSED or _said_no(connection):
            logon.refused()
            raise AccessDenied(f"refused the account {user!r}") from error
        raise Unreachable("ended the connection during the logon") from error
    if more:
        logon.accepted()
        raise AccessDenied(f"accepted the account {user!r} but wants a second factor ({', '.join(more)[:100]})")
    logon.accepted()


def _said_no(connection: Connection) -> bool:
    farewell = connection.transport.farewell
    return farewell is not None and (farewell[0] == NO_MORE_METHODS or "authentication failures" in farewell[1])


def _answer_once(connection: Connection, user: str, login_name: str, password: str, logon: Logon) -> None:
    """Log on by keyboard-interactive (RFC 4256): one hidden question is the password, anything else is not answered."""
    sent = False

    def answer(_title: str, _instructions: str, questions: list[tuple[str, bool]]) -> list[str]:
        nonlocal sent
        if not questions:
            return []
        if sent or len(questions) != 1 or questions[0][1]:
            raise _NotAPassword("asks for more than a password")
        sent = True
        return [password]

    try:
        _decide(connection, user, logon, lambda: connection.transport.auth_interactive(login_name, answer))
    except _NotAPassword as error:
        if not sent:
            logon.not_tried()
        raise AccessDenied("asks for more than a password (keyboard-interactive)") from error
