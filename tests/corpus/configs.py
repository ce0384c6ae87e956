"""The folder configs: whole configurations through the drivers that read them."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from collectors.detection import named
from collectors.facts.facts import Facts
from collectors.replay import Recorded, replies_of
from tests.corpus import compare
from tests.corpus.outcome import Outcome, Place, Result, judge
from tests.corpus.sheet import rows_of
from tests.corpus.snmp import OBSERVED_AT, field

FOLDER = "configs"
DRIVERS = {"cisco_ios": "cisco_ios", "fortios": "fortios"}
NOT_STATED = "not stated"


def results(corpus: Path) -> Iterator[Result]:
    """Give what became of every audit item of configs/index.csv."""
    sheet = rows_of(corpus / "configs" / "index.csv")
    for file, platform in dict.fromkeys((row["file"], row["platform"]) for row in sheet):
        rows = [row for row in sheet if row["file"] == file]
        if platform not in DRIVERS:
            for row in rows:
                yield Result(FOLDER, file, row["audit_item"], Outcome.NO_DRIVER, row["value"], reason=platform)
            continue
        known = named(DRIVERS[platform], "ssh")
        replies = replies_of(known, Recorded(config=(corpus / "configs" / file).read_bytes()), OBSERVED_AT)
        facts = known.driver.read(replies)  # type: ignore[arg-type]
        places = PLACES[platform]
        for row in rows:
            place = places.get(row["audit_item"])
            if place is None:
                yield Result(FOLDER, file, row["audit_item"], Outcome.NO_PLACE, row["value"])
                continue
            expected = "" if row["value"] == NOT_STATED else row["value"]
            yield judge(FOLDER, file, row["audit_item"], expected, place, facts)


def _place(path: str, same: compare.Same = compare.text, find: Callable[[Facts], object] | None = None) -> Place:
    return Place(path, find or field(path), same)


def _some(expected: str, found: object) -> bool:
    """Return whether a list of lines, and our yes or no that stands for it, are both empty or both not."""
    return bool(json.loads(expected)) is found


def _users(facts: Facts) -> object:
    return None if facts.admins is None else tuple(account.name for account in facts.admins)


def _user_names(expected: str, found: object) -> bool:
    return found == tuple(entry.partition(":")[0] for entry in json.loads(expected))


def _plain_passwords(expected: str, found: object) -> bool:
    return isinstance(found, tuple) and bool(json.loads(expected)) is ("plain" in found)


def _limited(expected: str, found: object) -> bool:
    """Return whether lines with an access list, and our lists, are both there or both not."""
    return isinstance(found, tuple) and bool(json.loads(expected)) is bool(set(found) - {"any"})


def _telnet(facts: Facts) -> object:
    told = facts.management.telnet if facts.management else None
    return "not stated" if told is None else told


def _telnet_lines(expected: str, found: object) -> bool:
    """Return whether a line takes Telnet; where none states it we may leave it open, which is no 'no'."""
    return (found is True) if json.loads(expected) else found is not True


def _endless(expected: str, found: object) -> bool:
    return bool(json.loads(expected)) is (found == "unlimited")


def _communities(expected: str, found: object) -> bool:
    """Return whether communities are there, and the versions that serve them: their names are never kept."""
    return isinstance(found, tuple) and bool(json.loads(expected)) is bool({"v1", "v2c"} & set(found))


_IOS: Mapping[str, Place] = {
    "hostname": _place("identity.name"),
    "lines_with_telnet_allowed": _place("management.telnet", _telnet_lines, _telnet),
    "ip_source_route_disabled": _place(
        "management.source_routing",
        lambda expected, found: (expected == "yes") is (found is False),
        lambda facts: (
            "not stated"
            if not facts.management or facts.management.source_routing is None
            else facts.management.source_routing
        ),
    ),
    "snmp_communities": _place("snmp.versions", _communities),
    "snmp_community_public_or_private": _place("snmp.default_community", compare.yes_or_no),
    "snmp_write_community": _place("snmp.write_enabled", compare.yes_or_no),
    "ntp_servers": _place("time.servers", compare.entries),
    "logging_hosts": _place("logging.remote_hosts", compare.entries),
    "ssh_version_2_forced": _place(
        "management.ssh_version",
        lambda expected, found: (expected == "yes") is (found == 2),
        lambda facts: (facts.management.ssh_version or 0) if facts.management else None,
    ),
    "http_server": _place("management.http", compare.yes_or_no),
    "https_server": _place("management.https", compare.yes_or_no),
    "telnet": _place("management.telnet", compare.yes_or_no),
    "exec_timeout_zero": _place("management.idle_timeout_s", _endless),
    "vty_access_class": _place("management.permitted_networks", _limited),
    "local_users": _place("admins", _user_names, _users),
    "banner": _place("management.banner_set", compare.yes_or_no),
    "plain_passwords": _place("management.weak_password_kinds", _plain_passwords),
}
_FORTIOS: Mapping[str, Place] = {
    "model": _place("identity.model"),
    "hostname": _place("identity.name"),
    "os_version": _place("firmware.version"),
    "os_build": _place("os.build"),
    "admin_timeout_minutes": _place("management.idle_timeout_s", compare.number(0, scale=60)),
    "timezone": _place("time.zone"),
    "interfaces_http": _place("management.http", _some),
    "interfaces_https": _place("management.https", _some),
    "interfaces_ssh": _place("management.ssh", _some),
    "interfaces_telnet": _place("management.telnet", _some),
    "ntp_sync": _place("time.kind", lambda expected, found: (expected == "enable") is (found == "ntp")),
    "ntp_servers": Place(
        "time.servers",
        field("time.servers"),
        compare.entries,
        lambda _: "the servers are FortiGuard's, which a configuration does not name",
    ),
    "snmp_communities": _place("snmp.versions", _communities),
    "snmp_community_public_or_private": _place("snmp.default_community", compare.yes_or_no),
    "syslog_status": _place("logging.remote_hosts", lambda expected, found: (expected == "enable") is bool(found)),
    "fortianalyzer_status": _place(
        "logging.remote_hosts", lambda expected, found: (expected == "enable") is bool(found)
    ),
    "admins": _place("admins", compare.entries, _users),
    "password_policy_status": _place(
        "password_policy.min_length_count", lambda expected, found: (expected == "enable") is bool(found)
    ),
    "firewall_policies": _place("rules", compare.length, lambda facts: facts.rules),
    "ha_mode": _place("ha.mode", lambda expected, found: ("standalone" in expected) is (found == "none")),
}
PLACES: Mapping[str, Mapping[str, Place]] = {"cisco_ios": _IOS, "fortios": _FORTIOS}
