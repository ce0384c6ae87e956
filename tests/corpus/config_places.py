"""Where the audit items of configs/index.csv stand in our facts, by platform, and how both are compared."""

import json
from collections.abc import Callable, Mapping

from collectors.facts.facts import Facts
from tests.corpus import compare
from tests.corpus.fields import field
from tests.corpus.outcome import Place

NOT_STATED = "not stated"
NOWHERE = {
    "aaa_new_model": "the facts hold the servers and the local fallback that AAA names, not the switch",
    "enable_secret_type": "the facts hold the kinds of all weak passwords, not that of one account",
    "service_password_encryption": "the facts hold the kinds of the passwords that are there",
    "vty_lines_without_transport_statement": "is in the fact on Telnet: a default that is not stated is a gap",
    "admin_https_port": "no standard asks for the port",
    "strong_crypto": "no standard asks for it",
    "interfaces_snmp": "the facts hold from where communities may be asked, not on which interface",
    "ntp_type": "is in the fact on the servers: FortiGuard's are a gap",
    "syslog_server": "is not stated in the sheet either",
    "config_version": "is the format of the file",
    "dns_servers": "no standard asks for a firewall's own resolvers",
    "format": "is the format of the file",
    "applied_groups": "are resolved into the facts",
    "netconf": "no standard asks for it",
}
"""Audit items that no fact is for, with the reason."""


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


def _or_not_stated(path: str) -> Callable[[Facts], object]:
    """Return the reading of a field that stays open where nothing states it, which the sheet writes as a no."""

    def find(facts: Facts) -> object:
        value = field(path)(facts)
        return NOT_STATED if value is None else value

    return find


def _telnet_lines(expected: str, found: object) -> bool:
    """Return whether a line takes Telnet; where none states it we may leave it open, which is no 'no'."""
    return (found is True) if json.loads(expected) else found is not True


def _endless(expected: str, found: object) -> bool:
    return bool(json.loads(expected)) is (found == "unlimited")


def _communities(expected: str, found: object) -> bool:
    """Return whether communities are there, and the versions that serve them: their names are never kept."""
    return isinstance(found, tuple) and bool(json.loads(expected)) is bool({"v1", "v2c"} & set(found))


def _switched(expected: str, found: object) -> bool:
    """Return whether a switch that is set, or whose default the sheet names, is the same."""
    words = {"on": True, "yes": True, "enabled": True, "off": False, "no": False, "disabled": False}
    stated = expected.removeprefix("not stated (default ").removesuffix(")")
    return words.get(stated) is found


def _serves(expected: str, found: object) -> bool:
    return isinstance(found, tuple) and _switched(expected, bool(found))


def _kind(expected: str, found: object) -> bool:
    return (expected in {"yes", "enable", "ntp"}) is (found == "ntp")


def _remote(expected: str, found: object) -> bool:
    return (expected == "enable") is bool(found)


def _service(name: str) -> Place:
    """Return the place of a RouterOS service that has no field of its own: open to the outside without a filter."""

    def find(facts: Facts) -> object:
        return None if facts.wan_services is None else name in {service.name for service in facts.wan_services}

    return _place("wan_services", _switched, find)


def _web(facts: Facts) -> object:
    told = facts.management
    return None if told is None or told.http is None or told.https is None else told.http or told.https


def _protocol(facts: Facts) -> object:
    told = facts.management
    return None if told is None or told.https is None else "https" if told.https else "http"


