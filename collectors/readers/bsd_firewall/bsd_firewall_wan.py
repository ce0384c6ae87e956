"""Which services of pfSense or OPNsense itself their rules open to the internet side, with aliases resolved."""

import ipaddress

from collectors.driver import Part
from collectors.facts.sections.management import WanService
from collectors.readers.bsd_firewall.bsd_firewall_audit import ssh_on
from collectors.readers.bsd_firewall.bsd_firewall_rules import LEASED, Filter, filters, named, outside
from collectors.readers.config_xml import Node

SELF = "(self)"
_INNER = tuple(ipaddress.IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))  # RFC 1918


def read_wan_services(config: Node) -> Part:
    """Return the management services that a rule lets in from the internet side, and from which sources.

    The list is not whole where a rule's port or destination is an alias that the file does not resolve.
    """
    wan, aliases = outside(config), aliases_of(config)
    https = config.text("system/webgui/protocol") == "https"
    doors = {"https" if https else "http": config.text("system/webgui/port") or ("443" if https else "80")}
    if ssh_on(config):
        doors["ssh"] = config.text("system/ssh/port") or "22"
    sources: dict[str, set[str]] = {}
    complete = True
    for rule in filters(config):
        if not (rule.enabled and rule.action == "allow" and rule.interfaces & wan and _tcp(rule)):
            continue
        for service, port in doors.items():
            reached = _both(_holds(rule.port, port, aliases), _is_us(rule.destination, config, wan, aliases))
            complete = complete and reached is not None
            if reached:
                sources.setdefault(service, set()).add(rule.source or "any")
    found = tuple(WanService(name=name, sources=tuple(sorted(told))) for name, told in sorted(sources.items()))
    return Part(found, complete=complete)


def aliases_of(config: Node) -> dict[str, tuple[str, ...]]:
    """Return what the aliases hold, by name: pfSense separates by blanks, OPNsense by lines."""
    held = {alias.text("name"): alias.text("address") for alias in config.all("aliases/alias")}
    held |= {
        alias.text("name"): alias.text("content")
        for alias in config.all("OPNsense/Firewall/Alias/aliases/alias")
        if alias.on("enabled")
    }
    return {name: tuple((text or "").split()) for name, text in held.items() if name}


def _tcp(rule: Filter) -> bool:
    return rule.protocol is None or "tcp" in rule.protocol.casefold()


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _resolved(name: str, aliases: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return what a name stands for, through aliases that hold aliases; itself where the file holds no such alias."""
    found: list[str] = []
    seen, open_names = {name}, [name]
    while open_names:
        here = open_names.pop()
        if here not in aliases:
            found.append(here)
            continue
        fresh = [inner for inner in dict.fromkeys(aliases[here]) if inner not in seen]
        seen.update(fresh)
        open_names += fresh
    return tuple(found)


def _holds(ports: str | None, port: str, aliases: dict[str, tuple[str, ...]]) -> bool | None:
    """Return whether a rule's ports hold one; None where they are an alias that is not known."""
    if ports is None:
        return True
    answers = [_in_range(part, port) for part in _resolved(ports, aliases)]
    return True if True in answers else None if None in answers else False


def _in_range(ports: str, port: str) -> bool | None:
    first, _, last = ports.replace(":", "-").partition("-")
    if not first.isdecimal() or (last and not last.isdecimal()) or len(ports) > 11 or not port.isdecimal():
        return None
    return int(first) <= int(port) <= int(last or first)


def _is_us(destination: str | None, config: Node, wan: set[str], aliases: dict[str, tuple[str, ...]]) -> bool | None:
    """Return whether a rule's destination holds the firewall itself, as the internet side reaches it."""
    if destination is None or destination.startswith("not "):
        return True
    answers = [_holds_us(part, config, wan) for part in _resolved(destination, aliases)]
    return True if True in answers else None if None in answers else False


def _holds_us(part: str, config: Node, wan: set[str]) -> bool | None:
    names = named(config)
    if part == SELF or part in wan or (part.removesuffix("ip").removesuffix(":") in names and part not in names):
        return True
    if part in names:
        return False
    try:
        network = ipaddress.ip_network(part, strict=False)
    except ValueError:
        return None
    own = [config.text(f"interfaces/{name}/ipaddr") or "" for name in sorted(wan)]
    own += [vip.text("subnet") or "" for vip in config.all("virtualip/vip") if vip.text("interface") in wan]
    if any(_inside(address, network) for address in own):
        return True
    leased = any(address.casefold() in LEASED for address in own)
    return None if leased and not any(network.subnet_of(inner) for inner in _INNER if network.version == 4) else False


def _inside(address: str, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    try:
        return ipaddress.ip_address(address) in network
    except ValueError:
        return False
