"""What an AOS-S configuration says on management, SNMP, time, logging, accounts and ports.

Defaults used (ArubaOS-Switch Access Security and Management and Configuration guides, 15.x and 16.x): the Telnet server
and the plain web page are on, sessions do not end by themselves, guards and 802.1X are off. All others are left open.
"""

import ipaddress
import re

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap
from collectors.facts.sections.accounts import Account
from collectors.facts.sections.management import Management, Snmp
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.cisco.cisco_audit import DEFAULT_COMMUNITIES, NO_PASSWORD, PLAIN_VERSION_3, PLATFORM_DEFAULT
from collectors.readers.outputs.cli_words import stated
from collectors.readers.procurve.procurve_config import Configuration, ports
from collectors.told import told

PLAIN, REVERSIBLE = "plain", "encrypted with a key that all switches share"
LONGEST_IDLE_S, LONGEST_IDLE_MINUTES, MOST_ATTEMPTS = 7200, 120, 10
NO_PORT = ""
EVERYWHERE = "any"
# The groups that the switch has of itself (ArubaOS-Switch Management and Configuration guide, group access levels)
PLAIN_GROUPS = {"managerauth", "operatorauth", "operatornoauth"}
WRITING_GROUPS = {"managerpriv", "managerauth", "commanagerrw", "comoperatorrw"}
_KINDS = {"plaintext": PLAIN, "sha1": "sha1", "sha256": "sha256"}
_ADDRESS = re.compile(r"^(?:\d{1,3}\.){3}\d{1,3}$|^[0-9a-fA-F]*:[0-9a-fA-F:]+$")
_SERVERS = ("radius-server host ", "tacacs-server host ")


def read_management(config: Configuration, ssh: dict[str, object]) -> Part:
    """Return which services manage the switch; `ssh` holds what the SSH server itself told."""
    accounts = read_accounts(config)
    return told(
        Management,
        {
            "telnet": lambda: not config.has("no telnet-server"),
            "http": lambda: not config.has("no web-management") and not config.has("no web-management plaintext"),
            "https": lambda: True if _states(config, "web-management ssl") else PLATFORM_DEFAULT,
            "ssh": lambda: ssh.get("ssh", False if config.has("no ip ssh") else PLATFORM_DEFAULT),
            "ssh_key_bits_count": lambda: ssh.get("bits"),
            "ssh_key_kind": lambda: ssh.get("kind"),
            "idle_timeout_s": lambda: _idle_s(config),
            "console_idle_timeout_s": lambda: _idle_s(config, "serial-usb "),
            "banner_set": lambda: bool(config.all("banner ")),
            "permitted_networks": lambda: _managers(config),
            "default_credentials": lambda: _without_password(config, accounts),
            "aaa_servers": lambda: tuple(
                dict.fromkeys(words.split()[0].strip('"') for kind in _SERVERS for words in config.all(kind))
            ),
            "local_fallback": lambda: _local_fallback(config),
            "weak_password_kinds": lambda: _weak_kinds(config, accounts),
            "login_retries_count": lambda: next(
                (stated(words, MOST_ATTEMPTS) for words in config.all("aaa authentication num-attempts ")), None
            ),
        },
    )


def _states(config: Configuration, line: str) -> bool:
    return config.has(line) or bool(config.all(f"{line} "))


def _idle_s(config: Configuration, only: str = "") -> int | str:
    """Return the idle time-out of sessions: seconds in the new form, minutes in the old, 0 for never.

    `only` begins what is stated for one kind of session, which goes before what is stated for all.
    """
    new = config.all("console idle-timeout ")
    own = [words.removeprefix(only) for words in new if only and words.startswith(only)]
    for_all = [words for words in new if not words.startswith("serial-usb ")]
    old = config.all("console inactivity-timer ")
    if own or for_all:
        return stated((own or for_all)[-1], LONGEST_IDLE_S) or "unlimited"
    return stated(old[-1], LONGEST_IDLE_MINUTES) * 60 or "unlimited" if old else "unlimited"


