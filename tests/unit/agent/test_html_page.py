"""The HTML file: nothing of a device's words becomes markup, nothing is requested, and it stays small and readable."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from agent.checklist import Checklist
from agent.report.html_page import to_html
from rules.verdict import Reason, Word
from tests.unit.agent.lists import NOT_TOLD, UNREACHED, checklist, device, question, row

SIZE_LIMIT_BYTES = 300 * 1024
HOSTILE = (
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<svg onload=alert(1)>",
    "<!-- ",
    "-->",
    "<![CDATA[<b>]]>",
    "</details></section><h1>owned</h1>",
    "<style>*{display:none}</style>",
    "<meta http-equiv=refresh content=0;url=http://example.com>",
    "<base href=http://example.com>",
    "<iframe src=javascript:alert(1)>",
    "javascript:alert(1)",
    "<a href='javascript:alert(1)'>x</a>",
    "&lt;script&gt;",
    "{{7*7}}${7*7}%s%n",
    "\x00\x1b[31m\x07<b>",
    "\u202egnp.exe\u202c<i>",
    "\ud800<u>",
    "]]><script>",
)


class Read(HTMLParser):
    """All elements, attributes and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def hostile(text: str) -> Checklist:
    told = question(text, Word.NO, (row(Word.NO, text, (text, text)),), section=text, text=text, outcome=text)
    missing = question("u", Word.UNKNOWN, (row(Word.UNKNOWN, text, (text,), Reason.GAP, (("*", NOT_TOLD),)),))
    return checklist([told, missing], [device(text, UNREACHED)], client=text)


def page_of(*words: Word) -> str:
    return to_html(checklist([question(f"q{number}", word) for number, word in enumerate(words)]))


@pytest.mark.parametrize("payload", HOSTILE)
def test_a_hostile_text_adds_no_element_and_no_attribute(payload: str) -> None:
    told, plain = Read(to_html(hostile(payload))), Read(to_html(hostile("plain")))
    assert (told.elements, [name for name, _ in told.attributes]) == (
        plain.elements,
        [name for name, _ in plain.attributes],
    )


@pytest.mark.parametrize("payload", HOSTILE)
def test_a_page_with_a_hostile_text_can_be_written(payload: str, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(to_html(hostile(payload)), encoding="utf-8")
    assert (tmp_path / "report.html").stat().st_size > 0


def test_an_address_of_another_scheme_is_no_link() -> None:
    one = question("q", Word.YES)
    spoilt = type(one)(**{**vars(one), "source_url": "javascript:alert(1)"})
    assert "javascript:" not in to_html(checklist([spoilt]))


def test_the_page_has_no_script_and_no_style_attribute() -> None:
    read = Read(page_of(*Word))
    assert "script" not in read.elements
    assert not [name for name, _ in read.attributes if name == "style" or name.startswith("on")]


def test_the_page_requests_nothing() -> None:
    read = Read(page_of(*Word))
    loading = {"src", "srcset", "data", "poster", "background", "action"}
    assert not [value for name, value in read.attributes if name in loading]
    assert not re.search(r"@import|url\((?!#)", page_of(*Word))
    assert not {"link", "img", "iframe", "object", "embed", "form"} & set(read.elements)


def test_the_policy_allows_its_own_style_alone() -> None:
    import base64
    import hashlib

    page = page_of(Word.YES)
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = [value for name, value in Read(page).attributes if name == "content" and "default-src" in value]
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_every_question_is_a_fold_with_its_answer() -> None:
    assert re.findall(r'<details class="q (\w+)"', page_of(*Word)) == ["no", "unknown", "yes", "na"]


def test_each_filter_tells_its_count_and_an_empty_one_cannot_be_chosen() -> None:
    page = page_of(Word.YES, Word.YES, Word.NO)
    assert re.findall(r'id="f-(\w+)"( checked)?( disabled)?>[^<]+<b>(\d+)', page) == [
        ("all", " checked", "", "3"),
        ("no", "", "", "1"),
        ("unknown", "", " disabled", "0"),
        ("yes", "", "", "2"),
        ("na", "", " disabled", "0"),
    ]


def test_people_read_not_measured_and_never_unknown() -> None:
    texts = " ".join(Read(page_of(Word.UNKNOWN).partition("</head>")[2]).texts)
    assert ("Not measured" in texts, "unknown" in texts.lower()) == (True, False)


def test_a_site_without_devices_says_so() -> None:
    page = to_html(checklist([question("q", Word.UNKNOWN, reason=Reason.NO_DEVICE)], []))
    assert "<h1>No device is in the inventory" in page


def test_a_site_that_could_not_be_read_says_so_and_who_must_act() -> None:
    page = to_html(checklist([question("q", Word.UNKNOWN)], [device("fw1", UNREACHED, read=False)]))
    assert ("<h1>None of 1 device could be read" in page, "The network: check address" in page) == (True, True)


def test_an_interrupted_run_says_so() -> None:
    assert "The run was interrupted" in to_html(checklist([question("q", Word.YES)], interrupted=True))


def many_rows(questions: int, rows: int) -> Checklist:
    words = [Word.YES, Word.YES, Word.NO, Word.UNKNOWN]
    line = "C: 11.2 GB free of 99.5 GB = 11.3 %, must be at least 20 %"
    told = [
        question(
            f"section{number % 9}.standard-{number}",
            Word.NO,
            tuple(row(words[one % 4], f"KES-SERVER-{one:03}", (line,)) for one in range(rows)),
            section=f"Section {number % 9}",
            text="Does every fixed volume on every Windows server have at least 20 % free space?",
        )
        for number in range(questions)
    ]
    return checklist(told, [device(f"KES-SERVER-{one:03}") for one in range(rows)])


def test_a_typical_site_stays_below_300_kilobytes() -> None:
    assert len(to_html(many_rows(questions=80, rows=6)).encode()) < SIZE_LIMIT_BYTES


def test_five_thousand_rows_are_cut_with_a_count() -> None:
    page = to_html(many_rows(questions=50, rows=100))
    assert (
        len(page.encode()) < 2 * SIZE_LIMIT_BYTES,
        page.count("and 82 more: "),
        page.count("more devices, all of them read"),
    ) == (
        True,
        50,
        1,
    )


def test_what_is_cut_is_what_needs_nobody_first() -> None:
    page = to_html(many_rows(questions=36, rows=100))
    assert page.count("and 75 more: 50 yes, 25 not measured") == 36


def test_a_long_line_of_evidence_is_cut() -> None:
    told = checklist([question("q", Word.NO, (row(Word.NO, "ups1", ("x" * 5000,)),))])
    assert "x" * 301 not in to_html(told)
