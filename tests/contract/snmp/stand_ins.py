"""What the SNMP transport is given in these tests: circumstances, a gate that notes, a driver that only asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import SecretStr

from collectors.access import Access, Account, Circumstances, Deadline, Logon, Pins, Secret
from collectors.credentials import SnmpCommunity, SnmpUser
from collectors.driver import Gentle
from collectors.replies import SnmpReplies, SnmpValue
from collectors.session import AnyDriver
from collectors.transports.snmp import open_session

PUBLIC = SnmpCommunity(kind="snmp", version="2c", community=SecretStr("public"))
PUBLIC_1 = SnmpCommunity(kind="snmp", version="1", community=SecretStr("public"))
BOTH_ENGINES = [True, False]


@dataclass
class NotedGate:
    """Lets everybody in and notes each logon: its account and how it ended."""

    accounts: list[Account] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)

    def enter(self, account: Account, deadline: Deadline) -> Logon:
        deadline.left_s()
        self.accounts.append(account)
        return self

    def accepted(self) -> None:
        self.ends.append("accepted")

    def refused(self) -> None:
        self.ends.append("refused")

    def not_tried(self) -> None:
        self.ends.append("not tried")


class NoPins:
    """SNMP has no keys to pin."""

    def check(self, access: Access, kind: str, fingerprint: str) -> None:
        raise AssertionError(f"SNMP checked a {kind} of {access.address}: {fingerprint}")


def circumstances(
    timeout_s: float = 20,
    gate: NotedGate | None = None,
    rows_limit_count: int = 20_000,
    output_limit_bytes: int = 2 * 1024 * 1024,
) -> Circumstances:
    pins: Pins = NoPins()
    return Circumstances(
        deadline=Deadline(timeout_s),
        gate=gate or NotedGate(),
        pins=pins,
        rows_limit_count=rows_limit_count,
        output_limit_bytes=output_limit_bytes,
    )


def access_to(peer: Any) -> Access:
    return Access(transport="snmp", address=peer.address, port=peer.port)


def secret(credential: SnmpCommunity | SnmpUser) -> Secret:
    return Secret("read only", credential)


def driver(asks: Sequence[str], gentle: Gentle | None = None) -> AnyDriver:
    """Return a driver of which only ASKS and GENTLE matter."""

    class Asker:
        ASKS = tuple(asks)
        GENTLE = gentle or Gentle(questions_per_s=10_000)

    return cast("AnyDriver", Asker)


def ask(
    peer: Any,
    asks: Sequence[str],
    *,
    credential: SnmpCommunity | SnmpUser = PUBLIC,
    fast: bool | None = None,
    around: Circumstances | None = None,
    gentle: Gentle | None = None,
) -> SnmpReplies:
    """Return the replies of one session with one driver."""
    session = open_session(access_to(peer), secret(credential), around or circumstances(), fast=fast)
    try:
        return session.ask(driver(asks, gentle))
    finally:
        session.close()


def raw(values: Mapping[str, SnmpValue]) -> dict[str, object]:
    return {oid: value.raw for oid, value in values.items()}
