"""The NUT transport: lists the variables of one UPS from a Network UPS Tools server (RFC 9271) and sets nothing."""

import re
import shlex
import socket
from collections.abc import Iterable

from collectors.access import Access, Circumstances, Deadline, Secret
from collectors.credentials import NutAccount
from collectors.errors import AccessDenied, CollectError, NoReply, UnexpectedReply, Unreachable, Unsupported
from collectors.facts.gaps import Gap, GapReason
from collectors.logons import account_of
from collectors.replies import JsonReplies, JsonValue
from collectors.session import AnyDriver, Hello

LINE_LIMIT_BYTES = 4096
LINES_LIMIT_COUNT = 5_000
_NAME = re.compile(r"[\w.:@-]{1,255}", re.ASCII)  # it goes into our next question, so it must be one word
_REFUSALS = {"ACCESS-DENIED", "INVALID-PASSWORD", "INVALID-USERNAME", "USERNAME-REQUIRED", "PASSWORD-REQUIRED"}
_WORDS = {
    "DATA-STALE": Unreachable("is not current: the NUT driver has lost the UPS"),
    "DRIVER-NOT-CONNECTED": Unreachable("is not known to the NUT server: its driver is not connected"),
}


class NutSession:
    """A connection to upsd. Lines are capped in length and number, and all waits end with the deadline."""

    def __init__(self, connection: socket.socket, account: NutAccount, circumstances: Circumstances) -> None:
        self._socket = connection
        self._account = account
        self._circumstances = circumstances
        self._buffer = b""
        self._listed: dict[str, JsonValue | Gap] = {}
        self.hello = Hello(address=str(connection.getpeername()[0]))

    def try_question(self, question: str) -> str | None:
        """Return the list as text; every NUT server answers both questions, so what keeps it from that is told."""
        reply = self._reply(question)
        if isinstance(reply, Gap):
            raise NoReply(reply)
        return str(reply)

    def ask(self, driver: AnyDriver) -> JsonReplies:
        """Return the replies to the driver's lists."""
        replies = {question: self._reply(question) for question in driver.ASKS}
        return JsonReplies(self._circumstances.now(), replies, self.hello.address)

    def refusal(self) -> Gap | None:
        """Return why the lists were refused to this account; upsd itself says OK to any password."""
        replies = [self._reply(question) for question in ("LIST UPS", "LIST VAR")]
        gaps = (reply for reply in replies if isinstance(reply, Gap))
        return next((gap for gap in gaps if gap.reason is GapReason.ACCESS_DENIED), None)

    def _reply(self, question: str) -> JsonValue | Gap:
        if question not in self._listed:
            try:
                self._listed[question] = self._list_ups() if question == "LIST UPS" else self._list_variables()
            except CollectError as error:
                self._listed[question] = error.gap
        return self._listed[question]

    def _list_ups(self) -> JsonValue:
        return _once((words[0], words[1] if len(words) > 1 else "") for words in self._list("LIST UPS", "UPS"))

    def _list_variables(self) -> JsonValue:
        name = self._ups_name()
        rows = self._list(f"LIST VAR {name}", "VAR")
        if not rows:
            raise UnexpectedReply("holds no variables")
        if any(len(words) != 3 or words[0] != name for words in rows):
            raise UnexpectedReply("holds a row that is no variable of this UPS")
        return _once((words[1], words[2]) for words in rows)

    def _ups_name(self) -> str:
        if self._account.ups:
            return self._account.ups
        listed = self._reply("LIST UPS")
        if isinstance(listed, Gap):
            raise NoReply(listed)
        names = list(listed) if isinstance(listed, dict) else []
        if not names:
            raise Unsupported("is not there: the NUT server has no UPS")
        if len(names) > 1:
            raise _to_be_named(f"is not clear: the NUT server has {len(names)} UPS devices ({_shown(names)})")
        if not _NAME.fullmatch(names[0]):
            raise UnexpectedReply("holds a name that no UPS can have")
        return names[0]

    def _list(self, command: str, row: str) -> list[list[str]]:
        """Return the rows between BEGIN and END, each as the words after its first one.

        Raises UnexpectedReply without a whole list.
        """
        first = self.command(command)
        if first != f"BEGIN {command}":
            raise UnexpectedReply(f"to {command!r} does not begin a list")
        rows: list[list[str]] = []
        while (line := self._line()) != f"END {command}":
            words = _split(line)
            if len(words) < 2 or words[0] != row or len(rows) >= LINES_LIMIT_COUNT:
                raise UnexpectedReply(f"to {command!r} is no list, or one that does not end")
            rows.append(words[1:])
        return rows

    def command(self, line: str) -> str:
        """Return the first line of the reply to a command; raises for the server's error words."""
        if not line.isprintable():  # a line end in a name or password would be a second command
            raise UnexpectedReply("would need a name or password that no NUT server can hear")
        self._socket.settimeout(self._circumstances.deadline.left_s())
        try:
            self._socket.sendall(line.encode("ascii", "replace") + b"\n")
        except OSError as error:
            raise Unreachable("broke off the connection") from error
        reply = self._line()
        if reply.startswith("ERR "):
            word = reply.split()[1]
            if word in _REFUSALS:
                raise AccessDenied(f"was refused by the NUT server ({word})")
            if word == "UNKNOWN-UPS":
                raise _to_be_named("is not known: the NUT server has no UPS of this name")
            raise _WORDS.get(word, UnexpectedReply(f"was answered with the error {word[:40]!r}"))
        return reply

    def _line(self) -> str:
        deadline: Deadline = self._circumstances.deadline
        while b"\n" not in self._buffer:
            if len(self._buffer) > LINE_LIMIT_BYTES:
                raise UnexpectedReply("holds a line that is too long")
            self._socket.settimeout(deadline.left_s())
            try:
                more = self._socket.recv(4096)
            except TimeoutError as error:
                raise Unreachable(f"did not end within {deadline.timeout_s:g} s") from error
            except OSError as error:
                raise Unreachable("broke off the connection") from error
            if not more:
                raise Unreachable("broke off the connection")
            self._buffer += more
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.decode("utf-8", "replace").strip()

    def close(self) -> None:
        """Say goodbye and disconnect."""
        try:
            self._socket.settimeout(1)
            self._socket.sendall(b"LOGOUT\n")
        except OSError:
            pass
        self._socket.close()


