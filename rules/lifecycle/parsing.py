"""Catalogue files as text become checked rows; the text may be anything."""

import json
from typing import Final

from pydantic import BaseModel, JsonValue, ValidationError

from collectors.facts.json_text import SIZE_LIMIT_BYTES, JsonError, read_json
from rules.lifecycle.problems import CatalogueRefused
from rules.lifecycle.rows import BuildsFile, LifecycleFile

FILE_BYTES: Final = SIZE_LIMIT_BYTES  # the carried files have 0.3 MB together

File = LifecycleFile | BuildsFile


def parse(text: bytes, name: str) -> File:
    """Return the rows of a lifecycle or builds file, told apart by their keys.

    Raises CatalogueRefused with the file's name and the first thing that is wrong.
    """
    document = _document(text, name)
    if "products" not in document and "windows" not in document:
        raise CatalogueRefused(name, "is neither a list of products nor one of builds")
    kind = LifecycleFile if "products" in document else BuildsFile
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        raise CatalogueRefused(name, _first(error, document)) from error


def to_text(file: BaseModel) -> bytes:
    """Return the file as it is written to disk."""
    document = file.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _document(text: bytes, name: str) -> dict[str, JsonValue]:
    try:
        document = read_json(text)
    except JsonError as error:
        raise CatalogueRefused(name, str(error).removeprefix("it ")) from error
    if not isinstance(document, dict):
        raise CatalogueRefused(name, "is not a JSON object")
    return document


def _first(error: ValidationError, document: dict[str, JsonValue]) -> str:
    """Return the first thing wrong, in words that find it: 'products pan-os, cycles 3, eol: ...'."""
    wrong = error.errors(include_url=False, include_input=False)[0]
    where: object = document
    words: list[str] = []
    for step in wrong["loc"]:
        if isinstance(where, dict) and step in where:
            where = where[step]
            words.append(str(step)[:80])
        elif isinstance(where, list) and isinstance(step, int) and step < len(where):
            where = where[step]
            named = where.get("id") or where.get("c") if isinstance(where, dict) else None
            words.append(f"{named or step}"[:80])
        elif isinstance(step, str) and step.islower():
            words.append(step[:80])
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{', '.join(words)}: {wrong['msg'].removeprefix('Value error, ')}{more}"
