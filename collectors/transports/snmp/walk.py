"""Our own walk over either engine: each OID after the last and inside the subtree, under caps on rows, bytes, time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import NoneType

from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.gaps import Gap
from collectors.replies import SnmpValue
from collectors.transports.snmp.asking import TOO_LONG, Asking, gap_of
from collectors.transports.snmp.engine import NO_SUCH_NAME, VALUE_LIMIT_BYTES, ErrorStatus, Rows
from collectors.transports.snmp.repetitions import Repetitions

ARCS_LIMIT_COUNT = 128  # RFC 2578, section 3.5
ARC_LIMIT = 2**32 - 1
OID_LIMIT_CHARACTERS = ARCS_LIMIT_COUNT * 11  # ten digits and a dot each
ROW_OVERHEAD_BYTES = 6  # tags and lengths around an OID and a short value
OTHER_BYTES = 5  # what a number, an address or an OID takes, at most or about

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


@dataclass
class Earlier:
    """What the walks of one session leave to the next: rows that came behind the last one, and what tables hold."""

    behind: Oid = ()
    """The last object of the last walk: `answered` follows it in the tree, and nothing lies between."""
    answered: Rows | None = None
    tables: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By a table's row object: how many rows its last column had, and the index of the first."""

    def take_start(self, table: str, root: Oid, inside: str) -> Rows | None:
        """Hand over the rows that came behind the last walk when a walk of `root` begins with them, else None.

        It does so only for another column of one table, from the same first row on: an agent that loses its place
        between two tables is asked again.
        """
        answered, self.answered = self.answered, None
        if answered is None or root <= self.behind or table not in self.tables:
            return None
        _, first = self.tables[table]
        return answered if answered.rows[0][0] == inside + first else None

    def keep(self, table: str, walked: Walked, inside: str) -> None:
        """Remember a column that was read to its end."""
        first = next(iter(walked.values), "")
        self.tables[table] = (len(walked.values), first[len(inside) :])


def walk(asking: Asking, root: str, repetitions_count: int, budget: Budget, earlier: Earlier | None = None) -> Walked:
    """Return all objects under a column or subtree; a walk that breaks off keeps what it got and says why.

    `earlier` is the same one for all walks of a session: one message then may hold the end of a column and the start of
    the next.
    """
    earlier = earlier or Earlier()
    walked = Walked()
    table = root.rpartition(".")[0]
    rows_count, _ = earlier.tables.get(table, (0, ""))
    repetitions = Repetitions(1 if asking.engine.version == "1" else repetitions_count, rows_count)
    try:
        state = _Walk(root, walked, repetitions, budget)
        _read(state, asking, earlier, earlier.take_start(table, state.root, state.inside))
        earlier.keep(table, walked, state.inside)
    except ErrorStatus as error:
        walked.gap = gap_of(error)
    except CollectError as error:
        walked.gap = error.gap
    return walked