_COMMON: dict[str, Place] = {
    "hostname": _place("identity.name"),
    "model": _place("identity.model"),
    "serial": _place("identity.serial"),
    "os_version": _place("firmware.version"),
    "os_build": _place("os.build"),
    "timezone": _place("time.zone"),
    "snmp_communities": _place("snmp.versions", _communities),
    "snmp_community_public_or_private": _place("snmp.default_community", compare.yes_or_no),
    "snmp_write_community": _place("snmp.write_enabled", compare.yes_or_no),
    "snmp_enabled": _place("snmp.versions", _serves),
    "snmp_agent": _place("snmp.versions", _serves),
    "ntp_servers": _place("time.servers", compare.entries),
    "logging_hosts": _place("logging.remote_hosts", compare.entries),
    "syslog_hosts": _place("logging.remote_hosts", compare.entries),
    "remote_syslog": _place("logging.remote_hosts", compare.entries),
    "remote_logging": _place("logging.remote_hosts", compare.entries),
    "syslog": _place("logging.remote_hosts", compare.entries),
    "telnet": _place("management.telnet", _switched),
    "ftp": _place("management.ftp", _switched),
    "ssh": _place("management.ssh", _switched),
    "ssh_version_2_forced": _place(
        "management.ssh_version",
        lambda expected, found: (expected == "yes") is (found == 2),
        _or_not_stated("management.ssh_version"),
    ),
    "banner": _place("management.banner_set", compare.yes_or_no),
    "local_users": _place("admins", _user_names, _users),
    "plain_passwords": _place("management.weak_password_kinds", _plain_passwords),
    "password_min_length": _place("password_policy.min_length_count", compare.number(0)),
    "inactivity_timeout_minutes": _place("management.idle_timeout_s", compare.number(0, scale=60)),
}
_IOS: dict[str, Place] = {
    "lines_with_telnet_allowed": _place("management.telnet", _telnet_lines, _or_not_stated("management.telnet")),
    "ip_source_route_disabled": _place(
        "management.source_routing",
        lambda expected, found: (expected == "yes") is (found is False),
        _or_not_stated("management.source_routing"),
    ),
    "http_server": _place("management.http", compare.yes_or_no),
    "https_server": _place("management.https", compare.yes_or_no),
    "exec_timeout_zero": _place("management.idle_timeout_s", _endless),
    "vty_access_class": _place("management.permitted_networks", _limited),
}
_FORTIOS: dict[str, Place] = {
    "admin_timeout_minutes": _place("management.idle_timeout_s", compare.number(0, scale=60)),
    "interfaces_http": _place("management.http", _some),
    "interfaces_https": _place("management.https", _some),
    "interfaces_ssh": _place("management.ssh", _some),
    "interfaces_telnet": _place("management.telnet", _some),
    "ntp_sync": _place("time.kind", _kind),
    "ntp_servers": Place(
        "time.servers",
        field("time.servers"),
        compare.entries,
        lambda _: "the servers are FortiGuard's, which a configuration does not name",
    ),
    "syslog_status": _place("logging.remote_hosts", _remote),
    "fortianalyzer_status": _place("logging.remote_hosts", _remote),
    "admins": _place("admins", compare.entries, _users),
    "password_policy_status": _place("password_policy.min_length_count", _remote),
    "password_policy_minlen": _place(  # the sheet's empty text: a policy that is off asks for nothing
        "password_policy.min_length_count", find=lambda facts: field("password_policy.min_length_count")(facts) or None
    ),
    "firewall_policies": _place("rules", compare.length, lambda facts: facts.rules),
    "ha_mode": _place("ha.mode", lambda expected, found: ("standalone" in expected) is (found == "none")),
}
_ROUTEROS: dict[str, Place] = {
    "service_telnet": _place("management.telnet", _switched),
    "service_ftp": _place("management.ftp", _switched),
    "service_www": _place("management.http", _switched),
    "service_www-ssl": _place("management.https", _switched),
    "service_ssh": _place("management.ssh", _switched),
    "service_api": _service("api"),
    "service_winbox": _service("winbox"),
    "service_api-ssl": _service("api-ssl"),
    "ntp_enabled": _place("time.kind", _kind),
    "users": Place("admins", _users, compare.entries, lambda _: "an export does not hold the users"),
}
_PROCURVE: dict[str, Place] = {
    "web_management": _place("management.http", _switched),
    "timesync": Place(
        "time.kind",
        field("time.kind"),
        compare.text,
        lambda _: "is not stated: the release's default holds",
    ),
    "manager_password_in_config": _place(
        "management.default_credentials", lambda expected, found: (expected == "yes") is (found is False)
    ),
    "vlans": _place("vlans", compare.length, lambda facts: facts.vlans),
    "spanning_tree": _place("stp.enabled", _switched),
}
_BSD: dict[str, Place] = {
    "ssh_enabled": _place("management.ssh", _switched),
    "ssh_password_login": _place("sshd.password_logon", _switched),
    "ssh_root_login": _place("sshd.root_login", lambda expected, found: (expected == "no") is (found == "no")),
    "webgui_protocol": _place("management.https", compare.text, _protocol),
    "filter_rules": _place("rules", compare.length, lambda facts: facts.rules),
    "users": _place("admins", compare.entries, _users),
}
_JUNOS: dict[str, Place] = {
    "users": _place("admins", compare.entries, _users),
    "web_management": _place("management.http", _switched, _web),
    "ssh_root_login": _place("sshd.root_login"),
}
PLACES: Mapping[str, Mapping[str, Place]] = {
    "cisco_ios": _COMMON | _IOS,
    "cisco_nxos": _COMMON,
    "cisco_asa": {**_COMMON, "http_server": _place("management.https", _switched)},  # it speaks HTTPS alone
    "fortios": _COMMON | _FORTIOS,
    "routeros": _COMMON | _ROUTEROS,
    "hp_procurve": _COMMON | _PROCURVE,
    "opnsense": _COMMON | _BSD,
    "pfsense": _COMMON | _BSD,
    "junos": _COMMON | _JUNOS,
    "arista_eos": _COMMON,
    "checkpoint_gaia": {
        **_COMMON,
        "password_complexity": _place(  # of how many kinds of letters; 1: not checked
            "password_policy.complexity", lambda expected, found: (int(expected) > 1) is found
        ),
    },
}
