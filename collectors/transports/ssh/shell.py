"""An interactive shell on a device: every reply is read with blocking reads up to one deadline, and proved to be whole.

How a reply is known to be the command's own: the command's echo is seen, the reply ends with the known prompt, and a
bare newline sent then is answered with that prompt and nothing else. Anything else is an UnexpectedReply, never a text.
"""

import codecs
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from collectors.access import Deadline
from collectors.errors import UnexpectedReply, Unreachable
from collectors.transports.ssh.connection import BROKEN
from collectors.transports.ssh.prompts import Prompt, echo_at, is_empty, own_lines, pager_key
from collectors.transports.ssh.terminal_text import render

_PIECE_BYTES = 32 * 1024
_TAIL_CHARACTERS = 1000
_HEAD_CHARACTERS = 8000
_IDLE_PAGES_COUNT = 5


class Wire(Protocol):
    """The part of a paramiko channel that a shell needs."""

    def sendall(self, s: bytes, /) -> None:
        """Send all octets."""

    def recv(self, nbytes: int, /) -> bytes:
        """Return octets, none at the end; raises TimeoutError."""

    def recv_ready(self) -> bool:
        """Return whether something can be read at once."""

    def settimeout(self, timeout: float | None, /) -> None:
        """Limit the next reads and sends."""

    def close(self) -> None:
        """End the channel."""


class TooMuch(UnexpectedReply):
    """A device sends more than is ever read from one; the channel is closed."""


class NoEcho(UnexpectedReply):
    """The device does not repeat what is typed, so nothing that it says is certainly a reply."""


@dataclass(frozen=True)
class Waits:
    """How long to wait for what; all of it inside the deadline."""

    greeting_s: float = 30.0
    silence_s: float = 4.0
    """Some devices say nothing until a key is pressed; most say something within this."""
    question_s: float = 60.0
    idle_s: float = 30.0
    echo_s: float = 8.0
    prompt_s: float = 10.0
    empty_s: float = 1.0
    """For the output of a command that was answered with the prompt alone."""
    quiet_s: float = 0.03
    careful_s: float = 2.0
    """The same again, after a first reply was not certain."""
    pager_s: float = 0.02


@dataclass
class Heard:
    """What came in since something was sent: whole lines, and the line that is still open."""

    lines: list[str] = field(default_factory=list)
    open_line: str = ""
    head: str = ""
    size: int = 0
    _looked_at: str | None = None
    _looks: str = ""

    def add(self, piece: str) -> None:
        """Take in what was read."""
        self.size += len(piece)
        if len(self.head) < _HEAD_CHARACTERS:
            self.head += piece
        whole, newline, rest = piece.rpartition("\n")
        if newline:
            self.lines.append(self.open_line + whole + newline)
            self.open_line = rest
        else:
            self.open_line += piece

    @property
    def last_line(self) -> str:
        """Return the open line as it looks."""
        if self._looked_at is not self.open_line:  # it is asked for several times after each piece
            self._looks = render(self.open_line[-_TAIL_CHARACTERS:])[-1]
            self._looked_at = self.open_line
        return self._looks

    def moves_alone(self, command: str, prompt: Prompt) -> bool:
        """Return whether a whole line between the echo of a command and the prompt holds escapes and no word."""
        said = [*"".join(self.lines).split("\n"), self.open_line]
        shown = ["\n".join(render(line)) for line in said]
        start = echo_at(shown, command, prompt)
        return start is not None and any(
            "\x1b" in line or "\x9b" in line
            for line, seen in zip(said[start:-1], shown[start:-1], strict=True)
            if not seen.strip()
        )

    def rendered(self) -> list[str]:
        """Return all lines as they look, the open one last."""
        return render("".join(self.lines) + self.open_line)


