"""What pfSense or OPNsense lets through: rules, port forwards, IPsec tunnels."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.driver import Part
from collectors.facts.sections.firewall import FirewallRule, NatRule, Tunnel
from collectors.readers.bsd_firewall.bsd_firewall_audit import is_opnsense
from collectors.readers.config_xml import Node

ACTIONS = {"pass": "allow", "block": "deny", "reject": "deny"}  # 'match' only marks packets
EVERYWHERE = frozenset({None, "any", "0.0.0.0/0", "::/0"})
LEASED = frozenset({"dhcp", "pppoe", "ppp", "pptp", "l2tp"})
_MODP = re.compile(r"(?:modp|group)?(\d{1,2})$")


@dataclass(frozen=True)
class Filter:
    """One rule, from either form of the file."""

    name: str
    enabled: bool
    action: str | None
    interfaces: frozenset[str]
    source: str | None
    """The network, address or alias; None for any."""
    destination: str | None
    port: str | None
    source_port: str | None
    protocol: str | None
    logged: bool


def outside(config: Node) -> set[str]:
    """Return the names of the interfaces that face the internet: 'wan', those with a gateway or a leased address."""
    interfaces = config.at("interfaces").element
    found = set()
    for element in interfaces if interfaces is not None else ():
        interface = Node(element)
        leased = (interface.text("ipaddr") or "") in LEASED and element.tag != "lan"
        if element.tag == "wan" or interface.text("gateway") or leased:
            found.add(element.tag)
    return found


def filters(config: Node) -> Iterator[Filter]:
    """Give the rules in order: the list of the rules page, then OPNsense's newer one."""
    for place, rule in enumerate(config.all("filter/rule"), 1):
        interfaces = (rule.text("interface") or "floating").split(",")
        yield Filter(
            name=rule.text("descr") or f"{interfaces[0]} {place}",
            enabled=not (rule.on("disabled") if is_opnsense(config) else rule.has("disabled")),
            action=ACTIONS.get(rule.text("type") or "pass"),  # a rule without a type lets through (both systems' code)
            interfaces=_on(config, interfaces, rule.text("interfacenot")),
            source=_end(rule.at("source")),
            destination=_end(rule.at("destination")),
            port=rule.text("destination/port"),
            source_port=rule.text("source/port"),
            protocol=None if (rule.text("protocol") or "any") == "any" else rule.text("protocol"),
            logged=rule.has("log") and rule.text("log") != "0",
        )
    for place, rule in enumerate(config.all("OPNsense/Firewall/Filter/rules/rule"), 1):
        yield Filter(
            name=rule.text("description") or f"automation {place}",
            enabled=rule.on("enabled"),
            action=ACTIONS.get(rule.text("action") or ""),
            interfaces=_on(config, (rule.text("interface") or "floating").split(","), rule.text("interfacenot")),
            source=_network(rule, "source"),
            destination=_network(rule, "destination"),
            port=rule.text("destination_port"),
            source_port=rule.text("source_port"),
            protocol=None if (rule.text("protocol") or "any").casefold() == "any" else rule.text("protocol"),
            logged=rule.on("log"),
        )


def named(config: Node) -> tuple[str, ...]:
    """Return the interfaces' names in the file: 'wan', 'lan', 'opt1'."""
    interfaces = config.at("interfaces").element
    return () if interfaces is None else tuple(element.tag for element in interfaces)


def _on(config: Node, stated: list[str], inverted: str | None) -> frozenset[str]:
    """Return the interfaces on which a rule holds: a floating one without any holds on all, a group on its members."""
    groups = {
        name: (group.text("members") or "").replace(",", " ").split()
        for group in config.all("ifgroups/ifgroupentry")
        if (name := group.text("ifname"))
    }
    found = {member for name in stated for member in groups.get(name, [name])}
    if found & {"floating", "any"}:
        return frozenset(named(config))
    return frozenset({*named(config)} - found) if inverted not in {None, "0"} else frozenset(found)


def _end(node: Node) -> str | None:
    """Return the network or address of a rule's end, None for any; 'not' turns it into everything else."""
    named = node.text("network") or node.text("address")
    if node.has("not"):
        return f"not {named}"
    return None if named in EVERYWHERE else named


