"""Wireless networks, access points and printer supplies."""

from typing import ClassVar, Literal

from collectors.facts.model import Item
from collectors.facts.scalars import Text, Version


class Ssid(Item):
    """A wireless network. Never its key.

    From: wireless controller, access point.
    """

    name: Text
    purpose: Literal["company", "guest", "device"] | None = None
    security: (
        Literal["open", "wep", "wpa", "wpa2-personal", "wpa2-enterprise", "wpa3-personal", "wpa3-enterprise"] | None
    ) = None
    management_frames: Literal["off", "optional", "required"] | None = None
    isolated: bool | None = None
    vlan: int | None = None


class AccessPoint(Item):
    """An access point as its controller sees it.

    From: wireless controller.
    """

    name: Text
    model: Text | None = None
    version: Version | None = None
    online: bool | None = None


class RogueAccessPoint(Item):
    """An access point that is not the client's.

    From: wireless controller.
    """

    name: Text
    ssid: Text | None = None
    on_our_wire: bool | None = None


class Supply(Item):
    """Toner, ink, drum or waste box of a printer; 'some left' without a number is a gap.

    From: printer snmp.
    """

    VOLATILE: ClassVar[frozenset[str]] = frozenset({"left_percent"})

    name: Text
    kind: Literal["toner", "ink", "drum", "waste", "other"] | None = None
    left_percent: float | None = None
