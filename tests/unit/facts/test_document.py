"""The facts document: what is read back, what is kept aside, and in which words a wrong one is refused."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import JsonValue

from collectors.facts.document import DocumentError, parse, to_json
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.json_text import SIZE_LIMIT_BYTES
from collectors.facts.reading import Device, Source, snapshot_of
from collectors.facts.schema import FILE, facts_schema, schema_text
from collectors.facts.sections.power import Ups
from collectors.facts.upgrade import NoUpgrade, upgraded
from tests.unit.facts.told import START

UPS = """
{"format": "datumline.facts/1", "observed_at": "2026-11-21T03:12:40Z",
 "device": {"name": "ups1", "class": "ups", "driver": "apc_powernet", "address": "192.0.2.7"},
 "sections": {"ups": {"read_at": "2026-11-21T03:12:40Z", "source": {"transport": "snmp", "driver": "apc_powernet"},
   "complete": true, "value": {"runtime_s": 1740, "battery": "normal"}}},
 "gaps": {"ups.self_test_at": {"reason": "not told", "text": "is not told by this model"}}}
"""


def changed(**changes: Any) -> dict[str, Any]:
    """Return the document of the UPS with other values in its section's entry."""
    document: dict[str, Any] = json.loads(UPS)
    document["sections"]["ups"] |= changes
    return document


def refusal(text: str | bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        parse(text)
    return str(caught.value)


def test_the_document_of_the_issue_is_read() -> None:
    snapshot = parse(UPS)
    reading = snapshot.readings[0]
    assert (snapshot.device.name, snapshot.device.device_class) == ("ups1", "ups")
    assert reading.value == Ups(runtime_s=1740, battery="normal")
    assert reading.field_gaps == {"self_test_at": NOT_TOLD}


def test_what_a_driver_read_comes_back_from_its_document() -> None:
    denied = Gap(reason=GapReason.ACCESS_DENIED, text="could not be read: access denied")
    facts = Facts(ups=Ups(runtime_s=60), gaps={"snmp": denied, "phases[1].load_percent": NOT_TOLD, "*": denied})
    device = Device(name="ups1", address="192.0.2.7", transport="snmp")
    snapshot = snapshot_of(facts, device, Source(transport="snmp", driver="apc_ups", driver_version=3), START)
    assert parse(to_json(snapshot)) == snapshot


def test_a_document_is_one_line_with_sorted_keys_and_without_what_is_not_known() -> None:
    facts = Facts(ups=Ups(runtime_s=60))
    snapshot = snapshot_of(facts, Device(name="Büro"), Source(transport="nut", driver="nut"), START)
    assert to_json(snapshot) == (
        '{"device":{"name":"B\\u00fcro"},"format":"datumline.facts/1","gaps":{},"observed_at":"2026-11-01T00:00:00Z",'
        '"sections":{"ups":{"complete":true,"read_at":"2026-11-01T00:00:00Z",'
        '"source":{"driver":"nut","transport":"nut"},"value":{"runtime_s":60},"version":1}}}'
    )


def test_a_newer_version_of_a_section_is_kept_aside_unchanged() -> None:
    newer = changed(version=2, value={"runtime": [1740, "s"]})
    snapshot = parse(json.dumps(newer))
    assert json.loads(snapshot.kept_aside["ups"]) == newer["sections"]["ups"]
    assert json.loads(to_json(snapshot))["sections"] == newer["sections"]


def test_a_section_of_an_unknown_name_is_kept_aside() -> None:
    document = json.loads(UPS)
    document["sections"]["fuel_cell"] = {"anything": 1}
    assert parse(json.dumps(document)).kept_aside == {"fuel_cell": '{"anything":1}'}


def test_keys_that_a_later_version_adds_around_the_sections_are_passed_over() -> None:
    document = changed(taken_by="agent 7", source={"transport": "snmp", "driver": "apc_powernet", "engine": "x"})
    document |= {"agent": "a1", "marks": {"serial": "AS1234", "asset_tag": "17"}}
    assert parse(json.dumps(document)).marks.serial == "AS1234"


def test_an_older_version_is_upgraded_step_by_step() -> None:
    def minutes_become_seconds(value: JsonValue) -> JsonValue:
        assert isinstance(value, dict)
        minutes = value["runtime_minutes"]
        assert isinstance(minutes, int)
        return {"runtime_s": minutes * 60}

    steps = {("ups", 1): minutes_become_seconds, ("ups", 2): lambda value: {**value, "battery": "normal"}}  # type: ignore[dict-item]
    assert upgraded("ups", 1, {"runtime_minutes": 29}, to=3, steps=steps) == {"runtime_s": 1740, "battery": "normal"}


def test_a_missing_step_is_named() -> None:
    with pytest.raises(NoUpgrade, match="version 1 of 'ups'"):
        upgraded("ups", 1, {}, to=2, steps={})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("[]", "not an object"),
        ("{}", "no document of facts"),
        (UPS.replace("facts/1", "facts/2"), "format: 'datumline.facts/2' is not known"),
        (UPS.replace("1740", '"1740"'), "sections.ups.value.runtime_s: "),
        (UPS.replace("1740", "true"), "sections.ups.value.runtime_s: "),
        (UPS.replace("1740", "NaN"), "NaN"),
        (UPS.replace("1740", "1e999"), "too large"),
        (UPS.replace("1740", "9" * 5000), "too large"),
        (UPS.replace("runtime_s", "runtim_s"), "sections.ups.value.runtim_s: "),
        (UPS.replace('"normal"', '"splendid"'), "sections.ups.value.battery: "),
        (UPS.replace('"normal"', '"\\ud800"'), "half a character"),
        (UPS.replace('"battery"', '"runtime_s"'), "'runtime_s' twice"),
        (UPS.replace('"complete"', '"version": 0, "complete"'), "sections.ups.version: "),
        (UPS.replace('"2026-11-21T03:12:40Z",\n', '"2026-11-21T03:12:40",\n'), "observed_at: "),
        (UPS.replace('"2026-11-21T03:12:40Z",\n', '"9999-12-31T23:59:59-14:00",\n'), "observed_at: "),
        (UPS.replace('"2026-11-21T03:12:40Z",\n', "1795230000,\n"), "observed_at: "),
        (UPS.replace('"snmp"', '"telnet"'), "sections.ups.source.transport: "),
        (UPS.replace('"not told"', '"no idea"'), "gaps.ups.self_test_at.reason: "),
        (UPS.replace('"name": "ups1", ', ""), "device.name: "),
        ("[" * 100_000 + "]" * 100_000, "deeper than"),
        ('{"a":' * 30 + "1" + "}" * 30, "deeper than"),
        (b"\xff\xfe\x00", "not a text"),
        ("{" + '"a":[],' * 1_000_001 + "}", "more than 1000000 values"),
        (" " * (SIZE_LIMIT_BYTES + 1), "larger than 16 MB"),
    ],
    ids=range(25),
)
def test_a_wrong_document_is_refused_with_the_place_and_the_reason(text: str | bytes, words: str) -> None:
    assert words in refusal(text)


