"""What a configuration of HPE Comware or Huawei VRP says on management, SNMP, time, logging, accounts and ports.

Defaults used: on Comware 7 the servers for Telnet, FTP, HTTP, HTTPS and SSH are off until enabled (HPE 5130 and
H3C S5560 security and fundamentals guides); remote lines end sessions after ten minutes on both. All others are open.
"""

import re
from collections.abc import Mapping

from collectors.driver import Part
from collectors.facts.gaps import Gap
from collectors.facts.sections.accounts import Account
from collectors.facts.sections.management import Management, Snmp
from collectors.facts.sections.network import Stp
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.cisco_audit import DEFAULT_COMMUNITIES, PLATFORM_DEFAULT, longest
from collectors.readers.cisco_config import Configuration, Line
from collectors.readers.cli_words import vlan_numbers
from collectors.readers.comware_config import switched
from collectors.told import told

COMWARE_7: Mapping[str, bool] = {
    "telnet server enable": False,
    "ftp server enable": False,
    "ip http enable": False,
    "ip https enable": False,
    "ssh server enable": False,
}
NO_DEFAULTS: Mapping[str, bool] = {}
DEFAULT_IDLE_S = 600
PLAIN, REVERSIBLE = "plain", "cipher"
_KINDS = {"hash": "hash", "irreversible-cipher": "hash", "cipher": REVERSIBLE, "simple": PLAIN}
_STORM = re.compile(
    r"(broadcast|multicast|unicast|unknown-unicast)-suppression|storm-con(straint|trol)|loopback-detect"
)
_CHECKED = re.compile(r"dot1x( enable)?$|authentication-profile ")
_MODES = {"mstp": "mstp", "rstp": "rstp", "stp": "stp", "pvst": "rapid-pvst", "vbst": "rapid-pvst"}
_SERVER = re.compile(
    r"(?:primary authentication|secondary authentication|authentication|radius-server authentication"
    r"|hwtacacs-server authentication|hwtacacs server authentication) (?P<server>\d[\d.]+)"
)


def read_management(config: Configuration, defaults: Mapping[str, bool], told_telnet: bool | None = None) -> Part:
    """Return which services manage the device; `defaults` hold where nothing is stated, `told_telnet` goes first."""

    def service(*features: str) -> bool | Gap:
        stated = [value for feature in features if (value := switched(config, feature)) is not None]
        if stated:
            return any(stated)
        return defaults.get(features[0], PLATFORM_DEFAULT)

    remote = [*config.blocks("line vty"), *config.blocks("user-interface vty")]
    console = [line for kind in ("line aux", "line con", "user-interface aux", "user-interface con")
               for line in config.blocks(kind)]  # fmt: skip
    accounts = read_accounts(config)
    return told(
        Management,
        {
            "telnet": lambda: told_telnet if told_telnet is not None else service("telnet server enable"),
            "http": lambda: service("ip http enable", "http server enable"),
            "https": lambda: service("ip https enable", "http secure-server enable"),
            "ssh": lambda: service("ssh server enable", "stelnet server enable", "stelnet ipv4 server enable"),
            "ftp": lambda: service("ftp server enable"),
            "idle_timeout_s": lambda: _idle_s(remote),
            "console_idle_timeout_s": lambda: _idle_s(console),
            "banner_set": lambda: bool({"legal", "motd", "login", "shell"} & set(config.banners)),
            "permitted_networks": lambda: _permitted(config, remote),
            "aaa_servers": lambda: _servers(config),
            "local_fallback": lambda: _local_fallback(config),
            "weak_password_kinds": lambda: tuple(
                sorted({str(one.password_kind) for one in accounts if one.password_kind in {PLAIN, REVERSIBLE}})
            ),
        },
    )


def _idle_s(lines: list[Line]) -> int | str | None:
    """Return the longest idle time-out of some lines; 'idle-timeout 0 0' is never, ten minutes where none is stated."""
    found: list[int | None] = []
    for line in lines:
        words = next(iter(line.below("idle-timeout ")), "").split()
        stated = [int(word) for word in words if word.isdecimal()]
        found.append((stated[0] * 60 + (stated[1] if len(stated) > 1 else 0)) or None if stated else DEFAULT_IDLE_S)
    return longest(found)


