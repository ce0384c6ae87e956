"""A device that is slower than it was is asked less, and at its own pace again when it has recovered."""

from contextlib import closing
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from collectors import driver_index
from collectors.access import Access
from collectors.pace import LEAST_SHARE, PaceRecord, gentler, next_pace

ACCESS = Access(transport="ssh", address="192.0.2.7")


def test_a_slow_reading_halves_the_pace_and_a_usual_one_restores_it(tmp_path: Path) -> None:
    with closing(PaceRecord(tmp_path)) as record:
        assert record.share_of(ACCESS) == 1
        record.tell(ACCESS, 10)
        record.tell(ACCESS, 25)
        assert record.share_of(ACCESS) == 0.5
        record.tell(ACCESS, 19)  # ten seconds at half the pace take twenty
        assert record.share_of(ACCESS) == 1


def test_the_record_outlives_a_restart(tmp_path: Path) -> None:
    with closing(PaceRecord(tmp_path)) as record:
        record.tell(ACCESS, 10)
        record.tell(ACCESS, 60)
    with closing(PaceRecord(tmp_path)) as record:
        assert record.share_of(ACCESS) == 0.5
        assert record.share_of(ACCESS.model_copy(update={"port": 2222})) == 1


def test_short_readings_differ_by_chance() -> None:
    assert next_pace(4.9, 0.2, 1.0)[1] == 1


@given(st.lists(st.floats(0.01, 1000), min_size=1, max_size=30))
def test_the_share_stays_within_its_bounds(readings: list[float]) -> None:
    usual_s, share = readings[0], 1.0
    for took_s in readings:
        usual_s, share = next_pace(took_s, usual_s, share)
        assert LEAST_SHARE <= share <= 1


def test_a_gentler_driver_asks_the_same_questions_less_often() -> None:
    driver = driver_index.driver("apc_powernet")
    half = gentler(driver, 0.5)
    assert half.GENTLE.questions_per_s == driver.GENTLE.questions_per_s / 2
    assert half.GENTLE.repetitions_count == driver.GENTLE.repetitions_count // 2
    assert half.ASKS == driver.ASKS
    assert gentler(driver, 1.0) is driver
