"""Credentials by name: from credentials.toml, else from the environment, else from the key store of the system."""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from pydantic import BaseModel, SecretStr

from agent.errors import FileProblem, FileRefused
from agent.platform import private_file
from agent.toml_file import TomlFile, known_as, read_toml
from collectors.access import Secret
from collectors.credentials import (
    Credential,
    LocalAccount,
    NutAccount,
    SnmpCommunity,
    SnmpUser,
    SshAccount,
    WinrmAccount,
)

PREFIX: Final = "DATUMLINE_CREDENTIAL_"
KEY_STORE: Final = "datumline"  # the entry of credential NAME is 'datumline/NAME', one user name a key
LOCAL: Final = Secret("local", LocalAccount(kind="local"))

_KINDS: Final[Mapping[str, type[BaseModel]]] = {
    "ssh": SshAccount,
    "winrm": WinrmAccount,
    "nut": NutAccount,
    "local": LocalAccount,
}
_SNMP: Final[Mapping[str, type[BaseModel]]] = {"1": SnmpCommunity, "2c": SnmpCommunity, "3": SnmpUser}
_MODELS: Final[tuple[type[BaseModel], ...]] = (*_KINDS.values(), SnmpCommunity, SnmpUser)
ALL_KEYS: Final = tuple(dict.fromkeys(key for model in _MODELS for key in model.model_fields))

AskKeyStore = Callable[[str, str], str | None]
"""Returns the text under an entry and a user name of the system's key store."""


def credentials_named(
    names: Iterable[str],
    path: Path | None,
    environment: Mapping[str, str] = os.environ,
    ask_key_store: AskKeyStore | None = None,
) -> dict[str, Secret]:
    """Return those of the named credentials that are somewhere; raises FileRefused with all that is wrong with them.

    The whole file is checked, also what is not asked for. No text of an error holds a value or an unknown key.
    """
    wanted = sorted(set(names))
    problems: list[FileProblem] = []
    found = _from_file(path, problems) if path else {}
    for name in wanted:
        if name not in found:
            _add(found, name, _keys_of(name, environment), f"the environment ({PREFIX}{_upper(name)}_...)", problems)
            problems += _strange_keys(name, wanted, environment)
    for name in wanted:
        if name not in found and not problems:
            _add(found, name, _stored(name, ask_key_store or _ask_keyring), f"key store {KEY_STORE}/{name}", problems)
    if problems:
        raise FileRefused(tuple(problems))
    return {name: secret for name, secret in found.items() if name in wanted}


def _from_file(path: Path, problems: list[FileProblem]) -> dict[str, Secret]:
    file = read_toml(path, private_file.exposed)
    found: dict[str, Secret] = {}
    for name, keys in file.content.items():
        if not isinstance(keys, dict):
            text = "a key outside a table; put it under the name of a credential: [NAME]."
            problems.append(file.problem((name,), text))
            continue
        try:
            found[name] = Secret(name, credential_of(file, name, keys))
        except FileRefused as refused:
            problems += refused.problems
    return found


def _add(
    found: dict[str, Secret], name: str, keys: Mapping[str, str], source: str, problems: list[FileProblem]
) -> None:
    if not keys:
        return
    file = TomlFile(source, {name: keys}, {})
    try:
        found[name] = Secret(name, credential_of(file, name, keys))
    except FileRefused as refused:
        problems += refused.problems


def credential_of(file: TomlFile, name: str, keys: Mapping[str, object]) -> Credential:
    """Return the credential that these keys make; raises FileRefused."""
    what = f"credential {name!r}"
    kind = keys.get("kind")
    if not isinstance(kind, str) or kind not in {*_KINDS, "snmp"}:
        text = f"{what}: 'kind' must be one of 'snmp', {', '.join(map(repr, _KINDS))}."
        raise FileRefused((file.problem((name, "kind"), text),))
    model = _KINDS.get(kind)
    if model is None:
        version = keys.get("version")
        model = _SNMP.get(version) if isinstance(version, str) else None
        if model is None:
            text = f"{what}: 'version' must be one of '1', '2c', '3', in quotes."
            raise FileRefused((file.problem((name, "version"), text),))
    credential = known_as(model, file, (name,), dict(keys), what, quoted=False)
    missing = _missing(credential)
    if missing:
        raise FileRefused((file.problem((name,), f"{what}: {missing}"),))
    return credential  # type: ignore[return-value]


def _missing(credential: BaseModel) -> str | None:
    """Return what no model can say: a secret that is empty, and which keys are needed together."""
    for name, value in credential:
        if isinstance(value, SecretStr) and not value.get_secret_value():
            return f"{name!r} must not be empty; correct it."
    if isinstance(credential, SnmpUser):
        if credential.privacy and not credential.auth:
            return "'privacy' needs 'auth' and 'auth_key'; add them."
        if bool(credential.auth) != bool(credential.auth_key):
            return "'auth' and 'auth_key' belong together; add the other."
        if bool(credential.privacy) != bool(credential.privacy_key):
            return "'privacy' and 'privacy_key' belong together; add the other."
    if isinstance(credential, SshAccount) and not (
        credential.password or credential.key_file or credential.private_key
    ):
        return "neither 'password' nor 'key_file' is given; add one."
    if isinstance(credential, WinrmAccount) and credential.auth != "integrated":
        if not (credential.user and credential.password):
            return f"{credential.auth!r} needs 'user' and 'password'; add them, or use auth = 'integrated'."
        if credential.auth == "basic" and credential.scheme != "https":
            return "'basic' sends the password readable; it needs scheme = 'https'."
    return None


def _keys_of(name: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the keys of a credential that stand in the environment."""
    begin = f"{PREFIX}{_upper(name)}_"
    return {key: environment[begin + key.upper()] for key in ALL_KEYS if begin + key.upper() in environment}


def _strange_keys(name: str, names: list[str], environment: Mapping[str, str]) -> list[FileProblem]:
    """Return a problem for each variable of a credential that is no key, and cannot belong to another one."""
    begin = f"{PREFIX}{_upper(name)}_"
    others = tuple(f"{PREFIX}{_upper(other)}_" for other in names if _upper(other) != _upper(name))
    known = {begin + key.upper() for key in ALL_KEYS}
    return [
        FileProblem("the environment", 0, f"{variable} is no key of a credential; known are {', '.join(ALL_KEYS)}.")
        for variable in sorted(environment)
        if variable.startswith(begin) and variable not in known and not variable.startswith(others)
    ]


def _upper(name: str) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name).upper()


def _stored(name: str, ask: AskKeyStore) -> dict[str, str]:
    entry = f"{KEY_STORE}/{name}"
    kind = ask(entry, "kind")
    if kind is None:
        return {}
    model = _KINDS.get(kind)
    keys = (
        {"version", *SnmpCommunity.model_fields, *SnmpUser.model_fields} if model is None else set(model.model_fields)
    )
    told = {key: ask(entry, key) for key in sorted(keys - {"kind"})}
    return {"kind": kind} | {key: text for key, text in told.items() if text is not None}


def _ask_keyring(entry: str, user: str) -> str | None:
    """Return what the system's key store holds; nothing where there is none or it is locked."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        return keyring.get_password(entry, user)
    except (KeyringError, RuntimeError, OSError):
        return None
