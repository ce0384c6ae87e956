"""A session with one SNMP agent: the first question, the logon of version 3, and all questions of a driver."""

import contextlib
import logging
from typing import TYPE_CHECKING

from collectors.access import Access, Circumstances, Logon, Secret
from collectors.credentials import SnmpCommunity, SnmpUser
from collectors.errors import AccessDenied, CollectError, UnexpectedReply, Unreachable
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.marks import Marks
from collectors.logons import account_of
from collectors.replies import SnmpReplies, SnmpValue, as_text
from collectors.session import AnyDriver, Hello
from collectors.transports.snmp import gufo_engine
from collectors.transports.snmp.addresses import resolve
from collectors.transports.snmp.asking import SILENT, Answers, Asking
from collectors.transports.snmp.careful_engine import CarefulEngine
from collectors.transports.snmp.engine import Engine, ErrorStatus, Peer
from collectors.transports.snmp.repetitions import Repetitions
from collectors.transports.snmp.walk import Budget, Earlier, walk

if TYPE_CHECKING:
    from collectors.transports.snmp.pysnmp_engine import PysnmpEngine

logger = logging.getLogger(__name__)

SYS_DESCR, SYS_OBJECT_ID, SYS_NAME = "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0", "1.3.6.1.2.1.1.5.0"
ENGINE_ID = "1.3.6.1.6.3.10.2.1.1.0"  # snmpEngineID
HELLO_ASKS = (SYS_DESCR, SYS_OBJECT_ID, SYS_NAME, ENGINE_ID)
"""What every agent is asked first. Version 3 tells its engine id by itself, version 1 has none."""

PROBE_ROWS_COUNT = 1


class SnmpSession:
    """One agent that has answered. Made by `open_session`."""

    def __init__(
        self, asking: Asking, peer: Peer, circumstances: Circumstances, answers: Answers, engine_id: str | None
    ) -> None:
        self._asking = asking
        self._peer = peer
        self._circumstances = circumstances
        self._engine_id = engine_id
        values = answers.values
        self.hello = Hello(
            sys_object_id=as_text(values.get(SYS_OBJECT_ID)),
            sys_descr=as_text(values.get(SYS_DESCR)) or "",
            address=peer.address,
            marks=Marks(snmp_engine_id=engine_id),
        )
        self._budget = Budget(circumstances.rows_limit_count, circumstances.output_limit_bytes)

    def try_question(self, question: str) -> str | None:
        """Return the value of one object, or the first one under a column, as text; None when there is none."""
        if question.endswith(".0"):
            value = self._asking.get([question]).values.get(question)
            return None if value is None else as_text(value) or ""
        try:
            rows = self._asking.next_rows(question, Repetitions(PROBE_ROWS_COUNT)).rows
        except (ErrorStatus, CollectError):
            return None
        found = [value for oid, value in rows if oid.startswith(question + ".") and value.kind != "null"]
        return as_text(found[0]) or "" if found else None

    def ask(self, driver: AnyDriver) -> SnmpReplies:
        """Return the replies to all ASKS: those that end in .0 by GET, many a message, all others by walks."""
        observed_at = self._circumstances.now()
        gentle = driver.GENTLE
        self._asking.pause_s = 1 / gentle.questions_per_s if gentle.questions_per_s > 0 else 0.0
        scalars = [ask for ask in driver.ASKS if ask.endswith(".0")]
        answers = self._asking.get(list(dict.fromkeys(scalars)))
        values: dict[str, SnmpValue] = answers.values
        gaps: dict[str, Gap] = answers.gaps
        earlier = Earlier()
        for column in dict.fromkeys(ask for ask in driver.ASKS if not ask.endswith(".0")):
            walked = walk(self._asking, column, gentle.repetitions_count, self._budget, earlier)
            values |= walked.values
            if walked.gap is not None:
                gaps[column] = walked.gap
        logger.debug("SNMP agent asked", extra={"values_count": len(values), "gaps_count": len(gaps)})
        return SnmpReplies(
            observed_at=observed_at,
            values=values,
            gaps=gaps,
            address=self._peer.address,
            version=self._asking.engine.version,
            engine_id=self._engine_id,
        )

    def close(self) -> None:
        """Free the sockets; SNMP has nothing to log off from."""
        with contextlib.suppress(CollectError):
            self._asking.engine.close()


