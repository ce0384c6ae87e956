"""How far reading a site is, on stderr: a bar in a terminal, else one line a device."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from collectors.pool.parent import Progress
from rules.cli.printing import say

Tell = Callable[[Progress], None]


@contextmanager
def shown_progress(accesses_count: int) -> Iterator[Tell]:
    """Give the function that is told what happens to each access."""
    if sys.stderr.isatty():
        with _bar(accesses_count) as tell:
            yield tell
    else:
        done = [0]
        yield lambda progress: _line(progress, done, accesses_count)


def _line(progress: Progress, done: list[int], accesses_count: int) -> None:
    access = progress.job.access
    if progress.word == "done":
        done[0] += 1
        say(f"[{done[0]}/{accesses_count}] {progress.job.name}: {access.transport} {access.address} done")
    elif progress.word == "again":
        say(f"{progress.job.name}: {access.transport} {access.address} is tried again alone")


@contextmanager
def _bar(accesses_count: int) -> Iterator[Tell]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("reading"),
        BarColumn(24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[now]}", markup=False),
    )
    running: dict[str, str] = {}
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=accesses_count, now="")

        def tell(progress: Progress) -> None:
            if progress.word == "done":
                running.pop(progress.job.id, None)
                bar.advance(task)
            else:
                running[progress.job.id] = f"{progress.job.name} ({progress.job.access.transport})"
            bar.update(task, now=", ".join(list(running.values())[:4]))

        yield tell
