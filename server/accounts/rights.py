"""Rights and roles: the one table that says which role may do what."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Right(StrEnum):
    """Something that a person, or a token of theirs, may do."""

    SEE_CLIENTS = "see clients"
    """Clients, sites, devices, readings and verdicts, of the clients in one's scope."""
    SEE_PERSONAL = "see personal data"
    """Names of accounts and persons in readings (decision 27)."""
    EDIT_CLIENTS = "edit clients"
    END_CLIENTS = "end clients"
    EDIT_DEVICES = "edit devices"
    EDIT_CREDENTIALS = "edit credentials"
    APPROVE_AGENTS = "approve agents"
    RUN_SCANS = "run scans"
    EDIT_PLANS = "edit plans"
    SEE_HEALTH = "see scan health"
    EDIT_HEALTH = "edit scan health"
    SEE_LIBRARY = "see the library"
    EDIT_SETTINGS = "edit settings of standards"
    EXPORT = "export"
    SEE_AUDIT = "see the audit log"
    MANAGE_USERS = "manage users"
    MANAGE_SERVER = "manage the server"
    OWN_ACCOUNT = "own account"


RIGHT_WORDS: Final[dict[str, str | Promise]] = {
    Right.SEE_CLIENTS: _("see clients"),
    Right.SEE_PERSONAL: _("see personal data"),
    Right.EDIT_CLIENTS: _("edit clients"),
    Right.END_CLIENTS: _("end clients"),
    Right.EDIT_DEVICES: _("edit devices"),
    Right.EDIT_CREDENTIALS: _("edit credentials"),
    Right.APPROVE_AGENTS: _("approve agents"),
    Right.RUN_SCANS: _("run scans"),
    Right.EDIT_PLANS: _("edit plans"),
    Right.SEE_HEALTH: _("see scan health"),
    Right.EDIT_HEALTH: _("edit scan health"),
    Right.SEE_LIBRARY: _("see the library"),
    Right.EDIT_SETTINGS: _("edit settings of standards"),
    Right.EXPORT: _("export"),
    Right.SEE_AUDIT: _("see the audit log"),
    Right.MANAGE_USERS: _("manage users"),
    Right.MANAGE_SERVER: _("manage the server"),
    Right.OWN_ACCOUNT: _("own account"),
}
"""The rights in words; a token and a refusal name them."""


class Role(models.TextChoices):
    """The roles of an MSP; a person may have several."""

    ADMINISTRATOR = "administrator", _("Administrator")
    CENTRALIZED_SERVICES = "centralized_services", _("Centralized Services")
    TAM = "tam", _("TAM")
    VCIO = "vcio", _("vCIO")
    SERVICE_DESK = "service_desk", _("Service Desk")
    COMMITTEE = "committee", _("Standards committee")
    AUDITOR = "auditor", _("Auditor")
    CLIENT_CONTACT = "client_contact", _("Client contact")


_SEES: Final = frozenset({Right.OWN_ACCOUNT, Right.SEE_CLIENTS, Right.SEE_LIBRARY})
RIGHTS: Final[dict[Role, frozenset[Right]]] = {
    Role.ADMINISTRATOR: frozenset(Right),
    Role.CENTRALIZED_SERVICES: _SEES
    | {
        Right.SEE_PERSONAL, Right.EDIT_CLIENTS, Right.EDIT_DEVICES, Right.EDIT_CREDENTIALS, Right.APPROVE_AGENTS,
        Right.RUN_SCANS, Right.EDIT_PLANS, Right.SEE_HEALTH, Right.EDIT_HEALTH, Right.EDIT_SETTINGS, Right.EXPORT,
    },
    Role.TAM: _SEES
    | {Right.SEE_PERSONAL, Right.EDIT_DEVICES, Right.RUN_SCANS, Right.SEE_HEALTH, Right.EDIT_SETTINGS, Right.EXPORT},
    Role.VCIO: _SEES | {Right.EXPORT},
    Role.SERVICE_DESK: _SEES | {Right.RUN_SCANS, Right.SEE_HEALTH},
    Role.COMMITTEE: _SEES,
    Role.AUDITOR: _SEES | {Right.SEE_AUDIT, Right.SEE_HEALTH, Right.EXPORT},
    Role.CLIENT_CONTACT: frozenset({Right.OWN_ACCOUNT}),
}  # fmt: skip


WHOLE_SERVER: Final = frozenset({Right.MANAGE_USERS, Right.MANAGE_SERVER})
"""Only with all clients in scope: who manages people could widen their own scope, and webhooks tell of every client."""


def within(rights: frozenset[Right], all_clients: bool) -> frozenset[Right]:
    """Return what is left of rights in a scope."""
    return rights if all_clients else rights - WHOLE_SERVER


def rights_of(roles: Iterable[str]) -> frozenset[Right]:
    """Return what these roles together may do; an unknown role may nothing."""
    known = [RIGHTS[Role(role)] for role in roles if role in Role.values]
    return frozenset().union(*known)
