"""What a configuration of HPE Comware or Huawei VRP says on management, time, logging and accounts.

Defaults used: on Comware 7 the servers for Telnet, FTP, HTTP, HTTPS and SSH are off until enabled (HPE 5130 and
H3C S5560 security and fundamentals guides); remote lines end sessions after ten minutes on both. All others are open.
"""

import re
from collections.abc import Mapping

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.accounts import Account
from collectors.facts.sections.management import Management
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.cisco.cisco_audit import PLATFORM_DEFAULT, longest
from collectors.readers.cisco.cisco_config import Configuration, Line
from collectors.readers.comware.comware_config import switched
from collectors.readers.outputs.cli_words import first, number_of, stated
from collectors.told import told

COMWARE_7: Mapping[str, bool] = {
    "telnet server enable": False,
    "ftp server enable": False,
    "ip http enable": False,
    "ip https enable": False,
    "ssh server enable": False,
}
NO_DEFAULTS: Mapping[str, bool] = {}
DEFAULT_IDLE_S, LONGEST_IDLE_MINUTES, LONGEST_IDLE_SECONDS = 600, 35_791, 59
PLAIN, REVERSIBLE = "plain", "cipher"
ANYONE = "none"
_OPEN_SCHEME = Gap(
    reason=GapReason.NOT_TOLD,
    text="is not certain: a scheme of AAA lets in anyone, and which logons it is for is not told",
)
LAST_STRATUM = 15  # of a clock in step (RFC 5905, section 7.3)
MANAGE_LEVEL = 3
"""From here on an account may change everything: visit, monitor and configure are 0 to 2."""
_KINDS = {"hash": "hash", "irreversible-cipher": "hash", "cipher": REVERSIBLE, "simple": PLAIN}
_HASHED = re.compile(r"\$(?:1[a-z]|h)\$")  # what VRP and Comware make of a password that cannot be read back
_NO_LOGONS = re.compile(r"user-interface vty 1[6-9]\b")  # 16 to 20 of VRP serve its web page
_SSH = ("ssh server enable", "stelnet server enable", "stelnet ipv4 server enable", "stelnet ipv6 server enable")
_TIME_SERVER = re.compile(
    r"(?:ntp-service|ntp|sntp) (?:ipv6 )?unicast-(?:server|peer) (?:ipv6 |domain |vpn-instance \S+ )?(?P<server>\S+)"
)
_TIME_HEARD = re.compile(r"(?:ntp-service|ntp|sntp) (?:ipv6 )?(?:broadcast|multicast)-client\b")
_SERVER = re.compile(
    r"(?:primary authentication|secondary authentication|authentication|radius-server authentication"
    r"|hwtacacs-server authentication|hwtacacs server authentication) (?P<server>\d[\d.]+)"
)


def read_management(config: Configuration, defaults: Mapping[str, bool], told_telnet: bool | None = None) -> Part:
    """Return which services manage the device; `defaults` hold where nothing is stated, `told_telnet` goes first."""

    remote = [*config.blocks("line vty"), *config.blocks("user-interface vty")]
    console = [line for kind in ("line aux", "line con", "user-interface aux", "user-interface con")
               for line in config.blocks(kind)]  # fmt: skip
    accounts = read_accounts(config)
    telnet = _telnet(config, defaults) if told_telnet is None else told_telnet

    def service(*features: str) -> bool | Gap:
        return _service(config, defaults, *features)

    def services() -> set[str]:
        """Return the servers for logons that are not known to be off."""
        return {name for name, state in (("telnet", telnet), ("ssh", service(*_SSH))) if state is not False}

    return told(
        Management,
        {
            "telnet": lambda: telnet,
            "http": lambda: service("ip http enable", "http server enable"),
            "https": lambda: service("ip https enable", "http secure-server enable"),
            "ssh": lambda: service(*_SSH),
            "ftp": lambda: service("ftp server enable"),
            "idle_timeout_s": lambda: _idle_s(remote, config.blocks("line class vty")),
            "console_idle_timeout_s": lambda: _idle_s(
                console, [*config.blocks("line class aux"), *config.blocks("line class con")]
            ),
            "banner_set": lambda: bool({"legal", "motd", "login", "shell"} & set(config.banners)),
            "permitted_networks": lambda: _permitted(config, remote, services()),
            "aaa_servers": lambda: _servers(config),
            "local_fallback": lambda: _local_fallback(config),
            "weak_password_kinds": lambda: _weak_kinds(config, accounts),
            "remote_lines_without_logon": lambda: _open_lines(config, remote),
        },
    )


