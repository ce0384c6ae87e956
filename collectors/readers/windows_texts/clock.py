"""`w32tm /query /status`, with or without /verbose, in any language."""

from collectors.driver import Part
from collectors.facts.sections.timekeeping import Time
from collectors.readers.windows.clock import clock_of
from collectors.readers.windows_texts.given import needed
from collectors.replies import JsonReplies
from collectors.told import told

STATUS = "w32tm /query /status"
VERBOSE = "w32tm /query /status /verbose"


def read_time(replies: JsonReplies) -> Part:
    """Return stratum, source and whether the clock is in step; the offset is told by /verbose alone."""
    clock = clock_of(needed(replies, VERBOSE, STATUS).splitlines())
    named = clock.source is not None and clock.kind is None
    return told(
        Time,
        {
            "kind": lambda: clock.kind,
            "stratum": lambda: clock.stratum,
            "servers": lambda: (clock.source,) if named else (),
            "synchronised": lambda: clock.synchronised,
            "offset_s": lambda: clock.offset_s,
        },
    )
