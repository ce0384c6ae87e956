"""Catalogue files as text become checked rows; the text may be anything."""

import json
from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel, ValidationError

from collectors.facts.json_lines import Written, line_at, line_where
from rules.lifecycle.problems import CatalogueRefused
from rules.lifecycle.rows import BuildsFile, LifecycleFile

FILE_BYTES: Final = 20_000_000  # the carried files have 0.3 MB together

File = LifecycleFile | BuildsFile


def parse(text: bytes, name: str) -> File:
    """Return the rows of a lifecycle or builds file, told apart by their keys.

    Raises CatalogueRefused with the file's name and the first thing that is wrong.
    """
    plain = _plain(text, name)
    document = _document(plain, name)
    if "products" not in document and "windows" not in document:
        raise CatalogueRefused(name, "is neither a list of products nor one of builds")
    kind = LifecycleFile if "products" in document else BuildsFile
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        place = ".".join(map(str, error.errors(include_url=False, include_input=False)[0]["loc"]))
        raise CatalogueRefused(name, _first(error, document), line_at(plain, place)) from error


def to_text(file: BaseModel) -> bytes:
    """Return the file as it is written to disk."""
    document = file.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _plain(text: bytes, name: str) -> str:
    if len(text) > FILE_BYTES:
        raise CatalogueRefused(name, f"is larger than {FILE_BYTES // 1_000_000} MB")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CatalogueRefused(name, "is not UTF-8 text", text.count(b"\n", 0, error.start) + 1) from error


def _document(text: str, name: str) -> dict[str, object]:
    try:
        document: object = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_no_float)
    except json.JSONDecodeError as error:
        raise CatalogueRefused(name, f"is not JSON: {error.msg} in line {error.lineno}", error.lineno) from error
    except RecursionError as error:
        raise CatalogueRefused(name, "is nested too deeply") from error
    except ValueError as error:
        raise CatalogueRefused(name, str(error)[:200], line_where(text, _is_wrong)) from error
    if not isinstance(document, dict):
        raise CatalogueRefused(name, "is not a JSON object", 1)
    return document


def _is_wrong(one: Written) -> bool:
    """Return whether this is what `_document` refused: a key twice, no number, a broken or an endless one."""
    if one.again:
        return True
    try:
        if one.text[0] not in '{["':
            json.loads(one.text, parse_constant=_no_constant, parse_float=_no_float)
    except ValueError:
        return True
    return False


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key[:80]!r} stands twice in one object")
        found[key] = value
    return found


def _no_constant(text: str) -> object:
    raise ValueError(f"{text} is not a value of JSON")


def _no_float(text: str) -> object:
    raise ValueError(f"{text[:40]} is a broken number where none can stand")


def _first(error: ValidationError, document: dict[str, object]) -> str:
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
