"""The checklist as one HTML file: no script, no request, light and dark, printable, filtered by answer."""

import base64
import hashlib
from typing import Final

from agent.checklist import SAYS, Checklist, Counts, many
from agent.report.drawings import legend, meter, own, ring
from agent.report.html_questions import section_panel
from agent.report.markup import Markup, element, escaped
from agent.report.words import capital, measured_when, problem_of, program, summary
from rules.verdict import Word

ROWS_SHOWN: Final = 900  # rows of evidence in one file: with them a full site stays under 300 KB
ROWS_EACH: Final = range(3, 26)  # fewest and most rows of one question
DEVICES_SHOWN: Final = 60

_FILTERS: Final = (("all", "All", None), *((key, SAYS[word], word) for key, word in (
    ("no", Word.NO), ("unknown", Word.UNKNOWN), ("yes", Word.YES), ("na", Word.NOT_APPLICABLE),
)))  # fmt: skip


def to_html(checklist: Checklist) -> str:
    """Return the whole file."""
    style = own("theme.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{escaped(policy)}">'),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{checklist.headline} - {checklist.client}, {checklist.site}"),
        element("style", Markup(style)),
    )
    body = element("body", Markup(own("marks.svg")), element("main", *_main(checklist)))
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _main(checklist: Checklist) -> list[Markup]:
    shown = max(1, len(checklist.questions))
    rows = min(max(ROWS_SHOWN // shown, ROWS_EACH.start), ROWS_EACH.stop - 1)
    return [
        _head(checklist),
        *_notes(checklist),
        _summary(checklist),
        *_mends(checklist),
        *_devices(checklist),
        *([_filter(checklist.counts)] if checklist.questions else []),
        *(section_panel(section, number, rows, checklist.zone) for number, section in enumerate(checklist.sections)),
        element(
            "p",
            "Read only: nothing was changed on any device. An answer is a proposal from what was measured at this time;"
            " what was not measured is never counted as yes.",
            class_="soft small",
        ),
    ]


def _head(checklist: Checklist) -> Markup:
    under = (
        f"{checklist.client}, {checklist.site}. Measured {measured_when(checklist)}, against {checklist.library},"
        f" by {program()}."
    )
    return element(
        "div",
        element("div", Markup(own("logo.svg")), "Datumline", element("span", "assessment"), class_="brand"),
        element("h1", checklist.headline),
        element("p", under, class_="soft"),
        class_="head",
    )


def _notes(checklist: Checklist) -> list[Markup]:
    notes = list(checklist.notes)
    if checklist.interrupted:
        notes.insert(0, "The run was interrupted. What had been read by then is here, the rest was not measured.")
    return [element("p", note, class_="note") for note in notes]


def _summary(checklist: Checklist) -> Markup:
    first, second = summary(checklist)
    counts = checklist.counts
    texts = element("p", element("b", first), f" {second}")
    return element(
        "div",
        ring(checklist.measurement, counts.coverage_percent),
        element("div", texts, meter(counts), legend(counts)),
        class_="panel sum",
    )


def _mends(checklist: Checklist) -> list[Markup]:
    if not checklist.mends:
        return []
    items = [
        element(
            "li",
            element(
                "div",
                element("b", f"{mend.questions_count:,}"),
                "question" if mend.questions_count == 1 else "questions",
                class_="count",
            ),
            element(
                "div",
                element("p", capital(mend.what)),
                element("p", capital(mend.who)),
                element("ul", *(element("li", detail) for detail in mend.details)) if mend.details else None,
            ),
        )
        for mend in checklist.mends
    ]
    head = element("header", element("h2", "What would make more of it known, and who must act", id="mends"))
    return [element("section", head, element("ul", *items, class_="mends"), class_="panel", aria_labelledby="mends")]


def _devices(checklist: Checklist) -> list[Markup]:
    if not checklist.devices:
        return []
    unread = len(checklist.unread)
    count = many(len(checklist.devices), "device") + (f", {unread} not read" if unread else "")
    by_need = sorted(checklist.devices, key=lambda device: (device.read, not device.problems))
    rows = []
    for device in by_need[:DEVICES_SHOWN]:
        problem, who = problem_of(device)
        state = "read" if device.read else "not read"
        text = f"{'partly' if device.read and problem else state}{f': {problem}' if problem else ''}"
        rows.append(
            element(
                "tr",
                element("th", device.name, scope="row", class_="day"),
                element("td", device.device_class or "kind not known", class_="day"),
                element("td", text, element("div", who, class_="soft") if who else None),
                element("td", f"{device.sections_count:,}", class_="num", data_label="Sections read:"),
                element("td", f"{device.gaps_count:,}", class_="num", data_label="Gaps:"),
            )
        )
    columns = [element("th", name, scope="col") for name in ("Device", "Kind", "Reading")]
    columns += [element("th", name, scope="col", class_="num") for name in ("Sections", "Gaps")]
    table = element("table", element("thead", element("tr", *columns)), element("tbody", *rows))
    more = len(checklist.devices) - DEVICES_SHOWN
    rest = element("p", f"and {many(more, 'more device')}, all of them read", class_="soft small") if more > 0 else None
    if more > 0 and not by_need[DEVICES_SHOWN].read:
        rest = element("p", f"and {more:,} more devices; the JSON document holds all", class_="soft small")
    head = element("header", element("h2", "Devices", id="devices"), element("span", count, class_="soft small"))
    return [element("section", head, table, rest, class_="panel", aria_labelledby="devices")]


def _filter(counts: Counts) -> Markup:
    labels = []
    for key, says, word in _FILTERS:
        count = counts.total if word is None else counts[word]
        radio = element("input", type="radio", name="answer", id=f"f-{key}", checked=word is None, disabled=not count)
        labels.append(element("label", radio, says, " ", element("b", f"{count:,}")))
    return element("fieldset", element("legend", "Show questions by answer"), *labels, class_="filter")
