"""Contrast of a brand's colour on our two themes, and the nearest colour that can be read (WCAG 2.2, 1.4.3)."""

import re
from typing import Final

LIGHT: Final = ("#ffffff", "#f4f6f6")
"""Surface and canvas of the light theme (`theme.css`); paper is the first."""
DARK: Final = ("#172026", "#0f161a")
ENOUGH: Final = 4.5
_HEX: Final = re.compile(r"#[0-9a-f]{6}")
_STEPS: Final = 200
Rgb = tuple[float, float, float]


class NoColour(ValueError):
    """What was given is no '#rrggbb'."""


def colour(text: str) -> str:
    """Return a colour as '#rrggbb'; raises NoColour."""
    low = text.strip().casefold()
    if not _HEX.fullmatch(low):
        raise NoColour("a colour is written like #0b5f6e")
    return low


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(text: str, on: tuple[str, ...]) -> bool:
    """Return whether a colour can be read on all these surfaces."""
    return all(contrast(text, surface) >= ENOUGH for surface in on)


def nearest_readable(text: str, on: tuple[str, ...]) -> str:
    """Return the colour itself, or the least change towards black or white that can be read on all surfaces."""
    start = colour(text)
    if readable(start, on):
        return start
    towards = "#000000" if on is LIGHT or _luminance(_rgb(on[0])) > 0.18 else "#ffffff"
    for step in range(1, _STEPS + 1):
        mixed = _mixed(start, towards, step / _STEPS)
        if readable(mixed, on):
            return mixed
    return towards


def on_colour(text: str) -> str:
    """Return black or white, whichever can be read better on the colour."""
    return max(("#ffffff", "#000000"), key=lambda ink: contrast(ink, text))


def _mixed(one: str, other: str, share: float) -> str:
    mixed = (a + (b - a) * share for a, b in zip(_rgb(one), _rgb(other), strict=True))
    return "#" + "".join(f"{round(part * 255):02x}" for part in mixed)


def _rgb(text: str) -> Rgb:
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(rgb: Rgb) -> float:
    """Return the relative luminance, as WCAG 2.2 defines it."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