class _Walk:
    """Where one walk stands. `last` are the arcs of the last object behind the root's: none before the first."""

    def __init__(self, root: str, walked: Walked, repetitions: Repetitions, budget: Budget) -> None:
        self.root, self.inside = parse_oid(root), root + "."
        self.walked, self.repetitions, self.budget = walked, repetitions, budget
        self.last_text, self.last = root, Oid()
        self._row_bytes = size_of(self.root) + ROW_OVERHEAD_BYTES

    def take_all(self, rows: Sequence[tuple[str, SnmpValue]]) -> bool:
        """Take a whole answer at once, when nothing about it is odd; returns False, and takes nothing, otherwise.

        Rows are many (a large switch has 20,000), and all inside the subtree, so they are looked at as a whole: none
        twice, the first after the last answer and the last after the first, no empty or long value, no OID longer than
        one can be, all inside the budget.
        """
        values, rows_count = dict(rows), len(rows)
        if len(values) < rows_count or not self.walked.values.keys().isdisjoint(values):
            return False
        raws = [raw for _, raw in values.values()]
        if NoneType in (kinds := {*map(type, raws)}) or max(map(len, values)) > OID_LIMIT_CHARACTERS:
            return False
        if bytes in kinds:
            contents = [len(raw) if type(raw) is bytes else OTHER_BYTES for raw in raws]
            largest, all_bytes = max(contents), sum(contents)
        else:
            largest, all_bytes = OTHER_BYTES, OTHER_BYTES * rows_count
        first, last = self._index(rows[0][0]), self._index(rows[-1][0])
        if largest > VALUE_LIMIT_BYTES or not self.last < first <= last:
            return False
        row_bytes = self._row_bytes + size_of(last)
        if not self.budget.take_rows(rows_count, all_bytes + row_bytes * rows_count):
            return False
        self.walked.values.update(values)
        self.repetitions.learn(rows_count, row_bytes + largest)
        self.last, self.last_text = last, rows[-1][0]
        return True

    def take(self, text: str, value: SnmpValue) -> bool:
        """Take one row; returns False when it is behind the subtree. Raises UnexpectedReply when it leads nowhere."""
        is_inside = text.startswith(self.inside)
        index = self._index(text) if is_inside else Oid()
        if index <= self.last if is_inside else parse_oid(text) <= self.place:
            raise UnexpectedReply(
                f"broke off: the agent answered {text[:80]}, which is not after {self.last_text[:80]}"
            )
        if not is_inside:
            return False
        content = len(value.raw) if isinstance(value.raw, bytes) else OTHER_BYTES
        row_bytes = self._row_bytes + size_of(index) + content
        self.repetitions.learn(1, row_bytes)
        self.budget.take(row_bytes)
        self.last, self.last_text = index, text
        if content > VALUE_LIMIT_BYTES:
            self.walked.gap = self.walked.gap or TOO_LONG
        elif value.kind != "null":
            self.walked.values[text] = value
        return True

    @property
    def place(self) -> Oid:
        """Return the last object's OID, or the root before the first."""
        return self.root + self.last

    def _index(self, text: str) -> Oid:
        """Return the arcs of an OID inside the root, behind the root's own; raises as `parse_oid` does."""
        return parse_oid(text[len(self.inside) :], ARCS_LIMIT_COUNT - len(self.root))


def _read(state: _Walk, asking: Asking, earlier: Earlier, answered: Rows | None) -> None:
    """Ask until the subtree's end, after what is answered already; raises UnexpectedReply when it leads nowhere."""
    while True:
        if answered is None:
            answered = _next_rows(asking, state.last_text, state.repetitions)
        rows, inside = answered.rows, state.inside
        under = [text.startswith(inside) for text, _ in rows]
        inside_count = under.index(False) if False in under else len(rows)
        whole = rows if inside_count == len(rows) else rows[:inside_count]
        taken = inside_count if whole and state.take_all(whole) else 0
        for number in range(taken, len(rows)):
            if not state.take(*rows[number]):
                earlier.behind, earlier.answered = state.place, Rows(rows[number:], answered.ended)
                return
        if answered.ended:
            return
        if not rows:
            raise UnexpectedReply("broke off: the agent answered without any object")
        answered = None


def _next_rows(asking: Asking, oid: str, repetitions: Repetitions) -> Rows:
    try:
        return asking.next_rows(oid, repetitions)
    except ErrorStatus as error:
        if error.status == NO_SUCH_NAME:  # how version 1 says that nothing follows
            return Rows((), ended=True)
        raise


def parse_oid(text: str, arcs_limit_count: int = ARCS_LIMIT_COUNT) -> Oid:
    """Return the arcs of a dotted OID; raises UnexpectedReply for more or larger ones than an OID can have."""
    oid = tuple(map(int, text.split(".")))
    if len(oid) > arcs_limit_count or max(oid) > ARC_LIMIT:
        raise UnexpectedReply(f"broke off: the agent answered an OID that cannot be ({len(oid)} numbers)")
    return oid


def size_of(oid: Oid) -> int:
    """Return about how many bytes an OID takes in a message."""
    return sum([1 if arc < 2**7 else 2 if arc < 2**14 else 3 if arc < 2**21 else 5 for arc in oid])
