"""The drawings of the HTML file: marks, ring, bar; colours only through classes, no style attribute."""

from functools import cache
from importlib.resources import files

from agent.checklist import Counts
from agent.report.markup import Markup, element
from rules.verdict import Word


def ring(measurement: int | None, coverage: int) -> Markup:
    """Return the ring: outside the measurement, inside the coverage; without a measurement the coverage alone."""
    told = measurement
    label = f"Measured: {coverage} percent of the standards that apply."
    big, under = (f"{coverage}%", "measured") if told is None else (str(told), "of 100")
    if told is not None:
        label = f"Today's measurement {told} of 100. {label}"
    return element(
        "svg",
        element("circle", class_="track", cx=74, cy=74, r=58, stroke_width=3 if told is None else 11),
        _arc("arc", 58, 11, told) if told else None,
        _arc("inner", 58 if told is None else 46, 3, coverage) if coverage else None,
        element("text", big, class_="big", x=74, y=84),
        element("text", under, x=74, y=100),
        class_="ring", viewbox="0 0 148 148", role="img", aria_label=label,
    )  # fmt: skip


def _arc(name: str, radius: int, width: int, percent: int) -> Markup:
    length = f"{percent} {100 - percent}" if percent < 100 else None
    return element(
        "circle", class_=name, cx=74, cy=74, r=radius, stroke_width=width, pathLength=100, stroke_dasharray=length,
        transform="rotate(-90 74 74)",
    )  # fmt: skip


def meter(counts: Counts) -> Markup | None:
    """Return the bar of all answers: what is known is solid, what is missing is hatched."""
    parts = _parts(counts)
    if not counts.total:
        return None
    rects = []
    at = 0.0
    for name, _, count in parts:
        share = count * 100 / counts.total
        if count:
            rects.append(
                element(
                    "rect", class_=f"s-{name}", x=f"{at:.2f}%", width=f"{max(share - 0.25, 0.3):.2f}%", height="100%"
                )
            )
        at += share
    label = ", ".join(f"{count} {says.lower()}" for _, says, count in parts)
    return element("svg", *rects, class_="meter", role="img", aria_label=label)


def legend(counts: Counts) -> Markup:
    """Return the counts with their marks."""
    items = [
        element("li", mark(name), says, " ", element("b", f"{count:,}"))
        for name, says, count in _parts(counts)
        if count
    ]
    return element("ul", *items, class_="legend")


def _parts(counts: Counts) -> tuple[tuple[str, str, int], ...]:
    """Return mark, words and count in the order that bars and legends have everywhere."""
    return (
        ("yes", "Yes", counts[Word.YES]),
        ("no", "No", counts[Word.NO]),
        ("na", "Not applicable", counts[Word.NOT_APPLICABLE]),
        ("unknown", "Not measured", counts[Word.UNKNOWN] - counts.stale),
        ("stale", "Too old", counts.stale),
    )


def mark(name: str, label: str | None = None) -> Markup:
    """Return a status mark; one without a label stands beside its word."""
    use = element("use", href=f"#m-{name}")
    if label:
        return element("svg", use, class_=f"mark s-{name}", role="img", aria_label=label)
    return element("svg", use, class_=f"mark s-{name}", aria_hidden="true")


@cache
def own(name: str) -> str:
    """Return a file of ours that lies beside this module."""
    return files("agent.report").joinpath(name).read_text(encoding="utf-8")