class Shell:
    """Sends lines and hears replies. `prompt` is set once it was learned (see `greeting`)."""

    def __init__(
        self, wire: Wire, deadline: Deadline, limit_bytes: int, waits: Waits | None = None, line_end: str = "\r"
    ) -> None:
        self.waits = waits or Waits()
        self.line_end = line_end
        self.prompt = Prompt("")
        self._wire, self._deadline, self._limit_bytes = wire, deadline, limit_bytes
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def send(self, text: str) -> None:
        """Send keys; raises Unreachable."""
        try:
            self._wire.settimeout(self._deadline.left_s())
            self._wire.sendall(text.encode())
        except BROKEN as error:
            self._deadline.left_s()
            raise Unreachable("closed the connection") from error

    def hear(self, wait_s: float) -> str:
        """Return what is there, waiting at most so long; empty when nothing came. Raises Unreachable at the end."""
        piece = ""
        while not piece:  # octets may be the first half of a letter
            if wait_s <= 0 and not self._wire.recv_ready():
                return ""
            try:
                self._wire.settimeout(self._deadline.left_s(max(wait_s, 0.001)))
                octets = self._wire.recv(_PIECE_BYTES)
            except TimeoutError:
                return ""
            except BROKEN as error:
                self._deadline.left_s()
                raise Unreachable("closed the connection") from error
            if not octets:
                self._deadline.left_s()
                raise Unreachable("closed the connection")
            piece = self._decoder.decode(octets)
        return piece

    def listen(self, heard: Heard, ended: Callable[[], bool], quiet_s: float, idle_s: Callable[[], float]) -> bool:
        """Hear until `ended` holds and nothing more came for quiet_s; False when idle_s passed first. Turns pages."""
        limit = Deadline(self.waits.question_s)
        idle_pages_count, text_size = 0, 0
        while not limit.over:
            if ended():
                piece = self.hear(quiet_s)
                if not piece:
                    return True
            elif key := pager_key(heard.last_line):
                piece = self.hear(self.waits.pager_s)
                if not piece:
                    idle_pages_count = idle_pages_count + 1 if len(heard.lines) == text_size else 0
                    if idle_pages_count > _IDLE_PAGES_COUNT:
                        return False
                    text_size = len(heard.lines)
                    heard.open_line = ""
                    limit = Deadline(self.waits.question_s)  # a page turned is progress; the deadline stays
                    self.send(key)
                    continue
            else:
                piece = self.hear(idle_s())
                if not piece:
                    return False
            heard.add(piece)
            if heard.size > self._limit_bytes:
                self.close()
                raise TooMuch(f"is not known: the reply is longer than {self._limit_bytes} bytes")
        return False

    def ask(self, command: str, careful: bool = False) -> str:
        """Return a command's whole output, without echo and prompt; raises UnexpectedReply when it is not certain."""
        quiet_s = self.waits.careful_s if careful else 0.0
        self.settle(0.0)
        self.send(command + self.line_end)
        heard = Heard()
        seen = _Progress(heard, command, self.prompt)

        def ended() -> bool:
            return seen.echo and self.prompt.is_line(heard.last_line) and seen.body

        def idle_s() -> float:
            if not seen.echo:
                return self.waits.echo_s
            return self.waits.empty_s + quiet_s if self.prompt.is_line(heard.last_line) else self.waits.idle_s

        whole = self.listen(heard, ended, quiet_s, idle_s)
        if not whole and not seen.echo:
            raise NoEcho("is not known: the device did not repeat the command, so no reply is certainly its own")
        if not whole and not self.prompt.is_line(heard.last_line):
            raise UnexpectedReply("is not known: the reply did not end with the prompt")
        own = own_lines(heard.rendered(), command, self.prompt)
        self.prove_end(quiet_s)
        if not own and heard.moves_alone(command, self.prompt):
            raise UnexpectedReply("is not known: the reply is nothing but movements of a screen")
        return "\n".join(own)

    def prove_end(self, quiet_s: float) -> None:
        """Send a bare newline, which must be answered with the prompt alone; raises UnexpectedReply otherwise."""
        self.send(self.line_end)
        heard = Heard()
        at_prompt = self.listen(
            heard,
            lambda: bool(heard.lines or "\x1b" in heard.open_line) and self.prompt.is_line(heard.last_line),
            quiet_s,
            lambda: self.waits.prompt_s,
        )
        if not at_prompt or not is_empty(heard.rendered(), self.prompt):
            raise UnexpectedReply("is not known: more came after its end, so it may not be whole")

    def prepare(self, command: str) -> None:
        """Send one line that sets the session up; its reply does not count, and the prompt may change with it."""
        self.send(command + self.line_end)
        heard = Heard()
        seen = _Progress(heard, command, self.prompt)
        if not self.listen(
            heard,
            lambda: seen.echo and (self.prompt.is_line(heard.last_line) or self.prompt.may_become(heard.last_line)),
            0.0,
            lambda: self.waits.prompt_s,
        ):
            raise UnexpectedReply("is not known: the device did not come back to its prompt while it was prepared")
        if not self.prompt.is_line(heard.last_line):
            self.prompt = Prompt(heard.last_line)

    def settle(self, quiet_s: float) -> str:
        """Hear until nothing came for so long, and return it: what is late is never taken for a later reply."""
        heard = Heard()
        limit = Deadline(self.waits.prompt_s)
        while not limit.over and (piece := self.hear(quiet_s)):
            heard.add(piece)
            if heard.size > self._limit_bytes:
                self.close()
                raise TooMuch(f"is not known: the device sends more than {self._limit_bytes} bytes unasked")
        return "".join(heard.lines) + heard.open_line

    def come_back(self) -> bool:
        """Find the prompt again after an uncertain reply, without any command; returns whether that worked."""
        self.settle(self.waits.careful_s)
        try:
            self.prove_end(self.waits.quiet_s)
        except TooMuch:
            raise
        except UnexpectedReply:
            return False
        return True

    def close(self) -> None:
        """End the channel; never raises."""
        try:
            self._wire.close()
        except BROKEN:
            return


class _Progress:
    """Whether echo and output of a command were seen yet, looked for in the beginning only."""

    def __init__(self, heard: Heard, command: str, prompt: Prompt) -> None:
        self._heard, self._command, self._prompt = heard, command, prompt
        self._echo = self._body = False

    @property
    def echo(self) -> bool:
        """Return whether the device repeated the command."""
        if not self._echo:
            self._echo = echo_at(render(self._heard.head), self._command, self._prompt) is not None
        return self._echo

    @property
    def body(self) -> bool:
        """Return whether anything but prompts came after the echo."""
        if not self._body:
            lines = render(self._heard.head)
            start = echo_at(lines, self._command, self._prompt)
            self._body = start is not None and not is_empty(lines[start:], self._prompt)
        return self._body
