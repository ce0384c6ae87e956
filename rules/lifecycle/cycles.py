"""Which support line (cycle) of a product a version belongs to."""

import re
from collections.abc import Sequence

from rules.lifecycle.order.compare import read
from rules.lifecycle.order.microsoft import AZURE, sql_branch
from rules.lifecycle.order.relation import Scheme
from rules.lifecycle.releases import WINDOWS
from rules.lifecycle.rows import CycleRow, ProductRow

_LEADING = re.compile(r"v?([0-9]+(?:\.[0-9]+)*)", re.ASCII)
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)*", re.ASCII)
_LOOSE = frozenset({"dotted", "VMware"})  # orders whose products also write versions that have no order: '6.0 EP 25'

# The first third number of a newer Exchange or SharePoint that shares its first two numbers with an older one
# (Microsoft's build tables: Exchange SE RTM 15.2.2562.17; SharePoint 2019 16.0.10337, Subscription Edition 16.0.14326).
_SHARED: dict[str, dict[tuple[int, int], tuple[tuple[int, str], ...]]] = {
    "msexchange": {(15, 2): ((2562, "subscription"), (0, "2019")), (15, 1): ((0, "2016"),), (15, 0): ((0, "2013"),)},
    "sharepoint": {
        (16, 0): ((14326, "subscription"), (10337, "2019"), (0, "2016")),
        (15, 0): ((0, "2013"),),
        (14, 0): ((0, "2010"),),
    },
}


def cycles_of(product: ProductRow, scheme: Scheme | None, version: str, edition: str = "") -> tuple[CycleRow, ...]:
    """Return the cycles that the version may belong to: none if unknown, several where an edition would decide.

    `edition` is the operating system's own name, such as 'Windows 11 Pro'.
    """
    if product.id in WINDOWS:
        return _of_windows(product, scheme, version, edition)
    parsed = read(scheme, version) if scheme else None
    if scheme is None or (parsed is None and scheme.name not in _LOOSE):
        return ()
    if product.id == "mssqlserver":
        return _of_sql(product, parsed.key) if parsed else ()
    if product.id in _SHARED:
        return _of_shared(product, parsed.key) if parsed else ()
    leading = _LEADING.match(version.strip())
    return _by_prefix(product.cycles, _numbers(leading[1])) if leading else ()


def _numbers(dotted: str) -> tuple[int, ...]:
    return tuple(int(part) for part in dotted[:60].split("."))


def _by_prefix(cycles: Sequence[CycleRow], version: tuple[int, ...]) -> tuple[CycleRow, ...]:
    """Return the cycle with the longest row of numbers that begins the version, and its updates named with '_'.

    None where finer cycles exist and none of them fits: FreeBSD 14.9 is not known because a cycle 14 is.
    """
    plain = {_numbers(row.c): row for row in cycles if _PLAIN.fullmatch(row.c)}
    fitting = [numbers for numbers in plain if version[: len(numbers)] == numbers]
    if not fitting:
        return ()
    best = max(fitting, key=len)
    if any(len(best) < len(finer) <= len(version) and finer[: len(best)] == best for finer in plain):
        return ()
    row = plain[best]
    return (row, *(other for other in cycles if other.c.startswith(f"{row.c}_")))


def _of_windows(product: ProductRow, scheme: Scheme | None, version: str, edition: str) -> tuple[CycleRow, ...]:
    parsed = read(scheme, version) if scheme else None
    if parsed is None:
        return ()
    build = str(parsed.key[0])
    rows = tuple(row for row in product.cycles if (row.latest or "").rpartition(".")[2] == build)
    if product.id == "windows":
        return tuple(row for row in rows if _fits(row.c, edition)) or rows
    # the long-term channel is meant: a semi-annual server names itself by its version ('1809') and has no desktop
    return tuple(row for row in rows if row.lts) or rows


def _fits(cycle: str, edition: str) -> bool:
    """Return whether a client cycle such as 11-24h2-e-lts is that of the edition; unmarked cycles fit all."""
    marks = set(cycle.split("-")[2:])
    words = set(re.findall(r"[a-z0-9]+", edition.casefold()))
    if not marks or not words - {"windows", "microsoft", "10", "11"}:
        return True
    if words & {"ltsc", "ltsb"}:
        return "lts" in marks and ("iot" in marks) == ("iot" in words)
    if "lts" in marks:
        return False
    business = bool(words & {"enterprise", "education"}) and "pro" not in words
    return ("e" if business else "w") in marks


def _of_sql(product: ProductRow, key: tuple[int, ...]) -> tuple[CycleRow, ...]:
    """Return the cycle by service pack ('13.0-sp3', '13.0-sp3-acp', '15.0'); all of an older product's otherwise."""
    place = sql_branch(key)
    if place is None:
        return tuple(row for row in product.cycles if _numbers(row.c.partition("-")[0]) == key[:2])
    pack, branch = place
    wanted = f"{key[0]}.{key[1]}" + (f"-sp{pack}" if pack else "") + ("-acp" if branch == AZURE else "")
    return tuple(row for row in product.cycles if row.c == wanted)


def _of_shared(product: ProductRow, key: tuple[int, ...]) -> tuple[CycleRow, ...]:
    for first, name in _SHARED[product.id].get((key[0], key[1]), ()):
        if key[2] >= first:
            return tuple(row for row in product.cycles if row.c == name)
    return ()
