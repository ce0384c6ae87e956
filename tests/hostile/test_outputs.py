"""Every payload in every place that a device's words can take, through every form of output."""

import csv
import io
import json
import logging
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import yaml
from openpyxl.utils.escape import unescape

from agent.assess import SiteReading, judged
from agent.checklist import Checklist
from agent.checklist_of import checklist_of
from agent.cli.streams import told_to_people
from agent.inventory import Site, SiteAccess, SiteDevice
from agent.report.csv_file import COLUMNS, to_csv
from agent.report.facts_table import draw_facts
from agent.report.html_page import to_html
from agent.report.table import draw_checklist
from agent.report.xlsx_file import to_xlsx
from collectors.access import Access, Secret
from collectors.collect import Observation
from collectors.credentials import LocalAccount
from collectors.detection import named
from collectors.errors import CollectError, Unreachable
from collectors.facts import document
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.marks import Marks
from collectors.facts.reading import Device, Snapshot, Source, snapshot_of
from collectors.facts.sections.network import Interface
from collectors.facts.sections.system import Identity, Os
from collectors.pool.job import Job
from collectors.pool.parent import Outcome
from collectors.recording import recording_of
from collectors.replies import SnmpReplies, SnmpValue, TextReplies
from rules.cli.printing import table_text
from rules.cli.table import print_table
from rules.library_at import library_at
from rules.lifecycle import store
from rules.verdicts_document import VerdictsDocument, to_json
from tests.hostile.texts import STEERS, payloads
from tests.unit.agent.test_html_page import Read, hostile

AT = datetime(2026, 11, 21, 3, tzinfo=UTC)
KINDS = tuple(payloads())
FORMULA_BEGINS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
FORGED = ("ERROR", "WARNING", "[2/2]", "no  everything")
LOCAL = Secret("local", LocalAccount(kind="local"))
SITE = Site(
    client="Example Ltd",
    name="Head office",
    zone=ZoneInfo("UTC"),
    devices=tuple(
        SiteDevice(f"d{number}", None, (), (SiteAccess(Access(transport="snmp", address="192.0.2.1"), None),))
        for number in range(1, 6)
    ),
)


def unread(text: str) -> Gap:
    return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {text}")


def device(*texts: str) -> Snapshot:
    """Return a switch that says the texts wherever a device can say one."""
    text = texts[0]
    ports = (Interface(name=f"p{number} {one}"[:99], description=one, up=True) for number, one in enumerate(texts))
    gaps = {f"interfaces[p{number} {one}].duplex"[:99]: unread(one) for number, one in enumerate(texts)}
    facts = Facts(
        identity=Identity(name=text, vendor=text, model=text, serial=text, location=text, contact=text),
        os=Os(family="linux", product=text, version=text, build=text, kernel=text),
        interfaces=tuple(ports),
        gaps={**gaps, "volumes": unread(text), "identity.form": unread(text)},
        marks=Marks(serial=text, machine_id=text),
        device_class="switch",
    )
    source = Source(transport="snmp", driver="switch_snmp")
    described = Device(name=text, driver="switch_snmp", address="192.0.2.1", transport="snmp")
    return snapshot_of(facts, described, source, AT)


@cache
def assessed(*texts: str) -> tuple[VerdictsDocument, Checklist]:
    """Return the verdicts of the whole library over that switch, and over devices whose failures say the texts."""
    reading = SiteReading(SITE, began_at=AT)
    broken = [
        Snapshot(observed_at=AT, device=Device(name="d", transport="ssh"), problem=unread(text)) for text in texts[:4]
    ]

    def outcomes(jobs: list[Job]) -> Iterator[Outcome]:
        return (Outcome(job, told) for job, told in zip(jobs, [device(*texts), *broken], strict=False))

    reading.read({}, outcomes, LOCAL)
    standards = library_at(None)
    catalogue = store.carried()
    verdicts = judged(reading, standards, AT, catalogue)
    return verdicts, checklist_of(verdicts, reading, standards, catalogue, "the shipped library")


