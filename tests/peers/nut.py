"""A NUT server in this process (RFC 9271), answering as upsd 2.8.0 was seen to, with hostile modes."""

import contextlib
import itertools
import shlex
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from tests.peers.listener import TcpPeer

MISCHIEF: Final = (
    "silent",
    "endless_list",
    "long_line",  # one line without an end
    "wrong_end",  # END of another list
    "no_end",  # the list stops and nothing follows
    "other_ups",  # rows of a UPS that was not asked about
    "unquoted",  # a row whose value has no closing quote
    "close_in_list",
    "drip",
    "binary",
    "escapes",  # terminal sequences in a value
    "short_row",  # a row that is its first word alone
    "twice",  # one variable with two values
    "error_without_end",  # ERR and then letters for ever
)
MOST_LINE_BYTES: Final = 4096
ABOUT: Final = {
    "VER": "Network UPS Tools upsd 2.8.0 - http://www.networkupstools.org/",
    "NETVER": "1.3",
    "PROTVER": "1.3",
    "HELP": "Commands: HELP VER GET LIST SET INSTCMD LOGIN LOGOUT USERNAME PASSWORD STARTTLS",
}


class Goodbye(Exception):
    """The connection ends."""


def parse_dump(source: Path | str) -> dict[str, str]:
    """Returns the variables of a .dev dump: lines of `name: value`, comments left out."""
    text = source.read_text(encoding="utf-8", errors="replace") if isinstance(source, Path) else source
    pairs = (line.split(":", 1) for line in text.splitlines() if ":" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def quoted(text: str) -> str:
    """Returns the text in double quotes, with quotes and backslashes escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class NutPeer(TcpPeer):
    """Serves dumps by UPS name; `received` has every line, passwords as <secret>.

    As with upsd, PASSWORD is always OK and a wrong one shows at LOGIN. With login_needed a list is refused before a
    right logon, as a proxy in front of upsd does.
    """

    def __init__(
        self,
        dumps: Mapping[str, Path | str],
        *,
        users: Mapping[str, str] | None = None,
        login_needed: bool = False,
        stale: Iterable[str] = (),
        unplugged: Iterable[str] = (),
        starttls_answer: str = "ERR FEATURE-NOT-CONFIGURED",
        mischief: str | None = None,
        address: str | None = None,
        port: int = 0,
    ) -> None:
        if mischief is not None and mischief not in MISCHIEF:
            raise ValueError(f"no such mischief: {mischief}")
        super().__init__(address, port)
        self.devices = {name: parse_dump(dump) for name, dump in dumps.items()}
        self.users = dict(users or {})
        self.login_needed = login_needed
        self.stale, self.unplugged = set(stale), set(unplugged)
        self.starttls_answer = starttls_answer
        self.mischief = mischief

    def set(self, name: str, variable: str, text: str) -> None:
        """Changes or adds one variable while the server runs."""
        self.devices[name][variable] = text

    def serve(self, connection: socket.socket) -> None:
        """Answers lines until LOGOUT or the client leaves."""
        client = _Client(self, connection)
        with connection.makefile("rb") as lines, contextlib.suppress(Goodbye):
            while line := lines.readline(MOST_LINE_BYTES):
                client.answer(line.decode("utf-8", "replace").strip())


class _Client:
    """One connection's logon state."""

    def __init__(self, peer: NutPeer, connection: socket.socket) -> None:
        self.peer, self.connection = peer, connection
        self.user: str | None = None
        self.password: str | None = None
        self.logged_in = False
        self.judged: bool | None = None

    def say(self, *lines: str) -> None:
        self.connection.sendall("".join(f"{line}\n" for line in lines).encode())

    def answer(self, line: str) -> None:
        """Answers one line; raises Goodbye."""
        try:
            words = shlex.split(line)
        except ValueError:
            words = []
        verb = words[0].upper() if words else ""
        self.peer.hear("PASSWORD <secret>" if verb == "PASSWORD" else line)
        if self.peer.mischief == "silent":
            return
        match [verb, *words[1:]]:
            case [("VER" | "NETVER" | "PROTVER" | "HELP") as word]:
                self.say(ABOUT[word])
            case ["STARTTLS"]:
                self.say(self.peer.starttls_answer)
            case ["USERNAME", user]:
                self.say("ERR ALREADY-SET-USERNAME" if self.user is not None else "OK")
                self.user = user if self.user is None else self.user
            case ["PASSWORD", password]:
                self.say("ERR ALREADY-SET-PASSWORD" if self.password is not None else "OK")
                self.password = password if self.password is None else self.password
            case ["LOGIN", name]:
                self.login(name)
            case ["LOGOUT"]:
                self.say("OK Goodbye")
                raise Goodbye
            case ["LIST", what, *rest]:
                self.say_list(what.upper(), rest)
            case ["GET", what, *rest]:
                self.say_values(what.upper(), rest)
            case ["SET" | "INSTCMD", *_] if self.user is None:
                self.say("ERR USERNAME-REQUIRED")
            case ["SET", *_]:
                self.say("ERR ACCESS-DENIED")
            case ["INSTCMD", *_]:
                self.say("ERR CMD-NOT-SUPPORTED")
            case ["LIST" | "GET" | "USERNAME" | "PASSWORD" | "LOGIN", *_]:
                self.say("ERR INVALID-ARGUMENT")
            case _:
                self.say("ERR UNKNOWN-COMMAND")

    def right(self) -> bool:
        """Returns whether user and password are right, and notes the logon once."""
        if self.judged is None:
            right = self.user is not None and self.peer.users.get(self.user) == self.password
            self.judged = self.peer.note_logon(self.user or "", right)
        return self.judged

    def login(self, name: str) -> None:
        if self.user is None:
            self.say("ERR USERNAME-REQUIRED")
        elif self.password is None:
            self.say("ERR PASSWORD-REQUIRED")
        elif self.logged_in:
            self.say("ERR ALREADY-LOGGED-IN")
        elif not self.right():
            self.say("ERR ACCESS-DENIED")
        elif name not in self.peer.devices:
            self.say("ERR UNKNOWN-UPS")
        else:
            self.logged_in = True
            self.say("OK")

    def problem(self, name: str) -> str:
        """Returns why nothing can be said about this UPS, or nothing."""
        if self.peer.login_needed and (self.user is None or not self.right()):
            return "ERR ACCESS-DENIED"
        if name not in self.peer.devices:
            return "ERR UNKNOWN-UPS"
        if name in self.peer.unplugged:
            return "ERR DRIVER-NOT-CONNECTED"
        return "ERR DATA-STALE" if name in self.peer.stale else ""

    def say_list(self, what: str, rest: list[str]) -> None:
        match what, rest:
            case "UPS", []:
                rows = [f'UPS {name} "Description unavailable"' for name in self.peer.devices]
                self.rows("UPS", rows)
            case "VAR", [name]:
                if problem := self.problem(name):
                    self.say(problem)
                    return
                variables = sorted(self.peer.devices[name].items())
                self.rows(f"VAR {name}", [f"VAR {name} {variable} {quoted(text)}" for variable, text in variables])
            case "RW" | "CMD" | "CLIENT", [name]:
                problem = self.problem(name)
                self.say(*([problem] if problem else [f"BEGIN LIST {what} {name}", f"END LIST {what} {name}"]))
            case _:
                self.say("ERR INVALID-ARGUMENT")

    def say_values(self, what: str, rest: list[str]) -> None:
        if not rest:
            self.say("ERR INVALID-ARGUMENT")
        elif problem := self.problem(rest[0]):
            self.say(problem)
        else:
            name = rest[0]
            match what, rest[1:]:
                case "VAR", [variable]:
                    text = self.peer.devices[name].get(variable)
                    self.say("ERR VAR-NOT-SUPPORTED" if text is None else f"VAR {name} {variable} {quoted(text)}")
                case "DESC", [variable]:
                    self.say(f'DESC {name} {variable} "Description unavailable"')
                case "UPSDESC", []:
                    self.say(f'UPSDESC {name} "Unavailable"')
                case "NUMLOGINS", []:
                    self.say(f"NUMLOGINS {name} {int(self.logged_in)}")
                case _:
                    self.say("ERR INVALID-ARGUMENT")

    def rows(self, what: str, rows: list[str]) -> None:
        begin, end = f"BEGIN LIST {what}", f"END LIST {what}"
        pause = self.peer.pause
        match self.peer.mischief:
            case "endless_list":
                self.say(begin)
                for number in itertools.count():
                    self.say(*(f'{what} endless.{number}.{part} "1"' for part in range(100)))
            case "long_line":
                self.say(begin)
                while pause(0):
                    self.connection.sendall(b"x" * 65_536)
            case "wrong_end":
                self.say(begin, *rows, "END LIST VAR another")
            case "no_end":
                self.say(begin, *rows)
            case "other_ups":
                self.say(begin, 'VAR another ups.status "OL"', end)
            case "unquoted":
                self.say(begin, *(row.rstrip('"') for row in rows), end)
            case "close_in_list":
                self.say(begin, *rows[: len(rows) // 2])
                raise Goodbye
            case "drip":
                for octet in itertools.cycle("\n".join((begin, *rows, "")).encode()):
                    self.connection.sendall(bytes((octet,)))
                    if not pause(0.2):
                        raise Goodbye
            case "binary":
                self.connection.sendall(bytes(range(256)) * 4 + b"\n")
            case "short_row":
                self.say(begin, what.split(maxsplit=1)[0], *rows, end)
            case "twice":
                self.say(begin, *rows, rows[-1].rpartition(' "')[0] + ' "another"', end)
            case "error_without_end":
                self.connection.sendall(b"ERR ")
                while pause(0):
                    self.connection.sendall(b"A" * 65_536)
            case "escapes":
                self.say(begin, f'{what} ups.model "\x1b]0;owned\x07\x1b[31mred\x00"', *rows, end)
            case _:
                self.say(begin, *rows, end)