def _service(config: Configuration, defaults: Mapping[str, bool], *features: str) -> bool | Gap:
    """Return whether any of these servers is stated to be on, else the default."""
    told_states = [value for feature in features if (value := switched(config, feature)) is not None]
    return any(told_states) if told_states else defaults.get(features[0], PLATFORM_DEFAULT)


def _telnet(config: Configuration, defaults: Mapping[str, bool]) -> bool | Gap:
    """Return whether Telnet is served; VRP has a server of its own for IPv6, of which the other's line says nothing."""
    by_4, by_6 = _service(config, defaults, "telnet server enable"), switched(config, "telnet ipv6 server enable")
    if by_6 or switched(config, "telnet ipv4 server enable"):
        return True
    return by_4 if by_4 is True or by_6 is False or defaults else PLATFORM_DEFAULT


def _idle_s(lines: list[Line], classes: list[Line]) -> int | str | None:
    """Return the longest idle time-out of some lines; 'idle-timeout 0 0' is never, ten minutes where none is stated.

    What a line does not state its class may (Comware 7).
    """
    found: list[int | None] = []
    of_class = [words for line in classes for words in line.below("idle-timeout ")]
    for line in lines:
        minutes, _, seconds = next(iter([*line.below("idle-timeout "), *of_class]), "").partition(" ")
        if minutes:
            told_s = stated(minutes, LONGEST_IDLE_MINUTES) * 60 + stated(seconds or "0", LONGEST_IDLE_SECONDS)
            found.append(told_s or None)
        else:
            found.append(DEFAULT_IDLE_S)
    return longest(found)


def _permitted(config: Configuration, remote: list[Line], services: set[str]) -> tuple[str, ...] | None:
    """Return the access lists of the remote lines and servers; 'any' where a server that is not off has none."""
    lines = [line for line in remote if not _NO_LOGONS.search(line.text)]
    limits = [[words.split()[0] for words in line.below("acl ") if "inbound" in words.split()] for line in lines]
    servers = {name: [words.split()[0] for words in config.all(f"{name} server acl ")] for name in ("telnet", "ssh")}
    found = {name for names in (*limits, *servers.values()) for name in names}
    if not all(limits) and any(not servers[name] for name in services):
        found.add("any")
    return tuple(sorted(found)) or (("any",) if remote else None)


def _open_lines(config: Configuration, remote: list[Line]) -> tuple[str, ...] | Gap:
    """Return the remote lines that let in anyone; a gap when a line asks the schemes of AAA and one of them does so.

    What a line does not state its class may, but for a line that states its protocols: the default, a password, holds
    there (HPE 5130 fundamentals command reference, 'authentication-mode'). VRP lets nobody in without a stated mode.
    """
    of_class = [words for line in config.blocks("line class vty") for words in line.below("authentication-mode ")]
    modes = {
        line.text: line.below("authentication-mode ") or ([] if line.below("protocol inbound ") else of_class)
        for line in remote
        if not _NO_LOGONS.search(line.text)
    }
    found = tuple(name for name, words in modes.items() if words[-1:] == [ANYONE])
    asked = any(words[-1:] and words[-1].split()[0] in {"aaa", "scheme"} for words in modes.values())
    return _OPEN_SCHEME if asked and not found and _has_open_scheme(config) else found