def _to_be_named(text: str) -> NoReply:
    """Return the error of a UPS that whoever keeps the credential must name."""
    return NoReply(Gap(reason=GapReason.NOT_ASKED, text=f"{text}; name one with 'ups' in the credential"))


def _shown(names: list[str]) -> str:
    return ", ".join(names[:5])[:100] + (", ..." if len(names) > 5 else "")


def _once(pairs: Iterable[tuple[str, str]]) -> JsonValue:
    """Return pairs as a table; raises UnexpectedReply when one name stands twice: nobody knows which is right."""
    listed = list(pairs)
    table: dict[str, JsonValue] = dict(listed)
    if len(table) != len(listed):
        raise UnexpectedReply("names one thing twice")
    return table


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError as error:
        raise UnexpectedReply("holds a line with an open quotation mark") from error


def open_session(access: Access, secret: Secret, circumstances: Circumstances) -> NutSession:
    """Return a session with upsd; logs on once, and only when the credential has a user."""
    account = secret.credential
    if not isinstance(account, NutAccount):
        raise AccessDenied(f"needs a credential of kind 'nut', and {secret.name!r} is of kind {account.kind!r}")
    try:
        connection = socket.create_connection(
            (access.dial_address, access.port_or_default), timeout=circumstances.deadline.left_s(10)
        )
    except OSError as error:
        raise Unreachable(
            f"does not answer on port {access.port_or_default} ({error.strerror or 'no route or name'})"
        ) from error
    session = NutSession(connection, account, circumstances)
    try:
        if account.user and account.password:
            _log_on(session, access, secret, account, circumstances)
    except CollectError:
        session.close()
        raise
    return session


def _log_on(
    session: NutSession, access: Access, secret: Secret, account: NutAccount, circumstances: Circumstances
) -> None:
    logon = circumstances.gate.enter(account_of(secret, access), circumstances.deadline)
    try:
        session.command(f"USERNAME {account.user}")
        session.command(f"PASSWORD {account.password.get_secret_value() if account.password else ''}")
        gap = session.refusal()
        if gap is not None:
            raise AccessDenied(gap.text)
    except AccessDenied:
        logon.refused()
        raise
    logon.accepted()
