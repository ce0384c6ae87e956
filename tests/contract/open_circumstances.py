"""Circumstances for tests of transports: a gate and pins that record what they are asked."""

from dataclasses import dataclass, field

from collectors.access import Access, Account, Circumstances, Deadline
from collectors.errors import CredentialOnHold, IdentityChanged


@dataclass
class CountingLogon:
    """One logon, with what was said of it."""

    account: Account
    outcome: str = "undecided"

    def accepted(self) -> None:
        self.outcome = "accepted"

    def refused(self) -> None:
        self.outcome = "refused"

    def not_tried(self) -> None:
        self.outcome = "not tried"


@dataclass
class CountingGate:
    """Lets everybody in, or nobody, and keeps all logons."""

    on_hold: bool = False
    logons: list[CountingLogon] = field(default_factory=list)

    def enter(self, account: Account, deadline: Deadline) -> CountingLogon:
        deadline.left_s()
        if self.on_hold:
            raise CredentialOnHold("is on hold")
        self.logons.append(CountingLogon(account))
        return self.logons[-1]

    @property
    def outcomes(self) -> list[str]:
        return [logon.outcome for logon in self.logons]


@dataclass
class KnownPins:
    """Trusts what it sees first, as the product does, and refuses a change."""

    seen: dict[str, str] = field(default_factory=dict)

    def check(self, access: Access, kind: str, fingerprint: str) -> None:
        given = access.host_key if kind == "host key" else access.certificate
        known = given or self.seen.setdefault(f"{access.address} {access.port} {kind}", fingerprint)
        if known.casefold() != fingerprint.casefold():
            raise IdentityChanged(f"shows another {kind} than the known one")


def circumstances(
    timeout_s: float = 20,
    gate: CountingGate | None = None,
    pins: KnownPins | None = None,
    output_limit_bytes: int = 2 * 1024 * 1024,
) -> Circumstances:
    """Return circumstances with a fresh gate and pins where none are given."""
    return Circumstances(
        deadline=Deadline(timeout_s),
        gate=gate or CountingGate(),
        pins=pins or KnownPins(),
        output_limit_bytes=output_limit_bytes,
    )
