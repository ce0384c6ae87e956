"""One login at a simulated network CLI: prompt, enable, pager, replies, and its ways to misbehave."""

import itertools
import re
from typing import TYPE_CHECKING, Final

from tests.peers.terminal import Terminal

if TYPE_CHECKING:
    from tests.peers.ssh_cli import SshCliPeer

FILTER: Final = re.compile(r"^(?P<command>.*?) \| (?P<word>grep|include|match|i|no-more)(?: (?P<text>.*))?$")
ENABLE_TRIES: Final = 3
SECRET: Final = "<secret>"
# Title, colours, a cursor report request, a bell and a clipboard write, as a hostile device would mix in.
ESCAPES: Final = "\x1b]0;owned\x07\x1b[31m\x1b[6n\x07\x1b]52;c;AAAA\x07\x9b1m"


class Hangup(Exception):
    """The device ends the session."""


class CliSession:
    """Reads lines and answers them until the client leaves."""

    def __init__(self, peer: "SshCliPeer", terminal: Terminal, user: str) -> None:
        self.peer, self.style, self.terminal, self.user = peer, peer.style, terminal, user
        self.enabled = peer.starts_enabled
        self.paging = bool(peer.page_lines)
        self.count = 1
        self.stale = False
        self.contexts: list[str] = []

    def run(self) -> None:
        """Greets and answers; raises EOFError or OSError when the client is gone, Hangup at the end."""
        if self.peer.motd:
            self.terminal.write(self.peer.motd + "\n")
        if self.peer.mischief == "no_prompt":
            while True:
                self.peer.hear(self.terminal.line())
        if self.style.login_page:
            self.terminal.hush(True)
            self.terminal.write(self.style.login_page)
            self.peer.note_key(self.terminal.key())
            self.terminal.hush(False)
        self.prompt()
        while True:
            self.answer(self.terminal.line())

    def prompt_text(self) -> str:
        shape = self.style.enabled_prompt if self.enabled else self.style.prompt
        name = f"{self.peer.name} ({self.contexts[-1]})" if self.contexts else self.peer.name
        return shape.format(name=name, user=self.user, count=self.count)

    def prompt(self) -> None:
        self.terminal.write(self.style.before_prompt + self.prompt_text())

    def answer(self, line: str) -> None:
        """Answers one line and prompts again."""
        command = self.normalised(line)
        if not command:
            self.stale = self.peer.stale_prompt
            self.prompt()
            return
        self.peer.hear(line.strip())
        self.count += 1
        if self.stale:  # the second answer to an earlier bare newline arrives only now
            self.stale = False
            self.prompt()
        if not self.peer.pause(self.peer.think_s):
            raise Hangup
        if command in self.style.exits:
            raise Hangup
        if command == "enable" and self.style.has_enable:
            self.enable()
        elif command in self.style.pager_off:
            self.paging = self.peer.mischief == "more_for_ever"
            self.show(self.style.notices.get(command, ""))
        elif command in self.style.quiet or command in self.style.notices:
            self.show(self.style.notices.get(command, ""))
        elif not (self.style.contexts and command not in self.peer.replies and self.changed_context(command)):
            self.show(self.reply(command))
        self.prompt()

    def changed_context(self, command: str) -> bool:
        """Follows FortiOS's config, edit, next and end, and returns whether the command was one of them."""
        word, _, rest = command.partition(" ")
        if word == "config" and rest:
            self.contexts.append(rest.split()[-1])
        elif word == "edit" and self.contexts:
            self.contexts.append(rest)
        elif word in ("next", "end", "abort") and self.contexts:
            # `end` leaves the table and the entry in it
            del self.contexts[-2 if word == "end" and self.contexts[0] == "vdom" else -1 :]
        elif word in ("set", "unset") and self.contexts:
            self.paging &= command != "set output standard"
        else:
            return False
        return True

    def normalised(self, line: str) -> str:
        command = " ".join(line.split())
        return command.replace("/", " ").strip() if self.style.slash_paths else command

    def reply(self, command: str) -> str:
        """Returns the recorded text, filtered where the line asks for it, or the platform's error."""
        known = self.peer.replies
        refused = command in self.peer.privileged_only and not self.enabled
        if command in known and not refused:
            return known[command]
        pipe = FILTER.match(command)
        if pipe and pipe["command"] in known and not refused:
            text, wanted = known[pipe["command"]], (pipe["text"] or "").strip("\"'")
            if pipe["word"] == "no-more":
                return text
            return "".join(f"{row}\n" for row in text.splitlines() if re.search(re.escape(wanted), row))
        caret = " " * len(self.prompt_text()) + "^"
        return self.style.unknown.format(command=command, first=command.split(maxsplit=1)[0], caret=caret)

    def enable(self) -> None:
        """Asks for the secret up to three times, as IOS does."""
        if self.enabled:
            return
        for _ in range(ENABLE_TRIES):
            self.terminal.hush(True)
            self.terminal.write("Password: ")
            given = self.terminal.line()
            self.terminal.hush(False)
            self.terminal.write("\n")
            self.peer.hear(SECRET)
            right = self.peer.enable_secret is not None and given == self.peer.enable_secret
            if self.peer.note_logon("enable", right):
                self.enabled = True
                return
            if self.style.enable_wrong:
                self.terminal.write(self.style.enable_wrong + "\n")
        self.terminal.write(self.style.enable_refused + "\n")

    def show(self, text: str) -> None:
        """Writes a command's output through the pager, or as the mischief wants."""
        if text and not text.endswith("\n"):
            text += "\n"
        match self.peer.mischief:
            case "endless_output":
                for number in itertools.count():
                    self.terminal.write(f"line {number} of an output without end\n" * 50)
            case "drip_output":
                for letter in itertools.cycle(text or "x"):
                    self.terminal.write(letter)
                    if not self.peer.pause(0.2):
                        raise Hangup
            case "endless_line":
                while self.peer.pause(0):
                    self.terminal.write("x" * 32_768)
                raise Hangup
            case "close_in_output":
                self.terminal.write(text[: len(text) // 2])
                raise Hangup
            case "stall_in_output":
                self.terminal.write(text[: len(text) // 2])
                while True:
                    self.terminal.key()
            case "beginnings":
                self.terminal.write("\x9d" * 400_000 + "\n")
            case "erasures":
                self.terminal.write("x" * 400_000 + "\r" + "\x1b[P" * 200_000 + "\n")
            case "prompts_in_a_row":
                self.terminal.write((self.prompt_text() + "  ") * 30 + "x")
                self.peer.pause(0.2)
                self.terminal.write("\n")
            case "escapes_alone":
                self.terminal.write((ESCAPES + "\n") * 20)
            case "escapes":
                self.paged("\n".join(ESCAPES + row for row in text.split("\n")))
            case _:
                self.paged(text)

    def paged(self, text: str) -> None:
        rows = text.splitlines(keepends=True)
        if not self.paging or not self.peer.page_lines:
            self.terminal.write(text)
            return
        room = self.peer.page_lines - 1
        self.terminal.hush(True)
        while rows or self.peer.mischief == "more_for_ever":
            self.terminal.write("".join(rows[:room]))
            rows = rows[room:]
            if not rows and self.peer.mischief != "more_for_ever":
                break
            self.terminal.write(self.style.pager)
            key = self.terminal.key()
            while key not in " \r\nqQ\x03":
                self.peer.note_key(key)
                key = self.terminal.key()
            self.peer.note_key(key)
            self.terminal.write(self.style.pager_erase)
            if key in "qQ\x03":
                break
            room = self.peer.page_lines - 1 if key == " " else 1
        self.terminal.hush(False)
