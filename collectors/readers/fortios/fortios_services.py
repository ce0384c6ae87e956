"""Which service objects and groups of FortiOS stand for every service, by virtual domain."""

from collectors.errors import CollectError
from collectors.facts.gaps import Gap
from collectors.readers.fortios.fortios_addresses import Named
from collectors.readers.fortios.fortios_config import Block, Shown, switched

OBJECTS, GROUPS = "firewall service custom", "firewall service group"
ALL = "ALL"
EVERY_PORT = frozenset({"0-65535", "1-65535"})


def named(shown: Shown) -> dict[str, Named] | Gap:
    """Return what the names of services and groups stand for, by virtual domain; the gap when they were not read."""
    try:
        objects, groups = shown.entries(OBJECTS), shown.entries(GROUPS)
    except CollectError as error:
        return error.gap
    found = {placed.vdom: Named(everything={ALL}) for placed in (*objects, *groups)}
    for placed in objects:
        known, name = found[placed.vdom], placed.block.name
        known.known.add(name)
        if _is_all(placed.block):
            known.everything.add(name)
    for placed in groups:
        found[placed.vdom].known.add(placed.block.name)
    for _ in groups:  # groups in groups: each round follows one step more
        for placed in groups:
            known, members = found[placed.vdom], placed.block.words("member") or ()
            if known.everything & {*members}:
                known.everything.add(placed.block.name)
    return found


def is_any(names: tuple[str, ...], known: Named | None) -> bool | None:
    """Return whether one of the names stands for every service; None for one whose definition was not read."""
    if ALL in names or (known is not None and known.everything & {*names}):
        return True
    return None if known is None or {*names} - known.known else False


def _is_all(service: Block) -> bool:
    """Return whether a service holds every protocol, or every port of TCP and UDP; a proxy's holds web pages alone.

    FortiOS CLI reference, firewall service custom: protocol IP without a number is every protocol.
    """
    if switched(service, "proxy", default=False):
        return False
    if service.text("protocol") == "IP":
        return (service.text("protocol-number") or "0") == "0"
    ranges = [set(service.words(f"{protocol}-portrange") or ()) for protocol in ("tcp", "udp")]
    return all(EVERY_PORT & told for told in ranges)
