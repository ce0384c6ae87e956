"""Signature databases as FortiOS writes them, by SNMP and in its command line: '90.09933(2023-01-24 02:26)'."""

import re
from collections.abc import Mapping
from datetime import datetime

from collectors.driver import Part
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.firewall import Signature

NEVER_UPDATED_YEARS = 2002  # a database that was never loaded is dated 2001-01-01
_SIGNATURE = re.compile(r"(?P<version>\d+\.\d+)\((?P<day>\d{4}-\d\d-\d\d) (?P<time>\d\d:\d\d)\)", re.ASCII)


def read(texts: Mapping[str, str | None]) -> Part:
    """Return the databases by our name; one without a text is left out, one that was never loaded leaves a gap."""
    signatures, gaps = [], {}
    for name, text in texts.items():
        if text is None:
            continue
        found = _SIGNATURE.search(text)
        updated = _moment(found)
        if updated is None or updated.year < NEVER_UPDATED_YEARS:
            gaps[f"[{name}].updated_at"] = Gap(reason=GapReason.SENTINEL, text=f"is told as {text!r:.40}")
            updated = None
        signatures.append(Signature(name=name, version=found["version"] if found else None, updated_at=updated))
    return Part(tuple(signatures) or None, gaps)


def _moment(found: re.Match[str] | None) -> datetime | None:
    if found is None:
        return None
    try:
        return datetime.fromisoformat(f"{found['day']}T{found['time']}+00:00")
    except ValueError:
        return None
