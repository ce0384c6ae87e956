"""Properties of the facts document: all of a snapshot, always in the same words, and nothing that breaks its reader."""

import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.facts.document import DocumentError, parse, to_json
from collectors.facts.reading import Snapshot
from collectors.facts.schema import facts_schema
from tests.unit.facts.told import snapshots

VALIDATOR = jsonschema.Draft202012Validator(facts_schema())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(snapshots())
def test_a_document_gives_back_the_snapshot_it_was_made_of(snapshot: Snapshot) -> None:
    assert parse(to_json(snapshot)) == snapshot


@given(snapshots())
def test_a_document_that_was_read_is_written_in_the_same_words(snapshot: Snapshot) -> None:
    text = to_json(snapshot)
    assert to_json(parse(text)) == text


@given(snapshots())
def test_a_document_is_valid_by_the_shipped_schema(snapshot: Snapshot) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(json.loads(to_json(snapshot)))] == []


@given(st.text() | st.binary() | JSON.map(json.dumps))
def test_what_is_no_document_is_refused_in_words(text: str | bytes) -> None:
    with pytest.raises(DocumentError):
        parse(text)


@given(snapshots(), st.data())
def test_a_document_with_one_value_replaced_is_read_or_refused_in_words(
    snapshot: Snapshot, data: st.DataObject
) -> None:
    document = json.loads(to_json(snapshot))
    here = document
    while isinstance(here, dict) and here:
        name = data.draw(st.sampled_from(sorted(here)))
        if not isinstance(here[name], dict) or data.draw(st.booleans()):
            here[name] = data.draw(JSON)
            break
        here = here[name]
    text = json.dumps(document)
    try:
        told = to_json(parse(text))
    except DocumentError:
        return
    assert to_json(parse(told)) == told
