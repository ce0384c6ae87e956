"""What a round of the soak runs: each fuzz target and each suite of properties in a process of its own."""

import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
CRASHES: Final = ROOT / "tests" / "hostile" / "crashes"
FUZZED_S: Final = 8
"""How long a fuzz target runs in a round."""
LATE_S: Final = 240
"""How much longer a target may take before it is ended, and has failed."""
FAULTS: Final = ("tests/e2e/test_kills.py", "tests/e2e/test_database_crashes.py")
FAULTS_LATE_S: Final = 1_800
"""Thirty kills take five minutes on two processors with five times as much to do."""
SUITES: Final = (
    *FAULTS,
    "tests/contract/server/test_several_nodes.py",
    "tests/properties/test_recordings_mutated.py",  # the longest first: two targets run at a time
    "tests/contract/pool",
    "tests/test_mutation.py",
    "tests/properties/test_facts_documents.py",
    "tests/properties/test_facts_identity.py",
    "tests/properties/test_facts_merging.py",
    "tests/properties/test_facts_words.py",
    "tests/properties/test_rollup_laws.py",
    "tests/properties/test_rules_at_once.py",
    "tests/properties/test_rules_less_knowledge.py",
    "tests/properties/test_rules_time.py",
    "tests/properties/test_engines_same_facts.py",
    "tests/unit/logons",
    "tests/unit/rules",
    "tests/unit/lifecycle",
    "tests/hostile/test_plain_text.py",
    "tests/web/api/test_schema.py",
    "tests/web/browser",
)
_EXAMPLES: Final = re.compile(r"^examples: (\d+)|- (\d+) passing|^stat::number_of_executed_units: *(\d+)", re.MULTILINE)
KEPT: Final = 4_000
"""Characters of what a failed target said that the result shows: its end."""
REASON: Final = 600
"""Characters of a failed test's message that stand before it."""


@dataclass(frozen=True)
class Outcome:
    """One run of a target: by what, with which seed, how many tests and examples, and what failed."""

    target: str
    by: str
    seed: int
    tests_count: int
    examples_count: int
    wall_s: float
    failures: Mapping[str, str]
    """What was said, by the name of the test; for a fuzz target by the crash file."""


def fuzz_by(round_number: int) -> str:
    """Return what the fuzz targets of a round run under: by turns hypothesis and, where it is installed, atheris."""
    guided = round_number % 2 == 0 and importlib.util.find_spec("atheris")
    return f"atheris {version('atheris')}" if guided else _hypothesis()


def fuzzed(name: str, seed: int, by: str) -> Outcome:
    """Return how a fuzz target did; what brought it down is a file among the crashes."""
    module = "tests.soak.guided" if by.startswith("atheris") else "tests.soak.spoiled"
    began_s = time.monotonic()
    before = set(CRASHES.glob(f"{name}/*"))
    code, said = _run([sys.executable, "-m", module, name, str(FUZZED_S), str(seed)], seed, FUZZED_S + LATE_S)
    new = sorted(str(file.relative_to(ROOT)) for file in set(CRASHES.glob(f"{name}/*")) - before)
    failures = dict.fromkeys(new or ["no input was kept"], said[-KEPT:]) if code else {}
    return Outcome(f"fuzz: {name}", by, seed, 1, _examples(said), time.monotonic() - began_s, failures)


def suite(path: str, seed: int) -> Outcome:
    """Return how the tests of a file or folder did, with the examples of its properties."""
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        options = [f"--randomly-seed={seed}", f"--hypothesis-seed={seed}", "--hypothesis-show-statistics"]
        command = [sys.executable, "-m", "pytest", "-q", *options, f"--junitxml={report}", path]
        code, said = _run(command, seed, FAULTS_LATE_S if path in FAULTS else 2 * LATE_S)
        cases = list(ET.parse(report).iter("testcase")) if report.is_file() else []  # noqa: S314 - pytest wrote it
    failures = {
        f"{case.get('classname')}::{case.get('name')}": said_of(problem)
        for case in cases
        for problem in case
        if problem.tag in {"failure", "error"}
    }
    if code and not failures:
        failures = {path: said[-KEPT:]}
    ran = sum(not any(part.tag == "skipped" for part in case) for case in cases)
    return Outcome(path, f"pytest, {_hypothesis()}", seed, ran, _examples(said), time.monotonic() - began_s, failures)


def said_of(problem: ET.Element) -> str:
    """Return the beginning of a failure's message, where the reason stands, and the end of all that was told of it."""
    message, told = problem.get("message", ""), problem.text or ""
    return told if len(told) <= KEPT else f"{message[:REASON]}\n...\n{told[-KEPT:]}"


def _hypothesis() -> str:
    return f"hypothesis {version('hypothesis')}"


def _examples(said: str) -> int:
    return sum(int(number) for found in _EXAMPLES.findall(said) for number in found if number)


def _run(command: list[str], seed: int, limit_s: float) -> tuple[int, str]:
    """Return the exit code and all that was said; a process that does not end in time is ended, and told as failed."""
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "soak", "SOAK_SEED": str(seed)}
    began_s = time.monotonic()
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT) as process:
            try:
                code = process.wait(limit_s)
            except subprocess.TimeoutExpired:
                process.kill()
                code = 1
        said.seek(0)
        text = said.read().decode(errors="replace")
    late = (
        f"\nended after {time.monotonic() - began_s:.0f} s\n" if code and time.monotonic() - began_s > limit_s else ""
    )
    return code, text + late
