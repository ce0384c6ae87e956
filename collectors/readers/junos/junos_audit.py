"""What a Junos configuration says on management, time, logging, accounts and ports.

Defaults used (Junos OS User Access and Authentication guide): a service that is not stated does not run, and sessions
of a predefined login class do not end by themselves. All other defaults are left open.
"""

from collectors.driver import Part
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.accounts import Account, Lockout
from collectors.facts.sections.management import Config, Management
from collectors.facts.sections.network import Stp, Trunk, Vlan
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.cisco.cisco_audit import PLATFORM_DEFAULT
from collectors.readers.junos.junos_config import Configuration
from collectors.told import told

SERVICES = ("system", "services")
LOGIN = ("system", "login")
SECURE_PORTS = ("ethernet-switching-options", "secure-access-port", "vlan")
_ADMIN_CLASSES = {"super-user", "superuser", "super-user-local"}
_KNOWN_CLASSES = {*_ADMIN_CLASSES, "operator", "read-only", "unauthorized"}
_HASHES = {"$1$": "md5", "$5$": "sha256", "$6$": "sha512", "$sha1$": "sha1"}
_RANGED = Gap(reason=GapReason.NOT_TOLD, text="is not known: ports are configured in ranges, which are not resolved")
_STP = {"rstp": "rstp", "mstp": "mstp", "vstp": "rapid-pvst", "stp": "stp"}


def read_management(config: Configuration) -> Part:
    """Return which services manage the device, its time-outs, banner, AAA servers and tries."""
    ssh = config.has(*SERVICES, "ssh")
    return told(
        Management,
        {
            "telnet": lambda: config.has(*SERVICES, "telnet"),
            "http": lambda: config.has(*SERVICES, "web-management", "http"),
            "https": lambda: config.has(*SERVICES, "web-management", "https"),
            "ssh": lambda: ssh,
            "ssh_version": lambda: _ssh_version(config) if ssh else None,
            "ftp": lambda: config.has(*SERVICES, "ftp"),
            "idle_timeout_s": lambda: _idle_s(config),
            "banner_set": lambda: config.has(*LOGIN, "message") or config.has(*LOGIN, "announcement"),
            "aaa_servers": lambda: (
                *config.names("system", "radius-server"),
                *config.names("system", "tacplus-server"),
            ),
            # without a server's answer Junos asks its own passwords, whether they stand in the order or not
            "local_fallback": lambda: (
                True if {"radius", "tacplus"} & {*config.names("system", "authentication-order")} else None
            ),
            "login_retries_count": lambda: _number(config, *LOGIN, "retry-options", "tries-before-disconnect"),
        },
    )


def _ssh_version(config: Configuration) -> int | Gap:
    stated = {word for path in config.below(*SERVICES, "ssh", "protocol-version") for word in path}
    if not stated:
        return PLATFORM_DEFAULT
    return 1 if "v1" in stated else 2


def _idle_s(config: Configuration) -> int | str | None:
    """Return the longest idle time-out of the users' classes, in minutes there; None without users."""
    users = config.names(*LOGIN, "user")
    if not users:
        return None
    general = _number(config, *LOGIN, "idle-timeout")
    found = [_number(config, *LOGIN, "class", config.value(*LOGIN, "user", user, "class") or "", "idle-timeout")
             for user in users]  # fmt: skip
    minutes = [general if one is None else one for one in found]
    return "unlimited" if any(not one for one in minutes) else 60 * max(one for one in minutes if one)


def _number(config: Configuration, *prefix: str) -> int | None:
    word = config.value(*prefix)
    return int(word) if word and word.isdecimal() and len(word) < 9 else None


def read_lockout(config: Configuration) -> Part | None:
    """Return after how many tries a user is locked out, and for how long; None when no period is stated."""
    minutes = _number(config, *LOGIN, "retry-options", "lockout-period")
    tries = _number(config, *LOGIN, "retry-options", "tries-before-disconnect")
    return Part(Lockout(threshold_count=tries, duration_s=minutes * 60)) if minutes else None


def read_admins(config: Configuration) -> Part:
    """Return the local users with the kind of their password's hash; the class says who is an administrator."""
    found = []
    for user in config.names(*LOGIN, "user"):
        role = config.value(*LOGIN, "user", user, "class")
        hashed = config.value(*LOGIN, "user", user, "authentication", "encrypted-password") or ""
        kind = next((kind for begin, kind in _HASHES.items() if hashed.startswith(begin)), None)
        admin = role in _ADMIN_CLASSES if role in _KNOWN_CLASSES else None
        found.append(Account(name=user, password_kind=kind, admin=admin))
    return Part(tuple(found))


def read_time(config: Configuration, synchronised: bool | None, stratum: int | None) -> Part:
    """Return the time servers and whether the clock follows one of them."""
    servers = tuple(dict.fromkeys((*config.names("system", "ntp", "server"), *config.names("system", "ntp", "peer"))))
    return told(
        Time,
        {
            "kind": lambda: "ntp" if servers else "none",
            "servers": lambda: servers,
            "zone": lambda: config.value("system", "time-zone"),
            "synchronised": lambda: synchronised,
            "stratum": lambda: stratum,
        },
    )


def read_logging(config: Configuration) -> Part:
    """Return the hosts that take the log, those that are inherited last."""
    hosts = {*config.names("system", "syslog", "host")}
    streams = ("security", "log", "stream")  # of an SRX: the log of its rules
    hosts |= {host for name in config.names(*streams) if (host := config.value(*streams, name, "host"))}
    return told(Logging, {"remote_hosts": lambda: tuple(sorted(hosts))})


def read_config(_: Configuration) -> Part:
    """Return that the configuration is saved: what is in force has been committed, and a commit writes it."""
    return Part(Config(saved=True))


