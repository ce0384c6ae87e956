"""Outputs of 'name : value' lines, whole or in blocks that begin with the same name."""

import re
from collections.abc import Mapping

from collectors.facts.sections.network import Neighbor
from collectors.readers.outputs.cli_words import address_of

_LINE = re.compile(r"^[ \t+]*(?P<key>[A-Za-z][\w /().#%-]*?)[ .]*(?: ?: ?|\.{3,} ?)(?P<value>.*?)[ \t]*$")


def pairs(text: str) -> list[tuple[str, str]]:
    """Return every name with its value, in order; names in small letters with single spaces."""
    found = (_LINE.match(line) for line in text.expandtabs().splitlines())
    return [(" ".join(match["key"].casefold().split()), match["value"].strip()) for match in found if match]


def fields(text: str) -> dict[str, str]:
    """Return the values by name; of a name that comes again, the first value that is not empty."""
    told: dict[str, str] = {}
    for key, value in pairs(text):
        if not told.get(key):
            told[key] = value
    return told


def blocks(text: str, begin: str) -> list[dict[str, str]]:
    """Return the blocks that each begin with this name, as `fields` does; what stands before the first is left out."""
    found: list[dict[str, str]] = []
    for key, value in pairs(text):
        if key == begin:
            found.append({})
        if found and not found[-1].get(key):
            found[-1][key] = value
    return found


def neighbor(told: Mapping[str, str], local: str, keys: Mapping[str, tuple[str, ...]]) -> Neighbor | None:
    """Return the neighbour of an LLDP block; `keys` names where name, chassis, port, port kind, platform stand.

    One without a name is known by its chassis address. None for a block without either.
    """

    def value(field: str) -> str | None:
        words = next((told[key] for key in keys.get(field, ()) if told.get(key)), "").strip('" ')
        return words if words and words not in {"-", "--", "N/A", "n/a", "[not advertised]", "not advertised"} else None

    chassis, port, described = value("chassis") or "", value("port"), value("port description")
    name = value("name") or address_of(chassis) or chassis or None
    if name is None:
        return None
    if port and address_of(port) and "mac" in (value("port kind") or "mac").casefold():
        port = described or address_of(port)
    platform = value("platform")
    return Neighbor(name=name, local_port=local, port=port or described, platform=platform[:200] if platform else None)
