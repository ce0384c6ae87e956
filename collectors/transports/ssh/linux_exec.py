"""Linux-like systems: one script through standard input of /bin/sh runs all questions of a driver, in order.

Each question is a shell command of its own between two marks that hold a random word, with its errors and exit status
after it. A question without its end mark has no reply. Nothing is written to a disk, and sudo only runs where a
driver's own question has `sudo -n`.
"""

import contextlib
import secrets
import shlex
import time
from collections.abc import Mapping
from dataclasses import dataclass

from paramiko import Channel

from collectors.access import Deadline
from collectors.errors import Unreachable, Unsupported
from collectors.facts.gaps import Gap, GapReason
from collectors.transports.ssh.command_errors import quoted
from collectors.transports.ssh.connection import BROKEN, Connection
from collectors.transports.ssh.exit_words import reply_of
from collectors.transports.ssh.terminal_text import plain

SHELL = "/bin/sh -s"
QUESTION_TIMEOUT_S = 30
_PIECE_BYTES = 64 * 1024
_ERRORS_BYTES = 1000
_SHARE_COUNT = 4
"""One question may fill at most this share of all that is read, so that it does not cost the others."""

_SCRIPT = r"""
LC_ALL=C; LANG=C; export LC_ALL LANG
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"; export PATH
limit=
if timeout -k 2 1 true 2>/dev/null; then limit='timeout -k 2 {timeout_s}'
elif timeout 1 true 2>/dev/null; then limit='timeout {timeout_s}'; fi
question() {{
  printf '\n%s begin %s\n' {word} "$1"
  told=$( {{ {{ $limit /bin/sh -c "$2" </dev/null 2>&3 3>&- 4>&-; echo " status $?" >&3; }} |
    head -c {share_bytes} >&4; }} 3>&1 | tail -c {errors_bytes} )
  printf '\n%s told %s\n%s\n%s end %s\n' {word} "$1" "$told" {word} "$1"
}} 4>&1
"""


@dataclass(frozen=True)
class Script:
    """A script, and what is needed to find the replies in its output."""

    text: str
    word: str
    share_bytes: int


def script_for(asks: tuple[str, ...], limit_bytes: int, timeout_s: int = QUESTION_TIMEOUT_S) -> Script:
    """Return the script that asks all questions."""
    word = f"-{secrets.token_hex(12)}-"
    share_bytes = max(1, limit_bytes // _SHARE_COUNT)
    head = _SCRIPT.format(word=word, share_bytes=share_bytes, errors_bytes=_ERRORS_BYTES, timeout_s=timeout_s)
    calls = "".join(f"question {number} {shlex.quote(ask)}\n" for number, ask in enumerate(asks))
    return Script(f"{head}{calls}exit 0\n", word, share_bytes)


def run_script(
    connection: Connection, asks: tuple[str, ...], deadline: Deadline, limit_bytes: int
) -> Mapping[str, str | Gap]:
    """Return the reply to each question or its gap; raises Unreachable or Unsupported when no script can run at all."""
    script = script_for(asks, limit_bytes, max(1, int(deadline.left_s(QUESTION_TIMEOUT_S))))
    try:
        channel = connection.transport.open_session(timeout=deadline.left_s())
        channel.set_combine_stderr(True)
        channel.settimeout(deadline.left_s())
        channel.exec_command(SHELL)
    except BROKEN as error:
        deadline.left_s()
        if connection.transport.is_active():
            raise Unsupported("lets no command be executed over SSH") from error
        raise Unreachable("closed the connection") from error
    output, ending = _read(channel, script, deadline, limit_bytes)
    return replies_in(output, script, asks, ending)


def replies_in(output: bytes, script: Script, asks: tuple[str, ...], ending: Gap) -> dict[str, str | Gap]:
    """Return the replies between the marks; a question without its end mark gets the gap `ending`."""
    if b"\n" + script.word.encode() not in output:
        said = [line for line in plain(output[:2000].decode("utf-8", "replace")).splitlines() if line.strip()]
        if said:
            text = f"is not known: the account's shell did not run our script; it says {quoted(said[0])}"
            ending = Gap(reason=ending.reason, text=text)
    replies: dict[str, str | Gap] = {}
    position = 0
    for number, ask in enumerate(asks):
        marks = [f"\n{script.word} {step} {number}\n".encode() for step in ("begin", "told")]
        end = f"\n{script.word} end {number}\n".encode()
        begins_at = output.find(marks[0], position)
        told_at = output.find(marks[1], begins_at) if begins_at >= 0 else -1
        ends_at = output.find(end, told_at) if told_at >= 0 else -1
        if ends_at < 0:
            replies[ask] = ending
            continue
        stdout = output[begins_at + len(marks[0]) : told_at]
        told = output[told_at + len(marks[1]) : ends_at]
        replies[ask] = reply_of(stdout, told, script.share_bytes)
        position = ends_at
    return replies


def _read(channel: Channel, script: Script, deadline: Deadline, limit_bytes: int) -> tuple[bytes, Gap]:
    """Return all output and the gap for what is missing in it; the channel is closed then."""
    output = bytearray()
    ends_by = time.monotonic() + deadline.left_s()
    ending = Gap(reason=GapReason.UNEXPECTED_REPLY, text="is not known: the script ended before its reply did")
    try:
        channel.sendall(script.text.encode())
        channel.shutdown_write()
        while piece := channel.recv(_PIECE_BYTES):
            output += piece
            if len(output) > limit_bytes:
                text = f"is not known: the device sent more than {limit_bytes} bytes"
                ending = Gap(reason=GapReason.UNEXPECTED_REPLY, text=text)
                break
            channel.settimeout(max(0.001, ends_by - time.monotonic()))
    except TimeoutError:
        ending = Unreachable(f"is not known: the replies did not end within {deadline.timeout_s:g} s").gap
    except BROKEN:
        ending = Unreachable("is not known: the connection ended before its reply did").gap
    with contextlib.suppress(*BROKEN):
        channel.close()
    if deadline.over:
        ending = Unreachable(f"is not known: the replies did not end within {deadline.timeout_s:g} s").gap
    return bytes(output[:limit_bytes]), ending
