"""The vault: credentials sealed to this agent, opened only for a target inside their scope whose key is known.

What the server sends lies here as it came, as ciphertext; what was entered at the site is sealed the same way, lies in
a file of its own, and wins over a credential of the server with the same name.
"""

import logging
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from agent.errors import AgentError, StateUnusable
from agent.sealed_records import (
    RECORDS_LIMIT,
    Record,
    SealingKeys,
    public_of,
    read_records,
    set_aside,
    write_records,
)
from collectors.access import Secret
from collectors.credentials import Credential, LocalAccount, SshAccount, WinrmAccount
from collectors.link.addresses import written_address
from collectors.link.jobs import Target
from collectors.link.messages import Resealed, Scope, SealedCredential
from collectors.link.sealing import CannotOpen, read, seal, told

logger = logging.getLogger(__name__)

SERVER_FILE: Final = "sealed-credentials.json"
LOCAL_FILE: Final = "local-credentials.json"
LOCAL: Final = "entered at the site"
"""Stands for the site's id in what local credentials are bound to: no server can make one."""


class CredentialMissing(AgentError):
    """No credential has the name: whoever keeps the device's access enters it, or names another."""


class CredentialUnusable(AgentError):
    """The credential is there and cannot be used: it must be entered anew, on the server or here."""


class OutsideScope(AgentError):
    """The credential may not be sent to this target: whoever keeps it widens its scope, entering the secret again."""


class Vault:
    """The credentials of one agent, by name. Opening one is a matter of the moment: nothing opened is kept."""

    def __init__(
        self, folder: Path, keys: SealingKeys, site_id: str = "", check_key: Callable[[Target], None] = lambda _: None
    ) -> None:
        """Open the vault of a folder. `check_key` raises an AgentError for a target whose key may not be trusted."""
        self._keys = keys
        self._site_id = site_id
        self._check_key = check_key
        self._server_path = folder / SERVER_FILE
        self._local_path = folder / LOCAL_FILE
        try:
            self._held = read_records(self._server_path)
        except StateUnusable:
            set_aside(self._server_path)  # versions() says that nothing is held, and the server sends them again
            self._held = {}

    def put(self, credential: SealedCredential) -> None:
        """Keep a sealed credential as it came. An older version than the held one is left aside."""
        record = Record(
            id=credential.id,
            version=credential.version,
            name=credential.name,
            kind=credential.kind,
            scope=credential.scope,
            seals={public_of(self._keys.sealing): credential.sealed},
        )
        held = self._held.get(record.id)
        if held and (held.version > record.version or self._is_held(held, record)):
            if held.version > record.version:
                told_of = {"credential": record.name, "version": record.version, "held": held.version}
                logger.warning("an older version of a credential was left aside", extra=told_of)
            return
        if held is None and len(self._held) >= RECORDS_LIMIT:
            raise CredentialUnusable(f"more than {RECORDS_LIMIT} credentials are not kept; withdraw some.")
        self._write({**self._held, record.id: record})
        logger.info("a sealed credential was kept", extra={"credential": record.name, "version": record.version})

    def withdraw(self, credential_id: str) -> None:
        """Forget a credential of the server; one that is not held is no error."""
        if credential_id in self._held:
            name = self._held[credential_id].name
            self._write({key: record for key, record in self._held.items() if key != credential_id})
            logger.info("a sealed credential was withdrawn", extra={"credential": name})

    def versions(self) -> dict[str, int]:
        """Return the versions of the server's credentials that this agent's key opens, by id."""
        own = public_of(self._keys.sealing)
        return {record.id: record.version for record in self._held.values() if own in record.seals}

    def enter(self, name: str, credential: Credential, scope: Scope) -> None:
        """Keep a credential that was entered at the site; one of the same name is replaced."""
        if isinstance(credential, LocalAccount):
            raise CredentialUnusable("the local machine needs no credential.")
        records = read_records(self._local_path)
        old = records.get(name)
        record = Record(
            id=name, version=old.version + 1 if old else 1, name=name, kind=credential.kind, scope=scope, seals={}
        )
        public = public_of(self._keys.sealing)
        record = record.model_copy(update={"seals": {public: seal(told(credential), public, record.info(LOCAL))}})
        write_records(self._local_path, {**records, name: record}.values())

    def remove(self, name: str) -> bool:
        """Forget a credential that was entered at the site; return whether there was one."""
        records = read_records(self._local_path)
        if name in records:
            write_records(self._local_path, (record for key, record in records.items() if key != name))
        return name in records

    def local(self) -> tuple[Record, ...]:
        """Return the credentials that were entered at the site, by name."""
        return tuple(sorted(read_records(self._local_path).values(), key=lambda record: record.name))

    def local_names(self) -> tuple[str, ...]:
        """Return the names of the credentials that were entered at the site."""
        return tuple(record.name for record in self.local())

    def secret_for(self, name: str, target: Target, address: str | None = None) -> Secret:
        """Return a credential for one target; raises an AgentError that says who must act.

        `address` is what the target's name was resolved to and what will be connected to.
        """
        records = read_records(self._local_path)
        local = records.get(name)
        record, site_id = (local, LOCAL) if local else (self._of_server(name), self._site_id)
        check_scope(record, target, address, entered_here=local is not None)
        self._check_key(target)
        return Secret(name, self._opened(record, site_id))

    def community_for(self, name: str) -> Secret:
        """Return the credential entered at the site for discoveries; raises an AgentError when it is no SNMP one."""
        record = read_records(self._local_path).get(name)
        if record is None or record.kind != "snmp":
            raise CredentialMissing(f"no SNMP credential {name!r} was entered at the site for discoveries; enter it.")
        return Secret(name, self._opened(record, LOCAL))

    def resealed(self, new_public_key: str) -> list[Resealed]:
        """Seal everything to a new key as well, on disk before this returns, and return what the server is to have.

        The old key opens them until `forget_other_keys`, so that a rotation may break off anywhere.
        """
        held = {key: self._also(record, new_public_key, self._site_id) for key, record in self._held.items()}
        local = [self._also(record, new_public_key, LOCAL) for record in self.local()]
        self._write(held)
        if local:
            write_records(self._local_path, local)
        return [
            Resealed(id=record.id, version=record.version, sealed=record.seals[new_public_key])
            for record in held.values()
            if new_public_key in record.seals
        ]

    def forget_other_keys(self) -> None:
        """Drop all seals but those of the present key, once the server has taken it; what it cannot open goes too."""
        own = public_of(self._keys.sealing)
        self._write({key: _only(record, own) for key, record in self._held.items() if own in record.seals})
        local = self.local()
        if local:
            write_records(self._local_path, (_only(record, own) for record in local if own in record.seals))

    def _is_held(self, held: Record, record: Record) -> bool:
        return held.version == record.version and public_of(self._keys.sealing) in held.seals

    def _write(self, held: dict[str, Record]) -> None:
        write_records(self._server_path, held.values())
        self._held = held

    def _of_server(self, name: str) -> Record:
        found = [record for record in self._held.values() if record.name == name]
        if not found:
            raise CredentialMissing(
                f"no credential is called {name!r} on this agent; enter it on the server, or here: datumline agent"
                f" credentials set {name!r}."
            )
        if len(found) > 1:
            raise CredentialUnusable(f"{len(found)} credentials of the server are called {name!r}; rename one.")
        return found[0]

    def _opened(self, record: Record, site_id: str) -> Credential:
        try:
            credential = read(record.secret(self._keys, site_id), record.kind)
        except CannotOpen as error:
            raise CredentialUnusable(
                f"the credential {record.name!r} cannot be opened: {error}; enter the secret again."
            ) from None
        if site_id != LOCAL and _path_in(credential):
            raise CredentialUnusable(
                f"the credential {record.name!r} names a file of this machine, which only one entered at the site may."
            )
        return credential

    def _also(self, record: Record, public_key: str, site_id: str) -> Record:
        try:
            return record.also_sealed_to(public_key, self._keys, site_id)
        except CannotOpen:
            logger.warning("a credential that cannot be opened was not sealed again", extra={"credential": record.name})
            return record


