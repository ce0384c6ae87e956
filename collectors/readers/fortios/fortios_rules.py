"""What a FortiOS configuration lets through: policies, services on the internet side, IPsec tunnels."""

import re

from collectors.driver import Part
from collectors.errors import CollectError
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.firewall import FirewallRule, Tunnel
from collectors.facts.sections.management import WanService
from collectors.readers.fortios import fortios_addresses, fortios_services
from collectors.readers.fortios.fortios_accounts import RELEASE_DEFAULT, permitted_networks
from collectors.readers.fortios.fortios_addresses import NOT_UNDERSTOOD, Named
from collectors.readers.fortios.fortios_audit import access_of, read_snmp
from collectors.readers.fortios.fortios_config import Block, Placed, Shown, switched
from collectors.readers.fortios.fortios_status import of_one_domain, release_of

TUNNEL_SUMMARY = "get vpn ipsec tunnel summary"
MANAGING = ("http", "https", "ssh", "telnet", "snmp")
INSPECTIONS = {"no-inspection": "none", "certificate-inspection": "certificate", "deep-inspection": "deep"}
DH_GROUPS = frozenset(str(number) for number in range(1, 33))
ACTIONS = {"accept": "allow", "ipsec": "allow", "deny": "deny"}
ONE_POLICY_SINCE = (6, 4)  # release notes: policies for IPv4 and IPv6 are one list from here on
_WAN_NAME = re.compile(r"wan\d*", re.IGNORECASE)  # the factory's names of internet ports
_SUMMARY = re.compile(
    r"^'(?P<name>[^'\n]+)' \S+ +selectors\(total,up\): *(?P<total>\d{1,5})/(?P<up>\d{1,5})\b", re.MULTILINE
)


def internet_side(shown: Shown) -> tuple[set[str], set[str]]:
    """Return the names of interfaces and zones on the internet side, and of all that are known to be elsewhere."""
    interfaces = {placed.block.name: placed.block for placed in shown.entries("system interface")}
    outside = {
        name
        for name, block in interfaces.items()
        if block.text("role") == "wan" or (block.text("role") is None and _WAN_NAME.fullmatch(name))
    }
    inside = set(interfaces) - outside
    zones: dict[str, set[str]] = {}
    for placed in shown.entries("system zone"):
        zones[placed.block.name] = set(placed.block.words("interface") or ())
    for placed in shown.sections("system sdwan"):
        for zone in placed.block.section("zone").entries:
            zones.setdefault(zone.name, set())
        for member in placed.block.section("members").entries:
            zone_name = member.text("zone") or "virtual-wan-link"  # the zone of a member that states none
            zones.setdefault(zone_name, set()).update(member.words("interface") or ())
    for name, members in zones.items():
        (outside if members & outside else inside).add(name)
    return outside, inside - outside


def read_wan_services(shown: Shown) -> Part:
    """Return the management services that internet-side interfaces let in, and from which networks.

    Local-in policies can narrow them further; where one denies, the networks stay open. Without an interface that is
    known to face the internet the whole section is a gap.
    """
    outside, _ = internet_side(shown)
    blocks = [placed.block for placed in shown.entries("system interface") if placed.block.name in outside]
    if not blocks:
        return Part(None, {"": Gap(reason=GapReason.NOT_TOLD, text="are not known: no interface has the role wan")})
    found = sorted({service for block in blocks for service in access_of(block) & set(MANAGING)})
    services, gaps = [], {}
    for name in found:
        sources, gap = _sources(shown, name)
        services.append(WanService(name=name, sources=sources))
        if gap:
            gaps[f"[{name}].sources"] = gap
    return Part(tuple(services), gaps)


def _sources(shown: Shown, service: str) -> tuple[tuple[str, ...] | None, Gap | None]:
    try:
        denying = [
            block
            for section in shown.stated("firewall local-in-policy")
            for block in section.entries
            if switched(block, "status", default=True) and (block.text("action") or "deny") == "deny"
        ]
        if denying:
            return None, Gap(
                reason=GapReason.NOT_TOLD, text="are narrowed by local-in policies, which are not resolved"
            )
        if service == "snmp":
            limited = getattr(read_snmp(shown).value, "allowed_networks", None)
            return limited if limited is None else limited or ("any",), None
        return permitted_networks(shown), None
    except CollectError as error:
        return None, error.gap


