"""What an AOS-CX configuration says on management, SNMP, time, logging, accounts and ports.

Defaults used (AOS-CX Security, Fundamentals and Layer 2 guides, 10.x): Telnet is off, the web page speaks HTTPS only,
sessions end after 30 idle minutes, guards and 802.1X are off. All other defaults are left open.
"""

import re

from collectors.driver import Part
from collectors.facts.gaps import Gap
from collectors.facts.sections.accounts import Account
from collectors.facts.sections.management import Management, Snmp
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.cisco_audit import DEFAULT_COMMUNITIES, PLATFORM_DEFAULT
from collectors.readers.cisco_config import Configuration
from collectors.readers.cli_words import vlan_numbers
from collectors.told import told

DEFAULT_IDLE_MINUTES = 30
_KINDS = {"ciphertext": "ciphertext", "plaintext": "plain"}


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
            "weak_password_kinds": lambda: tuple(
                sorted({"plain" for one in read_accounts(config) if one.password_kind == _KINDS["plaintext"]})
            ),
        },
    )


def _idle_s(config: Configuration) -> int | str:
    """Return the idle time-out, which is stated in minutes; 0 is never."""
    stated = [words for words in config.all("session-timeout ") if words.isdecimal()]
    stated += [
        words for block in config.blocks("cli-session") for words in block.below("timeout ") if words.isdecimal()
    ]
    return int(stated[-1]) * 60 or "unlimited" if stated else DEFAULT_IDLE_MINUTES * 60


def _permitted(config: Configuration) -> tuple[str, ...]:
    """Return the access lists of the control plane; 'any' without one."""
    found = [words.split()[1] for words in config.all("apply access-list ") if "control-plane" in words.split()]
    return tuple(sorted(set(found))) or ("any",)


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


def read_snmp(config: Configuration) -> Part:
    """Return the SNMP versions, whether a factory community or write access exists; no community is kept."""
    communities = config.blocks("snmp-server community ")
    names = [block.text.split()[2].strip('"') for block in communities]
    on = bool(config.all("snmp-server vrf "))
    return told(
        Snmp,
        {
            "versions": lambda: (
                *(("v1", "v2c") if on and communities else ()),
                *(("v3",) if on and config.all("snmpv3 user ") else ()),
            ),
            "default_community": lambda: any(name.casefold() in DEFAULT_COMMUNITIES for name in names),
            "write_enabled": lambda: any("access-level rw" in [line.text for line in block.children]
                                         for block in communities),
            "allowed_networks": lambda: tuple(sorted(
                {words.split()[0] for block in communities for words in block.below("access-list ")}
            )) or ("any",) if communities else None,
        },
    )  # fmt: skip


def read_time(config: Configuration, told_by_device: tuple[bool | None, int | None]) -> Part:
    """Return the time servers and whether the clock follows one of them."""
    servers = tuple(dict.fromkeys(words.split()[0] for words in config.all("ntp server ")))
    off = config.has("no ntp enable")

    def kind() -> str | Gap:
        return "none" if off or not servers else "ntp"

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
    """Return the hosts that take the log."""
    found = [words.split()[0] for words in config.all("logging ") if re.match(r"[\w.-]+[.:][\w.:-]+( |$)", words)]
    return told(Logging, {"remote_hosts": lambda: tuple(dict.fromkeys(found))})


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
        number = block.text.removeprefix("interface vlan").strip()
        if number.isdecimal() and any(re.match(r"ip(v6)? address ", line.text) for line in block.children):
            found.add(int(number))
    return frozenset(found)


def snooping_vlans(config: Configuration) -> frozenset[int]:
    """Return the VLANs with DHCP snooping; none while it is off as a whole (off unless stated)."""
    if not config.has("dhcpv4-snooping"):
        return frozenset()
    on = "dhcpv4-snooping"
    blocks = [block for block in config.blocks("vlan ") if any(line.text == on for line in block.children)]
    return frozenset().union(*(vlan_numbers(block.text.removeprefix("vlan ")) for block in blocks))
