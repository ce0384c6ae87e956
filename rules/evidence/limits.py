"""Limits in words: 'must be at least 20 %', and '(limit: at least 20 %)' beside a yes."""

from rules.compile.lines import Want
from rules.grammar.sentences import Comparison

_MUST = {
    Comparison.IS: "must be {w}",
    Comparison.IS_NOT: "must not be {w}",
    Comparison.ONE_OF: "must be one of {w}",
    Comparison.AT_LEAST: "must be at least {w}",
    Comparison.AT_MOST: "must be at most {w}",
    Comparison.BELOW: "must be below {w}",
    Comparison.BETWEEN: "must be between {w}",
    Comparison.AGE_AT_MOST: "must be at most {w} ago",
    Comparison.AGE_OVER: "must be more than {w} ago",
    Comparison.LEFT_AT_LEAST: "must have at least {w} left",
    Comparison.ONLY: "must hold nothing but {w}",
    Comparison.INCLUDES: "must include {w}",
    Comparison.EXCLUDES: "must hold none of {w}",
    Comparison.INSIDE: "must lie inside {w}",
}
SHOWN = 6  # texts of a list before "and N more"


def must(comparison: Comparison, want: Want, *, negated: bool = False) -> str:
    """Return what a value must be: 'must be at least 20 %'."""
    if comparison is Comparison.EMPTY:
        text = "must be empty" if want.shown == "yes" else "must not be empty"
    elif comparison is Comparison.LEFT_AT_LEAST and str(want.shown).startswith("0 "):
        text = "must lie ahead"
    else:
        text = _MUST[comparison].format(w=written(want.shown, pair=comparison is Comparison.BETWEEN))
    if not negated:
        return text
    return text.replace("must not ", "must ") if text.startswith("must not ") else text.replace("must ", "must not ", 1)


def limit(comparison: Comparison, want: Want, *, negated: bool = False) -> str:
    """Return the limit that a value keeps: '(limit: at least 20 %)'."""
    text = must(comparison, want, negated=negated).removeprefix("must ")
    for verb in ("be ", "have ", "lie ", "hold "):
        text = text.removeprefix(verb)
    return f"(limit: {text})"


def written(shown: object, *, pair: bool = False) -> str:
    """Return a right side as it is written: a list in a row, an interval as 'low and high'."""
    if isinstance(shown, tuple):
        texts = [str(one) for one in shown]
        if pair:
            return " and ".join(texts)
        more = f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
        return ", ".join(text or "no text" for text in texts[:SHOWN]) + more if texts else "nothing"
    return str(shown)
