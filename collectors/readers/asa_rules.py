"""What a Cisco ASA lets through: the lines of its applied access lists, and its site-to-site tunnels."""

from collections.abc import Callable
from dataclasses import dataclass

from collectors.driver import Part
from collectors.facts.sections.firewall import FirewallRule, Tunnel
from collectors.readers.asa_config import network_of, outside_names
from collectors.readers.cisco_config import Configuration, Line

ANY = frozenset({"any", "any4", "any6"})
ALL_PROTOCOLS = frozenset({"ip", "ip4", "ip6"})
PORT_WORDS = {"eq": 1, "lt": 1, "gt": 1, "neq": 1, "range": 2}
_DH_GROUPS = frozenset(str(number) for number in range(1, 33))


@dataclass(frozen=True)
class Objects:
    """The named objects and groups of a configuration, by what they hold."""

    everywhere: frozenset[str]
    """Networks and groups of networks that hold all addresses."""
    all_services: frozenset[str]
    services: frozenset[str]
    """Services and groups of services: after an address they are its ports, where a network would be the next one."""


def objects_of(config: Configuration) -> Objects:
    """Return what the objects of a configuration mean; groups that name other groups are followed."""
    networks = config.blocks("object network ") + config.blocks("object-group network ")
    services = config.blocks("object service ") + config.blocks("object-group service ")
    services += config.blocks("object-group protocol ")
    return Objects(
        everywhere=_holding(networks, _is_everywhere, ("network-object object ", "group-object ")),
        all_services=_holding(services, _is_all_services, ("service-object object ", "group-object ")),
        services=frozenset(block.text.split()[2] for block in services),
    )


def _holding(blocks: list[Line], holds: Callable[[list[str]], bool], references: tuple[str, ...]) -> frozenset[str]:
    """Return the names of objects that hold everything, themselves or through others."""
    found = {block.text.split()[2] for block in blocks if any(holds(child.text.split()) for child in block.children)}
    for _ in blocks:
        more = {
            block.text.split()[2]
            for block in blocks
            if any(name in found for prefix in references for name in block.below(prefix))
        }
        if more <= found:
            break
        found |= more
    return frozenset(found)


def _is_everywhere(words: list[str]) -> bool:
    return words[:1] in (["subnet"], ["network-object"]) and network_of(words[1:]) == "any"


def _is_all_services(words: list[str]) -> bool:
    if words[:1] == ["service"] or words[:1] == ["service-object"]:
        return words[1:] in (["ip"], ["0"])
    return words in (["protocol-object", "ip"], ["protocol-object", "0"])


def read_rules(config: Configuration) -> Part:
    """Return the lines of access lists that an interface applies, named by list and place; remarks do not count."""
    objects, outside = objects_of(config), outside_names(config)
    bound = {words[0]: words for words in (text.split() for text in config.all("access-group ")) if words}
    rules: list[FirewallRule] = []
    places: dict[str, int] = {}
    for words in (text.split() for text in config.all("access-list ")):
        if len(words) < 4 or words[0] not in bound or words[1] == "remark":
            continue
        name = words[0]
        places[name] = places.get(name, 0) + 1
        kind, rest = (words[1], words[2:]) if words[1] in {"extended", "standard"} else ("extended", words[1:])
        internet = bound[name][-1] in outside or bound[name][-1] == "global"
        rules.append(
            _rule(f"{name} {places[name]}", rest, objects, internet=internet or None, extended=kind == "extended")
        )
    return Part(tuple(rules))


def _rule(name: str, words: list[str], objects: Objects, *, internet: bool | None, extended: bool) -> FirewallRule:
    action = {"permit": "allow", "deny": "deny"}.get(words[0])
    if extended:
        any_service, rest = _protocol(words[1:], objects)
        any_source, rest = _address(rest, objects)
        rest = _skip_ports(rest, objects)
        any_destination, rest = _address(rest, objects)
        ported = _skip_ports(rest, objects) != rest
    else:
        any_service, (any_source, rest) = True, (True, words[1:])
        any_destination, rest = _address(rest, objects)
        ported = False
    logged = None if "log" not in rest else "disable" not in rest
    return FirewallRule.model_validate(
        {
            "name": name,
            "enabled": "inactive" not in rest,
            "action": action,
            "any_source": any_source,
            "any_destination": any_destination,
            "any_service": any_service and not ported,
            "internet": internet or (True if any_destination and action == "allow" else None),
            "logging": False if logged is None and action == "allow" else logged,  # permits are logged when told to
        }
    )


