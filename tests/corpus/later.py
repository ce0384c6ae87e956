"""The folder cli, whose inputs no driver can be given yet: counted, so that they are not forgotten."""

import csv
from collections.abc import Iterator
from pathlib import Path

from tests.corpus.outcome import Outcome, Result


def results(corpus: Path) -> Iterator[Result]:
    """Give the outputs of cli/index.csv, all without a driver."""
    for row in csv.DictReader((corpus / "cli" / "index.csv").open(encoding="utf-8", newline="")):
        yield Result("cli", row["raw_file"], row["command"], Outcome.NO_DRIVER, reason="has no answer sheet")
