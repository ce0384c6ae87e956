"""What a Cisco ASA lets through: the lines of its applied access lists, and its site-to-site tunnels."""

import re

from collectors.driver import Part
from collectors.facts.sections.firewall import FirewallRule, Tunnel
from collectors.readers.asa.asa_config import network_of, outside_names
from collectors.readers.asa.asa_objects import Objects, any_of, is_address, objects_of, protocol
from collectors.readers.cisco.cisco_config import Configuration

ANY = frozenset({"any", "any4", "any6"})
PORT_WORDS = {"eq": 1, "lt": 1, "gt": 1, "neq": 1, "range": 2}
NARROWING = {"user": 2, "user-group": 2, "object-group-user": 2, "security-group": 3, "object-group-security": 2}
"""Words that name users before an address, with how many words they take; they narrow the address."""
OTHER_KINDS = frozenset({"remark", "ethertype", "webtype"})  # lists that are not of addresses and services
_DH_GROUPS = frozenset(str(number) for number in range(1, 33))
_CIPHER = re.compile(r"[a-z][a-z\d-]*")

Rest = list[str] | None
"""The words that are left, None where a word before them was not understood."""


def read_rules(config: Configuration) -> Part:
    """Return the lines of access lists that an interface applies, named by list and place; remarks do not count.

    What a line says in words that are not understood stays open.
    """
    objects, outside, applied = objects_of(config), outside_names(config), _applied(config)
    rules: list[FirewallRule] = []
    places: dict[str, int] = {}
    lines = config.all("access-list ") + config.all("ipv6 access-list ")  # lists of their own before 9.0
    for words in (text.split() for text in lines):
        if words[0] not in applied or len(words) < 2 or words[1] in OTHER_KINDS:
            continue
        name = words[0]
        places[name] = places.get(name, 0) + 1
        kind, rest = (words[1], words[2:]) if words[1] in {"extended", "standard"} else ("extended", words[1:])
        internet = bool(applied[name] & (outside | {"global"}))
        rules.append(_rule(f"{name} {places[name]}", rest, objects, internet=internet, extended=kind == "extended"))
    return Part(tuple(rules))


def _applied(config: Configuration) -> dict[str, set[str]]:
    """Return the access lists that are applied, with their interfaces; 'global' stands for all.

    A list of the control plane narrows who may reach the firewall itself, and lets nothing through.
    """
    applied: dict[str, set[str]] = {}
    for words in (text.split() for text in config.all("access-group ")):
        if words[-1] == "control-plane":
            continue
        interface = words[words.index("interface") + 1 :][:1] if "interface" in words else ["global"]
        applied.setdefault(words[0], set()).update(interface)
    return applied


def _rule(name: str, words: list[str], objects: Objects, *, internet: bool, extended: bool) -> FirewallRule:
    action = {"permit": "allow", "deny": "deny"}.get(words[0] if words else "")
    if extended:
        all_protocols, rest = _protocol(words[1:], objects)
        any_source, rest = _address(rest, objects)
        ported_source, rest = _ports(rest, objects)
        any_destination, rest = _address(rest, objects)
        ported, rest = _ports(rest, objects)
        narrowed = any_of([None if all_protocols is None else not all_protocols, ported_source, ported])
        any_service = None if narrowed is None else not narrowed
    else:
        any_service, any_source = True, True
        any_destination, rest = _address(words[1:], objects)
    logged = None if rest is None or "log" not in rest else "disable" not in rest
    unlogged = rest is not None and logged is None and action == "allow"  # permits are logged when told to
    return FirewallRule.model_validate(
        {
            "name": name,
            "enabled": None if rest is None else "inactive" not in rest,
            "action": action,
            "any_source": any_source,
            "any_destination": any_destination,
            "any_service": any_service,
            "internet": True if internet or (any_destination and action == "allow") else None,
            "logging": False if unlogged else logged,
        }
    )


def _protocol(words: list[str], objects: Objects) -> tuple[bool | None, Rest]:
    """Return whether the protocol or group of services holds all of them, and the words after it."""
    if words[:1] in (["object"], ["object-group"]) and len(words) > 1:
        return objects.services.get(words[1]), words[2:]
    return (protocol(words[0]), words[1:]) if words else (None, None)


def _address(words: Rest, objects: Objects) -> tuple[bool | None, Rest]:
    """Return whether an address stands for all of them, and the words after it."""
    if not words:
        return None, None
    head = words[0]
    if head in ANY:
        return True, words[1:]
    if head in NARROWING:
        _, rest = _address(words[NARROWING[head] :], objects)
        return (None, None) if rest is None else (False, rest)
    if head in {"object", "object-group"}:
        return objects.networks.get(words[1] if words[1:] else ""), words[2:]
    if head == "interface":
        return False, words[2:]
    if head == "host":
        known = bool(words[1:]) and (is_address(words[1]) or words[1] in objects.names)
        return (False, words[2:]) if known else (None, None)
    network = network_of([head]) if "/" in head else objects.network_of(words[:2])
    return (None, None) if network is None else (network == "any", words[1:] if "/" in head else words[2:])


def _ports(words: Rest, objects: Objects) -> tuple[bool | None, Rest]:
    """Return whether ports narrow an address, and the words after them."""
    if words is None:
        return None, None
    if words[:1] == ["object-group"] and words[1:] and words[1] not in objects.networks:
        return (True, words[2:]) if words[1] in objects.services else (None, None)
    return (True, words[1 + PORT_WORDS[words[0]] :]) if words and words[0] in PORT_WORDS else (False, words)


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
        int(word) if word in _DH_GROUPS else None
        for block in config.blocks(f"crypto ikev{version} policy ")
        + config.blocks("crypto isakmp policy " if old else "\0")
        for words in block.below("group ")
        for word in words.split()
    ]
    aggressive = any("aggressive" in words for words in lines)
    return Tunnel(
        name=peer,
        ike_version=version,
        aggressive=True if aggressive else False if version == 2 else None,
        encryption=_ciphers(config, [name for names in old + new for name in names]) or None,
        dh_group=_weakest(groups),
    )


def _weakest(groups: list[int | None]) -> int | None:
    """Return the weakest group that is accepted; None when there is none, or one is not understood."""
    known = [group for group in groups if group is not None]
    return min(known) if known and len(known) == len(groups) else None


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
    understood = all(_CIPHER.fullmatch(word) for words in found for word in words.split())
    return tuple(dict.fromkeys(found)) if understood else ()
