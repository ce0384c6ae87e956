"""How the state of a fan, a power supply or a sensor reads: whether the part is there, and whether it is well."""

from collections.abc import Mapping

Condition = tuple[bool | None, bool | None]
"""Whether a part is present, and whether it is well."""
Conditions = Mapping[int | str, Condition]
Verdicts = Mapping[int | str, bool | None]
"""Whether a state of a sensor is good."""
WELL: Condition = (True, True)
BAD: Condition = (True, False)
ABSENT: Condition = (False, None)
OPEN: Condition = (True, None)  # there, but neither good nor bad: starting, switched off by a person
