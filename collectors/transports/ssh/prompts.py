"""What the last line on the screen is: a prompt, a pager, a question at login; and what lines are a command's own."""

import re
from typing import Final

from collectors.errors import UnexpectedReply

_LINE_LIMIT: Final = 300
_LOOKS_LIKE_PROMPT = re.compile(r"^\S.{0,100}?[>#$%]\s*$|^[>#$%]\s*$|^\[[^\]]{1,80}\]\s*$")
_NO_PROMPT = re.compile(
    r"(?i)passw|passcode|\?|\[(y|yes|n|no|confirm)\b|\b(y/n|yes/no)\b|log ?in\b.*:|user ?name|^#{3}|\*{3}"
)
_SHELL_PROMPT = re.compile(r"\$\s*$|[@~:/].*[#%\]]\s*$|^[~/].*#\s*$")
_SHELL_IDENT = re.compile(r"OpenSSH|dropbear", re.IGNORECASE)
_PAGER = re.compile(
    r"""(?ix) ^ \W* more \W* $ | -+ \s* \(? more \b [^a-z]* $ | -+ \s* more \s* -+ ,? \s* ( next | \( | or )
    | ^ -* \s* more \s* : \s* < | press \s+ \W* (any \s+ key | space | enter | return) | \[ q \s quit \|
    | ^ lines \s \d+ - \d+ | \b q \W* quit \b .* ( space | page ) | next \s page : | ^ \W* continue \W* \( space""",
)
_PAGER_END = re.compile(r"^\(END\)\s*$|^lines .*\(END\)\s*$")
_WANTS_RETURN = re.compile(r"(?i)press\s+\W*(enter|return)\b")
_LOGIN_NAME = re.compile(r"(?i)(user ?name|login( as)?|^user)\s*:\s*$")
_PASSWORD = re.compile(r"(?i)pass(word|code|phrase)[^:]{0,60}:\s*$")
_CONTEXT = re.compile(r"^\{(master|backup|primary|secondary|linecard|line-card)(:\S+)?\}$|^\[edit[^\]]*\]$")


def looks_like_prompt(line: str) -> bool:
    """Return whether a last line may be a prompt: short, ending in > # $ % or, on ESXi, a bracket, and no question."""
    return len(line) < _LINE_LIMIT and bool(_LOOKS_LIKE_PROMPT.match(line)) and not _NO_PROMPT.search(line)


def is_posix_shell(ident: str, prompt: str) -> bool:
    """Return whether server and prompt are those of a POSIX shell, where a command may be executed without typing.

    Only OpenSSH and dropbear count: they give each command a channel of its own, while many network devices take one
    channel and end the connection after it. Vendor CLIs on OpenSSH have prompts like 'switch# ' or 'user@name> '.
    """
    prompt = prompt.strip()
    return len(prompt) < _LINE_LIMIT and bool(_SHELL_IDENT.search(ident)) and bool(_SHELL_PROMPT.search(prompt))


def pager_key(line: str) -> str | None:
    """Return the key that makes a pager go on ('q' at its end), None when the line is no pager's."""
    line = line.strip()
    if not line or len(line) > 120:
        return None
    if _PAGER_END.search(line):
        return "q"
    if not _PAGER.search(line):
        return None
    return "\r" if _WANTS_RETURN.search(line) and "space" not in line.casefold() else " "


def asks_for_name(line: str) -> bool:
    """Return whether the line asks for a user name."""
    return len(line) < _LINE_LIMIT and bool(_LOGIN_NAME.search(line))


def asks_for_password(line: str) -> bool:
    """Return whether the line asks for a password."""
    return len(line) < _LINE_LIMIT and bool(_PASSWORD.search(line))


def asks_for_key(lines: list[str], key: str) -> bool:
    """Return whether the last lines ask for this one key: (Press 'a' to accept), [Y/n]."""
    said = " ".join(lines[-3:])[-_LINE_LIMIT:]
    return bool(re.search(rf"['\"<\[(/]{re.escape(key)}['\">\])/]", said))


class Prompt:
    """A prompt that was seen twice. Numbers in it may change: EXOS counts commands, EOS can show the time."""

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        shape = r"\d+".join(re.escape(part) for part in re.split(r"\d+", self.text.lstrip("*! ")))
        self._start = re.compile(rf"[*!\s]*{shape}\s*")
        self._whole = re.compile(rf"(?:[*!\s]*{shape})+\s*")  # blanks belong to one part alone: no doubt, no search
        self._part = max(re.split(r"\d+", self.text.lstrip("*! ")), key=len)
        stem = re.search(r"[\w.-]+", self.text.split("@")[-1])
        self._stem = stem[0] if stem else ""

    def is_line(self, line: str) -> bool:
        """Return whether a line is this prompt and nothing else (or several of them)."""
        return 0 < len(line) < _LINE_LIMIT and bool(self._whole.fullmatch(line))

    def after(self, line: str) -> str | None:
        """Return what follows this prompt on a line, None when the line does not begin with it."""
        begin = self._start.match(line[:_LINE_LIMIT])
        return None if begin is None else line[begin.end() :]

    def begins_one_of(self, lines: list[str]) -> bool:
        """Return whether any of many lines begins with this prompt."""
        if self._part not in "\n".join(lines):  # as good as every reply: no line of it need be looked at
            return False
        return any(self.after(line) is not None for line in lines)

    def may_become(self, line: str) -> bool:
        """Return whether a line can be this device's prompt in another mode or context."""
        return looks_like_prompt(line) and (not self._stem or self._stem in line)


def echo_at(lines: list[str], command: str, prompt: Prompt) -> int | None:
    """Return the index of the line after the echo of a command, None when it was not echoed."""
    wanted = "".join(command.split())
    for index, line in enumerate(lines[:-1]):
        if _is_echo(line, wanted, prompt):
            return index + 1
        if index + 2 < len(lines) and len(line) > 20 and _is_echo(line + lines[index + 1], wanted, prompt):
            return index + 2  # the terminal wrapped it
    return None


def own_lines(lines: list[str], command: str, prompt: Prompt) -> list[str]:
    """Return a command's own lines out of all that was heard since it was sent; raises UnexpectedReply when unsure.

    Prompts between echo and output answered something earlier and are dropped; one inside the output leaves doubt.
    """
    start = echo_at(lines, command, prompt)
    if start is None:
        raise UnexpectedReply("is not known: the device did not repeat the command, so the reply may be another's")
    if not prompt.is_line(lines[-1]):
        raise UnexpectedReply("is not known: the reply does not end with the prompt")
    own = lines[start:-1]
    while own:
        rest = prompt.after(own[0])
        if rest is None and own[0].strip():
            break
        own = own[1:] if not (rest or "").strip() else [rest or "", *own[1:]]
    while own and (not own[-1].strip() or _CONTEXT.match(own[-1].strip())):
        own.pop()
    if prompt.begins_one_of(own):
        raise UnexpectedReply("is not known: a prompt stands inside the reply, so it may be two replies")
    return own


def is_empty(lines: list[str], prompt: Prompt) -> bool:
    """Return whether lines hold nothing but prompts, context marks and blanks."""
    return all(not line.strip() or prompt.is_line(line) or _CONTEXT.match(line.strip()) for line in lines)


def _is_echo(line: str, wanted: str, prompt: Prompt) -> bool:
    bare = "".join(line[:2000].split())
    if not bare.endswith(wanted):
        return False
    before = bare[: len(bare) - len(wanted)]
    return not before or looks_like_prompt(before) or prompt.is_line(before)