def _protocol(words: list[str], objects: Objects) -> tuple[bool, list[str]]:
    """Return whether the protocol or group of services holds all of them, and the words after it."""
    if words[:1] in (["object"], ["object-group"]) and len(words) > 1:
        return words[1] in objects.all_services, words[2:]
    return bool(words) and words[0] in ALL_PROTOCOLS, words[1:]


def _address(words: list[str], objects: Objects) -> tuple[bool, list[str]]:
    """Return whether an address stands for all of them, and the words after it."""
    if not words:
        return False, []
    head = words[0]
    if head in ANY:
        return True, words[1:]
    if head in {"object", "object-group", "object-group-user", "object-group-security"}:
        after = words[2:]
        if head in {"object-group-user", "object-group-security"}:  # narrows the address that follows
            return False, _address(after, objects)[1]
        return len(words) > 1 and words[1] in objects.everywhere, after
    if head in {"host", "interface", "user", "user-group", "security-group"}:
        return False, words[2:]
    if "/" in head:
        return network_of([head]) == "any", words[1:]
    return network_of(words[:2]) == "any", words[2:]


def _skip_ports(words: list[str], objects: Objects) -> list[str]:
    """Return the words after a port or a group of ports, the same words when there is none."""
    if words[:1] == ["object-group"] and len(words) > 1 and words[1] in objects.services:
        return words[2:]
    return words[1 + PORT_WORDS[words[0]] :] if words and words[0] in PORT_WORDS else words


def read_tunnels(config: Configuration) -> Part:
    """Return the site-to-site tunnels of the crypto maps, named by their peer; whether one stands is not told."""
    entries: dict[str, list[list[str]]] = {}
    for words in (text.split() for text in config.all("crypto map ")):
        if len(words) > 3 and words[1].isdecimal():
            entries.setdefault(f"{words[0]} {words[1]}", []).append(words[2:])
    tunnels: dict[str, Tunnel] = {}
    for lines in entries.values():
        peers = [words[2:] for words in lines if words[:2] == ["set", "peer"]]
        for peer in peers[-1] if peers else ():
            tunnels[peer] = _tunnel(peer, lines, config)
    return Part(tuple(tunnels.values()))


def _tunnel(peer: str, lines: list[list[str]], config: Configuration) -> Tunnel:
    old = [words[3:] for words in lines if words[:3] == ["set", "ikev1", "transform-set"]]
    old += [words[2:] for words in lines if words[:2] == ["set", "transform-set"]]
    new = [words[3:] for words in lines if words[:3] == ["set", "ikev2", "ipsec-proposal"]]
    version = 1 if old else 2 if new else None
    groups = [
        word
        for block in config.blocks(f"crypto ikev{version} policy ")
        + config.blocks("crypto isakmp policy " if old else "\0")
        for words in block.below("group ")
        for word in words.split()
        if word in _DH_GROUPS
    ]
    aggressive = any("aggressive" in words for words in lines)
    return Tunnel(
        name=peer,
        ike_version=version,
        aggressive=True if aggressive else False if version == 2 else None,
        encryption=_ciphers(config, [name for names in old + new for name in names]) or None,
        dh_group=min(map(int, groups)) if groups else None,  # the weakest that is accepted
    )


def _ciphers(config: Configuration, names: list[str]) -> tuple[str, ...]:
    """Return the ciphers of the named transform sets and proposals, in order."""
    found = []
    for prefix in ("crypto ipsec ikev1 transform-set ", "crypto ipsec transform-set "):
        for words in (text.split() for text in config.all(prefix)):
            found += [" ".join(words[1:])] if words[0] in names and words[1:2] not in ([], ["mode"]) else []
    for block in config.blocks("crypto ipsec ikev2 ipsec-proposal "):
        if block.text.split()[-1] in names:
            encryption = block.below("protocol esp encryption ")
            integrity = block.below("protocol esp integrity ")
            found += [f"{cipher} {check}".strip() for cipher in encryption for check in integrity or [""]]
    return tuple(dict.fromkeys(found))
