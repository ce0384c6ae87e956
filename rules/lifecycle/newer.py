"""The NEWER WAITING question: since when could a newer release of the same line be had?"""

from dataclasses import dataclass
from datetime import date
from functools import cmp_to_key, partial
from typing import Final, Literal

from rules.lifecycle import freshness
from rules.lifecycle.catalogue import Catalogue
from rules.lifecycle.order.compare import relate, shown
from rules.lifecycle.order.relation import Parsed, Scheme
from rules.lifecycle.releases import SCOPES, WINDOWS, Release, Releases
from rules.lifecycle.rows import CycleRow, ProductRow

WAIT_DAYS: Final = 90  # how long a release may wait where nobody chose otherwise

NewerCode = Literal[
    "UPGRADE_AVAILABLE", "NO_NEWER_KNOWN", "NO_VERSION", "UNPARSED_VERSION", "NO_RELEASE_LIST", "VERSION_NOT_LISTED",
    "CYCLE_NOT_KNOWN", "CATALOGUE_TOO_OLD",
]  # fmt: skip


@dataclass(frozen=True)
class Newer:
    """Whether a newer release of the line waits: True is proved by any catalogue, False only by a fresh one."""

    waiting: bool | None
    reason_code: NewerCode
    reason: str
    release: str | None = None
    """The newest release of the line."""
    available_since_on: date | None = None
    """The first day on which any newer release of the line could be had."""
    as_of_on: date | None = None


def newer_waiting(
    product: str, version: str | None, at: date, catalogue: Catalogue, wait_days: int = WAIT_DAYS
) -> Newer:
    """Return whether a newer release of the same line waits at a day, which one, and since when.

    A release counts as newer when its version is newer, within the same line and branch, and it came out later: the
    last hotfix of an older maintenance release is not behind. Previews never count. That nothing waits is said only
    for a listed release, from data of at most `wait_days` (and freshness.NO_YES_AFTER_DAYS) days. Never raises.
    """
    version = (version or "").strip()
    row = catalogue.product(product)
    if not version:
        return Newer(None, "NO_VERSION", "no version is known")
    releases = catalogue.releases(row) if row else None
    if row is None or releases is None or not releases.rows:
        return Newer(None, "NO_RELEASE_LIST", f"the catalogue has no list of releases of {shown(product)}")
    as_of_on = catalogue.releases_as_of_on(row)
    by = freshness.words(as_of_on, at)
    parsed, scheme = releases.read(version), releases.scheme
    if parsed is None or scheme is None:
        return Newer(None, "UNPARSED_VERSION", f"{shown(version)} is not a version of {row.name}", as_of_on=as_of_on)
    line = catalogue.cycles(row, version)
    if not line:
        return Newer(None, "CYCLE_NOT_KNOWN", f"the line of {shown(version)} is not in {by}", as_of_on=as_of_on)
    own = releases.find(version)
    newer = [other for other in _of_line(row, releases, line, parsed, catalogue) if other.latest_on <= at]
    newer = [other for other in newer if _is_newer(scheme, other, parsed)]
    proved = [other for other in newer if _came_later(releases, other, own, parsed)]
    if proved:
        newest = max(proved, key=cmp_to_key(partial(_sign, scheme)))
        since_on = min(other.latest_on for other in proved)
        said = f"{newest.version} came out on {newest.latest_on}, the first newer one on {since_on}, by {by}"
        return Newer(True, "UPGRADE_AVAILABLE", said, newest.version, since_on, as_of_on)
    if own is None:
        said = f"{shown(version)} is not among the dated releases in {by}"
        return Newer(None, "VERSION_NOT_LISTED", said, as_of_on=as_of_on)
    if freshness.age_days(as_of_on, at) > min(wait_days, freshness.NO_YES_AFTER_DAYS):
        said = f"no newer release is known, but {by} is too old to rule one out"
        return Newer(None, "CATALOGUE_TOO_OLD", said, as_of_on=as_of_on)
    return Newer(False, "NO_NEWER_KNOWN", f"{by} knows no newer release of line {line[0].c}", as_of_on=as_of_on)


def _of_line(
    row: ProductRow, releases: Releases, line: tuple[CycleRow, ...], parsed: Parsed, catalogue: Catalogue
) -> list[Release]:
    """Return the final releases of the same line; for Windows those of its family, until the line's support ended."""
    final = [other for other in releases.rows if other.parsed and not other.preview]
    if row.id not in WINDOWS:
        names = {cycle.c for cycle in line}
        return [o for o in final if names & {cycle.c for cycle in catalogue.cycles(row, o.version)}]
    ends = [cycle.eol for cycle in line]
    last_on = max((end for end in ends if isinstance(end, date)), default=date.max)
    family = releases.shared(parsed.key[0])
    return [o for o in final if o.parsed and o.parsed.key[0] in family and o.latest_on <= last_on]


def _is_newer(scheme: Scheme, other: Release, parsed: Parsed) -> bool:
    if other.parsed is None:
        return False
    if scheme.name == "Windows builds":
        return not parsed.line and other.parsed.key[1] > parsed.key[1]
    return relate(scheme, other.parsed, parsed).relation == "newer"


def _came_later(releases: Releases, other: Release, own: Release | None, parsed: Parsed) -> bool:
    """Return whether it surely came out later: by date, else inside a train where version order is date order."""
    if own is not None:
        return other.earliest_on > own.latest_on
    width = SCOPES.get(releases.product)
    return bool(width and other.parsed and other.parsed.key[:width] == parsed.key[:width] and not other.disputed)


def _sign(scheme: Scheme, a: Release, b: Release) -> int:
    if a.parsed is None or b.parsed is None:
        return 0
    relation = relate(scheme, a.parsed, b.parsed).relation
    return {"older": -1, "newer": 1}.get(relation, 0) or (a.latest_on > b.latest_on) - (a.latest_on < b.latest_on)
