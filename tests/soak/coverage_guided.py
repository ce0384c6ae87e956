"""`python -m tests.soak.coverage_guided TARGET [SECONDS]`: one fuzz target, guided by coverage (atheris).

An input that brings the target down is left in tests/hostile/crashes/TARGET, where the tests find it.
"""

import sys
import tempfile
from pathlib import Path

import atheris  # type: ignore[import-untyped, import-not-found, unused-ignore]


def main(name: str, seconds: str = "60") -> None:
    """Run one target; atheris ends the process by itself, with 0 where nothing was found."""
    with atheris.instrument_imports(include=["agent", "collectors", "rules"]):
        from tests.hostile.fuzz import CRASHES, SEEDS, TARGETS
    target = TARGETS[name]
    corpus = tempfile.mkdtemp(prefix="fuzz-")
    for number, seed in enumerate(SEEDS[target]()):
        Path(corpus, str(number)).write_bytes(seed)
    (CRASHES / name).mkdir(parents=True, exist_ok=True)
    options = [f"-max_total_time={seconds}", "-max_len=8192", "-timeout=20", f"-artifact_prefix={CRASHES / name}/"]

    def run(data: bytes) -> None:
        target(data)

    atheris.Setup([sys.argv[0], corpus, *options], run)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
