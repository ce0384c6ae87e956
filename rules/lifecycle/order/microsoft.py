"""The orders of Windows builds, SQL Server and Exchange."""

from bisect import bisect_right

from rules.lifecycle.order.relation import Order, Parsed, Scheme, grammar, number

_WITHOUT_REVISION = "build alone"


def _windows(left: Parsed, right: Parsed) -> Order | None:
    if left.line != right.line and left.key[0] == right.key[0]:
        return Order("incomparable", "the build is the same and one side does not tell its revision")
    return None


WINDOWS_BUILD = Scheme(
    "Windows builds",
    # 17763.9121 | 10.0.17763.9121 | 17763 (SNMP tells no revision)
    grammar(
        r"(?:(?:10\.0|6\.[0-3]|5\.[0-2])\.)?([0-9]{4,5})(?:\.([0-9]+))?",
        lambda m: Parsed("" if m[2] else _WITHOUT_REVISION, (int(m[1]), number(m[2]))),
    ),
    alike=lambda _a, _b: True,
    relate=_windows,
)

GDR, CU, AZURE = "GDR", "CU", "Azure Connect Pack"

# The first build of each branch, with its service pack: security fixes alone (GDR) and cumulative updates (CU) run side
# by side in ranges of their own. From Microsoft's build tables; a test holds them against the carried builds' names.
_SQL_BRANCHES: dict[tuple[int, int], tuple[tuple[int, int, str], ...]] = {
    (11, 0): (
        (2100, 0, GDR), (2316, 0, CU), (3000, 1, GDR), (3300, 1, CU), (5058, 2, GDR), (5532, 2, CU),
        (6020, 3, GDR), (6500, 3, CU), (7001, 4, GDR),
    ),
    (12, 0): (
        (2000, 0, GDR), (2342, 0, CU), (4100, 1, GDR), (4416, 1, CU), (5000, 2, GDR), (5511, 2, CU),
        (6024, 3, GDR), (6200, 3, CU),
    ),
    (13, 0): (
        (1601, 0, GDR), (2149, 0, CU), (4001, 1, GDR), (4411, 1, CU), (5026, 2, GDR), (5149, 2, CU),
        (6300, 3, GDR), (7000, 3, AZURE),
    ),
    (14, 0): ((1000, 0, GDR), (3000, 0, CU)),
    (15, 0): ((2000, 0, GDR), (4000, 0, CU)),
    (16, 0): ((1000, 0, GDR), (4000, 0, CU)),
    (17, 0): ((1000, 0, GDR), (4000, 0, CU)),
}  # fmt: skip


def sql_branch(key: tuple[int, ...]) -> tuple[int, str] | None:
    """Return the service pack and branch (GDR, CU, Azure Connect Pack) of a SQL Server build; None if in no table.

    The first build of a service pack is where both branches start; its branch is the empty text.
    """
    branches = _SQL_BRANCHES.get((key[0], key[1]), ())
    place = bisect_right([first for first, _, _ in branches], key[2]) - 1
    if place < 0:
        return None
    first, pack, branch = branches[place]
    return pack, "" if branch == GDR and key[2] == first else branch


def _sqlserver(left: Parsed, right: Parsed) -> Order | None:
    """Refuse to order two branches of one service pack: 15.0.2104.1 is lower than 15.0.4322.2, and later."""
    if left.key[:2] != right.key[:2]:
        return None
    one, other = sql_branch(left.key), sql_branch(right.key)
    if one is None or other is None or one[0] != other[0] or one[1] == other[1] or "" in {one[1], other[1]}:
        return None
    return Order("incomparable", f"they belong to different branches ({one[1]} and {other[1]})")


SQLSERVER = Scheme(
    "SQL Server",
    grammar(
        r"([0-9]+)\.([0-9]+)\.([0-9]+)\.([0-9]+)", lambda m: Parsed("", (int(m[1]), int(m[2]), int(m[3]), int(m[4])))
    ),
    relate=_sqlserver,
)

_EXCHANGE = r"([0-9]+)\.([0-9]+)\.([0-9]+)\.([0-9]+)"
EXCHANGE = Scheme(
    "Exchange",
    # 15.2.2562.17 | 15.02.2562.017 | Version 15.2 (Build 2562.17)
    grammar(
        _EXCHANGE + r"|Version ([0-9]+)\.([0-9]+) \(Build ([0-9]+)\.([0-9]+)\)",
        lambda m: Parsed("", tuple(int(part) for part in m.groups() if part is not None)),
    ),
)
