"""Replies by which command lines say that they do not know a command or do not allow it."""

import re
from collections.abc import Iterable
from itertools import islice

from collectors.facts.gaps import Gap, GapReason

_LINES_LIMIT = 8
"""A refusal is short. A longer text is an output, whatever words stand in it."""
_UNKNOWN = re.compile(
    r"""(?ix) ^ (?: \^ \s* )? (?: error \s* : \s* )? (?:
      %+ \s* (?: error \s* : \s* )? (?: invalid | incomplete | ambiguous | unknown | unrecognized | bad \s | wrong
        | cannot \s find | too \s many | command \s (?: rejected | not \s found ) | type \s help | not \s supported )
    | invalid \s+ (?: input | command | syntax | parameter | argument | keyword )
    | unknown \s+ (?: action | command | keyword )
    | unrecognized \s+ command | incomplete \s+ (?: input | command ) | ambiguous \s+ (?: input | command )
    | command \s+ (?: fail | parse \s error | not \s found | is \s not \s supported | rejected | unknown )
    | syntax \s error | bad \s command | expected \s (?: end \s of \s )? command | no \s such \s command
    | wrong \s parameter
    | clinfr\d+ | available \s commands | input \s does \s not \s match | too \s many \s parameters
    | [\w./-]+ : \s (?: command \s )? not \s found \b
    )""",
)
_DENIED = re.compile(
    r"""(?ix) ^ (?: %+ | error | \^ )? \W* (?:
      (?: command \s+ )? authori[sz]ation \s+ (?: failed | denied ) | (?: access | permission ) \s+ (?: is \s+ )? denied
    | (?: you \s (?: do \s not \s have | have \s no | are \s not ) | user \s .{0,40} \s has \s no ) \s .{0,40}
        (?: permission | privilege | authori[sz] | rights )
    | (?: insufficient | not \s enough | inadequate ) \s .{0,20} (?: privilege | permission | rights | authority )
    | not \s authori[sz]ed | unauthori[sz]ed | permission \s denied | privilege \s level
    | this \s command \s (?: requires | needs ) .{0,30} (?: privilege | permission | admin )
    )""",
)


def refusal_in(reply: str, errors: Iterable[str] = ()) -> Gap | None:
    """Return the gap when a reply is a command line's refusal, else None; `errors` are a driver's own expressions."""
    stripped = (line.strip() for line in reply.splitlines())
    lines = list(islice(filter(None, stripped), _LINES_LIMIT + 1))
    if not lines or len(lines) > _LINES_LIMIT:
        return None
    own = [re.compile(expression, re.IGNORECASE) for expression in errors]
    for line in lines:
        said = quoted(line)
        if _DENIED.search(line[:300]):
            return Gap(reason=GapReason.ACCESS_DENIED, text=f"is not shown to this account ({said})")
        if _UNKNOWN.search(line[:300]) or any(expression.search(line[:300]) for expression in own):
            return Gap(reason=GapReason.UNSUPPORTED, text=f"is not known to the device's command line ({said})")
    return None


def quoted(line: str) -> str:
    """Return a device's words for a sentence: printable, at most 100 characters, in quotation marks."""
    bare = " ".join("".join(letter if letter.isprintable() else " " for letter in line).split())
    return f"“{bare[:100]}”"
