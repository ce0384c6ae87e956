"""How many rows are asked for with one message of a walk."""

ANSWER_GOAL_BYTES = 1_250  # an answer of 1,400 bytes crosses every network in one piece; the rest is for the envelope
ROW_GUESS_BYTES = 48  # an OID of 14 arcs, a short value, and what surrounds them


class Repetitions:
    """How many rows are asked for with one message, so that the answer stays under ANSWER_GOAL_BYTES."""

    def __init__(self, most: int) -> None:
        self.count = max(1, min(most, ANSWER_GOAL_BYTES // ROW_GUESS_BYTES))

    def halve(self) -> bool:
        """Ask for half as many from now on; returns whether that was possible."""
        fewer = self.count > 1
        self.count = max(1, self.count // 2)
        return fewer

    def learn(self, row_bytes: int) -> None:
        """Take a row's size into account: the largest one so far decides."""
        self.count = max(1, min(self.count, ANSWER_GOAL_BYTES // max(row_bytes, 1)))
