"""What an AOS-CX configuration says on management, SNMP, time, logging, accounts and ports.

Defaults used (AOS-CX Security, Fundamentals and Layer 2 guides, 10.x): Telnet is off, the web page speaks HTTPS only,
sessions end after 30 idle minutes, guards and 802.1X are off. All other defaults are left open.
"""

import re

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap
from collectors.facts.sections.accounts import Account
from collectors.facts.sections.management import Management, Snmp
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.cisco.cisco_audit import DEFAULT_COMMUNITIES, PLAIN_VERSION_3, PLATFORM_DEFAULT
from collectors.readers.cisco.cisco_config import Configuration
from collectors.readers.outputs.cli_words import VLAN_MAX, limited_to, number_of, stated, vlan_numbers
from collectors.told import told

DEFAULT_IDLE_MINUTES, LONGEST_IDLE_MINUTES = 30, 43_200
ENCRYPTED = "auth-privacy"
_KINDS = {"ciphertext": "ciphertext", "plaintext": "plain"}
_LOG_WORDS = {"console", "facility", "filter", "local", "persistent-storage", "threshold"}
"""What follows 'logging' where no host that takes the log is named."""


def read_management(config: Configuration) -> Part:
    """Return which services manage the switch, its time-out, banner, AAA servers."""
    return told(
        Management,
        {
            "telnet": lambda: bool(config.all("telnet server ")),
            "http": lambda: False,
            "https": lambda: True if config.all("https-server vrf ") else PLATFORM_DEFAULT,
            "ssh": lambda: True if config.all("ssh server vrf ") else PLATFORM_DEFAULT,
            "idle_timeout_s": lambda: _idle_s(config),
            "banner_set": lambda: bool({"motd", "exec"} & set(config.banners)),
            "permitted_networks": lambda: _permitted(config),
            "aaa_servers": lambda: _servers(config),
            "local_fallback": lambda: _local_fallback(config),
            "weak_password_kinds": lambda: _weak_kinds(config),
        },
    )


def _idle_s(config: Configuration) -> int | str:
    """Return the idle time-out, which is stated in minutes; 0 is never."""
    lines = config.all("session-timeout ")
    lines += [words for block in config.blocks("cli-session") for words in block.below("timeout ")]
    minutes = stated(lines[-1], LONGEST_IDLE_MINUTES) if lines else DEFAULT_IDLE_MINUTES
    return minutes * 60 or "unlimited"


def _permitted(config: Configuration) -> tuple[str, ...]:
    """Return the access lists of the control plane; 'any' without one, or where a VRF that is served has none."""
    lines = [words.split() for words in config.all("apply access-list ")]
    limited = [words for words in lines if len(words) > 3 and "control-plane" in words]
    kinds = ("ssh server vrf ", "https-server vrf ", "telnet server vrf ")
    served = {words.split()[0] for kind in kinds for words in config.all(kind)}
    open_to_all = not limited or bool(served - {words[-1] for words in limited})
    return tuple(sorted({words[1] for words in limited} | ({"any"} if open_to_all else set())))


def _servers(config: Configuration) -> tuple[str, ...]:
    kinds = ("tacacs-server host ", "radius-server host ")
    return tuple(dict.fromkeys(words.split()[0] for kind in kinds for words in config.all(kind)))


def _local_fallback(config: Configuration) -> bool | None:
    """Return whether logons fall back to local accounts; None when no server is asked for them."""
    methods = [words.split() for words in config.all("aaa authentication login ")]
    served = [words for words in methods if "group" in words]
    return all("local" in words for words in served) if served else None


def read_accounts(config: Configuration) -> tuple[Account, ...]:
    """Return the local accounts with the kind of their password; the group says who is an administrator."""
    found = []
    for line in config.all("user "):
        words = line.split()
        kind = next((_KINDS[word] for word in words[1:] if word in _KINDS), None)
        group = words[words.index("group") + 1] if "group" in words[:-1] else None
        found.append(
            Account(name=words[0], password_kind=kind, admin=None if group is None else group == "administrators")
        )
    return tuple(found)


def _weak_kinds(config: Configuration) -> tuple[str, ...]:
    """Return the kinds of passwords that can be read back; raises UnexpectedReply for a kind that is not known."""
    accounts = read_accounts(config)
    if any(one.password_kind is None for one in accounts):
        raise UnexpectedReply("is not certain: an account's password is stored in a form that is not known")
    return tuple(sorted({"plain" for one in accounts if one.password_kind == _KINDS["plaintext"]}))


