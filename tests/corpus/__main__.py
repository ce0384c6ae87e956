"""Prints the table of the corpus, and each wrong, missing or invented fact; `--write FILE` writes both as a page."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.corpus import configs, later, nut, snmp, windows
from tests.corpus.outcome import Outcome, Result, counts

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
LISTED = (Outcome.WRONG, Outcome.MISSING, Outcome.INVENTED)
HEAD = """\
# Coverage over the recorded devices

Written by `python -m tests.corpus --write docs/coverage.md` from the recordings beside the project. A fact is right
when it says the same as the sheet, or when the sheet quotes a filler or a sentinel and we say that it is not known.
Facts of devices that no driver is for yet are counted apart.
"""


def all_results(corpus: Path) -> list[Result]:
    """Return what became of every fact of every sheet."""
    return [result for folder in (snmp, nut, configs, windows, later) for result in folder.results(corpus)]


def table(results: Iterable[Result]) -> list[str]:
    """Return the counts by folder as lines of a table; the share is of what a driver was asked for."""
    lines = ["| folder | " + " | ".join(Outcome) + " | share right |", "|---" * (len(Outcome) + 2) + "|"]
    for folder, row in counts(results).items():
        asked = sum(row[outcome] for outcome in (Outcome.RIGHT, *LISTED))
        share = f"{100 * row[Outcome.RIGHT] / asked:.1f} %" if asked else ""
        lines.append(f"| {folder} | " + " | ".join(str(row[outcome]) for outcome in Outcome) + f" | {share} |")
    return lines


def listing(results: Iterable[Result], *outcomes: Outcome) -> list[str]:
    """Return the facts with these outcomes, a line each."""
    return [
        f"- {result.outcome}: {result.folder}/{result.file}: {result.fact}: "
        f"the sheet says {result.expected!r}, found {result.found!r:.80}"
        + (f" ({result.reason})" if result.reason else "")
        for result in results
        if result.outcome in outcomes
    ]


def page(results: list[Result]) -> str:
    """Return the page docs/coverage.md."""
    parts = [HEAD, *table(results), "", "## Wrong, missing, invented", "", *listing(results, *LISTED), ""]
    parts += ["## Left open on purpose", "", *listing(results, Outcome.LEFT_OPEN), ""]
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
