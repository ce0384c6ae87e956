"""Deletes what is kept no longer in small steps, so that nobody waits long for a lock, and no longer than it may."""

import time
from typing import Any, Final

from django.db.models import QuerySet

AT_ONCE_COUNT: Final = 2_000
"""Rows of one transaction."""
LONGEST_S: Final = 300.0
"""After which a duty lets others have their turn: on SQLite one worker does them all."""


class Budget:
    """How much one run of a duty may delete: rows at once, and seconds together."""

    def __init__(self, at_once_count: int = AT_ONCE_COUNT, longest_s: float = LONGEST_S) -> None:
        """Begin now."""
        self.count = 0
        self.next_count = at_once_count
        self._until_s = time.monotonic() + longest_s

    @property
    def lasts(self) -> bool:
        """Return whether there is time for another step."""
        return time.monotonic() < self._until_s

    def spent(self, count: int) -> bool:
        """Note how many rows a step has deleted; return whether it was a full one, so that more may be there."""
        self.count += count
        return count >= self.next_count


def delete(rows: QuerySet[Any], budget: Budget) -> int:
    """Delete rows, the oldest first, until none is left or the budget ends; return how many, not what hung on them."""
    before = budget.count
    while budget.lasts:
        found = list(rows.order_by("pk").values_list("pk", flat=True)[: budget.next_count])
        if found:
            rows.model._base_manager.filter(pk__in=found).delete()
        if not budget.spent(len(found)):
            break
    return budget.count - before