def read_rules(shown: Shown) -> Part:
    """Return the policies in order, by name, else by number; in several virtual domains with the domain before it."""
    policies = shown.entries("firewall policy")
    try:
        outside, inside = internet_side(shown)
    except CollectError:
        outside, inside = set(), set()
    many = len({placed.vdom for placed in policies}) > 1
    rules, gaps, seen = [], {}, dict[str, int]()
    addresses, services = fortios_addresses.named(shown), fortios_services.named(shown)
    for placed in policies:
        name = _name(placed, many=many)
        seen[name] = seen.get(name, 0) + 1
        name = name if seen[name] == 1 else f"{name} #{seen[name]}"
        known = None if isinstance(addresses, Gap) else addresses.get(placed.vdom, Named())
        known_services = None if isinstance(services, Gap) else services.get(placed.vdom)
        rule = _rule(name, placed.block, outside, inside, known, known_services)
        rules.append(rule)
        for field, gap in _open_fields(placed.block).items():
            gaps[f"[{name}].{field}"] = gap
        for field in ("any_source", "any_destination"):
            if getattr(rule, field) is None:
                gaps[f"[{name}].{field}"] = addresses if isinstance(addresses, Gap) else NOT_UNDERSTOOD
        if rule.any_service is None:
            gaps[f"[{name}].any_service"] = services if isinstance(services, Gap) else NOT_UNDERSTOOD
        if rule.internet is None:
            gaps[f"[{name}].internet"] = Gap(reason=GapReason.NOT_TOLD, text="is not known of its interfaces")
    return Part(tuple(rules), gaps, complete=not of_one_domain(shown) and not _ruled_apart(shown))


def _ruled_apart(shown: Shown) -> bool:
    """Return whether policies for IPv6 stand in a section of their own, which is not read: releases before 6.4."""
    if (release_of(shown) or ONE_POLICY_SINCE) >= ONE_POLICY_SINCE:
        return False
    try:
        return bool(shown.entries("firewall policy6"))
    except CollectError:
        return True


def _any_service(policy: Block, known: Named | None) -> bool | None:
    if switched(policy, "internet-service", default=False) or switched(policy, "service-negate", default=False):
        return False
    return fortios_services.is_any(policy.words("service") or (), known)


def _name(placed: Placed, *, many: bool) -> str:
    name = placed.block.text("name") or placed.block.name
    return f"{placed.vdom}/{name}" if many else name


def _rule(
    name: str, policy: Block, outside: set[str], inside: set[str], known: Named | None, services: Named | None
) -> FirewallRule:
    inspects = _inspects(policy)
    profile = policy.text("ssl-ssh-profile") or "no-inspection"
    return FirewallRule.model_validate(
        {
            "name": name,
            "enabled": switched(policy, "status", default=True),
            "action": ACTIONS.get(policy.text("action") or "deny"),
            "any_source": _is_any(policy, "srcaddr", "internet-service-src", known),
            "any_destination": _is_any(policy, "dstaddr", "internet-service", known),
            "any_service": _any_service(policy, services),
            "internet": _faces_internet(policy, outside, inside),
            "logging": {"all": True, "disable": False}.get(policy.text("logtraffic") or ""),
            "ips": None if inspects is None or (inspects and policy.text("ips-sensor")) else "none",
            "antivirus": None if inspects is None else inspects and policy.text("av-profile") is not None,
            "web_filter": None if inspects is None else inspects and policy.text("webfilter-profile") is not None,
            "tls_inspection": None if inspects is None else INSPECTIONS.get(profile),
        }
    )


def _inspects(policy: Block) -> bool | None:
    """Return whether a policy inspects at all; None where a group of profiles, which is not asked for, decides."""
    if policy.text("profile-type") == "group" or policy.text("profile-group"):
        return None
    return switched(policy, "utm-status", default=False)