def _network(rule: Node, end: str) -> str | None:
    named = rule.text(f"{end}_net") or "any"
    if rule.on(f"{end}_not"):
        return f"not {named}"
    return None if named in EVERYWHERE else named


def read_rules(config: Node) -> Part:
    """Return the rules in order; two of one description are told apart by '#2'."""
    wan = outside(config)
    seen: dict[str, int] = {}
    rules = []
    for rule in filters(config):
        seen[rule.name] = seen.get(rule.name, 0) + 1
        faces = bool(rule.interfaces & wan) or (rule.destination is None and rule.action == "allow")
        rules.append(
            FirewallRule.model_validate(
                {
                    "name": rule.name if seen[rule.name] == 1 else f"{rule.name} #{seen[rule.name]}",
                    "enabled": rule.enabled,
                    "action": rule.action,
                    "any_source": rule.source is None,
                    "any_destination": rule.destination is None,
                    "any_service": rule.protocol is None and rule.port is None and rule.source_port is None,
                    "internet": True if faces else None,
                    "logging": rule.logged,
                }
            )
        )
    return Part(tuple(rules))


def read_nat(config: Node) -> Part:
    """Return the port forwards that are not switched off."""
    seen: dict[str, int] = {}
    forwards = []
    for place, rule in enumerate(config.all("nat/rule"), 1):
        if rule.on("disabled") if is_opnsense(config) else rule.has("disabled"):
            continue
        name = rule.text("descr") or f"port forward {place}"
        seen[name] = seen.get(name, 0) + 1
        port = rule.text("destination/port")
        forwards.append(
            NatRule(
                name=name if seen[name] == 1 else f"{name} #{seen[name]}",
                public=_end(rule.at("destination")),
                target=rule.text("target"),
                ports=(port,) if port else None,
                comment=rule.text("descr"),
            )
        )
    return Part(tuple(forwards))


def read_tunnels(config: Node) -> Part:
    """Return the IPsec connections to other sites that are not switched off; whether one stands is not told."""
    tunnels: dict[str, Tunnel] = {}
    for phase in config.all("ipsec/phase1"):
        name = phase.text("descr") or phase.text("remote-gateway")
        if name is None or phase.has("mobile") or (phase.has("disabled") and phase.text("disabled") != "0"):
            continue
        tunnels[name] = _tunnel(name, phase)
    for connection in config.all("OPNsense/Swanctl/Connections/Connection"):
        remote = connection.text("remote_addrs")
        name = connection.text("description") or remote
        if name is None or remote in {None, "%any"} or not connection.on("enabled"):
            continue
        proposals = tuple((connection.text("proposals") or "").split(","))
        stated = proposals not in {("",), ("default",)}
        tunnels[name] = Tunnel(
            name=name,
            ike_version={"1": 1, "2": 2}.get(connection.text("version") or ""),
            aggressive=connection.on("aggressive"),
            encryption=proposals if stated else None,
        )
    return Part(tuple(tunnels.values()))


def _tunnel(name: str, phase: Node) -> Tunnel:
    """Return a connection of the older page; pfSense lists several proposals, OPNsense one."""
    items = phase.all("encryption/item") or (phase,)
    ciphers, groups = [], []
    for item in items:
        cipher, length = item.text("encryption-algorithm/name"), item.text("encryption-algorithm/keylen")
        check = item.text("hash-algorithm")
        if cipher:
            ciphers.append("-".join(part for part in (f"{cipher}{length or ''}", check) if part))
        for group in (item.text("dhgroup") or "").split(","):
            found = _MODP.match(group.strip())
            groups += [int(found[1])] if found else []
    version = phase.text("iketype") or phase.text("protocol")
    return Tunnel(
        name=name,
        ike_version={"ikev1": 1, "ikev2": 2}.get(version or ""),
        aggressive=version != "ikev2" and phase.text("mode") == "aggressive",
        encryption=tuple(ciphers) or None,
        dh_group=min(groups) if groups else None,  # the weakest that is accepted
    )
