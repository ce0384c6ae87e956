"""The theme of the HTML file: texts and marks can be read in both themes (WCAG 2.2 AA)."""

import re
from importlib.resources import files

import pytest

THEME = files("agent.report").joinpath("theme.css").read_text(encoding="utf-8")
TEXTS = ("ink", "ink-2", "ink-3", "accent", "yes", "no", "unknown", "na", "stale")
GROUNDS = ("canvas", "surface", "sunken")
TEXT_CONTRAST, EDGE_CONTRAST = 4.5, 3.0


def tokens(dark: bool) -> dict[str, str]:
    light, _, rest = THEME.partition("@media (prefers-color-scheme: dark)")
    block = rest.partition("/* 2 text */")[0] if dark else light
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6})", block))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(two * 2 for two in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_can_be_read_on_every_ground(text: str, dark: bool) -> None:
    colours = tokens(dark)
    assert min(contrast(colours[text], colours[ground]) for ground in GROUNDS) >= TEXT_CONTRAST


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_note_can_be_read(dark: bool) -> None:
    colours = tokens(dark)
    assert contrast(colours["ink"], colours["note"]) >= TEXT_CONTRAST


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("edge", ["edge", "focus"])
def test_the_edge_of_what_can_be_operated_is_seen(edge: str, dark: bool) -> None:
    colours = tokens(dark)
    assert min(contrast(colours[edge], colours[ground]) for ground in ("canvas", "surface")) >= EDGE_CONTRAST


def test_no_part_of_the_theme_names_a_colour_outside_the_tokens() -> None:
    parts = THEME.partition("/* 2 text */")[2].partition("@media print")[0]
    assert not re.findall(r"#[0-9a-f]{3,6}\b|rgb\(|(?<=: )(?:red|green|blue|white|black)\b", parts)