def _has_open_scheme(config: Configuration) -> bool:
    """Return whether a scheme of VRP or a domain of Comware lets in anyone, at once or when its servers are silent."""
    schemes = [words for block in config.blocks("aaa") for words in block.below("authentication-mode ")]
    kinds = ("authentication login ", "authentication default ")
    domains = [words for block in config.blocks("domain ") for kind in kinds for words in block.below(kind)]
    return any(ANYONE in words.split() for words in (*schemes, *domains))


def _weak_kinds(config: Configuration, accounts: tuple[Account, ...]) -> tuple[str, ...]:
    """Return the kinds of passwords that can be read back; raises UnexpectedReply for a kind that is not known."""
    told_lines = [line.text for block in config.blocks("local-user ") for line in block.children]
    told_lines += [line.text for block in config.blocks("aaa") for line in block.children]
    for line in told_lines:
        words = line.split()
        if "password" in words[:3] and words[0] in {"password", "local-user"} and not set(_KINDS) & set(words):
            raise UnexpectedReply("is not certain: a password is stored in a form that is not known")
    kinds = {one.password_kind for one in accounts} | {_stored(words) for words in _without_account(config)}
    return tuple(sorted({kind for kind in kinds if kind in {PLAIN, REVERSIBLE}}))


def _without_account(config: Configuration) -> list[list[str]]:
    """Return the words behind 'password' of those passwords that belong to no account: of lines, of higher levels."""
    lines = [line for kind in ("line ", "user-interface ") for line in config.blocks(kind)]
    found = [words for line in lines for words in line.below("set authentication password ")]
    return [words.split() for words in (*found, *config.all("super password "))]


def _stored(words: list[str]) -> str:
    """Return the kind of such a password; raises UnexpectedReply for one that is not known."""
    place = next((place for place, word in enumerate(words) if word in _KINDS), None)
    if place is None or len(words) < place + 2:
        raise UnexpectedReply("is not certain: a password is stored in a form that is not known")
    return "hash" if _HASHED.match(words[place + 1]) else _KINDS[words[place]]


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
    levels = [int(match[1]) for line in lines if (match := re.search(r"\blevel (\d{1,2})\b", line))]
    if not roles and not levels:
        return None
    return bool(roles & {"network-admin", "level-15", "mdc-admin"}) or any(level >= MANAGE_LEVEL for level in levels)


def read_time(config: Configuration, told_by_device: tuple[bool | None, int | None]) -> Part:
    """Return the time servers and whether the clock follows one of them."""
    found = [match["server"] for line in config.lines if (match := _TIME_SERVER.match(line.text))]
    servers = tuple(dict.fromkeys(found))
    heard = any(_TIME_HEARD.match(child.text) for line in config.lines for child in line.children)
    return told(
        Time,
        {
            "kind": lambda: "ntp" if servers or heard else "none",
            "servers": lambda: servers,
            "synchronised": lambda: told_by_device[0],
            "stratum": lambda: told_by_device[1],
        },
    )


def clock(text: str) -> tuple[bool | None, int | None]:
    """Return whether the clock is in step with another one, and its stratum, by 'display ntp-service status'."""
    state = first(text, r"(?i)clock status *: *(\w+)")
    stratum = number_of(first(text, r"(?i)clock stratum *: *(\d{1,2})"), LAST_STRATUM)
    own = re.search(r"(?i)reference clock ID *: *(?:127\.127\.|LOCL\b|LOCAL\b)", text)
    in_step = None if state is None else state.casefold() == "synchronized" and not own
    return in_step, stratum if in_step else None


def read_logging(config: Configuration) -> Part:
    """Return the hosts that take the log."""
    found = []
    for words in config.all("info-center loghost "):
        parts = words.split()
        if parts[0] == "vpn-instance" and len(parts) > 2:
            parts = parts[2:]
        if parts[0] in {"ipv6", "domain"} and len(parts) > 1:
            parts = parts[1:]
        if parts[0] != "source":
            found.append(parts[0])
    off = config.has("undo info-center enable")
    return told(Logging, {"remote_hosts": lambda: () if off else tuple(dict.fromkeys(found))})