def open_session(
    access: Access, secret: Secret, circumstances: Circumstances, *, fast: bool | None = None
) -> SnmpSession:
    """Return a session with an agent that has answered the first question; raises CollectErrors.

    Only version 3 has a logon that can be refused and so goes through the gate. A wrong community is silence, which
    nothing tells from a dead device; it is no account, and cannot be locked. `fast` says whether gufo-snmp may be used:
    by default where it is installed.
    """
    credential = secret.credential
    if not isinstance(credential, SnmpCommunity | SnmpUser):
        raise AccessDenied(f"cannot be asked: credential {secret.name!r} is not for SNMP")
    if isinstance(credential, SnmpUser) and credential.privacy and not credential.auth:
        raise AccessDenied(f"cannot be asked: credential {secret.name!r} has a privacy protocol without authentication")
    use_fast = gufo_engine.is_installed() if fast is None else fast
    problem: CollectError = Unreachable(f"cannot be asked: the name {access.address} has no address")
    for peer in resolve(access, circumstances.deadline):
        try:
            return _open(peer, access, secret, credential, circumstances, use_fast)
        except Unreachable as error:
            problem = error  # a name with addresses of both families: the agent may listen on one
    raise problem


def _open(
    peer: Peer,
    access: Access,
    secret: Secret,
    credential: SnmpCommunity | SnmpUser,
    circumstances: Circumstances,
    fast: bool,
) -> SnmpSession:
    if isinstance(credential, SnmpUser):
        return _log_on(peer, access, secret, credential, circumstances, fast)
    engine = _community_engine(peer, credential, circumstances, fast)
    asking = Asking(engine, circumstances.deadline)
    try:
        answers = asking.get(HELLO_ASKS if credential.version == "2c" else HELLO_ASKS[:3])
        _check_hello(
            answers, circumstances, f"or the community is not {access.address}'s (a wrong one is not answered)"
        )
    except CollectError:
        engine.close()
        raise
    told = answers.values.get(ENGINE_ID)
    engine_id = told.raw.hex() if told is not None and isinstance(told.raw, bytes) and told.raw else None
    return SnmpSession(asking, peer, circumstances, answers, engine_id)


def _community_engine(peer: Peer, credential: SnmpCommunity, circumstances: Circumstances, fast: bool) -> Engine:
    def reference() -> Engine:
        from collectors.transports.snmp.pysnmp_engine import PysnmpEngine

        return PysnmpEngine(peer, credential)

    if not fast or not gufo_engine.speaks(credential):
        return reference()
    return CarefulEngine(gufo_engine.GufoEngine(peer, credential), reference)


def _log_on(
    peer: Peer, access: Access, secret: Secret, user: SnmpUser, circumstances: Circumstances, fast: bool
) -> SnmpSession:
    """Return a session after one logon; either engine stops at the first refusal."""
    logon = circumstances.gate.enter(account_of(secret, access), circumstances.deadline)
    try:
        engine = _user_engine(peer, user, fast)
    except CollectError:
        logon.not_tried()
        raise
    asking = Asking(engine, circumstances.deadline)
    try:
        answers = asking.get(HELLO_ASKS[:3])
        _check_hello(answers, circumstances, "or drops what it cannot decrypt")
    except CollectError as error:
        engine.close()
        raise _judged(error, logon, engine.sent_secret) from error
    logon.accepted()
    return SnmpSession(asking, peer, circumstances, answers, engine.engine_id)


def _user_engine(peer: Peer, user: SnmpUser, fast: bool) -> "CarefulEngine | PysnmpEngine":
    def reference() -> "PysnmpEngine":
        from collectors.transports.snmp.pysnmp_engine import PysnmpEngine

        return PysnmpEngine(peer, user)

    if not fast or not gufo_engine.speaks(user):
        return reference()
    return CarefulEngine(gufo_engine.GufoEngine(peer, user), reference)


def _judged(error: CollectError, logon: Logon, sent_secret: bool) -> CollectError:
    """Tell the gate how the logon ended, and return the error to raise."""
    if not sent_secret:
        logon.not_tried()
    elif isinstance(error, AccessDenied):
        logon.refused()
    elif isinstance(error, Unreachable):
        # It has just told its engine id, so it is there; agents drop what they cannot decrypt, and some every refusal.
        # A lost message looks the same, so the gate is told nothing.
        return AccessDenied(
            "answers no message of this account: the SNMPv3 privacy key or protocol is wrong, or the user"
        )
    return error


def _check_hello(answers: Answers, circumstances: Circumstances, otherwise: str) -> None:
    """Raise the error of a first question that nothing came of. Objects that the agent lacks are no error."""
    if answers.values or not answers.gaps:
        return
    gap = next(iter(answers.gaps.values()))
    if gap.reason is GapReason.ACCESS_DENIED:
        raise AccessDenied(gap.text)
    if gap.reason is not GapReason.UNREACHABLE:
        raise UnexpectedReply(gap.text)
    if gap.text.startswith(SILENT) or circumstances.deadline.over:
        raise Unreachable(f"does not answer: it is off, cannot be reached, has no SNMP, {otherwise}")
    raise Unreachable(gap.text)
