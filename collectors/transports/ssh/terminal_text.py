"""Terminal output as the text a person would see: escapes, carriage returns and backspaces carried out, not kept."""

import re

from collectors.errors import UnexpectedReply

# ECMA-48: CSI, OSC and the other strings, character sets, and short escapes. Strings are bounded and must be ended; no
# string begins inside another, or a row of beginnings without an end would be looked through from each one.
_STRING = re.compile(r"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9c-\x9f]{0,4096}(?:\x07|\x1b\\|\x9c)")
_TOKEN = re.compile(r"(?:\x1b\[|\x9b)([0-?]*)[ -/]*([@-~])|\x1b[ -/]*[0-~]?|([\r\b])|([^\x1b\x9b\r\b]+)|\x9b")
_NEXT_LINE = re.compile(r"\x1bE|\x85")
_LINE_END = re.compile(r"(?<!\r)\r*\n")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_ASCII_CONTROLS = bytes(code for code in range(0x80) if _CONTROLS.match(chr(code)))
_WIDTH_LIMIT = 4096
_WORK_LIMIT_COUNT = 300_000_000
"""Characters of a line times its escapes, over all lines: about so many are moved when they are carried out."""


def render(text: str) -> list[str]:
    """Return the lines that a terminal would show, the last one possibly unfinished; never empty.

    Raises UnexpectedReply for a text that is nearly all cursor movements.
    """
    text = text.replace("\r\n", "\n")
    if not _has_controls(text):  # as good as every reply
        return text.split("\n")
    text = _NEXT_LINE.sub("\n", _STRING.sub("", text))
    lines: list[str] = []
    work_count = 0
    for line in _LINE_END.split(text):
        if _CONTROLS.search(line):
            work_count += len(line) * (line.count("\x1b") + line.count("\x9b"))
            if work_count > _WORK_LIMIT_COUNT:
                raise UnexpectedReply("is not known: the reply moves about more than any screen bears")
            lines.extend(_draw(line))
        else:
            lines.append(line)
    return lines


def _has_controls(text: str) -> bool:
    if not text.isascii():
        return _CONTROLS.search(text) is not None
    octets = text.encode("ascii")  # several times as fast as the expression
    return len(octets.translate(None, _ASCII_CONTROLS)) < len(octets)


def plain(text: str) -> str:
    """Return a text without escapes and control characters, lines kept."""
    return "\n".join(render(text))


def _draw(line: str) -> list[str]:
    """Return what remains of one line after its carriage returns, backspaces and cursor movements."""
    done: list[str] = []
    cells: list[str] = []
    column = 0
    for token in _TOKEN.finditer(line):
        parameters, final, move, said = token.groups()
        if said is not None:
            said = _CONTROLS.sub("", said)
            if column > len(cells):
                cells.extend(" " * (column - len(cells)))
            cells[column : column + len(said)] = said
            column += len(said)
        elif move == "\r":
            column = 0
        elif move == "\b":
            column = max(0, column - 1)
        elif final is not None:
            numbers = [int(number[:5]) if number.isdecimal() else 0 for number in parameters.split(";")]
            if _begins_page(final, numbers) and cells:
                done.append("".join(cells).rstrip())
                cells, column = [], 0
            else:
                column = _moved(cells, column, final, numbers)
    return [*done, "".join(cells).rstrip()]


def _begins_page(final: str, numbers: list[int]) -> bool:
    home = final in "Hf" and numbers[0] <= 1 and (len(numbers) < 2 or numbers[1] <= 1)
    return home or (final == "J" and numbers[0] == 2)


def _moved(cells: list[str], column: int, final: str, numbers: list[int]) -> int:
    """Return the new column after a control sequence; erasing changes the cells."""
    step = max(1, numbers[0])
    match final:
        case "C":
            column += step
        case "D":
            column -= step
        case "G":
            column = step - 1
        case "H" | "f":
            column = (numbers[1] if len(numbers) > 1 else 1) - 1
        case "K" if numbers[0] == 0:
            del cells[column:]
        case "K" if numbers[0] == 1:
            cells[:column] = " " * min(column, len(cells))
        case "K":
            cells.clear()
        case "P":
            del cells[column : column + step]
        case _:
            pass
    return min(max(0, column), _WIDTH_LIMIT)
