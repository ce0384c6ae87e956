"""Our own walk over either engine: each OID after the last and inside the subtree, under caps on rows, bytes, time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.gaps import Gap
from collectors.replies import SnmpValue
from collectors.transports.snmp.asking import TOO_LONG, Asking, gap_of
from collectors.transports.snmp.engine import NO_SUCH_NAME, VALUE_LIMIT_BYTES, ErrorStatus, Rows
from collectors.transports.snmp.repetitions import Repetitions

ARCS_LIMIT_COUNT = 128  # RFC 2578, section 3.5
ARC_LIMIT = 2**32 - 1
OID_LIMIT_CHARACTERS = ARCS_LIMIT_COUNT * 11  # ten digits and a dot each
ROW_OVERHEAD_BYTES = 10  # tags and lengths around an OID and its value
OTHER_BYTES = 5  # what a number, an address or an OID takes, at most or about
NULL = SnmpValue("null", None)

Oid = tuple[int, ...]


@dataclass
class Budget:
    """What one device may still give: over all its walks together, so that no table hides behind another."""

    rows_left: int
    bytes_left: int

    def take(self, row_bytes: int) -> None:
        """Count one row; raises UnexpectedReply when there was none left."""
        if self.rows_left <= 0:
            raise UnexpectedReply("broke off: the device has more rows than are read from one device")
        if self.bytes_left < row_bytes:
            raise UnexpectedReply("broke off: the device has more text than is read from one device")
        self.rows_left -= 1
        self.bytes_left -= row_bytes

    def take_rows(self, row_count: int, rows_bytes: int) -> bool:
        """Count some rows at once; returns False, and counts none, when there are not so many left."""
        if self.rows_left < row_count or self.bytes_left < rows_bytes:
            return False
        self.rows_left -= row_count
        self.bytes_left -= rows_bytes
        return True


@dataclass
class Walked:
    """The values of a subtree by OID, and the gap when they are not all of it."""

    values: dict[str, SnmpValue] = field(default_factory=dict)
    gap: Gap | None = None


def walk(asking: Asking, root: str, repetitions_count: int, budget: Budget) -> Walked:
    """Return all objects under a column or subtree; a walk that breaks off keeps what it got and says why."""
    walked = Walked()
    repetitions = Repetitions(1 if asking.engine.version == "1" else repetitions_count)
    try:
        _read(_Walk(root, walked, repetitions, budget), asking)
    except ErrorStatus as error:
        walked.gap = gap_of(error)
    except CollectError as error:
        walked.gap = error.gap
    return walked


class _Walk:
    """Where one walk stands."""

    def __init__(self, root: str, walked: Walked, repetitions: Repetitions, budget: Budget) -> None:
        self.inside = root + "."
        self.walked, self.repetitions, self.budget = walked, repetitions, budget
        self.last_text, self.last = root, parse_oid(root)

    def take_all(self, rows: Sequence[tuple[str, SnmpValue]]) -> bool:
        """Take a whole answer at once, when nothing about it is odd; returns False, and takes nothing, otherwise.

        Rows are many (a large switch has 20,000), so they are looked at as a whole: none twice, the first after the
        last answer and the last after the first, no empty or long value, no OID
        longer than one can be, all inside the budget.
        """
        if not rows:
            return True
        values = dict(rows)
        if len(values) < len(rows) or NULL in values.values() or not self.walked.values.keys().isdisjoint(values):
            return False
        contents = [len(raw) if type(raw) is bytes else OTHER_BYTES for _, raw in values.values()]
        if max(contents) > VALUE_LIMIT_BYTES or max(map(len, values)) > OID_LIMIT_CHARACTERS:
            return False
        first, last = parse_oid(rows[0][0]), parse_oid(rows[-1][0])
        if not self.last < first <= last:
            return False
        oid_bytes = size_of(last)
        if not self.budget.take_rows(len(rows), sum(contents) + (oid_bytes + ROW_OVERHEAD_BYTES) * len(rows)):
            return False
        self.walked.values.update(values)
        self.repetitions.learn(oid_bytes + max(contents) + ROW_OVERHEAD_BYTES)
        self.last, self.last_text = last, rows[-1][0]
        return True

    def take(self, text: str, value: SnmpValue) -> bool:
        """Take one row; returns False when it is behind the subtree. Raises UnexpectedReply when it leads nowhere."""
        oid = parse_oid(text)
        if oid <= self.last:
            raise UnexpectedReply(
                f"broke off: the agent answered {text[:80]}, which is not after {self.last_text[:80]}"
            )
        if not text.startswith(self.inside):
            return False
        content = len(value.raw) if isinstance(value.raw, bytes) else OTHER_BYTES
        row_bytes = size_of(oid) + content + ROW_OVERHEAD_BYTES
        self.repetitions.learn(row_bytes)
        self.budget.take(row_bytes)
        self.last, self.last_text = oid, text
        if content > VALUE_LIMIT_BYTES:
            self.walked.gap = self.walked.gap or TOO_LONG
        elif value.kind != "null":
            self.walked.values[text] = value
        return True


def _read(state: _Walk, asking: Asking) -> None:
    """Ask until the subtree's end; raises UnexpectedReply when the agent leads nowhere."""
    while True:
        answered = _next_rows(asking, state.last_text, state.repetitions)
        rows, inside = answered.rows, state.inside
        under = [text.startswith(inside) for text, _ in rows]
        whole = rows if all(under) else rows[: under.index(False)]
        rest = rows[len(whole) :] if state.take_all(whole) else rows
        for text, value in rest:
            if not state.take(text, value):
                return
        if answered.ended:
            return
        if not answered.rows:
            raise UnexpectedReply("broke off: the agent answered without any object")


def _next_rows(asking: Asking, oid: str, repetitions: Repetitions) -> Rows:
    try:
        return asking.next_rows(oid, repetitions)
    except ErrorStatus as error:
        if error.status == NO_SUCH_NAME:  # how version 1 says that nothing follows
            return Rows((), ended=True)
        raise


def parse_oid(text: str) -> Oid:
    """Return the arcs of a dotted OID; raises UnexpectedReply for more or larger ones than an OID can have."""
    oid = tuple(map(int, text.split(".")))
    if len(oid) > ARCS_LIMIT_COUNT or max(oid) > ARC_LIMIT:
        raise UnexpectedReply(f"broke off: the agent answered an OID that cannot be ({len(oid)} numbers)")
    return oid


def size_of(oid: Oid) -> int:
    """Return about how many bytes an OID takes in a message."""
    return sum([1 if arc < 2**7 else 2 if arc < 2**14 else 3 if arc < 2**21 else 5 for arc in oid])
