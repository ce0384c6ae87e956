"""The work of the rules benchmark: one large server, and 300 rules of ten kinds in three languages that agree.

As in the design's comparison: 6 volumes, 110 services, 50 accounts, 60 certificates, 24 interfaces. One rule in ten
asks for something that was not told: ours says unknown, CEL says error, and a plain function cannot say it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from collectors.facts.facts import Facts
from collectors.facts.sections.accounts import Account, PasswordPolicy
from collectors.facts.sections.network import Interface
from collectors.facts.sections.storage import Volume
from collectors.facts.sections.system import Identity, Os
from collectors.facts.sections.windows import Certificate, Service
from rules.reading import read_entry
from rules.standard import Standard
from rules.yaml_texts import Map, Row, parse

AT = datetime(2026, 11, 21, tzinfo=UTC)
KIND = "windows server"
RULES_COUNT = 300
GIB = 1024**3

Plain = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True)
class Rule:
    """One rule: our words, CEL's, and a plain function over the same values."""

    check: str
    cel: str
    plain: Plain


def values() -> dict[str, Any]:
    """Return the server as nested values, ages in days."""
    return {
        "password_policy": {"min_length": 12, "complexity": True},
        "os": {"revision": 2715},
        "identity": {"domain_joined": True},
        "roles": ["dns", "dhcp", "file-server", "hyper-v"],
        "volumes": [{"name": f"{letter}:", "free_percent": 10.0 + 7 * place} for place, letter in enumerate("CDEFGH")],
        "services": [
            {"name": f"svc{number:03}", "state": "stopped" if number % 3 == 2 else "running"} for number in range(110)
        ],
        "accounts": [
            {"name": f"user{number:02}", "admin": number % 12 == 0, "enabled": number % 7 != 0, "age_days": number * 7}
            for number in range(50)
        ],
        "certificates": [{"name": f"certificate {number}", "left_days": 5 + number * 11} for number in range(60)],
        "interfaces": [
            {"name": f"Ethernet {n}", "up": n % 3 != 0, "description": f"uplink {n}" if n % 5 else "", "errors": n * 2}
            for n in range(24)
        ],
    }


def facts() -> Facts:
    """Return the same server as facts."""
    told = values()
    return Facts(
        device_class=KIND,
        password_policy=PasswordPolicy(min_length_count=12, complexity=True),
        os=Os(revision=2715),
        identity=Identity(domain_joined=True),
        roles=tuple(told["roles"]),
        volumes=tuple(
            Volume(name=one["name"], size_bytes=1000 * GIB, free_bytes=int(one["free_percent"] * 10) * GIB)
            for one in told["volumes"]
        ),
        services=tuple(Service(**one) for one in told["services"]),
        accounts=tuple(
            Account(
                name=one["name"],
                admin=one["admin"],
                enabled=one["enabled"],
                password_set_at=AT - timedelta(days=one["age_days"]),
            )
            for one in told["accounts"]
        ),
        certificates=tuple(
            Certificate(name=one["name"], valid_until_at=AT + timedelta(days=one["left_days"], hours=1))
            for one in told["certificates"]
        ),
        interfaces=tuple(
            Interface(
                name=one["name"], up=one["up"], description=one["description"] or "none", in_errors_count=one["errors"]
            )
            for one in told["interfaces"]
        ),
    )


