"""The house loader for YAML: texts and decimal numbers, each with its line; nothing else is understood.

Plain YAML 1.1 reads `no` as a boolean, `12:30` as 750, `2026-01-01` as a day, and keeps the last of two equal keys in
silence. Here they are texts, and a second key, an alias, an anchor or a tag is refused.
"""

import re
from collections.abc import Iterator

import yaml

from collectors.facts.plain_text import first_hidden
from rules.problems import ProblemKind, Refused

MAX_CHARACTERS = 1_000_000  # one file; the largest of the library has about 40,000
MAX_DEPTH = 40
MAX_NODES = 200_000

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}")


class Map(dict[str, object]):
    """A mapping that knows its own line and the line of each key."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.key_lines: dict[str, int] = {}

    def line_of(self, key: str) -> int:
        """Return the line where the key stands, or the mapping's own."""
        return self.key_lines.get(key, self.line)


class Row(list[object]):
    """A list that knows its line."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


def parse(text: str) -> object:
    """Return the document as maps, lists, texts, whole numbers and decimals; raises Refused with the line."""
    if len(text) > MAX_CHARACTERS:
        raise _refused(f"the file is longer than {MAX_CHARACTERS} characters", 1)
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _refused("holds half a character (a lone surrogate)", 1)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        events = iter(list(_capped(yaml.parse(text, Loader=loader))))
        return _document(events)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise _refused(f"is not YAML: {getattr(error, 'problem', None) or error}", line) from error


def _capped(events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    depth = 0
    for number, event in enumerate(events):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if number > MAX_NODES:
            raise _refused("the file has too many parts", _line(event))
        if depth > MAX_DEPTH:  # looked at as it comes: to read deep brackets to their end takes the square of them
            raise _refused(f"is nested more than {MAX_DEPTH} deep", _line(event))
        yield event


def _document(events: Iterator[yaml.Event]) -> object:
    value: object = None
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _refused("a file holds one document", _line(event))
            value = _node(next(events), events)
    if documents == 0:
        raise _refused("the file is empty", 1)
    return value


def _node(event: yaml.Event, events: Iterator[yaml.Event]) -> object:
    line = _line(event)
    if isinstance(event, yaml.AliasEvent):
        raise _refused("an alias is not allowed: write the value out", line)
    if getattr(event, "anchor", None) is not None:
        raise _refused("an anchor is not allowed: write the value out", line)
    tag = getattr(event, "tag", None)
    if tag is not None:
        raise _refused(f"the tag {tag!r} is not allowed", line)
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event)
    if isinstance(event, yaml.SequenceStartEvent):
        return _row(line, events)
    return _map(line, events)


def _row(line: int, events: Iterator[yaml.Event]) -> Row:
    row = Row(line)
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        row.append(_node(event, events))
    return row


def _map(line: int, events: Iterator[yaml.Event]) -> Map:
    found = Map(line)
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        if not isinstance(event, yaml.ScalarEvent):
            raise _refused("a key is a text", _line(event))
        key = _visible(str(event.value), event)
        if event.tag is not None or event.anchor is not None or key == "<<":
            raise _refused(f"the key {key!r} is not a plain text", _line(event))
        if key in found:
            raise _refused(f"{key!r} stands twice", _line(event))
        found.key_lines[key] = _line(event)
        found[key] = _node(next(events), events)
    return found


def _scalar(event: yaml.ScalarEvent) -> object:
    text = _visible(str(event.value), event)
    if not event.implicit[0]:  # in quotation marks, or a block
        return text
    if not text:
        raise _refused("a value is missing", _line(event))
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text


def _visible(text: str, event: yaml.ScalarEvent) -> str:
    hidden = first_hidden(text)
    if hidden is not None:
        raise _refused(f"holds a letter that nobody sees ({hidden}): leave it out", _line(event))
    return text


def _line(event: yaml.Event) -> int:
    return 1 if event.start_mark is None else event.start_mark.line + 1


def _refused(text: str, line: int) -> Refused:
    return Refused(text, line, ProblemKind.TEXT)
