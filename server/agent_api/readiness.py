"""How an access went, from the gaps of a scan or from trying it: what readiness shows."""

from dataclasses import dataclass
from typing import Final

from collectors.facts.gaps import Gap, GapReason
from collectors.facts.plain_text import plain_line
from collectors.facts.reading import Reading, Snapshot
from collectors.link.messages import AccessTried
from server.access.models import AccessState

STATES: Final = {
    GapReason.UNREACHABLE: AccessState.CLOSED,
    GapReason.ACCESS_DENIED: AccessState.REFUSED,
    GapReason.CREDENTIAL_ON_HOLD: AccessState.REFUSED,
}
SECTIONS_COUNT: Final = 6


@dataclass(frozen=True)
class Went:
    """How an access went; `reason` and `text` are empty where it works."""

    state: AccessState
    reason: str = ""
    text: str = ""

    @property
    def logged_on(self) -> bool:
        """Return whether the logon itself was good."""
        return self.state in {AccessState.WORKS, AccessState.RIGHT_MISSING}


def went(snapshot: Snapshot) -> Went:
    """Return how the access of a scan went: rights are missing where single sections were denied."""
    if snapshot.problem is not None:
        return _failed(snapshot.problem.reason, snapshot.problem.text)
    read = [one for one in snapshot.readings if one.value is not None]
    gaps = [(one.section, gap) for one in snapshot.readings if (gap := _denied(one))]
    if read and gaps:
        named = sorted({section for section, _gap in gaps})
        more = f" and {len(named) - SECTIONS_COUNT} more" if len(named) > SECTIONS_COUNT else ""
        text = f"{', '.join(named[:SECTIONS_COUNT])}{more}: {gaps[0][1].text}"
        return Went(AccessState.RIGHT_MISSING, GapReason.ACCESS_DENIED, plain_line(text, 500))
    if read or not snapshot.readings:
        return Went(AccessState.WORKS)
    first = next((one.gap for one in snapshot.readings if one.gap is not None), None)
    return Went(AccessState.WORKS) if first is None else _failed(first.reason, first.text)


def went_when_tried(tried: AccessTried) -> Went:
    """Return how trying an access went."""
    if tried.works:
        return Went(AccessState.WORKS)
    return _failed(tried.reason or GapReason.UNEXPECTED_REPLY, tried.text)


def _failed(reason: GapReason, text: str) -> Went:
    return Went(STATES.get(reason, AccessState.OTHER), reason, plain_line(text, 500))


def _denied(reading: Reading) -> Gap | None:
    gaps = (*((reading.gap,) if reading.gap else ()), *reading.field_gaps.values())
    return next((gap for gap in gaps if gap.reason is GapReason.ACCESS_DENIED), None)
