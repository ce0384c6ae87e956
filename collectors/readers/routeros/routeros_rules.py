"""What a MikroTik device lets through: filter rules, management services on the internet side, IPsec peers.

A packet that no rule matches is accepted (RouterOS documentation, Filter): a chain that does not end with a rule that
drops everything therefore gets a last rule that allows all, but not from
anywhere where a rule before it drops what comes new from the internet side.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from collectors.driver import Part
from collectors.errors import CollectError
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.firewall import FirewallRule, Tunnel
from collectors.facts.sections.management import WanService
from collectors.readers.routeros.routeros_audit import EVERYWHERE, port_of, services
from collectors.readers.routeros.routeros_text import Entry, Menus

FILTER, LIST_MEMBERS = "/ip firewall filter", "/interface list member"
PEERS, PROFILES = "/ip ipsec peer", "/ip ipsec profile"
WAN_LIST, LAN_LIST = "WAN", "LAN"  # the factory's lists of interfaces
ACTIONS = {"accept": "allow", "fasttrack-connection": "allow", "drop": "deny", "reject": "deny", "tarpit": "deny"}
CHAINS = ("input", "forward")
BUILT_IN_CHAINS = frozenset({*CHAINS, "output"})  # any other holds only for what a rule sends there
MANAGING = {
    "telnet": "telnet", "www": "http", "www-ssl": "https", "ssh": "ssh", "winbox": "winbox", "api": "api",
    "api-ssl": "api-ssl",  # also without a certificate: the exchange is then anonymous
}  # fmt: skip
NARROWING_SOURCE = ("src-address", "src-address-list", "src-address-type", "src-mac-address")
NARROWING_DESTINATION = ("dst-address", "dst-address-list", "dst-address-type")
_NEUTRAL = frozenset(
    {"chain", "action", "comment", "disabled", "log", "log-prefix", "in-interface", "in-interface-list",
     "out-interface", "out-interface-list", "reject-with", "hw-offload", *NARROWING_SOURCE, *NARROWING_DESTINATION}
)  # fmt: skip
_NO_CONDITION = frozenset({"chain", "action", "comment", "disabled", "log", "log-prefix", "reject-with"})
_BY_JUMP = Gap(reason=GapReason.NOT_TOLD, text="is decided by rules that are not followed here")
_PLACES = frozenset({"in-interface", "in-interface-list", "connection-state", "connection-nat-state"})
DH_GROUPS: Final[Mapping[str, int]] = {
    "modp768": 1, "modp1024": 2, "modp1536": 5, "modp2048": 14, "modp3072": 15, "modp4096": 16, "modp6144": 17,
    "modp8192": 18, "ecp256": 19, "ecp384": 20, "ecp521": 21, "x25519": 31,
}  # fmt: skip


def _matches_all(rule: Entry) -> bool:
    """Return whether a rule looks at nothing but the interface, and not at that either."""
    return not _narrowed(rule, set(rule.settings) - _NO_CONDITION)


def _narrowed(rule: Entry, settings: Iterable[str]) -> bool:
    """Return whether one of these settings limits what a rule looks at; the whole network limits nothing."""
    return any(rule.text(name) and rule.text(name) not in EVERYWHERE for name in settings)


def _shuts_out(rule: Entry, wan: set[str | None]) -> bool | None:
    """Return whether a rule drops all that comes new from somewhere: from the internet side, or all but some sources.

    None for an interface of which it is not known whether the internet side has others.
    """
    negated = {name for name in NARROWING_SOURCE if (rule.text(name) or "").startswith("!")}
    if (
        "new" not in (rule.text("connection-state") or "new").split(",")
        or rule.text("connection-nat-state") not in {None, "!dstnat"}
        or _narrowed(rule, set(rule.settings) - _NO_CONDITION - _PLACES - negated)
    ):
        return False
    name, listed = rule.text("in-interface") or "", rule.text("in-interface-list") or ""
    if not (name or listed):
        return bool(negated)
    if name.startswith("!") or listed in {WAN_LIST, f"!{LAN_LIST}"}:
        return True
    if listed or not wan:
        return None
    return None if name in wan and len(wan) > 1 else name in wan


def read_rules(menus: Menus) -> Part:
    """Return the rules in order, by comment, else by chain and place, with what happens at a chain's end."""
    rules: list[FirewallRule] = []
    gaps: dict[str, Gap] = {}
    seen: dict[str, int] = {}
    wan = _wan_members(menus)
    filters = [entry for entry in menus.many(FILTER) if "D" not in entry.flags]
    for place, entry in enumerate(filters, 1):
        name = entry.comment or f"{entry.text('chain') or 'rule'} {place}"
        seen[name] = seen.get(name, 0) + 1
        name = name if seen[name] == 1 else f"{name} #{seen[name]}"
        rule = _rule(name, entry)
        if entry.text("chain") not in BUILT_IN_CHAINS:
            open_fields = [field for field in ("any_source", "any_destination", "any_service") if getattr(rule, field)]
            rule = rule.model_copy(update=dict.fromkeys(open_fields))
            gaps |= {f"[{name}].{field}": _BY_JUMP for field in open_fields}
        rules.append(rule)
    for chain in CHAINS:
        own = [entry for entry in filters if entry.text("chain") == chain and entry.enabled]
        denying = [entry for entry in own if ACTIONS.get(entry.text("action") or "accept") == "deny"]
        if not any(_matches_all(entry) for entry in denying):
            shut = [_shuts_out(entry, wan) for entry in denying]
            unsure = None in shut or any(entry.text("action") == "jump" for entry in own)
            from_anywhere = False if True in shut else None if unsure else True
            if from_anywhere is None:
                gaps[f"[{chain}: what no rule matches].any_source"] = _BY_JUMP
            rules.append(
                FirewallRule(
                    name=f"{chain}: what no rule matches", enabled=True, action="allow", any_source=from_anywhere,
                    any_destination=True, any_service=True, internet=True if from_anywhere else None, logging=False,
                )
            )  # fmt: skip
    return Part(tuple(rules), gaps)


