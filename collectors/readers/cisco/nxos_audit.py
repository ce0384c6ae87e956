"""What a Cisco NX-OS configuration says on management, SNMP, time, logging and accounts.

Defaults used: a feature that the configuration does not list is off, Telnet and NX-API among them; the SSH server is on
(Cisco Nexus 7000 and 9000 Series NX-OS security configuration guides). All other defaults are left open.
"""

import re

from collectors.driver import Part
from collectors.facts.gaps import Gap
from collectors.facts.sections.accounts import Account
from collectors.facts.sections.management import Management, Snmp
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.cisco.cisco_audit import (
    DEFAULT_COMMUNITIES,
    PLAIN_VERSION_3,
    PLATFORM_DEFAULT,
    WEAK_KINDS,
    longest,
    number_of,
    password_kind,
    stated,
    time_server,
)
from collectors.readers.cisco.cisco_config import Configuration, Line
from collectors.readers.cisco.cisco_logons import open_lines_of_one_list
from collectors.readers.outputs.cli_words import limited_to
from collectors.told import told

ADMIN_ROLES = {"network-admin", "vdc-admin"}
NONE_MARK = "!"  # in the password's place: the account has none, and no password lets it in
_STRONGER = {"priv", "auth"}


def read_management(config: Configuration, ssh_version: int | Gap | None) -> Part:
    """Return which services manage the device, its time-outs, banner, AAA servers and weak kinds of password."""
    remote, console = config.blocks("line vty"), config.blocks("line con")
    return told(
        Management,
        {
            "telnet": lambda: "telnet" in config.all("feature ") or config.has("telnet server enable"),  # before 4.2
            "http": lambda: _api(config, "http"),
            "https": lambda: _api(config, "https"),
            "ssh": lambda: "ssh" not in config.all("no feature "),
            "ssh_version": lambda: ssh_version,
            "idle_timeout_s": lambda: _timeout(remote),
            "console_idle_timeout_s": lambda: _timeout(console),
            "banner_set": lambda: bool({"motd", "exec"} & set(config.banners)),
            "permitted_networks": lambda: _permitted(remote),
            "aaa_servers": lambda: _servers(config),
            "local_fallback": lambda: _local_fallback(config),
            "weak_password_kinds": lambda: tuple(
                sorted({str(one.password_kind) for one in _accounts(config) if one.password_kind in WEAK_KINDS})
            ),
            "remote_lines_without_logon": lambda: open_lines_of_one_list(config, "line vty"),
            "source_routing": lambda: stated(config.switched("ip source-route")),
        },
    )


def _api(config: Configuration, protocol: str) -> bool | Gap:
    """Return whether NX-API serves a protocol; which one it serves when none is stated differs between releases."""
    if "nxapi" not in config.all("feature "):
        return False
    if config.all(f"nxapi {protocol} port "):
        return True
    return False if config.has(f"no nxapi {protocol}") else PLATFORM_DEFAULT


def _timeout(lines: list[Line]) -> int | str | Gap | None:
    """Return the idle time-out that the lines state in minutes, 'unlimited' for 0."""
    stated = [words for line in lines for words in line.below("exec-timeout ")[-1:]]
    return longest([number_of(minutes) * 60 or None for minutes in stated]) if stated else PLATFORM_DEFAULT


def _permitted(remote: list[Line]) -> tuple[str, ...] | None:
    """Return the access lists of the remote lines; 'any' where there is none."""
    if not remote:
        return None
    lists = {words.split()[0] for line in remote for prefix in ("access-class ", "ip access-class ")
             for words in line.below(prefix) if words.split()[-1] == "in"}  # fmt: skip
    return tuple(sorted(lists)) or ("any",)


def _servers(config: Configuration) -> tuple[str, ...]:
    kinds = ("tacacs-server host ", "radius-server host ", "ldap-server host ")
    return tuple(dict.fromkeys(words.split()[0] for kind in kinds for words in config.all(kind)))


