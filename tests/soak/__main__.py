"""`make soak`: runs the property, mutation and pool tests again and again, and keeps the last result as a dated file.

SOAK_MINUTES says how long (default 60). Each round has another seed, which a failure can be repeated with.
"""

import importlib.util
import os
import platform
import random
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "docs" / "soak"
TARGETS = (
    "tests/properties",
    "tests/test_mutation.py",
    "tests/contract/pool",
    "tests/unit/logons",
    "tests/unit/rules",
    "tests/hostile/test_fuzz.py",
    "tests/hostile/test_plain_text.py",
)
CLOSING = re.compile(r"(\d+) (passed|failed|skipped|error|errors)\b")


def run_round(seed: int) -> tuple[dict[str, int], str]:
    """Return the counts by word and the whole output of one round."""
    targets = [target for target in TARGETS if (ROOT / target).exists()]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", f"--randomly-seed={seed}", *targets]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "HYPOTHESIS_PROFILE": "soak"},
        capture_output=True,
        text=True,
        check=False,
    )
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""
    counts = {word: int(number) for number, word in CLOSING.findall(last)}
    if done.returncode and not counts.get("failed"):
        counts["failed"] = counts.get("failed", 0) + 1
    return counts, done.stdout + done.stderr


def run_guided(name: str, seconds: int) -> tuple[dict[str, int], str]:
    """Return the same of one fuzz target under atheris, which leaves what it finds in tests/hostile/crashes."""
    command = [sys.executable, "-m", "tests.soak.coverage_guided", name, str(seconds)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
    return {"failed" if done.returncode else "passed": 1}, f"fuzz target {name}\n{done.stderr}"


def main() -> int:
    """Return 0 when no round failed; the result is written in either case."""
    minutes = float(os.environ.get("SOAK_MINUTES", "60"))
    ends_at_s = time.monotonic() + minutes * 60
    began_at = datetime.now(UTC)
    rounds: list[tuple[int, dict[str, int]]] = []
    failures: list[str] = []
    while not rounds or (time.monotonic() < ends_at_s and not failures):
        seed = random.SystemRandom().randrange(2**31)
        counts, output = run_round(seed)
        rounds.append((seed, counts))
        print(f"round {len(rounds)}, seed {seed}: {counts}", flush=True)
        if counts.get("failed") or counts.get("error") or counts.get("errors"):
            failures.append(output[-8_000:])
    guided: list[str] = []
    if importlib.util.find_spec("atheris"):
        from tests.hostile.fuzz import TARGETS as GUIDED

        for name in GUIDED:
            counts, output = run_guided(name, max(10, int(minutes)))  # a second a minute: 20 targets, a third more
            print(f"guided by coverage, {name}: {counts}", flush=True)
            guided.append(name)
            failures += [output[-8_000:]] if counts.get("failed") else []
    write_result(began_at, rounds, failures, guided)
    return 1 if failures else 0


def write_result(
    began_at: datetime, rounds: list[tuple[int, dict[str, int]]], failures: list[str], guided: list[str]
) -> None:
    """Write docs/soak/<day>.md: what ran, for how long, with which seeds, and what failed."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    minutes = (datetime.now(UTC) - began_at).total_seconds() / 60
    passed = sum(counts.get("passed", 0) for _, counts in rounds)
    lines = [
        f"# Soak of {began_at:%Y-%m-%d %H:%M} UTC",
        "",
        f"{len(rounds)} rounds in {minutes:.0f} minutes on Python {platform.python_version()}: {passed} tests passed, "
        f"{len(failures)} rounds failed. Repeat a round with `pytest --randomly-seed=SEED` and "
        "`HYPOTHESIS_PROFILE=soak`.",
        "",
        "| Seed | Result |",
        "|---|---|",
        *(f"| {seed} | {', '.join(f'{n} {word}' for word, n in counts.items())} |" for seed, counts in rounds),
        "",
        f"Guided by coverage (atheris): {', '.join(guided) or 'not installed, so not run'}.",
        "",
    ]
    for failure in failures:
        lines += ["```", failure.strip(), "```", ""]
    (RESULTS / f"{began_at:%Y-%m-%d}.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
