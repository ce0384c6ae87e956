"""PAN-OS's words for high availability, the same by SNMP and at its command line."""

from collections.abc import Mapping
from typing import Final

from collectors.errors import UnexpectedReply

HA_MODES: Final[Mapping[str, str]] = {
    "disabled": "none",
    "active-passive": "active-passive",
    "active-active": "active-active",
}
# States of a member (PAN-OS administrator's guide, 'HA firewall states').
_STATES = {
    "active": "active",
    "active-primary": "active",
    "active-secondary": "active",
    "passive": "passive",
    "initial": "other",
    "tentative": "other",
    "suspended": "other",
    "non-functional": "other",
    "disabled": "other",
    "unknown": "other",
}
_ABLE = frozenset({"active", "active-primary", "active-secondary", "passive"})


def ha_state(text: str | None) -> str | None:
    """Return our word for a member's state; raises UnexpectedReply for an unlisted one, None without a text."""
    if not text:
        return None
    word = _STATES.get(text.strip().casefold())
    if word is None:
        raise UnexpectedReply(f"is told as {text!r:.40}, which is no known HA state")
    return word


def peer_stands_by(text: str | None) -> bool | None:
    """Return whether the other member could carry the traffic: 'unknown' is what a peer is called that is not heard."""
    if ha_state(text) is None:
        return None
    return (text or "").strip().casefold() in _ABLE
