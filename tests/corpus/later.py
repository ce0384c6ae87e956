"""The folders windows and cli, whose inputs no driver can be given yet: counted, so that they are not forgotten."""

import json
from collections.abc import Iterator
from pathlib import Path

from tests.corpus.outcome import Outcome, Result
from tests.corpus.sheet import rows_of


def results(corpus: Path) -> Iterator[Result]:
    """Give the facts of windows/index.csv and the outputs of cli/index.csv, all without a driver."""
    for row in rows_of(corpus / "windows" / "index.csv"):
        for name, value in json.loads(row["facts_json"] or "{}").items():
            why = "outputs of Windows tools are read by replay-only parsers"
            yield Result("windows", row["file"], name, Outcome.NO_DRIVER, str(value), reason=why)
    for row in rows_of(corpus / "cli" / "index.csv"):
        yield Result("cli", row["raw_file"], row["command"], Outcome.NO_DRIVER, reason="has no answer sheet")
