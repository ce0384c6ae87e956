"""Descriptions of ports: tables of command lines cut them, and only the configuration tells them whole."""

from collections.abc import Mapping

from collectors.driver import Part
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.network import Interface

CUT = Gap(reason=GapReason.NOT_TOLD, text="is told in a table that cuts it, and the configuration was not read")


def described(part: Part, words: Mapping[str, str] | None) -> Part:
    """Return the interfaces with the configuration's descriptions; None: a gap for each that the table tells."""
    found, gaps = [], dict(part.gaps)
    for one in part.value if isinstance(part.value, tuple) else ():
        if not isinstance(one, Interface):
            continue
        if words is None and one.description is not None:
            gaps[f"[{one.name}].description"] = CUT
        told = None if words is None else words.get(one.name, words.get(one.name.casefold()))
        found.append(one.model_copy(update={"description": told or None}))
    return Part(tuple(found), gaps, part.complete)
