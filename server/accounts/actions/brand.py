"""Changing the MSP's brand."""

from django.utils import timezone

from server.accounts.acting import acting
from server.accounts.actor import Actor
from server.accounts.colours import DARK, LIGHT, nearest_readable, readable
from server.accounts.logo import Logo
from server.accounts.models import Brand
from server.accounts.rights import Right


class Unreadable(ValueError):
    """A colour that cannot be read on a theme; holds the nearest ones that can."""

    def __init__(self, light: str, dark: str) -> None:
        """Keep the proposals."""
        super().__init__("this colour cannot be read on both themes")
        self.light = light
        self.dark = dark


def change_brand(
    by: Actor, *, name: str, colour: str, colour_dark: str, sender: str, logo: Logo | None, remove_logo: bool = False
) -> None:
    """Change name, colours, sender and logo; raises Unreadable when a colour lacks contrast on its theme."""
    if (colour and not readable(colour, LIGHT)) or (colour_dark and not readable(colour_dark, DARK)):
        given = colour or colour_dark
        raise Unreadable(nearest_readable(given, LIGHT), nearest_readable(colour_dark or colour, DARK))
    with acting(by, Right.MANAGE_SERVER, "brand changed") as act:
        brand, _made = Brand.objects.get_or_create(pk=1)
        brand.name, brand.colour, brand.colour_dark, brand.sender = name, colour, colour_dark, sender
        if logo is not None:
            brand.logo, brand.logo_kind = logo.content, logo.kind
        elif remove_logo:
            brand.logo, brand.logo_kind = None, ""
        brand.changed_at = timezone.now()
        brand.save()
        act.details.update(name=name, colour=colour, colour_dark=colour_dark, sender=sender, logo=brand.logo_kind)
