"""The tables of Windows, SQL Server and Exchange builds against what is known of them."""

from collections import defaultdict
from datetime import date

import pytest

from rules.lifecycle.checks import first_inversion
from rules.lifecycle.order.microsoft import SQLSERVER, sql_branch
from rules.lifecycle.releases import Release
from tests.unit.lifecycle.tables import catalogue


def _find(product: str, version: str) -> Release | None:
    row = catalogue().product(product)
    assert row
    return catalogue().releases(row).find(version)


def test_every_listed_windows_revision_is_found_with_its_day() -> None:
    wrong = []
    for build, revision, _update, day, _flags, _sources in catalogue().builds.windows:
        found = _find("windows", f"{build}.{revision}")
        if found is None or not found.earliest_on <= day <= found.latest_on:
            wrong.append((build, revision))
    assert wrong == []


def test_a_revision_is_found_under_every_build_of_its_family() -> None:
    families = {build: family for family in catalogue().builds.meta.families for build in family}
    missing = [
        (other, revision)
        for build, revision, *_ in catalogue().builds.windows
        for other in families.get(build, ())
        if _find("windows", f"{other}.{revision}") is None
    ]
    assert missing == []


def test_only_one_shared_revision_has_two_days() -> None:
    by_revision = defaultdict(set)
    families = {build: family for family in catalogue().builds.meta.families for build in family}
    for build, revision, _update, day, _flags, _sources in catalogue().builds.windows:
        by_revision[families.get(build, (build,)), revision].add(day)
    assert [key[1] for key, days in by_revision.items() if len(days) > 1] == [6584]


def test_a_revision_with_two_days_is_disputed() -> None:
    found = _find("windows", "26200.6584")
    assert found
    assert (found.earliest_on, found.latest_on, found.disputed) == (date(2025, 9, 9), date(2025, 9, 30), True)


@pytest.mark.parametrize("version", ["20348.99999", "17763", "9600.1", "12345.1", "garbage", ""])
def test_a_revision_that_is_not_listed_is_not_found(version: str) -> None:
    assert _find("windows-server", version) is None


def test_the_long_form_of_an_exchange_build_is_found() -> None:
    found = _find("msexchange", "15.02.2562.017")
    assert found
    assert found.earliest_on == date(2025, 7, 1)


def test_a_sql_build_with_two_days_in_its_history_is_disputed() -> None:
    found = _find("mssqlserver", "15.0.4365.2")
    assert found
    assert (found.earliest_on, found.latest_on) == (date(2024, 4, 11), date(2024, 6, 13))


def _named_branch(update: str) -> tuple[int | None, str] | None:
    """Return service pack and branch as the update's name tells them: 'SP3 CU4+GDR' is the CU branch of SP3."""
    words = update.replace("+", " ").split()
    packs = [int(word[2:]) for word in words if word.startswith("SP")]
    pack = packs[0] if packs else None
    if "Azure" in words:
        return pack, "Azure Connect Pack"
    if any(word.startswith("CU") for word in words):
        return pack, "CU"
    if "GDR" in words:
        return pack, "GDR"
    return (pack, "") if packs or update == "RTM" else None


def test_the_branch_of_every_named_sql_build_is_the_one_that_its_name_tells() -> None:
    wrong = []
    for build, update, *_ in catalogue().builds.sqlserver:
        named, parsed = _named_branch(update or ""), SQLSERVER.parse(build)
        found = sql_branch(parsed.key) if parsed else None
        if named and (found is None or found[1] != named[1] or named[0] not in {None, found[0]}):
            wrong.append((build, update, found))
    assert wrong == []


@pytest.mark.parametrize(
    ("product", "width"),
    [("windows", 1), ("pan-os", 3), ("opnsense", 2), ("routeros", 2), ("big-ip", 2), ("openwrt", 2)],
)
def test_inside_a_train_version_order_is_date_order(product: str, width: int) -> None:
    row = catalogue().product(product)
    assert row
    assert first_inversion(catalogue().releases(row), width) is None
