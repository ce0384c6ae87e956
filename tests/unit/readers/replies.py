"""Replies of an SNMP agent, written as recording lines."""

from collections.abc import Mapping
from datetime import UTC, datetime

from collectors import snmprec
from collectors.facts.gaps import Gap, GapReason
from collectors.replies import SnmpReplies

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BROKE_OFF = Gap(reason=GapReason.UNREACHABLE, text="is not answered")


def told(*lines: str, gaps: Mapping[str, Gap] | None = None) -> SnmpReplies:
    return SnmpReplies(observed_at=NOON, values=snmprec.parse("\n".join(lines)), gaps=gaps or {})
