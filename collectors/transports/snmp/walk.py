"""Our own walk over either engine: each OID after the last and inside the subtree, under caps on rows, bytes, time."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.gaps import Gap
from collectors.replies import SnmpValue
from collectors.transports.snmp.asking import TOO_LONG, Asking, gap_of
from collectors.transports.snmp.engine import NO_SUCH_NAME, VALUE_LIMIT_BYTES, ErrorStatus, Row, Rows
from collectors.transports.snmp.repetitions import Repetitions

ARCS_LIMIT_COUNT = 128  # RFC 2578, section 3.5
ARC_LIMIT = 2**32 - 1
ROW_OVERHEAD_BYTES = 10  # tags and lengths around an OID and its value

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
        for row in _objects(asking, root, repetitions, budget):
            if isinstance(row.value.raw, bytes) and len(row.value.raw) > VALUE_LIMIT_BYTES:
                walked.gap = walked.gap or TOO_LONG
            elif row.value.kind != "null":
                walked.values[row.oid] = row.value
    except ErrorStatus as error:
        walked.gap = gap_of(error)
    except CollectError as error:
        walked.gap = error.gap
    return walked


def _objects(asking: Asking, root: str, repetitions: Repetitions, budget: Budget) -> Iterator[Row]:
    """Yield the objects under `root` in order; raises UnexpectedReply when the agent leads nowhere."""
    subtree = parse_oid(root)
    last, last_text = subtree, root
    while True:
        answered = _next_rows(asking, last_text, repetitions)
        for row in answered.rows:
            oid = parse_oid(row.oid)
            if oid <= last:
                raise UnexpectedReply(
                    f"broke off: the agent answered {row.oid[:80]}, which is not after {last_text[:80]}"
                )
            if oid[: len(subtree)] != subtree:
                return
            row_bytes = size_of(oid, row.value)
            repetitions.learn(row_bytes)
            budget.take(row_bytes)
            last, last_text = oid, row.oid
            yield row
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
    oid = tuple(int(arc) for arc in text.split("."))
    if len(oid) > ARCS_LIMIT_COUNT or max(oid) > ARC_LIMIT:
        raise UnexpectedReply(f"broke off: the agent answered an OID that cannot be ({len(oid)} numbers)")
    return oid


def size_of(oid: Oid, value: SnmpValue) -> int:
    """Return about how many bytes an object takes in a message."""
    arcs = sum(1 if arc < 2**7 else 2 if arc < 2**14 else 3 if arc < 2**21 else 5 for arc in oid)
    content = len(value.raw) if isinstance(value.raw, bytes | str) else 5
    return arcs + content + ROW_OVERHEAD_BYTES
