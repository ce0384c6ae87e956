"""What FortiOS says of its version, the same by SNMP and at its command line: 'v7.2.10,build1706,240918 (GA.M)'."""

import re
from datetime import date

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.scalars import Span
from collectors.facts.sections.system import Firmware
from collectors.told import told

_VERSION = re.compile(r"\bv(?P<version>\d+\.\d+\.\d+),build(?P<build>\d+)(?:,(?P<built>\d{6}))?(?!\d)", re.ASCII)


def build_of(text: str) -> str | None:
    """Return the number of the build, as it is written; None when it is not told."""
    found = _VERSION.search(text)
    return found["build"] if found else None


def read_firmware(text: str) -> Part:
    """Return version and the span of the release date, which a special build does not tell."""
    found = _VERSION.search(text)
    if not found:
        quoted = Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {text!r:.60}, which is no version of FortiOS")
        return Part(None, {"version": quoted if text else NOT_TOLD})
    return told(
        Firmware,
        {
            "product": lambda: "fortios",
            "version": lambda: found["version"],
            "released": lambda: _built(found["built"]),
        },
    )


def _built(digits: str | None) -> Span | None:
    if digits is None:
        return None
    try:
        return Span.built_on(date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:])))
    except ValueError as error:
        raise UnexpectedReply(f"is told as {digits!r}, which is no day") from error
