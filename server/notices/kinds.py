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
    says: Promise
    roles: frozenset[Role]
    at_once: bool = False
    """Mailed at once, outside quiet hours; everything else waits for the digest at 07:00."""


_CENTRAL: Final = frozenset({Role.CENTRALIZED_SERVICES, Role.ADMINISTRATOR})

KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("credential_paused", _("A credential was refused and is paused"), _CENTRAL, at_once=True),
        Kind("agent_silent", _("An agent has been silent for more than 2 hours"), _CENTRAL, at_once=True),
        Kind("pre_visit_scan_failed", _("A scan before a visit failed"), _CENTRAL | {Role.TAM}, at_once=True),
        Kind("agent_waiting", _("An agent waits for approval"), _CENTRAL),
        Kind("agent_restored", _("An agent was restored or cloned"), _CENTRAL),
        Kind("credential_expires", _("A credential expires within 30 days"), _CENTRAL),
        Kind("identity_changed", _("Another device answers at a known address"), _CENTRAL),
        Kind("devices_unread", _("A client's devices were not read for 7 days"), _CENTRAL | {Role.TAM}),
        Kind("new_device", _("A new device appeared"), frozenset({Role.CENTRALIZED_SERVICES, Role.TAM})),
        Kind("verdict_to_no", _("A critical standard became No"), frozenset({Role.TAM, Role.VCIO})),
    )
}
