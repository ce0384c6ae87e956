"""`python -m tests.soak.guided TARGET SECONDS SEED`: one fuzz target, guided by coverage (atheris).

An input that brings the target down is left in tests/hostile/crashes/TARGET, where the tests find it.
"""

import sys
import tempfile
from pathlib import Path

import atheris  # type: ignore[import-untyped, import-not-found, unused-ignore]


def main(name: str, seconds: str, seed: str) -> None:
    """Run one target; atheris ends the process by itself, with 0 where nothing was found."""
    with atheris.instrument_imports(include=["agent", "collectors", "rules"]):
        from tests.hostile.fuzz import CRASHES, SEEDS, TARGETS
    target = TARGETS[name]
    corpus = tempfile.mkdtemp(prefix="fuzz-")
    for number, begin in enumerate(SEEDS[target]()):
        Path(corpus, str(number)).write_bytes(begin)
    (CRASHES / name).mkdir(parents=True, exist_ok=True)
    options = [f"-max_total_time={seconds}", f"-seed={seed}", "-max_len=8192", "-timeout=20", "-print_final_stats=1"]

    def run(data: bytes) -> None:
        target(data)

    atheris.Setup([sys.argv[0], corpus, *options, f"-artifact_prefix={CRASHES / name}/"], run)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
