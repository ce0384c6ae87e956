"""Why devices are not read: the causes by which failures are grouped across clients, and who must act."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from collectors.facts.gaps import GapReason
from server.agents.states import Standing
from server.clients.words import transport_word
from server.scans.reasons import reason_of

POLICY: Final = "policy"
RIGHT_MISSING: Final = "right missing"
AGENT: Final = "agent "
OURS, CLIENTS, NOBODYS = "we", "client", "nobody"
BY_ACCOUNT: Final = frozenset({str(GapReason.ACCESS_DENIED), str(GapReason.CREDENTIAL_ON_HOLD)})
"""Grouped by the credential's name; all else by the driver, where one is known."""


@dataclass(frozen=True)
class Cause:
    """One cause: why, over which transport, and with which credential or driver."""

    why: str
    """A `GapReason`, 'right missing', 'policy', or 'agent ' with a standing."""
    transport: str = ""
    detail: str = ""

    @property
    def key(self) -> str:
        """Return what names it in the database."""
        return f"{self.why}|{self.transport}|{self.detail}"

    @property
    def acts(self) -> str:
        """Return who must act: we, client, nobody."""
        return {str(GapReason.UNREACHABLE): CLIENTS, str(GapReason.UNSUPPORTED): NOBODYS}.get(self.why, OURS)

    @property
    def title(self) -> str:
        """Return the cause in words."""
        words = _AGENTS[self.standing]()[0] if self.standing else str(reason_of(self.why).word)
        if self.why == RIGHT_MISSING:
            words = _("Rights missing")
        over = _("%(cause)s by %(transport)s") if self.transport else "%(cause)s"
        told = over % {"cause": words, "transport": transport_word(self.transport)}
        return f"{told}: {self.detail}" if self.detail else told

    @property
    def who(self) -> str:
        """Return who must act and how."""
        if self.standing:
            return _AGENTS[self.standing]()[1]
        if self.why == RIGHT_MISSING:
            return _("we act: give the account the rights that are missing; readiness shows the commands")
        return str(reason_of(self.why).who)

    @property
    def icon(self) -> str:
        """Return the icon."""
        if self.standing:
            return {Standing.OUTDATED: "bi-arrow-up-circle", Standing.WAITING: "bi-person-check"}.get(
                Standing(self.standing), "bi-wifi-off"
            )
        return "bi-shield-lock" if self.why == RIGHT_MISSING else reason_of(self.why).icon

    @property
    def standing(self) -> str:
        """Return how agents stand, where it is about agents."""
        told = self.why.removeprefix(AGENT)
        return told if self.why.startswith(AGENT) and told in _AGENTS else ""


def cause_of(key: str) -> Cause:
    """Return the cause of a key."""
    why, _bar, rest = key.partition("|")
    transport, _bar, detail = rest.partition("|")
    return Cause(why, transport, detail)


_AGENTS: Final[dict[str, Callable[[], tuple[str, str]]]] = {
    Standing.SILENT: lambda: (_("Agents silent"), _("we act: call the site, look at the machine and its way out")),
    Standing.OUTDATED: lambda: (_("Agents outdated"), _("we act: let the RMM run the line of the agent's page")),
    Standing.COPIED: lambda: (_("Agents restored or cloned"), _("we act: say which one is the right one")),
    Standing.WAITING: lambda: (_("Agents wait for approval"), _("we act: compare the fingerprints and approve")),
}
