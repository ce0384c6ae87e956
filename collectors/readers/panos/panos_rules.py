"""The security rules of a PAN-OS configuration."""

from collections.abc import Iterator

from collectors.driver import Part
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.firewall import FirewallRule
from collectors.readers.panos.panos_audit import EVERYWHERE, device, managed
from collectors.readers.panos.panos_tree import Branch

ACTIONS = {"allow": "allow", "deny": "deny", "drop": "deny", "reset-client": "deny", "reset-server": "deny",
           "reset-both": "deny"}  # fmt: skip
PROFILES = {"antivirus": "virus", "web_filter": "url-filtering"}
_WHOLE = EVERYWHERE | {"0.0.0.0-255.255.255.255"}
_BY_GROUP = Gap(reason=GapReason.NOT_TOLD, text="is decided by a group of profiles, which is not resolved")


def _rules(config: Branch) -> Iterator[tuple[str, Branch]]:
    systems = device(config).at("vsys").inside
    for vsys in systems:
        for rule in vsys.at("rulebase", "security", "rules").inside:
            yield (f"{vsys.name}/{rule.name}" if len(systems) > 1 else rule.name), rule


def read_rules(config: Branch) -> Part:
    """Return the security rules in order; which zones face the internet is not told.

    Rules that Panorama pushes stand around these, and are not told.
    """
    rules: list[FirewallRule] = []
    gaps: dict[str, Gap] = {}
    everything = _everything(config)
    for name, rule in _rules(config):
        profiles, grouped = rule.at("profile-setting", "profiles"), rule.at("profile-setting", "group").stated
        services = set(rule.words("service"))
        logged = [rule.on("log-end"), rule.on("log-start")]
        if grouped:
            gaps |= {f"[{name}].{field}": _BY_GROUP for field in ("ips", "antivirus", "web_filter")}
        elif profiles.at("vulnerability").stated:
            gaps[f"[{name}].ips"] = Gap(reason=GapReason.NOT_TOLD, text="is on with a profile that is not resolved")
        rules.append(
            FirewallRule.model_validate(
                {
                    "name": name,
                    "enabled": rule.on("disabled") is not True,
                    "action": ACTIONS.get(rule.text("action") or ""),
                    "any_source": bool(everything & {*rule.words("source")}) and rule.on("negate-source") is not True,
                    "any_destination": bool(everything & {*rule.words("destination")})
                    and rule.on("negate-destination") is not True,
                    "any_service": "any" in services and "any" in rule.words("application"),
                    "logging": False if logged == [False, False] else logged[0] is not False or bool(logged[1]),
                    "ips": None if grouped or profiles.at("vulnerability").stated else "none",
                    **{field: None if grouped else profiles.at(word).stated for field, word in PROFILES.items()},
                }
            )
        )
    return Part(tuple(rules), gaps, complete=not managed(config))


def _everything(config: Branch) -> set[str]:
    """Return the names that stand for every address: 'any', the whole network, objects and groups that hold it."""
    places = [config.at("shared"), *device(config).at("vsys").inside]
    objects = [one for place in places for one in place.at("address").inside]
    found = (
        EVERYWHERE | {"any"} | {one.name for one in objects if {one.text("ip-netmask"), one.text("ip-range")} & _WHOLE}
    )
    groups = [group for place in places for group in place.at("address-group").inside]
    while more := {group.name for group in groups if found & {*group.words("static")}} - found:  # groups in groups
        found |= more
    return set(found)