def _without_password(config: Configuration, accounts: tuple[Account, ...]) -> bool | None:
    """Return whether the manager has no password; None where accounts of other kinds may stand for it."""
    if any(one.admin for one in accounts):
        return False
    return None if config.all("aaa authentication local-user ") else True


def _weak_kinds(config: Configuration, accounts: tuple[Account, ...]) -> tuple[str, ...]:
    """Return the weak kinds: a manager without a password, and passwords that can be read back.

    Raises UnexpectedReply for a kind that is not known.
    """
    for words in (*config.all("password manager "), *config.all("password operator ")):
        rest = re.sub(r'user-name ("[^"]*"|\S+)', "", words).split()
        if rest and not set(_KINDS) & set(rest):
            raise UnexpectedReply("is not certain: a password is stored in a form that is not known")
    kinds = {kind for one in accounts if (kind := one.password_kind) in {PLAIN, REVERSIBLE}}
    return tuple(sorted(kinds | ({NO_PASSWORD} if _without_password(config, accounts) else set())))


def _managers(config: Configuration) -> tuple[str, ...]:
    """Return the networks that may manage the switch; 'any' where none is stated."""
    found = []
    for words in config.all("ip authorized-managers "):
        parts = words.split()
        mask = parts[1] if len(parts) > 1 and _ADDRESS.match(parts[1]) else "255.255.255.255"
        try:
            found.append(str(ipaddress.ip_network(f"{parts[0]}/{mask}", strict=False)))
        except ValueError:
            found.append(parts[0])
    return tuple(dict.fromkeys(found)) or (EVERYWHERE,)


def _askers(config: Configuration) -> tuple[str, ...]:
    """Return the networks that SNMP may be asked from: those of the managers, none where everyone may."""
    managers = _managers(config)
    return () if EVERYWHERE in managers else managers


def _local_fallback(config: Configuration) -> bool | None:
    """Return whether logons by SSH fall back to local accounts; None when no server is asked for them."""
    methods = [words.split() for words in config.all("aaa authentication ssh ")]
    served = [words for words in methods if {"radius", "tacacs", "peap-mschapv2"} & set(words)]
    return all("local" in words for words in served) if served else None


def read_accounts(config: Configuration) -> tuple[Account, ...]:
    """Return manager and operator where they have a password, with its kind where the configuration shows it."""
    found = []
    for role in ("manager", "operator"):
        for words in config.all(f"password {role}"):
            name = re.search(r'user-name "([^"]*)"', words)
            kind = next((_KINDS[word] for word in words.split() if word in _KINDS), None)
            found.append(Account(name=name[1] if name else role, password_kind=kind, admin=role == "manager"))
        for words in config.all(f"encrypted-password {role}"):
            name = re.search(r'user-name "([^"]*)"', words)
            found.append(Account(name=name[1] if name else role, password_kind=REVERSIBLE, admin=role == "manager"))
    return tuple(found)


def read_snmp(config: Configuration) -> Part:
    """Return the SNMP versions, whether a factory community or write access exists; no community is kept."""
    communities = config.all("snmp-server community ")
    names = [words.split('"')[1] if words.startswith('"') else words.split()[0] for words in communities]
    names += [
        match[1] for words in config.all("snmpv3 community ") if (match := re.search(r'\bname "?([^" ]+)', words))
    ]
    only, off = config.has("snmpv3 only"), config.has("no snmp-server enable")
    groups = {words.split()[0].strip('"').casefold() for words in config.all("snmpv3 group ")}

    def versions() -> tuple[str, ...] | Gap:
        older = ("v1", "v2c") if names and not only and not off else ()
        newer = ("v3",) if (only or config.has("snmpv3 enable")) and not off else ()
        return PLAIN_VERSION_3 if newer and not older and groups & PLAIN_GROUPS else (*older, *newer)

    return told(
        Snmp,
        {
            "versions": versions,
            "default_community": lambda: any(name.casefold() in DEFAULT_COMMUNITIES for name in names),
            "write_enabled": lambda: (
                bool(groups & WRITING_GROUPS)
                or any("unrestricted" in words.casefold().split() for words in communities)
            ),
            "allowed_networks": lambda: _askers(config) if communities or only else None,
        },
    )