def _wan_members(menus: Menus) -> set[str | None]:
    """Return the interfaces of the factory's list WAN, none when the lists were not read."""
    try:
        return {entry.text("interface") for entry in menus.many(LIST_MEMBERS) if entry.text("list") == WAN_LIST}
    except CollectError:
        return set()


def _rule(name: str, entry: Entry) -> FirewallRule:
    others = [setting for setting in entry.settings if setting not in _NEUTRAL]
    action = ACTIONS.get(entry.text("action") or "accept")  # accept is the default; jump, log and others decide nothing
    side = [entry.text(f"{way}-interface{kind}") for way in ("in", "out") for kind in ("", "-list")]
    faces = not any(side) or any(text == WAN_LIST or (text or "").startswith("!") for text in side)
    return FirewallRule.model_validate(
        {
            "name": name,
            "enabled": entry.enabled,
            "action": action,
            "any_source": not _narrowed(entry, NARROWING_SOURCE),
            "any_destination": not _narrowed(entry, NARROWING_DESTINATION),
            "any_service": not _narrowed(entry, others),
            "internet": True if faces else None,
            "logging": bool(entry.on("log")),
        }
    )


def read_wan_services(menus: Menus) -> Part:
    """Return the management services that the input chain lets in from the internet side, and from which sources.

    Without the factory's interface list WAN it is not known which side that is.
    """
    members = {entry.text("interface") for entry in menus.many(LIST_MEMBERS) if entry.text("list") == WAN_LIST}
    if not members:
        return Part(None, {"": Gap(reason=GapReason.NOT_TOLD, text="are not known: no interface is in the list WAN")})
    rules = [entry for entry in menus.many(FILTER) if entry.text("chain") == "input" and entry.enabled]
    found, gaps = [], {}
    for name, service in sorted(services(menus).items()):
        if name not in MANAGING or not service.enabled:
            continue
        sources = _let_in(rules, port_of(name, service), members)
        own = service.text("address") or ""
        if isinstance(sources, Gap):
            found.append(WanService(name=MANAGING[name]))
            gaps[f"[{MANAGING[name]}].sources"] = sources
        elif sources:
            limited = sources if own in EVERYWHERE else own.split(",")
            found.append(WanService(name=MANAGING[name], sources=tuple(sorted(set(limited)))))
    return Part(tuple(found), gaps)