def _local_fallback(config: Configuration) -> bool | None:
    """Return whether logons fall back to local accounts; None when no server is asked for them."""
    methods = [words.split() for words in config.all("aaa authentication login default ")]
    grouped = [words for words in methods if words[:1] == ["group"]]
    if not grouped:
        return None
    if any("local" in words for words in grouped):
        return True
    return not any("fallback" in words for words in config.all("no aaa authentication login default "))


def read_snmp(config: Configuration) -> Part:
    """Return the SNMP versions served, whether a factory community or write access exists; no community is kept."""
    if config.has("no snmp-server protocol enable"):
        return Part(Snmp(versions=(), default_community=False, write_enabled=False))
    communities: dict[str, set[str]] = {}
    for line in config.all("snmp-server community "):
        words = line.split()
        communities.setdefault(words[0], set()).update(words[1:])
    lists = [
        words.split() for words in config.all("snmp-server community ") if re.search(r" use-(ipv[46])?acl ", words)
    ]
    limited = {words[0]: words[-1] for words in lists}
    return told(
        Snmp,
        {
            "versions": lambda: _versions(config, bool(communities)),
            "default_community": lambda: any(name.casefold() in DEFAULT_COMMUNITIES for name in communities),
            "write_enabled": lambda: (
                any(words & {*ADMIN_ROLES, "rw"} for words in communities.values())
                or any(ADMIN_ROLES & set(words.split()[1:2]) for words in config.all("snmp-server user "))
            ),
            "allowed_networks": lambda: limited_to(limited.get(name) for name in communities) if communities else None,
        },
    )


def _versions(config: Configuration, communities: bool) -> tuple[str, ...] | Gap:
    """Return the versions served; version 3 is taken without encryption unless it is enforced, for all or each user."""
    users: dict[str, set[str]] = {}
    for words in (text.split() for text in config.all("snmp-server user ")):
        users.setdefault(words[0], set()).update(words[1:])
    served = any(_STRONGER & words for words in users.values())
    enforced = config.has("snmp-server globalEnforcePriv") or all("enforcePriv" in words for words in users.values())
    if served and not communities and not enforced:
        return PLAIN_VERSION_3
    return (*(("v1", "v2c") if communities else ()), *(("v3",) if served else ()))


def read_time(config: Configuration, synchronised: bool | Gap | None) -> Part:
    """Return the time servers of the configuration and whether the clock follows one of them."""
    servers = tuple(dict.fromkeys(time_server(words) for words in config.all("ntp server ") + config.all("ntp peer ")))
    master = bool(config.all("ntp master"))
    return told(
        Time,
        {
            "kind": lambda: "ntp" if servers else "local-clock" if master else "none",
            "servers": lambda: servers,
            "synchronised": lambda: synchronised,
        },
    )


def read_logging(config: Configuration) -> Part:
    """Return the servers that take the log."""
    return told(
        Logging,
        {"remote_hosts": lambda: tuple(dict.fromkeys(words.split()[0] for words in config.all("logging server ")))},
    )


def read_admins(config: Configuration) -> Part:
    """Return the local accounts with the kind of their password; the role says who is an administrator."""
    return Part(_accounts(config))


def _accounts(config: Configuration) -> tuple[Account, ...]:
    lines: dict[str, list[str]] = {}
    for words in config.all("username "):
        name, _, rest = words.partition(" ")
        lines.setdefault(name, []).extend(rest.split())
    found = []
    for name, said in lines.items():
        roles = {said[place + 1] for place, word in enumerate(said[:-1]) if word == "role"}
        found.append(Account(name=name, password_kind=_kind(said), admin=bool(roles & ADMIN_ROLES) if roles else None))
    return tuple(found)


def _kind(words: list[str]) -> str | None:
    """Return the kind of an account's password, None for an account that has none and so cannot log on with one."""
    place = words.index("password") if "password" in words else len(words)
    return None if NONE_MARK in words[place + 1 : place + 3] else password_kind(" ".join(words[place:]))
