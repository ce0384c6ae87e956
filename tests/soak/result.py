"""The dated result of a soak: the machine, how long, each target with its runs, examples and failures."""

import os
import platform
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from tests.soak.targets import ROOT, Outcome

RESULTS: Final = ROOT / "docs" / "soak"


def write(began_at: datetime, ended_at: datetime, rounds: Sequence[Sequence[Outcome]]) -> Path:
    """Write docs/soak/<day>-<time>.md and return its path."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    file = RESULTS / f"{began_at:%Y-%m-%d-%H%M}.md"
    file.write_text(text_of(began_at, ended_at, rounds), encoding="utf-8")
    return file


def text_of(began_at: datetime, ended_at: datetime, rounds: Sequence[Sequence[Outcome]]) -> str:
    """Return the result as Markdown."""
    every = [outcome for outcomes in rounds for outcome in outcomes]
    failed = [outcome for outcome in every if outcome.failures]
    tests_count, examples_count = sum(one.tests_count for one in every), sum(one.examples_count for one in every)
    minutes = (ended_at - began_at).total_seconds() / 60
    lines = [
        f"# Soak of {began_at:%Y-%m-%d %H:%M} UTC",
        "",
        f"{minutes:.0f} minutes, {_many(len(rounds), 'round')}, {tests_count:,} tests and {examples_count:,} examples; "
        f"{_many(len({one.target for one in failed}), 'target')} failed.",
        "",
        f"Machine: {platform.system()} {platform.machine()}, {os.cpu_count()} processors, Python "
        f"{platform.python_version()}. Seeds of the rounds: {', '.join(str(one[0].seed) for one in rounds if one)}.",
        "",
        "| Target | Under | Runs | Seconds | Tests | Examples | Failed |",
        "|---|---|---|---|---|---|---|",
        *(_row(target, every) for target in dict.fromkeys(one.target for one in every)),
        "",
        "A fuzz target again: `python -m tests.soak.spoiled NAME SECONDS SEED`; a suite: `HYPOTHESIS_PROFILE=soak "
        "SOAK_SEED=SEED pytest --randomly-seed=SEED --hypothesis-seed=SEED PATH`.",
        "",
    ]
    for outcome in failed:
        for name, said in outcome.failures.items():
            lines += [f"## {outcome.target}: {name}", "", f"Seed {outcome.seed}.", "", "```", _plain(said), "```", ""]
    return "\n".join(lines)


def _row(target: str, every: Sequence[Outcome]) -> str:
    runs = [one for one in every if one.target == target]
    tests = sum(one.tests_count for one in runs)
    examples = sum(one.examples_count for one in runs)
    failed = sum(bool(one.failures) for one in runs)
    seconds = sum(one.wall_s for one in runs)
    under = ", ".join(dict.fromkeys(one.by for one in runs))
    return f"| {target} | {under} | {len(runs)} | {seconds:.0f} | {tests:,} | {examples:,} | {failed} |"


def _plain(said: str) -> str:
    """Return what was said as ASCII without what steers a terminal, and without the places of this machine."""
    for place, name in ((str(ROOT), "."), (sys.prefix, ".venv"), (sys.base_prefix, "python"), ("`" * 3, "'" * 3)):
        said = said.replace(place, name)
    plain = said.strip().encode("ascii", "backslashreplace").decode()
    return "".join(letter if letter.isprintable() or letter == "\n" else repr(letter)[1:-1] for letter in plain)


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