def checklists(kind: str) -> list[Checklist]:
    """Return the checklist of a whole run over the kind, and one made by hand for each text, which nothing cleaned."""
    return [assessed(*payloads()[kind])[1], *(hostile(text) for text in payloads()[kind])]


def steers_nothing(told: str) -> None:
    assert STEERS.search(told) is None
    assert not [line for line in told.split("\n") if line.strip().startswith(FORGED)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_facts_document_is_ascii_and_reads_back_the_same(kind: str) -> None:
    for text in payloads()[kind]:
        told = document.to_json(device(text), indent=2)
        assert (told.isascii(), document.parse(told)) == (True, device(text))
        steers_nothing(told)


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_of_facts_steers_nothing_and_forges_no_line(kind: str) -> None:
    for text in payloads()[kind]:
        told = table_text(lambda console, text=text: draw_facts(console, device(text)))  # type: ignore[misc]
        steers_nothing(told.partition("\n")[2])  # the first line is the name


@pytest.mark.parametrize("kind", KINDS)
def test_a_checklist_table_steers_nothing_and_forges_no_line(kind: str) -> None:
    whole, *by_hand = (
        table_text(lambda console, told=checklist: draw_checklist(console, told))  # type: ignore[misc]
        for checklist in checklists(kind)
    )
    steers_nothing(whole)
    assert not [told for told in by_hand if STEERS.search(told)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_of_verdicts_steers_nothing_and_forges_no_line(
    kind: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    print_table(assessed(*payloads()[kind])[0])
    steers_nothing(capfdbinary.readouterr().out.decode())


@pytest.mark.parametrize("kind", KINDS)
def test_a_verdicts_document_is_ascii_and_reads_back_the_same(kind: str) -> None:
    verdicts = assessed(*payloads()[kind])[0]
    told = to_json(verdicts)
    assert (told.isascii(), VerdictsDocument.model_validate_json(told)) == (True, verdicts)
    steers_nothing("\n".join(str(part) for part in _texts(json.loads(told))))


@pytest.mark.parametrize("kind", KINDS)
def test_csv_keeps_its_columns_and_holds_no_formula(kind: str) -> None:
    for checklist in checklists(kind):
        told = to_csv(checklist)
        rows = list(csv.reader(io.StringIO(told, newline="")))
        cells = [cell for row in rows for cell in row]
        assert {len(row) for row in rows} == {len(COLUMNS)}
        assert not [cell for cell in cells if cell.lstrip().startswith(FORMULA_BEGINS)]
        assert STEERS.search(told.replace("\r\n", "\n")) is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_workbook_holds_texts_alone_no_formula_and_no_address(kind: str) -> None:
    for checklist in checklists(kind):
        raw = to_xlsx(checklist)
        cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(raw)) for row in sheet.iter_rows() for cell in row]
        texts = [str(cell.value) for cell in cells if cell.value is not None]
        assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "inlineStr"}
        assert not [cell for cell in cells if cell.hyperlink or cell.comment]
        assert not [text for text in texts if text.lstrip().startswith(FORMULA_BEGINS)]
        assert STEERS.search("".join(texts)) is None
        with zipfile.ZipFile(io.BytesIO(raw)) as book:
            assert not [name for name in book.namelist() if "External" in name or "vba" in name or "connection" in name]