def _is_any(policy: Block, addresses: str, service_list: str, known: Named | None) -> bool | None:
    """Return whether a policy holds for every address; None where the objects that it names are not certain."""
    if switched(policy, service_list, default=False) or switched(policy, f"{addresses}-negate", default=False):
        return False
    names, of_version_6 = policy.words(addresses) or (), policy.words(f"{addresses}6") or ()
    if fortios_addresses.ALL in (*names, *of_version_6):
        return True
    return False if not names else None if known is None else known.is_all(names)


def _faces_internet(policy: Block, outside: set[str], inside: set[str]) -> bool | None:
    names = {*(policy.words("srcintf") or ()), *(policy.words("dstintf") or ())}
    if names & (outside | {"any"}):
        return True
    return False if names and names <= inside else None


def _open_fields(policy: Block) -> dict[str, Gap]:
    """Return why fields of a policy stay open."""
    gaps: dict[str, Gap] = {}
    logged = policy.text("logtraffic")
    if logged == "utm" or (logged is None and policy.text("action") == "accept"):
        gaps["logging"] = Gap(reason=GapReason.NOT_TOLD, text="is on for security events alone (logtraffic utm)")
    elif logged is None:
        gaps["logging"] = RELEASE_DEFAULT
    inspects = _inspects(policy)
    if inspects is None:
        group = Gap(reason=GapReason.NOT_TOLD, text="is decided by a group of profiles, which is not resolved")
        gaps |= dict.fromkeys(("ips", "antivirus", "web_filter", "tls_inspection"), group)
        return gaps
    if inspects and policy.text("ips-sensor"):
        gaps["ips"] = Gap(reason=GapReason.NOT_TOLD, text="is on with a sensor whose actions are not resolved")
    if (policy.text("ssl-ssh-profile") or "no-inspection") not in INSPECTIONS:
        gaps["tls_inspection"] = Gap(reason=GapReason.NOT_TOLD, text="is set by a profile that is not resolved")
    return gaps


def read_tunnels(shown: Shown) -> Part:
    """Return the site-to-site tunnels, one for each selector as SNMP counts them; dial-up ones are left out."""
    phases = [placed.block for placed in shown.entries("vpn ipsec phase1-interface")]
    selectors: dict[str, list[str]] = {}
    for placed in shown.entries("vpn ipsec phase2-interface"):
        selectors.setdefault(placed.block.text("phase1name") or "", []).append(placed.block.name)
    states = _states(shown)
    tunnels: list[Tunnel] = []
    for phase in phases:
        if phase.text("type") == "dynamic":
            continue
        for count, selector in enumerate(selectors.get(phase.name) or [""]):
            name = phase.name if count == 0 else f"{phase.name} / {selector}"
            tunnels.append(_tunnel(name, phase, states.get(phase.name)))
    return Part(tuple(tunnels))


def _tunnel(name: str, phase: Block, state: tuple[int, int] | None) -> Tunnel:
    groups = [int(word) for word in phase.words("dhgrp") or () if word in DH_GROUPS]
    version = phase.text("ike-version") or "1"  # CLI reference: default 1
    up = None if state is None else True if state[1] == state[0] > 0 else False if state[1] == 0 else None
    return Tunnel(
        name=name,
        ike_version=int(version) if version in {"1", "2"} else None,
        aggressive=version == "1" and phase.text("mode") == "aggressive",
        encryption=phase.words("proposal"),
        dh_group=min(groups) if groups else None,  # the weakest that is accepted: groups below 14 are the weak ones
        up=up,
    )


def _states(shown: Shown) -> dict[str, tuple[int, int]]:
    """Return selectors in all and up, by tunnel; empty when that was not read."""
    try:
        text = shown.replies[TUNNEL_SUMMARY]
    except CollectError:
        return {}
    return {found["name"]: (int(found["total"]), int(found["up"])) for found in _SUMMARY.finditer(text)}