def _let_in(rules: list[Entry], port: int, members: set[str | None]) -> list[str] | Gap:
    """Return from where a first packet to a port is accepted; a gap where a rule looks at more than we follow."""
    sources: list[str] = []
    for rule in rules:
        if not _sees(rule, port, members):
            continue
        action = ACTIONS.get(rule.text("action") or "accept")
        narrow = next((rule.text(name) for name in NARROWING_SOURCE if _narrowed(rule, [name])), None)
        strange = [name for name in rule.settings if name not in _NEUTRAL and name not in _FOLLOWED and rule.text(name)]
        if rule.text("action") == "jump" or (strange and action == "allow"):
            return Gap(reason=GapReason.NOT_TOLD, text="are decided by a rule that is not followed here")
        if action == "allow" and narrow:
            sources.append(narrow)
        elif action == "allow" and not strange:
            return [*sources, "any"]
        elif action == "deny" and not narrow and not strange:
            return sources
    return [*sources, "any"]


_FOLLOWED = frozenset({"protocol", "dst-port", "connection-state"})


def _sees(rule: Entry, port: int, members: set[str | None]) -> bool:
    """Return whether a rule looks at a new TCP connection to a port from the internet side."""
    states = rule.text("connection-state")
    if states and "new" not in states.split(","):
        return False
    if (rule.text("protocol") or "tcp") not in {"tcp", "6"}:
        return False
    ports = rule.text("dst-port")
    if ports and not any(_in_range(part, port) for part in ports.split(",")):
        return False
    by_name, by_list = rule.text("in-interface"), rule.text("in-interface-list")
    if by_name and (by_name in members) is by_name.startswith("!"):
        return by_name.startswith("!") and by_name[1:] not in members
    if by_list:
        return by_list == WAN_LIST or (by_list.startswith("!") and by_list != f"!{WAN_LIST}") or by_list == "all"
    return True


def _in_range(text: str, port: int) -> bool:
    first, _, last = text.partition("-")
    if not first.isdecimal() or (last and not last.isdecimal()) or len(text) > 11:
        return False
    return int(first) <= port <= int(last or first)


def read_tunnels(menus: Menus) -> Part:
    """Return the IPsec peers with an address of their own; whether one stands is not told."""
    profiles = {entry.text("name"): entry for entry in menus.many(PROFILES)}
    tunnels: dict[str, Tunnel] = {}
    for peer in menus.many(PEERS):
        address = peer.text("address") or ""
        if address in EVERYWHERE or "D" in peer.flags or not peer.enabled:
            continue
        name = peer.text("name") or address
        mode = peer.text("exchange-mode") or "main"  # the default
        profile = profiles.get(peer.text("profile") or "default", Entry({}))
        groups = [DH_GROUPS[word] for word in (profile.text("dh-group") or "").split(",") if word in DH_GROUPS]
        ciphers = (profile.text("enc-algorithm") or "").split(",")
        tunnels[name] = Tunnel(
            name=name,
            ike_version=2 if mode == "ike2" else 1,
            aggressive=mode == "aggressive",
            encryption=tuple(cipher for cipher in ciphers if cipher) or None,
            dh_group=min(groups) if groups else None,  # the weakest that is accepted
        )
    return Part(tuple(tunnels.values()))
