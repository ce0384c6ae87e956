"""The fast engine with the reference behind it: whatever the fast one leaves open is asked again before it counts."""

import logging
from collections.abc import Callable, Sequence

from collectors.replies import SnmpValue
from collectors.transports.snmp.engine import Engine, Rows, Unclear, Version
from collectors.transports.snmp.gufo_engine import is_doubtful

logger = logging.getLogger(__name__)

STRIKES_LIMIT_COUNT = 4  # so many requests in a row that only the reference could answer: it takes over for the session
GET_AGAIN_COUNT = 10  # doubtful objects of a walk fetched with one request


class CarefulEngine:
    """Asks the fast engine first. The reference is made when it is first needed."""

    def __init__(self, fast: Engine, reference: Callable[[], Engine]) -> None:
        self.version: Version = fast.version
        self._fast: Engine | None = fast
        self._make_reference = reference
        self._reference: Engine | None = None
        self._strikes = 0
        self._gone_sent_secret = False

    @property
    def engine_id(self) -> str | None:
        """Return the agent's engine id in hexadecimal."""
        known = (engine.engine_id for engine in (self._fast, self._reference) if engine)
        return next((engine_id for engine_id in known if engine_id), None)

    @property
    def sent_secret(self) -> bool:
        """Return whether a message with something made from the SNMPv3 keys has left either engine."""
        return any(engine.sent_secret for engine in (self._fast, self._reference) if engine) or self._gone_sent_secret

    @property
    def reference(self) -> Engine:
        """Return the reference engine for the same agent."""
        if self._reference is None:
            self._reference = self._make_reference()
        return self._reference

    def get(self, oids: Sequence[str], timeout_s: float) -> list[SnmpValue | None]:
        """Return a value for each OID; doubtful ones as the reference reads them."""
        fast = self._fast
        if fast is None:
            return self.reference.get(oids, timeout_s)
        try:
            values = fast.get(oids, timeout_s)
        except Unclear:
            self._strike()
            return self.reference.get(oids, timeout_s)
        self._strikes = 0
        doubtful = [oid for oid, value in zip(oids, values, strict=True) if is_doubtful(value)]
        if not doubtful:
            return values
        again = dict(zip(doubtful, self.reference.get(doubtful, timeout_s), strict=True))
        return [again.get(oid, value) for oid, value in zip(oids, values, strict=True)]

    def next_rows(self, oid: str, repetitions: int, timeout_s: float) -> Rows:
        """Return the objects after `oid`; doubtful values as the reference reads them."""
        fast = self._fast
        if fast is None:
            return self.reference.next_rows(oid, repetitions, timeout_s)
        try:
            rows = fast.next_rows(oid, repetitions, timeout_s)
        except Unclear:
            self._strike()
            return self.reference.next_rows(oid, repetitions, timeout_s)
        self._strikes = 0
        if not rows.doubtful:
            return rows
        again: dict[str, SnmpValue | None] = {}
        for start in range(0, len(rows.doubtful), GET_AGAIN_COUNT):
            part = rows.doubtful[start : start + GET_AGAIN_COUNT]
            again |= dict(zip(part, self.reference.get(part, timeout_s), strict=True))
        read = [(oid, again.get(oid, value) or SnmpValue("null", None)) for oid, value in rows.rows]
        return Rows(read, rows.ended)

    def close(self) -> None:
        """Free both sockets."""
        for engine in (self._fast, self._reference):
            if engine is not None:
                engine.close()

    def _strike(self) -> None:
        self._strikes += 1
        if self._strikes >= STRIKES_LIMIT_COUNT and self._fast is not None:
            logger.info("fast SNMP engine gives way to the reference", extra={"strikes_count": self._strikes})
            self._gone_sent_secret = self._fast.sent_secret
            self._fast.close()
            self._fast = None
