"""Gaps: what was asked and could not be read, with the reason. A rule over a gap is unknown."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from collectors.facts.scalars import Line

WHOLE_DEVICE = "*"  # the path of a gap that covers everything


class GapReason(StrEnum):
    """Why something is not known; each names who can mend it (see `exit_codes`, and the report's unknowns)."""

    ACCESS_DENIED = "access denied"
    CREDENTIAL_ON_HOLD = "credential on hold"
    UNREACHABLE = "unreachable"
    UNSUPPORTED = "unsupported"
    UNEXPECTED_REPLY = "unexpected reply"
    IDENTITY_CHANGED = "identity changed"
    NOT_TOLD = "not told"
    SENTINEL = "sentinel"
    NOT_ASKED = "not asked"


class Gap(BaseModel):
    """One gap. The text ends a sentence that begins with the fact's name: 'is not told by this model'."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: GapReason
    text: Line


NOT_TOLD = Gap(reason=GapReason.NOT_TOLD, text="is not told by this model")
SENTINEL = Gap(reason=GapReason.SENTINEL, text="is not known to the device (it answers 'not available')")
