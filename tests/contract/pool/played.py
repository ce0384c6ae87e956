"""A transport that plays devices by their address: 'ok-1', 'hang-2', 'spin-3'. It runs inside the pool's children."""

import os
import re
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from collectors.access import Access, Circumstances, Secret
from collectors.credentials import SshAccount
from collectors.errors import AccessDenied, Unreachable
from collectors.logons import account_of
from collectors.replies import TextReplies
from collectors.session import AnyDriver, Hello

WORD_LIMIT_BYTES = 100


@dataclass
class PlayedSession:
    """A device that tells its name."""

    name: str
    hello: Hello

    def try_question(self, question: str) -> str | None:
        """Answer nothing."""
        return None

    def ask(self, driver: AnyDriver) -> TextReplies:
        """Tell the name."""
        return TextReplies(datetime.now(UTC), {"name": self.name})

    def close(self) -> None:
        """Nothing to close."""


def open_session(access: Access, secret: Secret, circumstances: Circumstances) -> PlayedSession:
    """Behave as the address says."""
    play, _, _ = access.address.partition("-")
    PLAYS[play](access, secret, circumstances)
    return PlayedSession("broken" if play == "broken" else access.address, Hello(banner="box"))


def _hang(access: Access, secret: Secret, circumstances: Circumstances) -> None:
    time.sleep(3600)


def _spin(access: Access, secret: Secret, circumstances: Circumstances) -> None:
    """Hold the interpreter's lock in C: no other thread of this process runs any more."""
    re.match("(a*)*b", "a" * 60)


def _grow(access: Access, secret: Secret, circumstances: Circumstances) -> None:
    kept = []
    while True:
        kept.append(bytearray(4 * 1024 * 1024))


def _die(access: Access, secret: Secret, circumstances: Circumstances) -> None:
    os.kill(os.getpid(), signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)


def _wait(access: Access, secret: Secret, circumstances: Circumstances) -> None:
    """Take half a second."""
    time.sleep(0.5)


def _chatter(access: Access, secret: Secret, circumstances: Circumstances) -> None:
    print("a library that prints")


def _end_late(access: Access, secret: Secret, circumstances: Circumstances) -> None:
    while True:
        time.sleep(circumstances.deadline.left_s(0.1))


def _key(access: Access, secret: Secret, circumstances: Circumstances) -> None:
    circumstances.pins.check(access, "host key", f"SHA256:{access.address}")


def _defect(access: Access, secret: Secret, circumstances: Circumstances) -> None:
    raise KeyError("words of a device")


def _log_on(access: Access, secret: Secret, circumstances: Circumstances, *, dies: bool = False) -> None:
    """Log on at the test's directory, which listens on the access's port."""
    account = secret.credential
    if not isinstance(account, SshAccount) or account.password is None:
        raise TypeError("the test gives another kind of credential")
    logon = circumstances.gate.enter(account_of(secret, access), circumstances.deadline)
    try:
        with socket.create_connection(("127.0.0.1", access.port_or_default), circumstances.deadline.left_s()) as line:
            line.sendall(f"{account.user} {account.password.get_secret_value()}\n".encode())
            verdict = line.recv(WORD_LIMIT_BYTES)
    except OSError as error:
        raise Unreachable("broke off") from error
    if dies:
        _die(access, secret, circumstances)
    if verdict == b"no\n":
        logon.refused()
        raise AccessDenied("refused the account")
    logon.accepted()


def _log_on_and_die(access: Access, secret: Secret, circumstances: Circumstances) -> None:
    _log_on(access, secret, circumstances, dies=True)


def _log_on_after_others(access: Access, secret: Secret, circumstances: Circumstances) -> None:
    time.sleep(0.5)
    _log_on(access, secret, circumstances)


PLAYS: Mapping[str, Callable[[Access, Secret, Circumstances], None]] = {
    "ok": lambda access, secret, circumstances: None,
    "broken": lambda access, secret, circumstances: None,
    "hang": _hang,
    "spin": _spin,
    "grow": _grow,
    "die": _die,
    "wait": _wait,
    "chatter": _chatter,
    "late": _end_late,
    "key": _key,
    "defect": _defect,
    "logon": _log_on,
    "after": _log_on_after_others,
    "fatal": _log_on_and_die,
}
