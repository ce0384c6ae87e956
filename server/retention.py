"""Deletes what is kept no longer: in small steps, so that nobody waits long for a lock, and no longer than it may."""

import time
from typing import Any, Final

from django.db.models import Q, QuerySet

AT_ONCE_COUNT: Final = 2_000
"""Rows of one transaction."""
LONGEST_S: Final = 300.0
"""After which a duty lets others have their turn: on SQLite one worker does them all."""


class Budget:
    """How much one run of a duty may delete: rows at once, and seconds together."""

    def __init__(self, at_once_count: int = AT_ONCE_COUNT, longest_s: float = LONGEST_S) -> None:
        """Begin now."""
        self.count = 0
        self.at_once_count = at_once_count
        self._until_s = time.monotonic() + longest_s

    @property
    def lasts(self) -> bool:
        """Return whether there is time for another step."""
        return time.monotonic() < self._until_s

    def spent(self, count: int) -> bool:
        """Note how many rows a step has deleted; return whether it was a full one, so that more may be there."""
        self.count += count
        return count >= self.at_once_count


def delete(rows: QuerySet[Any], budget: Budget) -> int:
    """Delete rows until none is left or the budget ends; return how many, not counting what hung on them."""
    before = budget.count
    while budget.lasts:
        found = list(rows.order_by().values_list("pk", flat=True)[: budget.at_once_count])
        if found:
            rows.model._base_manager.filter(pk__in=found).delete()
        if not budget.spent(len(found)):
            break
    return budget.count - before


def delete_from_the_front(rows: QuerySet[Any], old: Q, budget: Budget) -> int:
    """Delete the old ones among rows that came in the order of time, without an index over time; return how many.

    They are looked at in the order in which they came, up to the first step in which nothing is old: a table of
    hundreds of millions is never read to its end.
    """
    before, after = budget.count, 0
    while budget.lasts:
        step = list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[: budget.at_once_count])
        if not step:
            break
        found = rows.filter(old, pk__gt=after, pk__lte=step[-1])
        count = found.delete()[0]
        budget.spent(count)
        if not count:
            break
        after = step[-1]
    return budget.count - before
