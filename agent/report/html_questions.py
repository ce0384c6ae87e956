"""The questions of the HTML file: a panel a section, a fold a question with its evidence by device."""

from collections import Counter
from datetime import tzinfo
from typing import Final
from urllib.parse import urlsplit

from agent.checklist import SAYS, Question, Row, Section, many, spoken
from agent.report.drawings import mark
from agent.report.markup import Markup, element
from agent.report.words import gist, line, mark_of, named, rows_by_need
from rules.verdict import Word

_CLASSES: Final = {Word.YES: "yes", Word.NO: "no", Word.UNKNOWN: "unknown", Word.NOT_APPLICABLE: "na"}


def section_panel(section: Section, number: int, rows_count: int, zone: tzinfo) -> Markup:
    """Return a section; of each question at most `rows_count` rows of evidence are shown, and how many are left."""
    counts = section.counts
    told = [f"{counts[word]} {SAYS[word].lower()}" for word in (Word.NO, Word.UNKNOWN) if counts[word]]
    count = ", ".join([many(counts.total, "standard"), *told])
    name = f"section-{number + 1}"
    head = element("header", element("h2", section.name, id=name), element("span", count, class_="soft small"))
    questions = (_question(question, rows_count, zone) for question in section.questions)
    return element("section", head, *questions, class_="panel section", aria_labelledby=name)


def _question(question: Question, rows_count: int, zone: tzinfo) -> Markup:
    summary = element(
        "summary",
        mark(mark_of(question.word, question.reason), question.spoken),
        element("b", question.text),
        element("span", gist(question), class_="gist"),
        element("svg", element("use", href="#m-next"), class_="next", aria_hidden="true"),
    )
    return element("details", summary, _more(question, rows_count, zone), class_=f"q {_CLASSES[question.word]}")


def _more(question: Question, rows_count: int, zone: tzinfo) -> Markup:
    asked = question.word is not Word.NOT_APPLICABLE
    facts = (
        ("Why", question.why if asked else ""),
        ("How", question.how if asked else ""),
        ("To fix", question.remedy if question.word is Word.NO else ""),
    )
    pairs = [(element("dt", name), element("dd", text)) for name, text in facts if text]
    return element(
        "div",
        _evidence(question, rows_count, zone),
        element("dl", *pairs) if pairs else None,
        _fine_print(question),
        class_="more",
    )


def _evidence(question: Question, rows_count: int, zone: tzinfo) -> Markup:
    if not question.rows:
        return element("p", question.outcome or question.spoken, class_="small")
    rows = rows_by_need(question)
    shown = [_row(row, zone) for row in rows[:rows_count]]
    if len(rows) > rows_count:
        left = Counter(row.word for row in rows[rows_count:])
        told = ", ".join(f"{left[word]:,} {SAYS[word].lower()}" for word in _CLASSES if left[word])
        text = f"and {len(rows) - rows_count:,} more: {told}"
        shown.append(element("tr", element("td", text, colspan=4, class_="soft")))
    columns = ("Device", "Proposed answer", "Evidence", "Holds until")
    head = element("thead", element("tr", *(element("th", name, scope="col") for name in columns)))
    return element("table", head, element("tbody", *shown))


def _row(row: Row, zone: tzinfo) -> Markup:
    until = f"{row.valid_until.astimezone(zone):%Y-%m-%d}" if row.valid_until else "next reading"
    lines = [line(one) for one in row.evidence] or ["no evidence"]
    evidence = element("ul", *(element("li", one) for one in lines), class_="lines") if len(lines) > 1 else lines[0]
    return element(
        "tr",
        element("th", named(row), scope="row"),
        element("td", mark(mark_of(row.word, row.reason)), spoken(row.word, row.reason)),
        element("td", evidence),
        element("td", until, class_="day", data_label="Holds until"),
    )


def _fine_print(question: Question) -> Markup:
    source: Markup | str | None = question.source_title or None
    if question.source_url and urlsplit(question.source_url).scheme in {"http", "https"}:
        title = question.source_title or question.source_url
        source = element("a", title, href=question.source_url, rel="noreferrer noopener")
    level = {"critical": "high", "high": "high", "medium": "medium"}.get(question.priority, "low")
    drawn = element("svg", element("use", href=f"#p-{level}"), class_=f"prio {question.priority}", aria_hidden="true")
    return element(
        "p",
        element("span", drawn, f"{question.priority} priority"),
        element("span", question.category),
        element("code", question.id),
        element("span", "Source: ", source) if source else None,
        class_="fine",
    )
