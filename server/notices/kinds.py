"""The kinds of notices: what each is about, which roles are told, and whether it can wait for the digest."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from server.accounts.rights import Role


@dataclass(frozen=True)
class Kind:
    """One kind of notice."""

    name: str
    word: Promise
    icon: str
    says: Promise
    roles: frozenset[Role]
    at_once: bool = False
    """Mailed at once, outside quiet hours; everything else waits for the digest at 07:00."""


_CENTRAL: Final = frozenset({Role.CENTRALIZED_SERVICES, Role.ADMINISTRATOR})

KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind(
            "credential_paused",
            _("Credential paused"),
            "bi-key",
            _("A credential was refused and is paused"),
            _CENTRAL,
            at_once=True,
        ),
        Kind(
            "agent_silent",
            _("Agent silent"),
            "bi-wifi-off",
            _("An agent is silent for more than 2 office hours"),
            _CENTRAL,
            at_once=True,
        ),
        Kind(
            "pre_visit_scan_failed",
            _("Scan before a visit"),
            "bi-calendar-x",
            _("A scan before a visit failed"),
            _CENTRAL | {Role.TAM},
            at_once=True,
        ),
        Kind("agent_waiting", _("Agent waits"), "bi-person-check", _("An agent waits for approval"), _CENTRAL),
        Kind(
            "agent_restored", _("Agent restored or cloned"), "bi-files", _("An agent was restored or cloned"), _CENTRAL
        ),
        Kind(
            "credential_expires",
            _("Credential expires"),
            "bi-hourglass-split",
            _("A credential expires within 30 days"),
            _CENTRAL,
        ),
        Kind(
            "identity_changed",
            _("Another device answers"),
            "bi-shuffle",
            _("Another device answers at a known address"),
            _CENTRAL,
        ),
        Kind(
            "devices_unread",
            _("Devices unread"),
            "bi-eye-slash",
            _("A client's devices were not read for 7 days"),
            _CENTRAL | {Role.TAM},
        ),
        Kind(
            "new_device",
            _("New device"),
            "bi-plus-circle",
            _("A new device appeared"),
            frozenset({Role.CENTRALIZED_SERVICES, Role.TAM}),
        ),
        Kind(
            "verdict_to_no",
            _("Critical No"),
            "bi-x-circle",
            _("A critical standard became No"),
            frozenset({Role.TAM, Role.VCIO}),
        ),
    )
}
