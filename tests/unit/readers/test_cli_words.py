"""Words of switches' and routers' command lines."""

import pytest

from collectors.errors import UnexpectedReply
from collectors.readers.outputs.cli_words import (
    address_of,
    day_of,
    duplex_of,
    kind_of,
    limited_to,
    speed_bps,
    uptime_s,
    vlan_numbers,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1 year, 2 weeks, 3 days, 4 hours, 5 minutes", 365 * 86_400 + 17 * 86_400 + 4 * 3_600 + 300),
        ("11 day(s), 01 hour(s), 57 minute(s), 02 second(s)", 11 * 86_400 + 3_600 + 57 * 60 + 2),
        ("70,03:16:47", 70 * 86_400 + 3 * 3_600 + 16 * 60 + 47),
        ("454d 7h 42m", 454 * 86_400 + 7 * 3_600 + 42 * 60),
        ("26w3d 17:59", 185 * 86_400 + 17 * 3_600 + 59 * 60),
        ("3 days, 01h:05m:30s", 3 * 86_400 + 3_930),
        ("2 weeks, 22 hours under a minute", 14 * 86_400 + 22 * 3_600),
        ("since yesterday", None),
        ("999999 days", None),
    ],
)
def test_a_time_of_running_is_read_in_the_words_of_each_platform(text: str, seconds: int | None) -> None:
    assert uptime_s(text) == seconds


@pytest.mark.parametrize(
    ("word", "bps"),
    [("10G", 10**10), ("a-1000", 10**9), ("100FDx", 10**8), ("10GigFD", 10**10), ("2500FDx*", 2_500_000_000),
     ("1G(a)", 10**9), ("auto", None), ("0 Mb/s", None), ("--", None)],
)  # fmt: skip
def test_a_speed_is_read_with_and_without_its_unit(word: str, bps: int | None) -> None:
    assert speed_bps(word) == bps


@pytest.mark.parametrize(
    ("word", "duplex"), [("a-full", "full"), ("10HDx", "half"), ("F(a)", "full"), ("auto", None), ("1000", None)]
)
def test_a_duplex_is_read_in_the_words_of_each_platform(word: str, duplex: str | None) -> None:
    assert duplex_of(word) == duplex


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Gi1/0/1", "ethernet"), ("Twe1/0/1", "ethernet"), ("A1", "ethernet"), ("1/1/1", "ethernet"), ("Po1", "lag"),
     ("ae0", "lag"), ("Vlan10", "vlan"), ("irb.10", "vlan"), ("lo0", "loopback"), ("Tunnel1", "other"),
     ("st0", "other")],
)  # fmt: skip
def test_an_interface_is_known_by_its_name(name: str, kind: str) -> None:
    assert kind_of(name) == kind


def test_a_list_of_vlans_holds_ranges() -> None:
    assert vlan_numbers("1,10-12 20 to 21") == {1, 10, 11, 12, 20, 21}


def test_what_is_no_list_of_vlans_is_no_list() -> None:
    with pytest.raises(UnexpectedReply):
        vlan_numbers("all")


def test_an_address_of_one_repeated_digit_is_none() -> None:
    assert (address_of("ffff.ffff.ffff"), address_of("0011.2233.4455")) == (None, "00:11:22:33:44:55")


def test_a_month_without_a_name_is_no_day() -> None:
    with pytest.raises(UnexpectedReply):
        day_of("31", "Foo", "2026")


def test_one_community_without_a_limit_opens_all() -> None:
    assert limited_to(["10", "12", "10"]) == ("10", "12")
    assert limited_to(["10", None]) == ()