def read_stp(config: Configuration, root: str | None) -> Part | None:
    """Return spanning tree's mode, guard and root; without a protocol it does not run. None where nothing switches."""
    mode = next((word for word in _STP if config.has("protocols", word)), None)
    if mode is None and not _switching(config):
        return None
    on = mode is not None and not config.has("protocols", mode, "disable")
    return told(
        Stp,
        {
            "enabled": lambda: on,
            "mode": lambda: _STP[mode] if mode and on else None,
            "root": lambda: root if on else None,
            "bpdu_guard_default": lambda: on and config.has("protocols", str(mode), "bpdu-block-on-edge"),
        },
    )


def port_settings(config: Configuration) -> dict[str, dict[str, object]]:
    """Return description and guards of the configured interfaces, by name; guards only where a port switches."""
    guarded = {_port(name) for name in config.names("protocols", "layer2-control", "bpdu-block", "interface")}
    for protocol in _STP:
        if config.has("protocols", protocol, "bpdu-block-on-edge"):
            edges = [name for name in config.names("protocols", protocol, "interface")
                     if config.has("protocols", protocol, "interface", name, "edge")]  # fmt: skip
            guarded |= {_port(name) for name in edges}
    checked = {_port(name) for name in config.names("protocols", "dot1x", "authenticator", "interface")}
    old_storm = {_port(name) for name in config.names("ethernet-switching-options", "storm-control", "interface")}
    found: dict[str, dict[str, object]] = {}
    for name in config.names("interfaces"):
        fields: dict[str, object] = {}
        described = config.value("interfaces", name, "description")
        if described:
            fields["description"] = described
        units = [unit for unit in config.names("interfaces", name, "unit")
                 if config.has("interfaces", name, "unit", unit, "family", "ethernet-switching")]  # fmt: skip
        if units:
            storm = any(config.has("interfaces", name, "unit", unit, "family", "ethernet-switching", "storm-control")
                        for unit in units)  # fmt: skip
            stated = {
                "bpdu_guard": bool(guarded & {name, "all"}),
                "storm_control": storm or bool(old_storm & {name, "all"}),
                "dot1x": bool(checked & {name, "all"}),
            }
            fields |= {field: on for field, on in stated.items() if on or not ranged(config)}
        found[name] = fields
    return found


def _port(name: str) -> str:
    return name.partition(".")[0]


def _switching(config: Configuration) -> list[tuple[str, bool, tuple[str, ...]]]:
    """Return the switching ports: name, whether a trunk, the VLANs as they are named there."""
    found = []
    for name in config.names("interfaces"):
        for unit in config.names("interfaces", name, "unit"):
            place = ("interfaces", name, "unit", unit, "family", "ethernet-switching")
            if config.has(*place):
                mode = config.value(*place, "interface-mode") or config.value(*place, "port-mode") or "access"
                found.append((name, mode == "trunk", config.names(*place, "vlan", "members")))
    return found


def ranged(config: Configuration) -> bool:
    """Return whether ports are configured together in a range, whose members are not resolved."""
    return config.has("interfaces", "interface-range")


def read_trunks(config: Configuration) -> Part:
    """Return the ports that carry several VLANs; without a stated native VLAN they take tagged frames only."""
    trunks = []
    numbers = _vlan_numbers(config)
    for name, is_trunk, _ in _switching(config):
        if is_trunk:
            places = [config.value("interfaces", name, "native-vlan-id")]
            places += [config.value("interfaces", name, "unit", unit, "family", "ethernet-switching", "native-vlan-id")
                       for unit in config.names("interfaces", name, "unit")]  # fmt: skip
            native = next((word for word in places if word), None)
            number = _vlan(native) or numbers.get(native or "")
            trunks.append(Trunk(name=name, native_vlan=number))
    return Part(tuple(trunks), complete=not ranged(config))


def _vlan_numbers(config: Configuration) -> dict[str, int]:
    found = {name: config.value("vlans", name, "vlan-id") for name in config.names("vlans")}
    return {name: number for name, word in found.items() if (number := _vlan(word)) is not None}


def _vlan(word: str | None) -> int | None:
    """Return a VLAN's number, None for what is no number of one (IEEE 802.1Q: 1 to 4094)."""
    number = int(word) if word and word.isdecimal() and word.isascii() and len(word) < 5 else 0
    return number if 1 <= number <= 4094 else None


def read_vlans(config: Configuration) -> Part:
    """Return the configured VLANs with their access ports, address and DHCP snooping."""
    numbers = _vlan_numbers(config)
    access = [member for _, is_trunk, members in _switching(config) if not is_trunk for member in members]
    whole = all(
        name in numbers or config.value("vlans", name, "vlan-id") in {"none", "all"} for name in config.names("vlans")
    )
    snooped = {*config.names(*SECURE_PORTS)}
    vlans = []
    for name, number in numbers.items():
        routed = config.value("vlans", name, "l3-interface") or ""
        family, _, unit = routed.partition(".")
        at = ("interfaces", family, "unit", unit, "family")
        addressed = any(config.has(*at, inet, "address") for inet in ("inet", "inet6"))
        old = name in snooped and config.has(*SECURE_PORTS, name, "examine-dhcp")
        vlans.append(
            Vlan(
                number=number,
                name=name,
                access_ports_count=None if ranged(config) else sum(member in {name, str(number)} for member in access),
                has_address=addressed,
                snooping=old or config.has("vlans", name, "forwarding-options", "dhcp-security"),
            )
        )
    gaps = {f"[{vlan.key}].access_ports_count": _RANGED for vlan in vlans} if ranged(config) else {}
    return Part(tuple(vlans), gaps, complete=whole)