def read_time(config: Configuration, told_by_device: tuple[bool | None, int | None]) -> Part:
    """Return the time servers, and whether the clock is in step by 'show ntp status'."""
    servers: list[str] = []
    protocol = next((words.split()[0] for words in reversed(config.all("timesync "))), "")
    if protocol != "sntp":
        servers += [words.split()[0] for kind in ("ntp server ", "ntp server-name ") for words in config.all(kind)]
    for words in config.all("sntp server ") if protocol != "ntp" else ():
        parts = words.split()
        servers.append(parts[2] if parts[0] == "priority" and len(parts) > 2 else parts[0])
    return told(
        Time,
        {
            "kind": lambda: _time_kind(config),
            "servers": lambda: tuple(dict.fromkeys(server.strip('"') for server in servers)),
            "synchronised": lambda: told_by_device[0],
            "stratum": lambda: told_by_device[1],
        },
    )


def _time_kind(config: Configuration) -> str | Gap:
    if config.has("no timesync"):
        return "none"
    stated_kinds = [words.split()[0] for words in config.all("timesync ")]
    if stated_kinds and stated_kinds[-1] not in {"ntp", "sntp"}:
        raise UnexpectedReply(f"is told as {stated_kinds[-1][:40]!r}, which may be another protocol")
    return "ntp" if stated_kinds else PLATFORM_DEFAULT


def read_logging(config: Configuration) -> Part:
    """Return the hosts that take the log."""
    hosts = [words.split()[0] for words in config.all("logging ") if _ADDRESS.match(words.split()[0])]
    off = config.has("no debug destination logging")
    return told(Logging, {"remote_hosts": lambda: () if off else tuple(dict.fromkeys(hosts))})


def port_settings(config: Configuration) -> dict[str, dict[str, object]]:
    """Return name and guards by port; NO_PORT stands for every port that no line names.

    A guard counts only where what it belongs to is on as well.
    """
    guarded = _listed(config, r"spanning-tree (?P<ports>\S+) bpdu-protection")
    looped = _listed(config, r"loop-protect (?P<ports>[\w/,-]*\d[\w/,-]*)")
    checked = _checked(config)
    spanning = config.has("spanning-tree")
    names = {block.text.removeprefix("interface ").strip(): block for block in config.under("interface ")}
    found: dict[str, dict[str, object]] = {}
    for port in {*names, *guarded, *looped, *checked, NO_PORT}:
        lines = names[port].lines if port in names else []
        described = [line[5:].strip('"') for line in lines if line.startswith("name ")]
        limited = any(re.match(r"broadcast-limit [1-9]|rate-limit (bcast|mcast) ", line) for line in lines)
        found[port] = {
            "bpdu_guard": port in guarded and spanning,
            "storm_control": limited or port in looped,
            "dot1x": port in checked,
            **({"description": described[0]} if described else {}),
        }
    return found


def _checked(config: Configuration) -> frozenset[str]:
    """Return the ports that ask who is there; 802.1X must be active as a whole, and not let everyone in."""
    listed = r"(?P<ports>[\w/,-]*\d[\w/,-]*)"
    found = _listed(config, rf"aaa port-access (?:mac-based|web-based) {listed}$")
    if not config.has("aaa port-access authenticator active"):
        return found
    asked = _listed(config, rf"aaa port-access authenticator {listed}$")
    return found | (asked - _listed(config, rf"aaa port-access authenticator {listed} control authorized$"))


def _listed(config: Configuration, pattern: str) -> frozenset[str]:
    expression = re.compile(pattern)
    found = (match for block in config.blocks if (match := expression.match(block.text)))
    return frozenset(port for match in found for port in ports(match["ports"]))
