"""The exit codes of every command, and which gap leads to which: each names who must act."""

from enum import IntEnum

from collectors.facts.gaps import GapReason


class ExitCode(IntEnum):
    """Stable: others script them."""

    DONE = 0
    DEFECT = 1
    USAGE = 2
    UNREACHABLE = 3
    ACCESS_DENIED = 4
    UNSUPPORTED = 5
    UNEXPECTED_REPLY = 6
    IDENTITY_CHANGED = 7
    DEVICE_UNREAD = 8
    FAIL_ON_MET = 9
    INTERRUPTED = 130


_BY_REASON = {
    GapReason.ACCESS_DENIED: ExitCode.ACCESS_DENIED,
    GapReason.CREDENTIAL_ON_HOLD: ExitCode.ACCESS_DENIED,
    GapReason.UNREACHABLE: ExitCode.UNREACHABLE,
    GapReason.UNSUPPORTED: ExitCode.UNSUPPORTED,
    GapReason.UNEXPECTED_REPLY: ExitCode.UNEXPECTED_REPLY,
    GapReason.IDENTITY_CHANGED: ExitCode.IDENTITY_CHANGED,
    GapReason.NOT_TOLD: ExitCode.UNSUPPORTED,
    GapReason.SENTINEL: ExitCode.UNSUPPORTED,
    GapReason.NOT_ASKED: ExitCode.UNSUPPORTED,
}


def exit_code_of(reason: GapReason) -> ExitCode:
    """Return the exit code of a command that read nothing for this reason."""
    return _BY_REASON[reason]
