"""Prints the table of the corpus, and each wrong, missing or invented fact; `--write FILE` writes both as a page."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.corpus import cli, configs, nut, snmp, windows
from tests.corpus.disputed import apart
from tests.corpus.outcome import Outcome, Result, counts

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
LISTED = (Outcome.WRONG, Outcome.MISSING, Outcome.INVENTED)
HEAD = """\
# Coverage over the recorded devices

Written by `python -m tests.corpus --write docs/coverage.md` from the recordings beside the project. A fact is right
when it says the same as the sheet, or when the sheet quotes a filler or a sentinel and we say that it is not known.
The share is of the facts that are right, wrong, missing or invented. Apart from it stand the facts that are left open
on purpose, those in which we say that the sheet is at fault or asks for another thing, those that our facts have no
place for, and the outputs of commands that no driver asks. Each of them is listed below with its reason.

In the folder `cli` a fact is one field of one object, and whatever a driver tells beyond the sheet is invented.
"""
CHAPTERS = {
    "Wrong, missing, invented": LISTED,
    "Left open on purpose": (Outcome.LEFT_OPEN,),
    "Disputed: the sheet is at fault, or asks for another thing": (Outcome.DISPUTED,),
    "No place in the facts": (Outcome.NO_PLACE,),
    "No driver, or no driver asks": (Outcome.NO_DRIVER, Outcome.NO_SHEET),
}


def all_results(corpus: Path) -> list[Result]:
    """Return what became of every fact of every sheet."""
    return list(apart(result for folder in (snmp, nut, configs, windows, cli) for result in folder.results(corpus)))


def table(results: Iterable[Result]) -> list[str]:
    """Return the counts by folder as lines of a table; the share is of what a driver was asked for."""
    lines = ["| folder | " + " | ".join(Outcome) + " | share right |", "|---" * (len(Outcome) + 2) + "|"]
    listed = list(results)
    for folder, row in counts(listed).items():
        share = share_percent(result for result in listed if result.folder == folder)
        counted = " | ".join(str(row[outcome]) for outcome in Outcome)
        lines.append(f"| {folder} | {counted} | {'' if share is None else f'{share:.1f} %'} |")
    return lines


def share_percent(results: Iterable[Result]) -> float | None:
    """Return how many of the facts that a driver was asked for are right; None when none was asked for."""
    asked = [result.outcome for result in results if result.outcome in {Outcome.RIGHT, *LISTED}]
    return 100 * asked.count(Outcome.RIGHT) / len(asked) if asked else None


def listing(results: Iterable[Result], *outcomes: Outcome) -> list[str]:
    """Return the facts with these outcomes, a line each."""
    return [_line(result) for result in results if result.outcome in outcomes]


def _line(result: Result) -> str:
    what = f"- {result.outcome}: {result.folder}/{result.file}: {result.fact}"
    if result.outcome is Outcome.NO_SHEET:
        return f"{what} ({result.reason})"
    said = f": the sheet says {result.expected!r}, found {result.found!r:.80}"
    return what + said + (f" ({result.reason})" if result.reason else "")


def page(results: list[Result]) -> str:
    """Return the page docs/coverage.md."""
    parts = [HEAD, *table(results), ""]
    for title, outcomes in CHAPTERS.items():
        parts += [f"## {title}", "", *(listing(results, *outcomes) or ["None."]), ""]
    return "\n".join(parts)


def main() -> int:
    """Return 0 after printing the table, 2 when the recordings are not there."""
    parser = argparse.ArgumentParser(prog="python -m tests.corpus")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page of coverage there")
    parser.add_argument("--all", action="store_true", help="list what was left open or has no driver or place, too")
    chosen = parser.parse_args()
    if not CORPUS.is_dir():
        print(f"The recorded devices are not there: {CORPUS}", file=sys.stderr)
        return 2
    results = all_results(CORPUS)
    print("\n".join([*table(results), "", *listing(results, *(Outcome if chosen.all else LISTED))]))
    if chosen.write:
        chosen.write.write_text(page(results), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
