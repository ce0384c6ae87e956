"""Days and moments, worked out by hand from the texts and octets."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from collectors.errors import UnexpectedReply
from collectors.readers import dates

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("04/30/25", date(2025, 4, 30)),
        ("01/10/2022", date(2022, 1, 10)),
        ("10-05-2022", date(2022, 10, 5)),
        ("1/2/99", date(1999, 1, 2)),
        ("12/31/79", date(2079, 12, 31)),
        ("12/31/80", date(1980, 12, 31)),
        (" 02/29/2024 ", date(2024, 2, 29)),
        ("", None),
        (None, None),
        ("Unknown", None),
        ("<private>", None),
    ],
)
def test_a_month_first_text_is_that_day(text: str | None, day: date | None) -> None:
    assert dates.month_first(text) == day


@pytest.mark.parametrize("text", ["30/04/25", "02/29/2023", "04/30-25", "2025", "yesterday", "04/30/025", "٠٤/٣٠/٢٥"])
def test_a_text_that_is_no_month_first_day_is_never_turned_round(text: str) -> None:
    with pytest.raises(UnexpectedReply):
        dates.month_first(text)


@pytest.mark.parametrize("text", ["2019/05/12", "2019-05-12", "2019.5.12", "20190512", "05/12/19", "05/12/2019"])
def test_a_day_may_be_written_year_first_or_month_first(text: str) -> None:
    assert dates.year_or_month_first(text) == date(2019, 5, 12)


def test_a_year_first_text_that_is_no_day_is_an_unexpected_reply() -> None:
    with pytest.raises(UnexpectedReply):
        dates.year_or_month_first("2019/13/12")


def test_a_day_begins_at_midnight_in_utc() -> None:
    assert dates.at_midnight(date(2025, 4, 30)) == datetime(2025, 4, 30, 0, 0, tzinfo=UTC)
    assert dates.at_midnight(None) is None


def test_the_example_of_rfc_2579_is_read() -> None:
    # "Tuesday May 26, 1992 at 1:30:15 PM EDT would be displayed as 1992-5-26,13:30:15.0,-4:0"
    octets = bytes((0x07, 0xC8, 5, 26, 13, 30, 15, 0, ord("-"), 4, 0))
    assert dates.date_and_time(octets) == datetime(1992, 5, 26, 17, 30, 15, tzinfo=UTC)


def test_eight_octets_are_local_time_and_need_a_zone() -> None:
    octets = bytes((0x07, 0xEA, 11, 21, 8, 0, 0, 0))  # 0x07EA = 2026
    assert dates.date_and_time(octets, timezone(timedelta(hours=1))) == datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
    with pytest.raises(UnexpectedReply):
        dates.date_and_time(octets)


def test_the_zero_date_is_never_and_a_leap_second_is_its_minutes_end() -> None:
    assert dates.date_and_time(bytes(8)) is None
    octets = bytes((0x07, 0xE0, 12, 31, 23, 59, 60, 0, ord("+"), 0, 0))
    assert dates.date_and_time(octets) == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        bytes(7),
        bytes(12),
        bytes((0x07, 0xEA, 13, 1, 0, 0, 0, 0, ord("+"), 0, 0)),
        bytes((0x07, 0xEA, 2, 30, 0, 0, 0, 0, ord("+"), 0, 0)),
        bytes((0x07, 0xEA, 1, 1, 0, 0, 0, 0, ord("x"), 0, 0)),
        bytes((0x07, 0xEA, 1, 1, 0, 0, 0, 0, ord("+"), 99, 0)),
        bytes((0xFF, 0xFF, 1, 1, 0, 0, 0, 0, ord("+"), 0, 0)),
        bytes((0, 1, 1, 1, 0, 0, 0, 0, ord("+"), 14, 0)),  # before the first day of the calendar in UTC
    ],
)
def test_octets_that_are_no_date_are_an_unexpected_reply(octets: bytes) -> None:
    with pytest.raises(UnexpectedReply):
        dates.date_and_time(octets)


def test_ticks_become_a_moment_to_the_nearest_minute() -> None:
    assert dates.ticks_ago(2_900, NOON) == datetime(2026, 11, 21, 12, 0, tzinfo=UTC)  # 29 s
    assert dates.ticks_ago(3_100, NOON) == datetime(2026, 11, 21, 11, 59, tzinfo=UTC)  # 31 s
    assert dates.ticks_ago(8_640_000, NOON) == datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # a day


def test_an_age_beyond_the_calendar_is_an_unexpected_reply() -> None:
    with pytest.raises(UnexpectedReply):
        dates.ago(1e13, NOON)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("25/12/2024", date(2024, 12, 25)),
        ("12/25/2024", date(2024, 12, 25)),
        ("2019-05-12", date(2019, 5, 12)),
        ("03-Apr-2021", date(2021, 4, 3)),
        ("04/04/2021", date(2021, 4, 4)),
        ("", None),
    ],
)
def test_a_free_text_is_a_day_where_it_can_be_one_day_alone(text: str, day: date | None) -> None:
    assert dates.free_text(text) == day


@pytest.mark.parametrize("text", ["03/04/2021", "3.4.21", "31/02/2024", "03-Xyz-2021", "soon"])
def test_a_free_text_that_can_be_two_days_or_none_is_refused(text: str) -> None:
    with pytest.raises(UnexpectedReply):
        dates.free_text(text)
