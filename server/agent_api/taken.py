"""Whether a report may be taken: its digest, its job, its document; all that needs no transaction."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic import JsonValue

from collectors.facts.document import DocumentError, parsed
from collectors.facts.reading import Reading, Snapshot
from collectors.facts.vocabulary import KINDS
from collectors.link.canonical import digest_of_report
from collectors.link.limits import FUTURE_S, REPORT_BYTES
from collectors.link.messages import Report
from server.scans.models import ScanJob

KIND_OF: Final = {"scan": "document", "discover": "found", "try_access": "tried"}
_DRIVER: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")


class Rejected(Exception):
    """The report is not taken, and sending it again changes nothing. `keep`: what it held is worth a row."""

    def __init__(self, reason: str, *, keep: bool) -> None:
        """Name the reason, in our own words."""
        super().__init__(reason)
        self.reason = reason
        self.keep = keep


@dataclass(frozen=True)
class Before:
    """What became of a report that came before."""

    sha256: str
    outcome: str
    reason: str


@dataclass(frozen=True)
class Scanned:
    """The snapshot of a scan; `ahead` says that its clock was too far ahead and was clamped."""

    snapshot: Snapshot
    ahead: bool
    told_as: Mapping[str, JsonValue]
    """See `collectors.facts.document.Parsed`."""


def check(report: Report, job: ScanJob | None) -> ScanJob:
    """Return the report's job; raises Rejected. A job of somebody else is as unknown as one that never was."""
    if job is None:
        raise Rejected("no job of this agent has this id", keep=False)
    if report.attempt > job.attempt:
        raise Rejected("the job was not given out so often", keep=False)
    kinds = {"document": report.document, "found": report.found, "tried": report.tried}
    if [name for name, value in kinds.items() if value is not None] != [KIND_OF[job.kind]]:
        raise Rejected("the report is of another kind than its job", keep=True)
    if report.document is not None and len(report.document) > REPORT_BYTES:
        raise Rejected("the document is too large", keep=True)
    try:
        digest = digest_of_report(report.document, report.found, report.tried)
    except ValueError as error:  # half a character, which no UTF-8 holds
        raise Rejected("the document is no text", keep=True) from error
    if digest != report.sha256:
        raise Rejected("the digest is another one", keep=True)
    return job


def scanned(document: str, now: datetime) -> Scanned:
    """Return the snapshot of a document, no reading of it ahead of the clock; raises Rejected."""
    try:
        made = parsed(document)
    except DocumentError as error:
        raise Rejected(f"the document cannot be read: {error}"[:200], keep=True) from error
    snapshot = made.snapshot
    if any(not _DRIVER.fullmatch(one.source.driver) for one in snapshot.readings):
        raise Rejected("the document names a driver that cannot be one", keep=True)
    limit = now + timedelta(seconds=FUTURE_S)
    known = tuple(one for one in snapshot.readings if one.section in KINDS)
    ahead = snapshot.observed_at > limit or any(one.read_at > limit for one in known)
    if ahead:
        known = tuple(_clamped(one, now) for one in known)
    observed_at = min(snapshot.observed_at, now) if ahead else snapshot.observed_at
    taken = snapshot.model_copy(update={"observed_at": observed_at, "readings": known})
    return Scanned(taken, ahead, made.told_as)


def _clamped(reading: Reading, now: datetime) -> Reading:
    return reading.model_copy(update={"read_at": now}) if reading.read_at > now else reading


def known_outcome(report: Report, stored: Mapping[str, Before]) -> tuple[str, str] | None:
    """Return what was answered when this id came before, None for a new one; another content is rejected."""
    before = stored.get(report.id)
    if before is None:
        return None
    if before.sha256 != report.sha256:
        return "rejected", "another report of this agent has this id"
    return ("duplicate", "") if before.outcome == "stored" else ("rejected", before.reason)
