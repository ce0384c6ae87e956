"""How many rows are asked for with one message of a walk."""

ANSWER_GOAL_BYTES = 1_250  # an answer of 1,400 bytes crosses every network in one piece; the rest is for the envelope
ROW_GUESS_BYTES = 48  # an OID of 14 arcs, a short value, and what surrounds them


class Repetitions:
    """How many rows are asked for with one message, so that the answer stays under ANSWER_GOAL_BYTES.

    Rows are counted at what the largest one of this column so far took, but only as many as the column should still
    have; what may come behind its end is unknown, and counted at ROW_GUESS_BYTES or more.
    """

    def __init__(self, most: int, rows_left: int = 0) -> None:
        """Start with what is known before: the driver's limit, and how many rows the other columns of the table had."""
        self._most = max(1, most)
        self._rows_left = rows_left
        self._row_bytes = 0

    @property
    def count(self) -> int:
        """Return how many rows to ask for now."""
        guess_bytes = max(self._row_bytes, ROW_GUESS_BYTES)
        known = 0 if not self._row_bytes else min(self._rows_left, ANSWER_GOAL_BYTES // self._row_bytes)
        behind = (ANSWER_GOAL_BYTES - known * self._row_bytes) // guess_bytes
        return max(1, min(self._most, known + behind))

    def halve(self) -> bool:
        """Ask for half as many from now on; returns whether that was possible."""
        now = self.count
        self._most = max(1, now // 2)
        return now > 1

    def learn(self, rows_count: int, row_bytes: int) -> None:
        """Take rows into account: how many of the column came, and the size of the largest of them."""
        self._rows_left = max(0, self._rows_left - rows_count)
        self._row_bytes = max(self._row_bytes, row_bytes)
