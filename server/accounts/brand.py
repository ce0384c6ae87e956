"""The MSP's own name, logo, colour and sender: what sign-in, mails and printed pages show."""

from dataclasses import dataclass

from server.accounts.colours import on_colour
from server.accounts.models import Brand


@dataclass(frozen=True)
class Shown:
    """The brand as pages and mails take it."""

    name: str
    colour: str
    colour_dark: str
    sender: str
    has_logo: bool
    version: int
    """Changes with the brand: part of the logo's address."""


def shown_brand() -> Shown:
    """Return the brand, in one query; without one, empty words."""
    found = Brand.objects.defer("logo").order_by("pk").first()
    if found is None:
        return Shown("", "", "", "", has_logo=False, version=0)
    return Shown(
        found.name,
        found.colour,
        found.colour_dark,
        found.sender,
        has_logo=bool(found.logo_kind),
        version=int(found.changed_at.timestamp()),
    )


def stylesheet(brand: Shown) -> str:
    """Return the few lines of style that put the brand's colour in place of ours."""
    parts = (('[data-bs-theme="light"]', brand.colour), ('[data-bs-theme="dark"]', brand.colour_dark))
    lines = [
        f"{where} .is-branded {{ --dl-accent: {colour}; --dl-solid: {colour}; --dl-solid-2: {colour}; "
        f"--dl-on-solid: {on_colour(colour)}; }}"
        for where, colour in parts
        if colour
    ]
    return "\n".join(lines) + "\n"
