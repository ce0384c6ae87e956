"""Every reader of what strangers send, over spoiled examples; and every input that once brought one down."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.hostile.fuzz import CRASHES, SEEDS, TARGETS, Target
from tests.hostile.spoiling import inputs

COUNT = 120  # examples of one target, a few seconds at most
FEW = frozenset({"rule_library", "facts_document"})  # the slow ones


def fuzzed(target: Target) -> Callable[[], None]:
    # The same inputs in each run of the tests; new ones are tried by `make soak`, where a find stops nobody.
    @settings(
        max_examples=COUNT // 4 if target.__name__ in FEW else COUNT,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=True,
    )
    @given(inputs(target))
    def run(data: bytes) -> None:
        assert target(data) in {True, False}  # read or refused, never brought down

    return run


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_brings_a_reader_down(name: str) -> None:
    fuzzed(TARGETS[name])()


@pytest.mark.parametrize("name", TARGETS)
def test_what_a_reader_is_for_is_read(name: str) -> None:
    read = [TARGETS[name](seed) for seed in SEEDS[TARGETS[name]]()]
    assert read[0], "a target that refuses its own sound example tries nothing but refusals"


@pytest.mark.parametrize("file", sorted(CRASHES.glob("*/*")), ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_once_brought_a_reader_down_does_so_no_more(file: Path) -> None:
    assert TARGETS[file.parent.name](file.read_bytes()) in {True, False}