@pytest.mark.parametrize("kind", KINDS)
def test_a_workbook_says_what_the_csv_says(kind: str) -> None:
    told = assessed(*payloads()[kind])[1]
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(told)))["Answers"]
    rows = [[unescape(str(cell or "")) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert rows == list(csv.reader(io.StringIO(to_csv(told), newline="")))


@pytest.mark.parametrize("kind", KINDS)
def test_html_has_only_the_elements_attributes_and_addresses_of_ours(kind: str) -> None:
    elements, attributes = _allowed()
    for checklist in checklists(kind):
        page = to_html(checklist)
        read = Read(page)
        assert (set(read.elements) - elements, {name for name, _ in read.attributes} - attributes) == (set(), set())
        assert not [
            value for name, value in read.attributes if name == "href" and not value.startswith(("#", "https://"))
        ]
        assert STEERS.search(page) is None


@pytest.mark.parametrize("kind", KINDS)
def test_html_of_a_payload_has_the_elements_of_the_same_page_with_a_plain_word(kind: str) -> None:
    plain = Read(to_html(hostile("plain")))
    for text in payloads()[kind]:
        if text.isprintable() and text.strip():
            told = Read(to_html(hostile(text)))
            assert told.elements == plain.elements
            assert [name for name, _ in told.attributes] == [name for name, _ in plain.attributes]


@pytest.mark.parametrize("kind", KINDS)
def test_a_log_has_one_line_an_event(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = io.StringIO()
    monkeypatch.setenv("DATUMLINE_LOG", "DEBUG")
    monkeypatch.setattr("sys.stderr", said)
    loggers = {name: logging.getLogger(name) for name in ("agent", "collectors", "rules")}
    before = {name: (list(one.handlers), one.level) for name, one in loggers.items()}
    for one in loggers.values():
        one.handlers = []
    try:
        with told_to_people():
            for text in payloads()[kind]:
                loggers["agent"].warning("a device said something", extra={"device": text, "error": ValueError(text)})
    finally:
        for name, one in loggers.items():
            one.handlers, one.level = before[name][0], before[name][1]
    lines = said.getvalue().removesuffix("\n").split("\n")
    assert (len(lines), {line[:32] for line in lines}) == (len(payloads()[kind]), {"WARNING agent: a device said som"})
    steers_nothing(said.getvalue().replace("WARNING agent", "agent"))


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_that_quotes_a_device_leaves_a_plain_gap(kind: str) -> None:
    for text in payloads()[kind]:
        error: CollectError = Unreachable(f"says {text}")
        assert (STEERS.search(error.gap.text), "\n" in error.gap.text) == (None, False)


@pytest.mark.parametrize("kind", KINDS)
def test_a_recording_shows_what_was_said_and_steers_no_terminal(kind: str) -> None:
    known = named("linux", "ssh")
    question = known.driver.ASKS[0]
    for text in payloads()[kind]:
        replies = TextReplies(AT, {question: f"it says {text} there"})
        told = recording_of(Observation(Snapshot(observed_at=AT, device=Device(name="d")), known, replies))
        assert told is not None
        assert STEERS.search(told) is None
        assert yaml.safe_load(told)["replies"][question].startswith("it says")


@pytest.mark.parametrize("kind", KINDS)
def test_a_recording_of_an_agent_steers_no_terminal(kind: str) -> None:
    known = named("switch_snmp", "snmp")
    texts = [text.encode("utf-8", "surrogatepass") for text in payloads()[kind]]
    values = {f"1.3.6.1.2.1.31.1.1.1.18.{number}": SnmpValue("octets", raw) for number, raw in enumerate(texts, 1)}
    told = recording_of(Observation(Snapshot(observed_at=AT, device=Device(name="d")), known, SnmpReplies(AT, values)))
    assert told is not None
    assert STEERS.search(told) is None
    assert len(yaml.safe_load(told)["snmprec"].splitlines()) == len(texts)


def _texts(value: object) -> list[object]:
    if isinstance(value, dict):
        return [*value, *(part for inner in value.values() for part in _texts(inner))]
    return [part for inner in value for part in _texts(inner)] if isinstance(value, list) else [value]


@cache
def _allowed() -> tuple[frozenset[str], frozenset[str]]:
    """Return the elements and attributes of the same page of a switch that says plain words."""
    reads = [Read(to_html(assessed(text, text)[1])) for text in ("plain", "")] + [Read(to_html(hostile("plain")))]
    elements = frozenset(element for read in reads for element in read.elements)
    return elements, frozenset(name for read in reads for name, _ in read.attributes)
