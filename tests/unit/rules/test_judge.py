"""All standards over all subjects: the document of verdicts."""

import json
from datetime import date, timedelta
from pathlib import Path

import jsonschema

from collectors.facts.gaps import GapReason
from collectors.facts.sections.system import Firmware
from collectors.facts.subject import Subject
from rules.judge import judge, related
from rules.lifecycle.store import carried
from rules.loader import Library
from rules.rollup import Statement
from rules.verdict import Word
from rules.verdicts_document import DeviceRead, ProblemTold, VerdictsDocument, schema, to_json
from tests.unit.rules.subjects import AT, DENIED, reading, running, ups
from tests.unit.rules.words_library import WORDS, words_library

SCHEMA = Path(__file__).parents[3] / "rules" / "schema" / "verdicts-1.schema.json"


def document(*subjects: Subject, **options: object) -> VerdictsDocument:
    return judge(subjects, words_library(), AT, client="Example Ltd", **options)  # type: ignore[arg-type]


def verdict_of(told: VerdictsDocument, id_: str) -> Word:
    return next(one.verdict for one in told.standards if one.id == id_)


def test_every_standard_has_a_verdict() -> None:
    told = document(ups("u1", running(1200)))
    assert [one.id for one in told.standards] == [one.id for one in words_library().standards]
    assert verdict_of(told, "words.number") is Word.YES
    assert verdict_of(told, "words.age-span") is Word.UNKNOWN


def test_different_devices_are_rolled_up() -> None:
    told = document(ups("u1", running(1200)), ups("u2", running(60)))
    runtime = next(one for one in told.standards if one.id == "words.number")
    assert (runtime.verdict, len(runtime.subjects)) == (Word.NO, 2)


def test_a_clients_own_limit_counts_and_stands_in_the_question() -> None:
    told = document(ups("u1", running(1200)), overrides={"words.number": {"low": 30}})
    runtime = next(one for one in told.standards if one.id == "words.number")
    assert runtime.verdict is Word.NO
    assert runtime.question == "Is the runtime of every UPS at least 30 minutes?"


def test_a_limit_that_is_refused_never_makes_a_yes() -> None:
    told = document(ups("u1", running(1200)), overrides={"words.number": {"low": "1 second"}})
    assert verdict_of(told, "words.number") is Word.UNKNOWN


def test_a_statement_proves_that_there_is_none() -> None:
    told = document(statements=[Statement("ups", "the TAM", date(2026, 12, 31))])
    assert verdict_of(told, "words.number") is Word.NOT_APPLICABLE


def test_the_client_knows_its_devices_and_they_know_it() -> None:
    device, site, client = related([ups("u1", running(1))], "Example Ltd")
    assert client.kind == "client"
    assert [one.name for one in client.devices] == ["u1"]
    assert [one.name for one in site.devices] == ["u1"]
    assert device.parents["client"].devices == client.devices


def test_the_catalogue_dates_a_release_and_bounds_how_long_that_holds() -> None:
    told = Firmware(product="routeros", version="7.12.2")
    firewall = Subject("fw", "firewall", {"firmware": (reading("firmware", told),)})
    catalogue = carried()
    dated = judge([firewall], words_library(), AT, client="x", catalogue=catalogue)
    age = next(one for one in dated.standards if one.id == "words.age-span")
    assert age.verdict is Word.NO
    assert "by the catalogue" in age.subjects[0].evidence[0]


def test_an_assisted_standard_only_leans(tmp_path: Path) -> None:
    standard = words_library().standard("words.number")
    entry = standard.entry.model_copy(update={"mode": "assisted", "show": ("ups",)})
    leaning = type(standard)(**{**vars(standard), "entry": entry})
    told = judge([ups("u", running(1200))], Library((leaning,), WORDS), AT, client="x").standards[0]
    assert (told.verdict, told.reason, told.subjects[0].leaning) == (Word.UNKNOWN, "a person decides", Word.YES)
    assert told.subjects[0].evidence[0] == "leans to yes, and a person decides"


def test_the_document_is_what_its_schema_says() -> None:
    device = DeviceRead(
        name="sw",
        device_class="switch",
        read=False,
        problem=ProblemTold(reason=GapReason.ACCESS_DENIED, text="refused the account"),
    )
    told = document(ups("u1", gaps={"ups": DENIED}), devices=[device])
    text = to_json(told)
    jsonschema.validate(json.loads(text), json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert VerdictsDocument.model_validate_json(text) == told
    assert json.loads(text)["at"] == "2026-06-15T12:00:00Z"


def test_the_shipped_schema_is_that_of_the_model() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema()


def test_an_object_that_fails_is_named_for_its_ticket() -> None:
    from rules.case_facts import subject_of
    from rules.yaml_texts import Map, parse

    case = parse("facts: {volumes: [{name: 'D:', kind: fixed, role: data, size_bytes: 100 GB, free_bytes: 1 GB}]}")
    assert isinstance(case, Map)
    told = document(subject_of(case, "windows server", AT))
    one = next(one for one in told.standards if one.id == "words.every")
    assert one.subjects[0].object == "D:"


def test_the_verdict_ends_with_the_first_of_its_subjects() -> None:
    told = document(ups("u1", running(1200)), ups("u2", running(1200, age=timedelta(days=1))))
    assert next(one for one in told.standards if one.id == "words.number").valid_until == AT + timedelta(
        days=2, seconds=1
    )
