"""Drivers and accesses for the tests of the SSH transport."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

from collectors.access import Access, Secret
from collectors.credentials import SshAccount
from collectors.driver import Gentle, Matches
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap
from collectors.replies import TextReplies
from collectors.session import AnyDriver
from collectors.transports.ssh.session import SshSession, open_session
from collectors.transports.ssh.shell import Waits
from tests.contract.open_circumstances import CountingGate, KnownPins, circumstances
from tests.peers.ssh_server import SshPeer

VERSION = "Cisco IOS Software, C2960 Software\n  uptime is 5 weeks\n\nProcessor board ID FOC1234X56Y"
INVENTORY = 'NAME: "1", DESCR: "WS-C2960X-24TS-L"\nPID: WS-C2960X-24TS-L , VID: V05'
REPLIES = {"show version": VERSION, "show inventory": INVENTORY}
SHORT_WAITS = Waits(
    greeting_s=3, silence_s=0.3, question_s=5, idle_s=1, echo_s=0.5, prompt_s=1, empty_s=0.3, careful_s=0.4
)


@dataclass
class SshDriver:
    """A driver as the transport sees it."""

    ASKS: tuple[str, ...] = tuple(REPLIES)
    PREPARES: tuple[str, ...] = ()
    NETMIKO: str | None = "cisco_ios"
    SHELL: str | None = None
    ERRORS: tuple[str, ...] = ()
    GENTLE: Gentle = field(default_factory=lambda: Gentle(questions_per_s=1000))
    MATCHES: Matches = field(default_factory=Matches)
    NEEDS: Mapping[str, str] = field(default_factory=dict)
    TRANSPORT: Literal["ssh"] = "ssh"
    TITLE: str = "A device of the tests"
    DEVICE_CLASS: str | None = None

    @staticmethod
    def read(_replies: TextReplies) -> Facts:
        return Facts()


def driver(*asks: str, prepares: tuple[str, ...] = (), netmiko: str | None = "cisco_ios", **more: object) -> AnyDriver:
    """Return a driver of a network device that asks this."""
    made = SshDriver(ASKS=asks or tuple(REPLIES), PREPARES=prepares, NETMIKO=netmiko, **more)  # type: ignore[arg-type]
    return cast("AnyDriver", made)


def shell_driver(*asks: str) -> AnyDriver:
    """Return a driver of a Linux-like system that asks this."""
    return cast("AnyDriver", SshDriver(ASKS=asks, NETMIKO=None, SHELL="sh"))


def access_to(peer: SshPeer, named: str | None = "named", host_key: str | None = None) -> Access:
    """Return the access to a peer; a named driver means that nothing is tried out."""
    return Access(transport="ssh", address=peer.address, port=peer.port, driver=named, host_key=host_key)


def secret_of(
    user: str = "admin",
    password: str | None = "admin-pw",
    enable: str | None = None,
    key_file: Path | None = None,
    passphrase: str | None = None,
    private_key: str | None = None,
) -> Secret:
    """Return a credential for SSH."""
    account = SshAccount.model_validate(
        {
            "kind": "ssh",
            "user": user,
            "password": password,
            "enable_password": enable,
            "key_file": str(key_file) if key_file else None,
            "passphrase": passphrase,
            "private_key": private_key,
        }
    )
    return Secret("switches", account)


def open_to(
    peer: SshPeer,
    secret: Secret | None = None,
    *,
    gate: CountingGate | None = None,
    pins: KnownPins | None = None,
    timeout_s: float = 20,
    limit_bytes: int = 2 * 1024 * 1024,
    named: str | None = "named",
    waits: Waits | None = SHORT_WAITS,
) -> SshSession:
    """Return a session on a peer."""
    around = circumstances(timeout_s, gate, pins, limit_bytes)
    return open_session(access_to(peer, named), secret or secret_of(), around, waits)


def ask(peer: SshPeer, asked: AnyDriver | None = None, secret: Secret | None = None, **more: object) -> TextReplies:
    """Return the replies of one session on a peer."""
    session = open_to(peer, secret, **more)  # type: ignore[arg-type]
    try:
        return session.ask(asked or driver())
    finally:
        session.close()


def outcome(replies: TextReplies) -> dict[str, str]:
    """Return each reply, or the reason of its gap in angle brackets."""
    found = replies.replies.items()
    return {question: f"<{reply.reason}>" if isinstance(reply, Gap) else reply for question, reply in found}
