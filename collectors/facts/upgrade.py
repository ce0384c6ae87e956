"""Older versions of sections made into the present one: one pure function and one recorded example for each step."""

from collections.abc import Callable, Mapping

from pydantic import JsonValue

from collectors.facts.vocabulary import KINDS

Step = Callable[[JsonValue], JsonValue]
"""From a section's value as JSON in one version to the same in the next version."""

STEPS: Mapping[tuple[str, int], Step] = {}
"""By section and the version that a step starts from. Every section is still at version 1, so there is none yet."""


class NoUpgrade(ValueError):
    """A step from an older version is missing: the document is of a version that never was, or a step was forgotten."""


def upgraded(
    section: str,
    version: int,
    value: JsonValue,
    *,
    to: int | None = None,
    steps: Mapping[tuple[str, int], Step] = STEPS,
) -> JsonValue:
    """Return a section's value, as JSON, in its present version (`to`, else the vocabulary's). Raises NoUpgrade."""
    for at in range(version, KINDS[section].version if to is None else to):
        step = steps.get((section, at))
        if step is None:
            raise NoUpgrade(f"version {at} of {section!r} cannot be made into version {at + 1}")
        value = step(value)
    return value