def read_snmp(config: Configuration) -> Part:
    """Return the SNMP versions, whether a factory community or write access exists; no community is kept.

    Without a stated community the release says whether there is one from the factory: that stays open. Users of version
    3 that do not encrypt are shut out unless a lower security level is stated.
    """
    communities, users = config.blocks("snmp-server community "), config.all("snmpv3 user ")
    levels = config.all("snmpv3 security-level ")
    plain = bool(levels and levels[-1] != ENCRYPTED) or config.has(f"no snmpv3 security-level {ENCRYPTED}")
    names = [block.text.split()[2].strip('"') for block in communities]
    on, only = bool(config.all("snmp-server vrf ")), config.has("snmp-server snmpv3-only")
    factory = on and not communities and not only

    def versions() -> tuple[str, ...] | Gap:
        older = ("v1", "v2c") if on and communities and not only else ()
        if plain and on and users and not older:
            return PLAIN_VERSION_3
        return PLATFORM_DEFAULT if factory else (*older, *(("v3",) if on and users else ()))

    return told(
        Snmp,
        {
            "versions": versions,
            "default_community": lambda: PLATFORM_DEFAULT if factory else any(
                name.casefold() in DEFAULT_COMMUNITIES for name in names
            ),
            "write_enabled": lambda: any("access-level rw" in [line.text for line in block.children]
                                         for block in communities)
            or any("access-level rw" in words for words in users),
            "allowed_networks": lambda: limited_to(
                words.split()[0] if words else None
                for block in communities for words in block.below("access-list ") or ("",)
            ) if communities else None,
        },
    )  # fmt: skip


def read_time(config: Configuration, told_by_device: tuple[bool | None, int | None]) -> Part:
    """Return the time servers and whether the clock follows one of them."""
    servers = tuple(dict.fromkeys(words.split()[0] for words in config.all("ntp server ")))
    off = config.has("no ntp enable")

    def kind() -> str | Gap:
        if off:
            return "none"
        return "ntp" if servers else PLATFORM_DEFAULT  # DHCP may have named some, or the factory

    return told(
        Time,
        {
            "kind": kind,
            "servers": lambda: servers,
            "synchronised": lambda: told_by_device[0],
            "stratum": lambda: told_by_device[1],
        },
    )


def read_logging(config: Configuration) -> Part:
    """Return the hosts that take the log; those with a name of one word cannot be told from other settings."""
    words = [line.split()[0] for line in config.all("logging ")]
    found = tuple(dict.fromkeys(word for word in words if re.fullmatch(r"[\w.-]*[.:][\w.:-]+", word)))

    def hosts() -> tuple[str, ...]:
        if unknown := [word for word in words if word not in {*found, *_LOG_WORDS}]:
            raise UnexpectedReply(f"is not certain: 'logging {unknown[0][:40]}' may name a host")
        return found

    return told(Logging, {"remote_hosts": hosts})


def port_settings(config: Configuration) -> dict[str, dict[str, object]]:
    """Return the guards of the physical ports and aggregates, by name."""
    found: dict[str, dict[str, object]] = {}
    for block in config.blocks("interface "):
        name = block.text.removeprefix("interface ").replace(" ", "")
        lines = [line.text for line in block.children]
        if not name.startswith(("vlan", "loopback", "mgmt", "tunnel")) and "routing" not in lines:
            checks = [line for line in block.children if line.text.startswith("aaa authentication port-access ")]
            enabled = any(child.text == "enable" for line in checks for child in line.children)
            found[name] = {
                "bpdu_guard": any(line.startswith("spanning-tree bpdu-guard") for line in lines),
                "storm_control": any(re.match(r"loop-protect\b|rate-limit (broadcast|multicast|unknown)", line)
                                     for line in lines),
                "dot1x": enabled or any(re.search(r"(dot1x|mac-auth).* enable$", line.text) for line in checks),
            }  # fmt: skip
    return found


def addressed_vlans(config: Configuration) -> frozenset[int]:
    """Return the VLANs whose own interface has an address."""
    found = set()
    for block in config.blocks("interface vlan"):
        number = number_of(block.text.removeprefix("interface vlan"), VLAN_MAX)
        if number and any(re.match(r"ip(v6)? (address |dhcp)", line.text) for line in block.children):
            found.add(number)
    return frozenset(found)


def snooping_vlans(config: Configuration) -> frozenset[int]:
    """Return the VLANs with DHCP snooping; none while it is off as a whole (off unless stated)."""
    if not config.has("dhcpv4-snooping"):
        return frozenset()
    on = "dhcpv4-snooping"
    blocks = [block for block in config.blocks("vlan ") if any(line.text == on for line in block.children)]
    return frozenset().union(*(vlan_numbers(block.text.removeprefix("vlan ")) for block in blocks))
