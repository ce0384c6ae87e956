"""JSON as a stranger may send it: bounded in size, depth and number of values, without doubtful numbers and keys."""

import json
import math
from collections.abc import Sequence
from typing import NoReturn

from pydantic import JsonValue

from collectors.facts.json_lines import Written, line_where

SIZE_LIMIT_BYTES = 16 * 1024 * 1024  # a device with all its accounts, rules and interfaces stays under 2 MB
DEPTH_LIMIT = 24  # our own documents need 9
DIGITS_LIMIT = 20  # the largest counter, 2^64 - 1, has 20
VALUES_LIMIT = 1_000_000  # an empty list costs 2 bytes in the text and 56 in memory
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class JsonError(ValueError):
    """The text is no JSON that we accept; the message says why, `line` where: 0 for the whole of it."""

    def __init__(self, problem: str, line: int = 0) -> None:
        """Keep the line beside the message."""
        super().__init__(problem)
        self.line = line


def read_json(text: str | bytes) -> JsonValue:
    """Return the value of a JSON text; bytes are UTF-8, or UTF-16 with a mark as older Windows shells write it.

    Raises JsonError for what is too large, too deep, doubled, not a number, or not a text that can be written again.
    """
    plain = decoded(text)
    if plain.count(",") + plain.count("[") + plain.count("{") > VALUES_LIMIT:
        raise JsonError(f"it holds more than {VALUES_LIMIT} values")
    try:
        value: JsonValue = json.loads(
            plain, object_pairs_hook=_once, parse_float=_finite, parse_int=_whole, parse_constant=_no_constant
        )
        _check(value)
    except RecursionError as error:
        raise JsonError(f"it is nested deeper than {DEPTH_LIMIT} levels", line_where(plain, _is_wrong)) from error
    except json.JSONDecodeError as error:
        told = f"it is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        raise JsonError(told, error.lineno) from error
    except JsonError as error:
        raise JsonError(str(error), line_where(plain, _is_wrong)) from error
    return value


def decoded(text: str | bytes) -> str:
    """Return the text that bytes mean; raises JsonError."""
    if len(text) > SIZE_LIMIT_BYTES:
        raise JsonError(f"it is larger than {SIZE_LIMIT_BYTES // 1024 // 1024} MB")
    try:
        if isinstance(text, bytes):
            coding = next((coding for mark, coding in _BYTE_ORDER_MARKS if text.startswith(mark)), "utf-8")
            return text.decode(coding)
        text.encode()
        return text
    except UnicodeError as error:
        raise JsonError("it is not a text in UTF-8") from error


def _once(pairs: Sequence[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    made: dict[str, JsonValue] = {}
    for name, value in pairs:
        if name in made:
            raise JsonError(f"it holds the key {name[:80]!r} twice in one place")
        made[name] = value
    return made


def _whole(digits: str) -> int:
    if len(digits) > DIGITS_LIMIT:
        raise JsonError(f"it holds a number too large to be one: {digits[:40]}")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise JsonError(f"it holds a number too large to be one: {digits[:40]}")
    return number


def _no_constant(name: str) -> NoReturn:
    raise JsonError(f"it holds {name}, which is no number")


def _check(value: JsonValue) -> None:
    """Look at every value once, without recursion: at most DEPTH_LIMIT deep, no half characters."""
    waiting: list[tuple[int, JsonValue]] = [(1, value)]
    while waiting:
        depth, here = waiting.pop()
        if depth > DEPTH_LIMIT:
            raise JsonError(f"it is nested deeper than {DEPTH_LIMIT} levels")
        if isinstance(here, dict):
            waiting += ((depth + 1, inner) for inner in here.values())
            waiting += ((depth, name) for name in here)
        elif isinstance(here, list):
            waiting += ((depth + 1, inner) for inner in here)
        elif isinstance(here, str) and not here.isascii():
            _check_text(here)


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise JsonError("it holds half a character (a lone surrogate)") from error


def _is_wrong(one: Written) -> bool:
    """Return whether this is what `read_json` refused."""
    if one.again or one.depth > DEPTH_LIMIT:
        return True
    try:
        if one.text not in {"{", "["}:
            json.loads(one.text, parse_float=_finite, parse_int=_whole, parse_constant=_no_constant).encode()
    except (AttributeError, RecursionError):
        return False  # a number or word that is right
    except ValueError:
        return True
    return False
