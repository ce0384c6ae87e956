"""What a shell command's output, errors and exit status mean together: a reply, or why there is none."""

import re

from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.transports.ssh.command_errors import quoted
from collectors.transports.ssh.terminal_text import plain

_STATUS = re.compile(rb" status (\d{1,3})\n?$")
_DENIED = re.compile(
    r"(?i)permission denied|operation not permitted|must be (run as )?root|are you root|requires? root|superuser"
    r"|not authori[sz]ed|access denied|insufficient privilege|authentication is required|sudo: a (password|terminal) is"
    r"|not in the sudoers|may not run sudo|is not allowed to (execute|run)"
)
_NOT_FOUND = re.compile(r"(?im)(command )?not found\s*$|: no such file or directory|applet not found")
NOTHING_TO_SEE = Gap(
    reason=GapReason.UNEXPECTED_REPLY, text="is not known: the reply is nothing but movements of a screen"
)
"""Not the same as a reply without a word, which is an answer: grep found nothing."""
_TIMED_OUT = (124, 137)  # timeout(1): the time was up; and the same after it had to kill


def reply_of(stdout: bytes, told: bytes, share_bytes: int) -> str | Gap:
    """Return a command's standard output, or the gap when it is not whole or not allowed.

    `told` is the end of its standard error followed by ' status N'. An exit status alone is no failure: grep and
    systemctl use it to answer.
    """
    found = _STATUS.search(told)
    if found is None:
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text="is not known: the command's end was not told")
    status = int(found[1])
    if len(stdout) >= share_bytes:
        return Gap(
            reason=GapReason.UNEXPECTED_REPLY, text=f"is not known: the reply is longer than {share_bytes} bytes"
        )
    try:
        errors = plain(told[: found.start()].decode("utf-8", "replace")).strip()
        text = plain(stdout.decode("utf-8", "replace"))
    except UnexpectedReply as error:
        return error.gap
    last = next((line for line in reversed(errors.splitlines()) if line.strip()), "")
    if status in _TIMED_OUT:
        return Gap(reason=GapReason.UNREACHABLE, text="is not known: the command did not end in time")
    if _DENIED.search(errors):
        return Gap(reason=GapReason.ACCESS_DENIED, text=f"is not shown to this account ({quoted(last)})")
    if text.strip():
        return text.removesuffix("\n")
    if status in (126, 127) or _NOT_FOUND.search(errors):
        return Gap(reason=GapReason.UNSUPPORTED, text=f"is not told by this system ({quoted(last)})")
    if stdout.strip():
        return NOTHING_TO_SEE
    if errors and status:
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is not known: the command failed ({quoted(last)})")
    return text.removesuffix("\n")
