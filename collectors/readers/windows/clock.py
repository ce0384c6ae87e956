"""The state of Windows' time service from `w32tm /query /status`, by its numbers: its words are translated.

The rows always stand in the same order (leap indicator, stratum, precision, root delay, root dispersion, reference
identifier, last time, source, poll interval; with /verbose the phase offset follows). Each number has a form of its
own, and a reply in which one of them has not is not read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from collectors.errors import UnexpectedReply

LOCAL_CLOCK = 0x4C4F434C  # 'LOCL': the machine's own clock, whatever the leap indicator says
VIRTUAL_MACHINE = 0x564D5450  # 'VMTP': the hypervisor
NOT_SYNCHRONISED = 3  # the leap indicator's alarm condition (RFC 5905, figure 9)
UNSYNCHRONISED_STRATA = {0, 16}  # unspecified, unsynchronised (RFC 5905, figure 11)

_LEAP, _STRATUM, _DELAY, _REFERENCE, _SOURCE, _POLL, _OFFSET = 0, 1, 3, 5, 7, 8, 9
_FORMS = {
    _LEAP: r"[0-3] ?\(",
    _STRATUM: r"\d{1,2} ?\(",
    _DELAY: r"-?\d+[.,]\d+s",
    _REFERENCE: r"0x[0-9A-Fa-f]{8}\b",
    _POLL: r"-?\d{1,2} ?\(\d+s\)",
}
_ROW = re.compile(r"\s*([^:\uff1a]{2,80}?)\s*[:\uff1a]\s*(.*?)\s*$")
_OFFSET_FORM = re.compile(r"(-?\d{1,9})[.,](\d{1,9})s$")


@dataclass(frozen=True)
class Clock:
    """What the time service says of itself."""

    stratum: int
    synchronised: bool
    kind: str | None
    source: str | None
    offset_s: float | None


def clock_of(lines: Iterable[str]) -> Clock:
    """Return the state in the lines of `w32tm /query /status`; raises UnexpectedReply for anything else."""
    rows = [found for line in lines if (found := _ROW.match(line))]
    values = [row[2] for row in rows]
    if len(values) <= _POLL or any(re.match(form, values[at]) is None for at, form in _FORMS.items()):
        raise UnexpectedReply("is no state of the time service that can be told by its numbers")
    if "strat" in rows[_LEAP][1].casefold():
        raise UnexpectedReply("is told in rows of another order")
    leap, stratum = int(values[_LEAP][0]), int(re.split(r"\D", values[_STRATUM], maxsplit=1)[0])
    reference = int(values[_REFERENCE][:10], 16)
    source = values[_SOURCE].partition(",")[0].strip() or None
    kind = _kind(reference, source)
    synchronised = leap != NOT_SYNCHRONISED and stratum not in UNSYNCHRONISED_STRATA and kind != "local-clock"
    return Clock(stratum, synchronised, kind, source, _offset(values))


def _kind(reference: int, source: str | None) -> str | None:
    """Return 'local-clock' or 'hypervisor' where that is the source; a server's name does not tell its kind."""
    if reference == LOCAL_CLOCK or "CMOS" in (source or "").upper():
        return "local-clock"
    return "hypervisor" if reference == VIRTUAL_MACHINE else None


def _offset(values: list[str]) -> float | None:
    found = _OFFSET_FORM.match(values[_OFFSET]) if len(values) > _OFFSET else None
    return float(f"{found[1]}.{found[2]}") if found else None
