"""Quantities as people write them."""

from datetime import date

import pytest

from rules.quantities import Months, Unit, in_unit_of, months_from, quantity


@pytest.mark.parametrize(
    ("written", "unit", "amount"),
    [
        ("20 %", Unit.PERCENT, 20),
        ("0.1 %", Unit.PERCENT, 0.1),
        ("10 minutes", Unit.SECONDS, 600),
        ("1 minute", Unit.SECONDS, 60),
        ("60 ms", Unit.SECONDS, 0.06),
        ("15 GB", Unit.BYTES, 15 * 1024**3),
        ("12 months", Unit.SECONDS, Months(12)),
        ("5 years", Unit.SECONDS, Months(60)),
        ("1 Gbit/s", Unit.BPS, 10**9),
        ("27 °C", Unit.CELSIUS, 27),
        ("230 V", Unit.VOLTS, 230),
        (14, Unit.COUNT, 14),
    ],
)
def test_a_quantity_is_read_in_its_base_unit(written: str | int, unit: Unit, amount: object) -> None:
    found = quantity(written)
    assert (found.unit, found.amount) == (unit, amount)


@pytest.mark.parametrize(
    "written", ["20", "%", "10 Minutes", "1e5 %", "10 minutess", "12:30", "007 GB", "1.5 months", ""]
)
def test_what_is_no_quantity_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"quantity|unit|whole"):
        quantity(written)


def test_a_month_before_the_last_day_of_march_is_the_last_day_of_february() -> None:
    assert months_from(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert months_from(date(2024, 3, 31), -1) == date(2024, 2, 29)


def test_months_stop_at_the_ends_of_the_calendar() -> None:
    assert months_from(date.max, 1) == date.max
    assert months_from(date.min, -1) == date.min


def test_a_bare_number_takes_the_unit_of_the_pattern() -> None:
    assert in_unit_of(15, quantity("20 %")) == "15 %"
    assert in_unit_of(30, quantity("12 months")) == "30 months"
    assert in_unit_of(3, quantity(14)) == "3"
