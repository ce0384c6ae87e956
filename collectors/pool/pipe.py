"""A child's end of the pipe: it writes from any thread, and threads wait in it for the parent's answers."""

import itertools
import threading
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from collectors.access import Access, Account, Deadline, Logon
from collectors.errors import CredentialOnHold, IdentityChanged, Unreachable
from collectors.logons import WAITED
from collectors.pool.messages import Began, Check, Done, Ended, Enter, Granted, Held, Judged, Said

Answer = Granted | Held | Judged


@dataclass
class _Waiting:
    ready: threading.Event = field(default_factory=threading.Event)
    answer: Answer | None = None


class ChildPipe:
    """Sends words to the parent and hands its answers to the thread that waits for them."""

    def __init__(self, connection: "Connection[bytes, bytes]") -> None:
        self.connection = connection
        self._writing = threading.Lock()
        self._handing = threading.Lock()
        self._waiting: dict[int, _Waiting] = {}
        self._ids = itertools.count(1)

    def send(self, word: Began | Enter | Ended | Check | Done | Said) -> None:
        """Send one word; one that finds no parent is lost, and the reading thread ends this process."""
        try:
            with self._writing:
                self.connection.send_bytes(word.frame())
        except OSError:
            pass

    def ask(self, ask_id: int, word: Enter | Check, deadline: Deadline) -> Answer | None:
        """Return the parent's answer, None when the deadline comes first."""
        with self._handing:
            waiting = self._waiting[ask_id] = _Waiting()
        self.send(word)
        if not deadline.over:
            waiting.ready.wait(deadline.left_s())
        with self._handing:
            del self._waiting[ask_id]
            return waiting.answer

    def next_id(self) -> int:
        """Return a number for the next question."""
        return next(self._ids)

    def give(self, answer: Answer) -> None:
        """Hand an answer to its waiting thread; a permission that nobody waits for any more goes back unused."""
        with self._handing:
            waiting = self._waiting.get(answer.ask_id)
            if waiting is not None:
                waiting.answer = answer
                waiting.ready.set()
        if waiting is None and isinstance(answer, Granted):
            self.send(Ended(logon_id=answer.logon_id, outcome="not tried"))


@dataclass(frozen=True)
class PipeLogon:
    """A permission given by the parent, and the words that end it."""

    pipe: ChildPipe
    logon_id: int

    def accepted(self) -> None:
        """Say that the device let us in."""
        self.pipe.send(Ended(logon_id=self.logon_id, outcome="accepted"))

    def refused(self) -> None:
        """Say that the device refused us."""
        self.pipe.send(Ended(logon_id=self.logon_id, outcome="refused"))

    def not_tried(self) -> None:
        """Say that the secret was never sent."""
        self.pipe.send(Ended(logon_id=self.logon_id, outcome="not tried"))


@dataclass(frozen=True)
class PipeGate:
    """The LogonGate of one job in a child: the ledger itself is the parent's."""

    pipe: ChildPipe
    job_id: str

    def enter(self, account: Account, deadline: Deadline) -> Logon:
        """Return the permission to log on once; raises CredentialOnHold."""
        if deadline.over:
            raise CredentialOnHold(WAITED)
        ask_id = self.pipe.next_id()
        word = Enter(
            ask_id=ask_id,
            job_id=self.job_id,
            user=account.user,
            realm=account.realm,
            secret_version=account.secret_version,
            left_s=deadline.left_s(),
        )
        answer = self.pipe.ask(ask_id, word, deadline)
        if isinstance(answer, Granted):
            return PipeLogon(self.pipe, answer.logon_id)
        raise CredentialOnHold(answer.text if isinstance(answer, Held) else WAITED)


@dataclass(frozen=True)
class PipePins:
    """The Pins of one job in a child: the store is the parent's."""

    pipe: ChildPipe
    deadline: Deadline

    def check(self, access: Access, kind: str, fingerprint: str) -> None:
        """Return when the key may be trusted; raises IdentityChanged."""
        ask_id = self.pipe.next_id()
        word = Check(ask_id=ask_id, access=access, kind=kind, fingerprint=fingerprint)
        answer = self.pipe.ask(ask_id, word, self.deadline)
        if not isinstance(answer, Judged):
            raise Unreachable(f"did not end within {self.deadline.timeout_s:g} s")
        if answer.changed is not None:
            raise IdentityChanged(answer.changed)