def _permitted(config: Configuration, remote: list[Line]) -> tuple[str, ...] | None:
    """Return the access lists of the remote lines and servers; 'any' where there is none."""
    found = {words.split()[0] for kind in ("telnet server acl ", "ssh server acl ") for words in config.all(kind)}
    found |= {words.split()[0] for line in remote for words in line.below("acl ") if "inbound" in words.split()}
    return tuple(sorted(found)) or (("any",) if remote else None)


def _servers(config: Configuration) -> tuple[str, ...]:
    lines = [line.text for line in config.lines] + [child.text for line in config.lines for child in line.children]
    found = [match["server"] for line in lines if (match := _SERVER.match(line))]
    return tuple(dict.fromkeys(found))


def _local_fallback(config: Configuration) -> bool | None:
    """Return whether logons fall back to local accounts; None when no server is asked for them."""
    comware = [words.split() for block in config.blocks("domain ") for words in block.below("authentication login ")]
    modes = [words.split() for block in config.blocks("aaa") for words in block.below("authentication-mode ")]
    served = [
        words for words in (*comware, *modes) if {"radius-scheme", "hwtacacs-scheme", "radius", "hwtacacs"} & set(words)
    ]
    return all("local" in words for words in served) if served else None


def read_accounts(config: Configuration) -> tuple[Account, ...]:
    """Return the local accounts: blocks of their own on Comware, lines of the block 'aaa' on VRP."""
    found: dict[str, list[str]] = {}
    for block in config.blocks("local-user "):
        if "class network" not in block.text:  # users of the network, no administrators
            found[block.text.split()[1]] = [line.text for line in block.children]
    for words in (words for block in config.blocks("aaa") for words in block.below("local-user ")):
        name, _, rest = words.partition(" ")
        found.setdefault(name, []).append(rest)
    return tuple(Account(name=name, password_kind=_kind(lines), admin=_admin(lines)) for name, lines in found.items())


def _kind(lines: list[str]) -> str | None:
    words = next((line.split() for line in lines if line.startswith("password ")), [])
    return next((_KINDS[word] for word in words if word in _KINDS), None)


def _admin(lines: list[str]) -> bool | None:
    """Return whether an account's role or level is an administrator's; None where neither is stated."""
    roles = {words[-1] for line in lines if "user-role" in (words := line.split())}
    levels = [
        int(match[1]) for line in lines if (match := re.search(r"(?:\blevel|\bprivilege level) (\d{1,2})\b", line))
    ]
    if not roles and not levels:
        return None
    return bool(roles & {"network-admin", "level-15", "mdc-admin"}) or any(level in {3, 15} for level in levels)


def read_snmp(config: Configuration) -> Part:
    """Return the SNMP versions, whether a factory community or write access exists; no community is kept.

    A community that is stored enciphered is not told: whether it is a factory one stays open.
    """
    communities = [words.split() for words in config.all("snmp-agent community ")]
    names = [
        words[2] if words[1] == "simple" else words[1]
        for words in communities
        if len(words) > 1 and words[1] != "cipher"
    ]
    hidden = any(words[1:2] == ["cipher"] for words in communities)
    stated = {word for words in config.all("snmp-agent sys-info version ") for word in words.split()}
    limited = {words[words.index("acl") + 1] if "acl" in words[:-1] else "any" for words in communities}
    factory = any(name.casefold() in DEFAULT_COMMUNITIES for name in names)
    return told(
        Snmp,
        {
            "versions": lambda: _versions(config, stated),
            "default_community": lambda: True if factory else None if hidden else False,
            "write_enabled": lambda: any(words[0] == "write" for words in communities),
            "allowed_networks": lambda: tuple(sorted(limited)) if communities else None,
        },
    )


def _versions(config: Configuration, stated: set[str]) -> tuple[str, ...] | Gap:
    if not any(line.text.startswith("snmp-agent") for line in config.lines):
        return ()
    if "all" in stated:
        return ("v1", "v2c", "v3")
    return tuple(version for version in ("v1", "v2c", "v3") if version in stated) or PLATFORM_DEFAULT