def test_a_refusal_does_not_repeat_what_stood_there() -> None:
    assert "hunter2" not in refusal(UPS.replace('"normal"', '"hunter2"'))


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_bytes_are_read_as_shells_write_them(coding: str) -> None:
    assert parse(UPS.replace("ups1", "Büro").encode(coding)).device.name == "Büro"


def test_a_snapshot_with_a_section_twice_is_no_document() -> None:
    snapshot = parse(UPS)
    with pytest.raises(ValueError, match="twice"):
        to_json(snapshot.model_copy(update={"readings": snapshot.readings * 2}))


def test_the_schema_in_the_package_is_that_of_the_models() -> None:
    shipped = Path(__file__).parents[3] / "collectors" / "facts" / "schema" / FILE
    assert shipped.read_text(encoding="utf-8") == schema_text(), "run: python -m collectors.facts.schema"


def test_the_schema_is_a_schema_and_the_document_of_the_issue_is_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(facts_schema())
    assert jsonschema.Draft202012Validator(facts_schema()).is_valid(json.loads(UPS))


@pytest.mark.parametrize(
    ("changes", "valid"),
    [
        ({"value": {"runtime_s": "long"}}, False),
        ({"value": {"runtime_s": "long"}, "version": 2}, True),
        ({"value": {"runtime_s": 1, "added_later": 2}, "taken_by": "x"}, True),
    ],
)
def test_the_schema_holds_the_version_it_knows_and_allows_more_keys(changes: dict[str, Any], valid: bool) -> None:
    assert jsonschema.Draft202012Validator(facts_schema()).is_valid(changed(**changes)) is valid


def test_two_objects_of_one_key_are_refused_for_a_merge_would_lose_one() -> None:
    document: dict[str, Any] = json.loads(UPS)
    phases = [{"name": "1", "load_percent": 95}, {"name": "1", "load_percent": 5}]
    document["sections"]["phases"] = document["sections"]["ups"] | {"value": phases}
    assert refusal(json.dumps(document)) == "sections.phases.value: holds two objects of the key '1'"


def test_the_place_of_a_gap_is_cleaned_as_the_name_in_it_is() -> None:
    document: dict[str, Any] = json.loads(UPS)
    document["gaps"] = {"phases[\x1b]0;t\x07\u202eL1].load_percent": {"reason": "not told", "text": "x"}}
    assert list(parse(json.dumps(document)).readings[-1].field_gaps) == ["[]0;tL1].load_percent"]