def check_scope(record: Record, target: Target, address: str | None, *, entered_here: bool) -> None:
    """Raise OutsideScope unless the credential may be sent to this target.

    One of the server names where it may go. One entered here that names neither network nor name may go wherever the
    policy lets the agent go.
    """
    scope = record.scope
    if target.transport not in scope.transports or target.transport != record.kind:
        allowed = ", ".join(scope.transports)
        raise OutsideScope(f"the credential {record.name!r} is for {allowed}, not for {target.transport}.")
    if entered_here and not scope.networks and not scope.names:
        return
    if _named_in(target.address, scope.names) or _lies_in(address or target.address, scope):
        return
    where = ", ".join([*map(str, scope.networks), *scope.names]) or "nothing"
    raise OutsideScope(f"the credential {record.name!r} covers {where}, and {target.address} is not among that.")


def _named_in(name: str, endings: Iterable[str]) -> bool:
    plain = name.rstrip(".").casefold()
    if written_address(plain) is not None:
        return False
    return any(
        plain == ending or plain.endswith(f".{ending}") for ending in (end.strip(".").casefold() for end in endings)
    )


def _lies_in(text: str, scope: Scope) -> bool:
    if written_address(text) is None:
        return False
    address = ip_address(text)
    return any(address in network for network in scope.networks)


def _path_in(credential: Credential) -> bool:
    return bool(
        (isinstance(credential, SshAccount) and credential.key_file)
        or (isinstance(credential, WinrmAccount) and credential.ca_file)
    )


def _only(record: Record, public_key: str) -> Record:
    return record.model_copy(update={"seals": {public_key: record.seals[public_key]}})