def _rule(kind: int, turn: int) -> Rule:
    """Return the rule of a kind with its own limit."""
    match kind:
        case 0:
            limit = 5 + turn
            return Rule(
                f"{{every: volumes, has: {{fact: free_percent, at_least: {limit} %}}}}",
                f"volumes.all(v, v.free_percent >= {limit}.0)",
                lambda told: all(one["free_percent"] >= limit for one in told["volumes"]),
            )
        case 1:
            name = f"svc{turn * 3:03}"
            return Rule(
                f"{{any: services, where: {{all_of: [{{fact: name, is: {name}}}, {{fact: state, is: running}}]}}}}",
                f"services.exists(s, s.name == '{name}' && s.state == 'running')",
                lambda told: any(one["name"] == name and one["state"] == "running" for one in told["services"]),
            )
        case 2:
            limit = 8 + turn % 8
            return Rule(
                f"{{all_of: [{{fact: password_policy.min_length_count, at_least: {limit}}}, "
                "{fact: password_policy.complexity, is: yes}]}",
                f"password_policy.min_length >= {limit} && password_policy.complexity",
                lambda told: told["password_policy"]["min_length"] >= limit and told["password_policy"]["complexity"],
            )
        case 3:
            limit = 90 + turn * 10
            return Rule(
                "{every: accounts, where: {all_of: [{fact: admin, is: yes}, {fact: enabled, is: yes}]}, "
                f"has: {{fact: password_set_at, age_at_most: {limit} days}}}}",
                f"accounts.all(a, !a.admin || !a.enabled || a.age_days <= {limit})",
                lambda told: all(
                    not one["admin"] or not one["enabled"] or one["age_days"] <= limit for one in told["accounts"]
                ),
            )
        case 4:
            limit = 10 + turn
            return Rule(
                "{every: interfaces, where: {fact: up, is: yes}, has: {all_of: [{fact: description, is_not: none}, "
                f"{{fact: in_errors_count, below: {limit}}}]}}}}",
                f"interfaces.all(i, !i.up || (i.description != '' && i.errors < {limit}))",
                lambda told: all(
                    not one["up"] or (one["description"] != "" and one["errors"] < limit) for one in told["interfaces"]
                ),
            )
        case 5:
            limit = 2600 + turn * 5
            return Rule(
                f"{{all_of: [{{fact: identity.domain_joined, is: yes}}, {{fact: os.revision, at_least: {limit}}}]}}",
                f"identity.domain_joined && os.revision >= {limit}",
                lambda told: told["identity"]["domain_joined"] and told["os"]["revision"] >= limit,
            )
        case 6:
            return Rule(
                f"{{fact: authentication.lm_level, at_least: {1 + turn % 5}}}",
                f"authentication.lm_level >= {1 + turn % 5}",
                lambda told: told.get("authentication", {}).get("lm_level", -1) >= 1 + turn % 5,
            )
        case 7:
            limit = 500 + turn * 10
            return Rule(
                f"{{any: certificates, where: {{fact: valid_until_at, left_at_least: {limit} days}}}}",
                f"certificates.exists(c, c.left_days >= {limit})",
                lambda told: any(one["left_days"] >= limit for one in told["certificates"]),
            )
        case 8:
            limit = 1 + turn % 9
            return Rule(
                "{count: accounts, where: {all_of: [{fact: admin, is: yes}, {fact: enabled, is: yes}]}, "
                f"at_most: {limit}}}",
                f"size(accounts.filter(a, a.admin && a.enabled)) <= {limit}",
                lambda told: sum(1 for one in told["accounts"] if one["admin"] and one["enabled"]) <= limit,
            )
        case _:
            return Rule(
                f"{{all_of: [{{fact: roles, excludes: [telnet-{turn}]}}, {{fact: identity.domain_joined, is: yes}}]}}",
                f"!('telnet-{turn}' in roles) && identity.domain_joined",
                lambda told: f"telnet-{turn}" not in told["roles"] and told["identity"]["domain_joined"],
            )


def rules() -> list[Rule]:
    """Return all rules, the kinds in turn."""
    return [_rule(number % 10, number // 10) for number in range(RULES_COUNT)]


ENTRY = """\
- id: bench.rule-{number}
  question: Is the rule with the number {number} of the benchmark met?
  why: It is part of the measured comparison.
  how: It is never read by hand, only measured.
  source: {{title: "The design's comparison", url: "https://example.com/"}}
  section: Bench
  category: Rules
  priority: low
  review: annual
  mode: automated
  applies_to: {{each: windows server}}
  check: {check}
  remedy: Nothing is to be done about a benchmark.
"""


def standards() -> list[Standard]:
    """Return the rules as standards of ours; raises ValueError for one that the loader refuses."""
    found = []
    for number, rule in enumerate(rules()):
        document = parse(ENTRY.format(number=number, check=rule.check))
        assert isinstance(document, Row)
        entry = document[0]
        assert isinstance(entry, Map)
        read = read_entry(entry, "bench")
        if read.standard is None:
            raise ValueError(f"rule {number}: {read.problems}")
        found.append(read.standard)
    return found
