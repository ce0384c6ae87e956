"""The NEWER WAITING and SUPPORTED questions, and the recommendation that follows."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.lifecycle.advice import advice
from rules.lifecycle.age import firmware_age
from rules.lifecycle.known import Question
from rules.lifecycle.newer import newer_waiting
from rules.lifecycle.support import supported
from tests.unit.lifecycle.tables import TODAY, catalogue

FRESH = date(2026, 9, 1)  # ten days after the catalogue's day
STALE = date(2026, 12, 21)  # 121 days after it


def test_a_newer_hotfix_waits_since_the_first_one_came_out() -> None:
    answer = newer_waiting("pan-os", "10.1.14-h16", TODAY, catalogue())
    assert (answer.waiting, answer.release, answer.as_of_on) == (True, "10.1.14-h20", date(2026, 8, 22))


def test_an_old_catalogue_still_proves_that_one_waits() -> None:
    assert newer_waiting("pan-os", "10.1.14-h16", date(2029, 1, 1), catalogue()).waiting is True


def test_the_newest_release_is_clean_by_a_fresh_catalogue() -> None:
    assert newer_waiting("pan-os", "10.1.14-h20", FRESH, catalogue()).waiting is False


def test_a_catalogue_of_91_days_does_not_rule_a_newer_one_out() -> None:
    answer = newer_waiting("pan-os", "10.1.14-h20", TODAY, catalogue())
    assert (answer.waiting, answer.reason_code) == (None, "CATALOGUE_TOO_OLD")


def test_the_last_hotfix_of_an_older_maintenance_release_is_not_behind() -> None:
    assert newer_waiting("pan-os", "11.1.13-h11", FRESH, catalogue()).waiting is False


def test_releases_after_the_day_of_the_question_do_not_wait() -> None:
    assert newer_waiting("opnsense", "26.7.1", date(2026, 8, 1), catalogue()).waiting is not True


def test_another_branch_of_sql_server_does_not_wait() -> None:
    answer = newer_waiting("mssqlserver", "14.0.2052.1", TODAY, catalogue())
    assert answer.waiting is None


def test_a_cumulative_update_waits_for_one_of_its_own_branch() -> None:
    answer = newer_waiting("mssqlserver", "15.0.4430.1", TODAY, catalogue())
    assert (answer.release, answer.available_since_on) == ("15.0.4480.2", date(2025, 7, 8))


def test_exchange_2019_does_not_wait_for_the_subscription_edition() -> None:
    assert newer_waiting("msexchange", "15.2.1748.39", TODAY, catalogue()).release == "15.2.1748.46"


def test_previews_of_windows_do_not_wait() -> None:
    answer = newer_waiting("windows", "19045.6456", TODAY, catalogue())
    row = catalogue().product("windows")
    assert row
    newest = catalogue().releases(row).find(answer.release or "")
    assert newest is None or not newest.preview


def test_a_windows_build_without_its_revision_is_unknown() -> None:
    assert newer_waiting("windows-server", "17763", FRESH, catalogue()).waiting is None


@pytest.mark.parametrize(("product", "version"), [("fortios", "7.4.8"), ("x", "1"), ("pan-os", ""), ("pan-os", "no")])
def test_without_a_list_of_releases_nothing_is_said(product: str, version: str) -> None:
    assert newer_waiting(product, version, FRESH, catalogue()).waiting is None


def test_an_unlisted_release_is_not_called_the_newest() -> None:
    assert newer_waiting("pan-os", "11.1.99", FRESH, catalogue()).waiting is None


@given(
    product=st.sampled_from(["pan-os", "routeros", "opnsense", "windows-server", "mssqlserver", "vmware-esxi"]),
    version=st.text(max_size=30),
    at=st.dates(date(2000, 1, 1), date(2060, 1, 1)),
)
def test_any_version_gets_an_answer(product: str, version: str, at: date) -> None:
    assert newer_waiting(product, version, at, catalogue()).waiting in {True, False, None}


@pytest.mark.parametrize("at", [STALE, date(2030, 1, 1)])
def test_nothing_is_clean_by_a_catalogue_of_more_than_120_days(at: date) -> None:
    assert newer_waiting("pan-os", "12.2.2", at, catalogue(), wait_days=365).waiting is not False


def test_the_last_day_of_support_is_supported() -> None:
    assert supported("fortios", "7.2.10", date(2026, 9, 30), catalogue()).verdict == "yes"


def test_the_day_after_the_end_of_support_is_not() -> None:
    assert supported("fortios", "7.2.10", date(2026, 10, 1), catalogue()).verdict == "no"


def test_support_is_not_promised_by_a_catalogue_of_more_than_120_days() -> None:
    answer = supported("fortios", "7.6.6", STALE, catalogue())
    assert (answer.verdict, answer.reason_code) == ("unknown", "CATALOGUE_TOO_OLD")


def test_an_old_catalogue_still_proves_that_support_has_ended() -> None:
    assert supported("fortios", "7.2.10", STALE, catalogue()).verdict == "no"


def test_a_line_without_a_published_end_is_supported() -> None:
    answer = supported("opnsense", "26.7.1", TODAY, catalogue())
    assert (answer.verdict, answer.reason_code, answer.until_on) == ("yes", "NO_END_PUBLISHED", None)


def test_a_line_that_ended_on_an_unpublished_day_is_not_supported() -> None:
    answer = supported("routeros", "6.30.4", TODAY, catalogue())
    assert (answer.verdict, answer.until_on) == ("no", None)


def test_paid_support_is_told_apart() -> None:
    answer = supported("windows-server", "9600", TODAY, catalogue())
    assert (answer.verdict, answer.extended_until_on) == ("no", date(2026, 10, 13))


@pytest.mark.parametrize(
    ("edition", "verdict"),
    [
        ("Windows 11 Pro", "no"),
        ("Windows 11 Enterprise", "yes"),
        ("Windows 11 Enterprise LTSC", "yes"),
        ("", "unknown"),
    ],
)
def test_the_edition_of_windows_decides(edition: str, verdict: str) -> None:
    assert supported("windows", "26100.8117", TODAY, catalogue(), edition).verdict == verdict


@pytest.mark.parametrize(
    ("product", "version", "cycle"),
    [
        ("cisco-ios-xe", "17.09.04a", "17.9"),
        ("cisco-ios-xe", "03.07.05E", None),
        ("cisco-ios-xe", "17.17.20240828:191717", None),
        ("mssqlserver", "13.0.6500.1", "13.0-sp3"),
        ("mssqlserver", "13.0.7095.1", "13.0-sp3-acp"),
        ("mssqlserver", "15.0.4480.2", "15.0"),
        ("msexchange", "15.2.2562.46", "subscription"),
        ("msexchange", "15.2.1748.46", "2019"),
        ("msexchange", "15.1.2507.69", "2016"),
        ("sharepoint", "16.0.10417.20198", "2019"),
        ("vmware-esxi", "VMware ESXi 7.0.3 build-21930508", None),
        ("vmware-esxi", "7.0.3", "7.0"),
        ("vmware-vcenter", "8.0 U3k", "8.0"),
        ("freebsd", "14.9", None),
        ("freebsd", "14.3", "14.3"),
        ("macos", "10.15.7", "10.15"),
        ("openssl", "1.1.1w", "1.1.1"),
        ("windows-server", "20348.4171", "2022"),
        ("pan-os", "9.0.17-h5", "9.0"),
    ],
)
def test_the_line_of_a_version_is_found(product: str, version: str, cycle: str | None) -> None:
    assert supported(product, version, TODAY, catalogue()).cycle == cycle


@pytest.mark.parametrize(
    ("product", "version", "expected"),
    [
        ("pan-os", "9.0.17-h5", "CYCLE_ENDED"),
        ("pan-os", "11.1.4-h1", "UPGRADE_AVAILABLE"),
        ("pan-os", "10.2.18-h9", None),
        ("fortios", "7.4.9", None),
    ],
)
def test_the_recommendation_names_why_it_is_old(product: str, version: str, expected: str | None) -> None:
    age = firmware_age(Question(product, version), TODAY, 12, catalogue())
    newer, support = (
        newer_waiting(product, version, TODAY, catalogue()),
        supported(product, version, TODAY, catalogue()),
    )
    assert advice(age, newer, support) == expected
