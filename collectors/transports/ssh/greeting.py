"""The first moments of a shell: notices, keys to press, a logon that is typed, and learning the prompt."""

from collections.abc import Collection
from dataclasses import dataclass

from collectors.access import Deadline
from collectors.errors import AccessDenied, UnexpectedReply
from collectors.transports.ssh.command_errors import quoted
from collectors.transports.ssh.logon import TypedLogon
from collectors.transports.ssh.prompts import (
    Prompt,
    asks_for_key,
    asks_for_name,
    asks_for_password,
    looks_like_prompt,
    pager_key,
)
from collectors.transports.ssh.shell import Shell
from collectors.transports.ssh.terminal_text import render

_FIRST_QUIET_S = 0.03
_TEXT_LIMIT_CHARACTERS = 16 * 1024


@dataclass(frozen=True)
class Greeting:
    """What a device said before its first prompt, and the last line when no prompt was found."""

    said: str
    last_line: str
    at_prompt: bool


def greet(shell: Shell, typed: TypedLogon | None = None, keys: Collection[str] = ()) -> Greeting:
    """Come to the prompt and learn it; `keys` are pressed where the device asks for just that key.

    The prompt is what comes twice: once by itself, once in answer to a bare newline. A notice that looks like a prompt
    does not. Raises AccessDenied when a typed logon fails, Unreachable when the device goes away.
    """
    limit = Deadline(shell.waits.greeting_s)
    left_keys = set(keys)
    said = ""
    candidate = ""
    newline_sent = False
    while not limit.over:
        piece = shell.settle(_FIRST_QUIET_S) or shell.hear(shell.waits.prompt_s if candidate else shell.waits.silence_s)
        said = (said + piece)[-_TEXT_LIMIT_CHARACTERS:]
        lines = render(said)
        last = lines[-1].strip()
        if piece and looks_like_prompt(last):
            if typed is not None:
                typed.settle(let_in=True)
            if candidate and Prompt(candidate).is_line(last):
                shell.prompt = Prompt(last)
                return Greeting("\n".join(line for line in lines[:-1] if not shell.prompt.is_line(line)), last, True)
            candidate = last
            shell.send(shell.line_end)
        elif piece and _answered(shell, lines, typed, left_keys):
            said += "\n"
        elif not piece and candidate:
            candidate = ""  # the newline was not answered: look at it again, slowly
        elif not piece and not newline_sent:
            newline_sent = True
            if not last:
                shell.send(shell.line_end)
        elif not piece and last:
            break  # it waits for something that we do not answer; a silent one may only be slow
    lines = render(said)
    return Greeting("\n".join(lines[:-1]), lines[-1].strip(), False)


def require_prompt(greeting: Greeting) -> None:
    """Raise UnexpectedReply when the device did not come to a prompt."""
    if not greeting.at_prompt:
        seen = f"it stopped at {quoted(greeting.last_line)}" if greeting.last_line else "it said nothing"
        raise UnexpectedReply(f"gave no prompt after the logon: {seen}")


def _answered(shell: Shell, lines: list[str], typed: TypedLogon | None, left_keys: set[str]) -> bool:
    """Answer what a device asks before its prompt; False when it asks nothing that we may answer."""
    last = lines[-1].strip()
    for key in sorted(left_keys):
        if asks_for_key(lines, key):
            left_keys.discard(key)
            shell.send(key)
            return True
    key_to_go_on = pager_key(last)
    if key_to_go_on is not None:
        shell.send(key_to_go_on)
        return True
    if asks_for_name(last) or asks_for_password(last):
        if typed is None:
            raise AccessDenied("asks for a second logon after the first, which is never given")
        if typed.sent:
            typed.settle(let_in=False)
            raise AccessDenied(f"refused the account {typed.user!r}")
        if asks_for_name(last):
            shell.send(typed.user + shell.line_end)
        else:
            typed.sent = True
            shell.send(typed.password + shell.line_end)
        return True
    return False
