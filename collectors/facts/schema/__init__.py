"""The JSON Schema of the facts document, made from the models so that it cannot say anything else."""

import json
from typing import Any, Final

from pydantic import JsonValue, TypeAdapter

from collectors.facts.document import FORMAT
from collectors.facts.facts import Facts
from collectors.facts.gaps import GapReason
from collectors.facts.marks import Marks
from collectors.facts.reading import Source
from collectors.facts.vocabulary import KINDS, SECTIONS

FILE: Final = "facts-1.schema.json"

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Final = {"type": "string"}
_INSTANT: Final = {"type": "string", "format": "date-time"}


def facts_schema() -> dict[str, JsonValue]:
    """Return the schema of `datumline.facts/1`. More keys are allowed everywhere, as later versions may add some."""
    adapters: dict[str, TypeAdapter[Any]] = {name: TypeAdapter(_annotation(name)) for name in SECTIONS}
    values, definitions = TypeAdapter.json_schemas([(name, "validation", each) for name, each in adapters.items()])
    sections = {name: _section(name, values[name, "validation"]) for name in SECTIONS}
    entry = {"type": "object", "required": ["read_at", "source", "value"], "properties": _entry()}
    gap = {
        "type": "object",
        "required": ["reason", "text"],
        "properties": {"reason": {"enum": [*GapReason]}, "text": _TEXT, **_entry()},
    }
    schema: dict[str, JsonValue] = _open(
        {
            "$schema": _DIALECT,
            "title": FORMAT,
            "description": "Facts that one access to one device gave, with what could not be read and why.",
            "type": "object",
            "required": ["format", "observed_at", "device"],
            "properties": {
                "format": {"const": FORMAT},
                "observed_at": _INSTANT,
                "device": {"type": "object", "required": ["name"], "properties": _device()},
                "sections": {"type": "object", "properties": sections, "additionalProperties": entry},
                "gaps": {"type": "object", "additionalProperties": gap},
                "marks": Marks.model_json_schema(),
            },
            "$defs": {**definitions.get("$defs", {}), "entry": entry, "source": Source.model_json_schema()},
        }
    )
    return schema


def schema_text() -> str:
    """Return the schema as it lies in the file beside this module."""
    return json.dumps(facts_schema(), indent=1, sort_keys=True) + "\n"


def _annotation(section: str) -> Any:
    return Facts.model_fields[section].annotation


def _section(name: str, value: object) -> dict[str, object]:
    """Return the schema of a known section: its value is held to the tree only where it is of the version we know."""
    known = {"properties": {"version": {"const": KINDS[name].version}}}
    return {"$ref": "#/$defs/entry", "if": known, "then": {"properties": {"value": value}}}


def _entry() -> dict[str, object]:
    version = {"type": "integer", "minimum": 1}
    return {
        "read_at": _INSTANT,
        "source": {"$ref": "#/$defs/source"},
        "complete": {"type": "boolean"},
        "version": version,
    }


def _device() -> dict[str, object]:
    return dict.fromkeys(("name", "class", "driver", "address", "transport"), _TEXT)


def _open(schema: Any) -> Any:
    """Return the schema without what forbids keys or repeats names, and without null: what is not known is left out."""
    if isinstance(schema, list):
        return [_open(part) for part in schema if part != {"type": "null"}]
    if not isinstance(schema, dict):
        return schema
    kept = {name: _open(part) for name, part in schema.items() if not _says_nothing(name, part)}
    either = kept.get("anyOf")
    if isinstance(either, list) and len(either) == 1:
        return {**{name: part for name, part in kept.items() if name != "anyOf"}, **either[0]}
    return kept


def _says_nothing(name: str, part: object) -> bool:
    closed = name == "additionalProperties" and part is False
    return closed or (name == "default" and part in (None, [])) or (name == "title" and part != FORMAT)
