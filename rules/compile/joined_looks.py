"""Joins and conditions over a whole list at once, by the same logic of what is not known as the closures."""

from rules.compile.columns import Table
from rules.compile.context import Compiling
from rules.compile.env import Env
from rules.compile.looks import Look, Masks, compared
from rules.grammar.sentences import Compare, Joined, Not, Sentence


def look_for(sentence: Sentence, compiling: Compiling) -> Look | None:
    """Return how a sentence about an object looks at a whole list; None for one that cannot."""
    match sentence:
        case Compare():
            return compared(sentence, compiling)
        case Not():
            part = look_for(sentence.part, compiling)
            return None if part is None else _not(part)
        case Joined():
            parts = tuple(part for one in sentence.parts if (part := look_for(one, compiling)) is not None)
            if len(parts) < len(sentence.parts):
                return None
            return _any_of(parts) if sentence.word == "any_of" else _all_of(parts)
        case _:
            return None


def counted(where: Sentence | None, leaving_out: Sentence | None, compiling: Compiling) -> Look | None:
    """Return how a whole list is asked which objects count; None where that cannot be asked."""
    holds = None if where is None else look_for(where, compiling)
    out = None if leaving_out is None else look_for(leaving_out, compiling)
    if (holds is None) is not (where is None) or (out is None) is not (leaving_out is None):
        return None
    if out is None:
        return _all if holds is None else holds

    def look(table: Table, env: Env, asked: int) -> Masks:
        yes, unknown = (asked, 0) if holds is None else holds(table, env, asked)
        still = asked & (yes | unknown)
        left_out, perhaps = out(table, env, still) if still else (0, 0)
        stays = still & ~(left_out | perhaps)
        return yes & stays, unknown & stays | perhaps & still

    return look


def _all(_table: Table, _env: Env, asked: int) -> Masks:
    return asked, 0


def _not(part: Look) -> Look:
    def look(table: Table, env: Env, asked: int) -> Masks:
        yes, unknown = part(table, env, asked)
        return asked & ~(yes | unknown), unknown

    return look


def _all_of(parts: tuple[Look, ...]) -> Look:
    """Return all_of: an object that failed is not asked again."""

    def look(table: Table, env: Env, asked: int) -> Masks:
        doubtful = 0
        for part in parts:
            yes, unknown = part(table, env, asked)
            doubtful |= unknown
            asked &= yes | unknown
            if not asked:
                break
        return asked & ~doubtful, asked & doubtful

    return look


def _any_of(parts: tuple[Look, ...]) -> Look:
    """Return any_of: an object that passed is not asked again."""

    def look(table: Table, env: Env, asked: int) -> Masks:
        passed = doubtful = 0
        for part in parts:
            yes, unknown = part(table, env, asked)
            passed |= asked & yes
            doubtful |= unknown
            asked &= ~yes
            if not asked:
                break
        return passed, asked & doubtful

    return look
