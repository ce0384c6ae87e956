"""`datumline library check`: reads a library, runs every case, and says what its author must mend."""

from pathlib import Path
from typing import Annotated

import typer

from collectors.facts.exit_codes import ExitCode
from rules.cases import run_case
from rules.cli.printing import say
from rules.library_at import SHIPPED
from rules.loader import survey
from rules.problems import Problem, ProblemKind, told

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def library() -> None:
    """Work on a library of standards."""


@app.command()
def check(
    directory: Annotated[Path | None, typer.Argument(metavar="DIR", help="the shipped library when left out")] = None,
) -> None:
    """Load every standard and run every case; exit 2 with file, line and standard where something is wrong."""
    standards, problems = survey(directory or SHIPPED)
    known = {(one.file, one.line, one.standard, one.text) for one in problems}
    results = [(one, run_case(one, number)) for one in standards for number in range(len(one.cases))]
    wrong = [
        Problem(one.file, result.line, one.id, ProblemKind.CASE, f"case {result.number + 1}: {result.problem}")
        for one, result in results
        if result.problem
    ]
    everything = sorted({*problems, *(w for w in wrong if (w.file, w.line, w.standard, w.text) not in known)})
    for line in told(everything):
        say(line)
    files = len({one.file for one in standards})
    print(f"{len(standards)} standards in {files} files, {len(results)} cases: {len(results) - len(wrong)} right.")
    if problems or wrong:
        say("The library's author must mend this, or name another directory.")
        raise typer.Exit(ExitCode.USAGE)
