"""Reading a TOML file that a person wrote, so that everything wrong with it is told at once, each with its line."""

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from agent.errors import FileProblem, FileRefused
from agent.toml_lines import Place, lines_of
from rules.given_file import read_given

SIZE_LIMIT_BYTES: Final = 2 * 1024 * 1024
POINTS_LIMIT: Final = 200  # a key of so many parts costs the parser the square of them
PROBLEMS_LIMIT: Final = 100  # of one file that are looked at; who mends these reads it again
Model = TypeVar("Model", bound=BaseModel)

_AT_LINE = re.compile(r"^(?P<what>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
_MANY_DIGITS = re.compile(r"[0-9_]{4000}")
_BACKSLASH = re.compile(r"escape|hex value|backslash|'\\\\'", re.IGNORECASE)


@dataclass(frozen=True)
class TomlFile:
    """The content of a file, and the line of each key."""

    file: str
    """The name as the person gave it."""
    content: Mapping[str, object]
    lines: Mapping[Place, int]

    def problem(self, place: Place, text: str) -> FileProblem:
        """Return a problem at a place, or at the nearest place around it that is written in the file."""
        while place not in self.lines and place:
            place = place[:-1]
        return FileProblem(self.file, self.lines.get(place, 0), text)


def read_toml(path: Path, refuse: Callable[[int], str | None] = lambda handle: None) -> TomlFile:
    """Return a file's content; raises FileRefused. `refuse` looks at the open file and says why it may not be used."""
    return parse_toml(str(path), decoded(str(path), read_bytes(path, refuse)))


def read_bytes(path: Path, refuse: Callable[[int], str | None] = lambda handle: None) -> bytes:
    """Return a file's bytes; raises FileRefused where it cannot be read, is too large, or may not be used."""
    file = str(path)

    def look(handle: int) -> None:
        reason = refuse(handle)
        if reason:
            raise _refused(file, 0, reason)

    try:
        raw = read_given(path, SIZE_LIMIT_BYTES, look)
    except OSError as error:
        why = error.strerror or os.strerror(error.errno or 0)
        raise _refused(file, 0, f"cannot be read ({why}); check the path and your rights.") from error
    except ValueError as error:  # a path that no system takes, as with a NUL in it
        raise _refused(file, 0, "is no name that a file can have; correct it.") from error
    if len(raw) > SIZE_LIMIT_BYTES:
        raise _refused(file, 0, f"is larger than {SIZE_LIMIT_BYTES // 1024**2} MB; split it.")
    return raw


def decoded(file: str, raw: bytes) -> str:
    """Return bytes as text; raises FileRefused with the line of the first that is none."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refused(file, line, "is not UTF-8 text; save it as UTF-8.") from None


def parse_toml(file: str, text: str) -> TomlFile:
    """Return the content of a TOML text; raises FileRefused with the place of the first thing that is not TOML."""
    text = text.replace("\r\n", "\n")
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > POINTS_LIMIT:
            raise _refused(file, number, f"has more than {POINTS_LIMIT} points in one line; write it shorter.")
    try:
        return TomlFile(file, tomllib.loads(text), lines_of(text))
    except tomllib.TOMLDecodeError as error:
        place, what = _syntax_error(str(error), text)
        raise _refused(file, place, what) from None
    except RecursionError:
        raise _refused(file, 0, "is nested too deeply; write it flat.") from None
    except ValueError:
        raise _refused(file, _line_of_digits(text), "has a number with too many digits; correct it.") from None


def _line_of_digits(text: str) -> int:
    """Return the line of the number that Python refuses to read, 0 where it cannot be found."""
    found = _MANY_DIGITS.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def known_as(
    model: type[Model], file: TomlFile, place: Place, content: object, what: str, *, quoted: bool = True
) -> Model:
    """Return the content of one place as a model; raises FileRefused with every problem in it.

    The texts hold what is expected, never a value, and unknown keys only when `quoted`: they may be a secret.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=True)[:PROBLEMS_LIMIT]
    raise FileRefused(
        tuple(
            file.problem((*place, *_keys(one)), _sentence(one, _known_at(model, _keys(one)), what, quoted))
            for one in found
        )
    )


def _known_at(model: type[BaseModel], place: Place) -> tuple[str, ...]:
    """Return the keys that are known beside the one at this place of a model."""
    for key in place[:-1]:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if key in fields:
            model = _table_in(fields[str(key)].annotation) or model
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _table_in(annotation: object) -> type[BaseModel] | None:
    """Return the model of a field's tables: the field's type, or what its list or map holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _table_in(part))), None)


def unknown_key(key: str, known: Iterable[str], what: str, *, quoted: bool = True) -> str:
    """Return the sentence for a key that nobody knows, with the nearest known one."""
    names = tuple(known)
    near = difflib.get_close_matches(key, names, n=1)
    named = f"{what}: unknown key {key!r}" if quoted else f"{what}: unknown key"
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(names)}."
    return f"{named}; {hint}"


def _keys(error: ErrorDetails) -> Place:
    return error["loc"]


def _sentence(error: ErrorDetails, known: tuple[str, ...], what: str, quoted: bool) -> str:
    """Return a model's complaint in our words."""
    keys = [str(key) for key in error["loc"] if not isinstance(key, int)]
    key = keys[-1] if keys else ""
    kind = error["type"]
    if kind == "extra_forbidden":
        return unknown_key(key, known, what, quoted=quoted)
    if kind == "missing":
        return f"{what}: {key!r} is missing; add it."
    expected = (error.get("ctx") or {}).get("expected")
    if kind in {"literal_error", "enum"} and expected:
        return f"{what}: {key!r} must be one of {str(expected).replace(' or ', ', ')}."
    return f"{what}: {key!r} {_MUST_BE.get(kind, 'has a value that cannot be used')}; correct it."


_MUST_BE: Final = {
    "string_type": "must be a text in quotes",
    "string_too_short": "must not be empty",
    "string_too_long": "is too long",
    "int_type": "must be a whole number without quotes",
    "int_parsing": "must be a whole number without quotes",
    "int_from_float": "must be a whole number",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
    "bool_type": "must be true or false, without quotes",
    "bool_parsing": "must be true or false, without quotes",
    "date_type": "must be a day such as 2027-06-30, without quotes",
    "date_from_datetime_inexact": "must be a day such as 2027-06-30, without a time",
    "date_from_datetime_parsing": "must be a day such as 2027-06-30, without quotes",
    "date_parsing": "must be a day such as 2027-06-30, without quotes",
    "list_type": "must be a list in square brackets",
    "tuple_type": "must be a list in square brackets",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
}


def _syntax_error(error: str, text: str) -> tuple[int, str]:
    found = _AT_LINE.match(error)
    what = found["what"] if found else "this is not TOML"
    line = int(found["line"]) if found and found["line"] else text.rstrip("\n").count("\n") + 1
    place = f", column {found['column']}" if found and found["column"] else ""
    hint = (
        " A backslash in double quotes must be doubled; single quotes take it as it is."
        if _BACKSLASH.search(what)
        else ""
    )
    return line, f"is not valid TOML here{place}: {_without_words(what)}; correct this line.{hint}"


def _without_words(what: str) -> str:
    """Return the parser's complaint without what it quotes of the file, except single characters."""
    return (
        re.sub(r"(['\"])(?:(?!\1).){3,}\1", "it", what)[:1].lower()
        + re.sub(r"(['\"])(?:(?!\1).){3,}\1", "it", what)[1:]
    )


def _refused(file: str, line: int, text: str) -> FileRefused:
    return FileRefused((FileProblem(file, line, text),))
