"""What MikroTik RouterOS says of itself, the same by SNMP and at its command line: kind of board, build time."""

import re
from datetime import date, datetime

from collectors.facts.gaps import Gap, GapReason
from collectors.facts.scalars import Span

_SWITCH = re.compile(r"^(?:CRS|CSS|netPower|netFiber)", re.IGNORECASE)
_RADIO = re.compile(
    r"^(?:RB)?(?:cAP|wAP|mAP|SXT|LHG|LDF|DISC|QRT|OmniTIK|BaseBox|NetBox|NetMetal|mANT|Groove|Metal|Cube|Wireless)",
    re.IGNORECASE,
)
_FORMS = ("%Y-%m-%d %H:%M:%S", "%b/%d/%Y %H:%M:%S", "%b/%d/%Y %H:%M", "%Y-%m-%d")


def device_class(board: str | None) -> str | None:
    """Return the class that a board's name stands for; routers of this maker filter at the border: firewalls to us."""
    if not board:
        return None
    if _SWITCH.match(board):
        return "switch"
    return "access point" if _RADIO.match(board) else "firewall"


def released(text: str | None) -> Span | Gap | None:
    """Return the span that a build time begins: '2025-05-23 14:27:17', older releases 'Dec/20/2023 12:00:00'."""
    if not text:
        return None
    day = _day(text.strip())
    if day is None:
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {text!r:.40}, which is no day that we know")
    return Span.built_on(day)


def _day(text: str) -> date | None:
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None