def read_time(config: Configuration, told_by_device: tuple[bool | None, int | None]) -> Part:
    """Return the time servers and whether the clock follows one of them."""
    kinds = ("ntp-service unicast-server ", "ntp-service unicast-peer ", "ntp unicast-server ", "sntp unicast-server ")
    servers = tuple(dict.fromkeys(words.split()[0] for kind in kinds for words in config.all(kind)))
    return told(
        Time,
        {
            "kind": lambda: "ntp" if servers else "none",
            "servers": lambda: servers,
            "synchronised": lambda: told_by_device[0],
            "stratum": lambda: told_by_device[1],
        },
    )


def read_logging(config: Configuration) -> Part:
    """Return the hosts that take the log."""
    found = []
    for words in config.all("info-center loghost "):
        parts = words.split()
        if parts[0] != "source":
            found.append(parts[2] if parts[0] == "vpn-instance" and len(parts) > 2 else parts[0])
    return told(Logging, {"remote_hosts": lambda: tuple(dict.fromkeys(found))})


def read_stp(config: Configuration, root: str | None) -> Part:
    """Return spanning tree's mode, guard and root."""
    told_states = [switched(config, feature) for feature in ("stp global enable", "stp enable")]
    on = next((state for state in told_states if state is not None), PLATFORM_DEFAULT)
    stated = next(iter(config.all("stp mode ")), "mstp")
    return told(
        Stp,
        {
            "enabled": lambda: on,
            "mode": lambda: _MODES.get(stated) if on is True else None,
            "root": lambda: root if on is True else None,
            "bpdu_guard_default": lambda: config.has("stp bpdu-protection") or config.has("stp global bpdu-protection"),
        },
    )


def port_settings(config: Configuration) -> dict[str, dict[str, object]]:
    """Return description and guards of the configured interfaces, by name; guards only where a port switches."""
    guard_all = config.has("stp bpdu-protection") or config.has("stp global bpdu-protection")
    dot1x_all = config.has("dot1x") or config.has("dot1x enable")
    found: dict[str, dict[str, object]] = {}
    for block in config.blocks("interface "):
        name = block.text.removeprefix("interface ").replace(" ", "")
        lines = [line.text for line in block.children]
        described = next(iter(block.below("description ")), None)
        fields: dict[str, object] = {"description": described.strip('"')} if described else {}
        routed = "port link-mode route" in lines or any(line.startswith("ip address ") for line in lines)
        if not routed and re.search(r"Ethernet|GigE|^GE|^XGE|MultiGE", name):
            edge = any(line.startswith("stp edged-port") and "disable" not in line for line in lines)
            fields |= {
                "bpdu_guard": (guard_all and edge) or "stp port bpdu-protection enable" in lines,
                "storm_control": any(_STORM.match(line) for line in lines),
                "dot1x": dot1x_all and any(_CHECKED.match(line) for line in lines),
            }
        found[name] = fields
    return found


def addressed_vlans(config: Configuration) -> frozenset[int]:
    """Return the VLANs whose own interface has an address."""
    found = set()
    for block in config.blocks("interface Vlan"):
        number = re.fullmatch(r"interface Vlan(?:-interface|if) ?(\d{1,4})", block.text)
        if number and any(re.match(r"ip(v6)? address ", line.text) for line in block.children):
            found.add(int(number[1]))
    return frozenset(found)


def snooping_vlans(config: Configuration, all_vlans: frozenset[int]) -> frozenset[int]:
    """Return the VLANs with DHCP snooping; stated as a whole on Comware it holds for all (off unless stated)."""
    lists = config.all("dhcp snooping enable vlan ")
    blocks = [block for block in config.blocks("vlan ") if any(line.text.startswith("dhcp snooping enable")
                                                              for line in block.children)]  # fmt: skip
    numbers = [block.text.removeprefix("vlan ") for block in blocks]
    found = frozenset[int]().union(*(vlan_numbers(words) for words in (*lists, *numbers) if words[:1].isdigit()))
    return all_vlans if not found and config.has("dhcp snooping enable") else found
