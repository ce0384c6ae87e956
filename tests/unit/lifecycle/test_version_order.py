"""How versions stand to each other, scheme by scheme, and what holds for every text."""

from collections import defaultdict
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.lifecycle.order.compare import compare
from rules.lifecycle.order.schemes import scheme_of
from tests.unit.lifecycle.tables import catalogue, rows

ORDER = rows("version_order.csv")
SPECIAL = rows("version_special.csv")
OPPOSITE = {"older": "newer", "newer": "older", "equal": "equal", "incomparable": "incomparable"}
# Neither branch can be upgraded from the other by number: see the docstring of compare.
MEANS = {"eq": "equal", "incomparable": "incomparable", "unparsable": "incomparable", "branch": "incomparable"}
SEEN = sorted({(row["scheme"], row[side]) for row in ORDER for side in ("older", "newer")})
SCHEMES = sorted({scheme for scheme, _ in SEEN})


@pytest.mark.parametrize("row", ORDER, ids=lambda row: f"{row['scheme']} {row['older']} before {row['newer']}")
def test_the_older_version_of_the_table_is_older(row: dict[str, str]) -> None:
    assert compare(row["scheme"], row["older"], row["newer"]).relation == "older"


@pytest.mark.parametrize("row", ORDER, ids=lambda row: f"{row['scheme']} {row['newer']} after {row['older']}")
def test_the_newer_version_of_the_table_is_newer(row: dict[str, str]) -> None:
    assert compare(row["scheme"], row["newer"], row["older"]).relation == "newer"


@pytest.mark.parametrize("row", SPECIAL, ids=lambda row: f"{row['scheme']} {row['a']} and {row['b']}")
def test_special_pairs_stand_as_the_table_says(row: dict[str, str]) -> None:
    assert compare(row["scheme"], row["a"], row["b"]).relation == MEANS[row["relation"]]


@pytest.mark.parametrize("row", SPECIAL, ids=lambda row: f"{row['scheme']} {row['b']} and {row['a']}")
def test_special_pairs_stand_the_same_from_the_other_side(row: dict[str, str]) -> None:
    assert compare(row["scheme"], row["b"], row["a"]).relation == MEANS[row["relation"]]


@pytest.mark.parametrize(("scheme", "version"), SEEN)
def test_a_version_equals_itself(scheme: str, version: str) -> None:
    assert compare(scheme, version, version).relation == "equal"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_order_is_transitive_within_the_table(scheme: str) -> None:
    versions = [version for other, version in SEEN if other == scheme]
    standing = {(a, b): compare(scheme, a, b).relation for a in versions for b in versions}
    older = defaultdict(set)
    for (a, b), relation in standing.items():
        if relation == "older":
            older[a].add(b)
    wrong = [(a, b, c) for a, b, c in permutations(versions, 3) if b in older[a] and c in older[b]]
    assert [chain for chain in wrong if standing[chain[0], chain[2]] != "older"] == []


_PIECES = st.sampled_from(
    [
        "1",
        "15",
        "007",
        "7.2",
        ".",
        "-",
        "(",
        ")",
        "R",
        "h",
        "E0a",
        "build",
        ",",
        " ",
        "EVO",
        "P",
        "x",
        "٣",
        "\x00",
        "X49-D",
    ]
)
_TEXTS = st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=10).map("".join))


@given(scheme=st.sampled_from(SCHEMES), a=_TEXTS, b=_TEXTS)
def test_any_two_texts_stand_opposite_when_swapped(scheme: str, a: str, b: str) -> None:
    assert compare(scheme, b, a).relation == OPPOSITE[compare(scheme, a, b).relation]


@given(seen=st.sampled_from(SEEN), text=_TEXTS)
def test_a_real_version_and_any_text_stand_opposite_when_swapped(seen: tuple[str, str], text: str) -> None:
    scheme, version = seen
    assert compare(scheme, text, version).relation == OPPOSITE[compare(scheme, version, text).relation]


@given(seen=st.sampled_from(SEEN), rest=st.sampled_from(["x?", " and more", "\n7", "..1", ",garbage", "٣"]))
def test_a_version_with_something_unread_behind_it_is_incomparable(seen: tuple[str, str], rest: str) -> None:
    scheme, version = seen
    assert compare(scheme, version + rest, version).relation == "incomparable"


@given(scheme=_TEXTS, a=_TEXTS, b=_TEXTS)
def test_any_scheme_name_gives_an_answer(scheme: str, a: str, b: str) -> None:
    assert compare(scheme, a, b).relation in OPPOSITE


def test_a_text_of_a_million_characters_is_incomparable() -> None:
    assert compare("fortios", "1" * 1_000_000, "7.2.1").relation == "incomparable"


def test_an_engineering_build_of_ios_xe_is_not_a_version() -> None:
    assert compare("cisco_iosxe", "17.17.20240828:191717", "17.12.4").relation == "incomparable"


def test_builds_break_a_tie_when_both_sides_tell_one() -> None:
    assert compare("fortios", "v7.2.5,build1517,230606 (GA.F)", "v7.2.5,build1518,230607").relation == "older"


def test_a_junos_without_its_spin_is_the_same_release() -> None:
    assert compare("junos", "21.4R3-S5", "21.4R3-S5.4").relation == "equal"


def test_an_update_letter_that_the_machine_does_not_tell_makes_it_incomparable() -> None:
    assert compare("vmware-esxi", "VMware ESXi 7.0.3 build-21930508", "7.0 Update 3n").relation == "incomparable"


def test_a_machine_with_an_older_update_is_older() -> None:
    assert compare("vmware-esxi", "VMware ESXi 7.0.1 build-17325551", "7.0 Update 3n").relation == "older"


def test_a_build_without_revision_is_incomparable_inside_its_build() -> None:
    assert compare("windows_build", "17763", "17763.999").relation == "incomparable"


def test_cumulative_updates_of_sql_server_come_after_the_first_release() -> None:
    assert compare("mssqlserver", "15.0.2000.5", "15.0.4322.2").relation == "older"


def test_special_releases_of_fireware_without_a_build_are_incomparable() -> None:
    assert compare("fireware", "12.0.1CSP", "12.0.2").relation == "incomparable"


@pytest.mark.parametrize("name", ["FortiOS", "cisco ios xe", "PAN_OS", "Windows-Server"])
def test_schemes_and_products_are_found_in_any_spelling(name: str) -> None:
    assert scheme_of(name) is not None


def test_every_product_of_the_catalogue_has_an_order() -> None:
    assert [row.id for row in catalogue().lifecycle.products if scheme_of(row.id) is None] == []


def test_every_dated_pan_os_release_is_read_by_its_order() -> None:
    product = catalogue().product("pan-os")
    assert product
    assert [row.version for row in catalogue().releases(product).rows if row.parsed is None] == []
