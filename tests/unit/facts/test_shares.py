"""Shares in percent: only of numbers that can be a part and its whole."""

import pytest

from collectors.facts.sections.storage import Volume


@pytest.mark.parametrize(
    ("free", "size", "percent"),
    [(20, 100, 20), (0, 100, 0), (100, 100, 100), (200, 100, None), (-1, 100, None), (1, 0, None), (None, 100, None)],
)
def test_a_part_larger_than_its_whole_is_no_share(free: int | None, size: int, percent: float | None) -> None:
    assert Volume(name="E:", free_bytes=free, size_bytes=size).free_percent == percent
