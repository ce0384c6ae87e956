"""What a Check Point Gaia configuration ('show configuration') says: lines of 'set' and 'add', one a setting."""

import re
from dataclasses import dataclass

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.accounts import Account, Lockout, PasswordPolicy
from collectors.facts.sections.management import Management, Snmp
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.cisco.cisco_audit import PLAIN_VERSION_3
from collectors.told import told

DEFAULT_COMMUNITIES = {"public", "private"}
HASHES = (("$1$", "md5"), ("$5$", "sha256"), ("$6$", "sha512"))
WEAK_KINDS = {"md5"}
FULL_ROLE = "adminRole"
BUILT_IN = {"admin": True, "monitor": False}  # Gaia administration guide: users that every system has
SWITCHES = {"on": True, "off": False, "true": True, "false": False}
TO_THE_MANAGER = Gap(
    reason=GapReason.NOT_TOLD, text="are not all told: a gateway logs to its management server, which no line names"
)
SPARED = Gap(reason=GapReason.NOT_TOLD, text="does not hold for the account admin, which is never locked here")
NOT_STATED = Gap(reason=GapReason.NOT_TOLD, text="is not stated in the configuration")
_BEGIN = re.compile(r"^set (?:hostname|installer|user|interface|message) ", re.MULTILINE)
_END = re.compile(r"^set snmp (?:mode|agent)\b", re.MULTILINE)  # only routes come after the lines on SNMP


@dataclass(frozen=True)
class GaiaConfig:
    """The lines of a configuration, without comments."""

    lines: tuple[str, ...]

    def all(self, prefix: str) -> list[str]:
        """Return what follows a prefix, in order."""
        return [line[len(prefix) :].strip() for line in self.lines if line.startswith(prefix)]

    def last(self, prefix: str) -> str | None:
        """Return what follows a prefix in its last line, None when it is not stated."""
        return next(reversed(self.all(prefix)), None)

    def switched(self, prefix: str) -> bool | None:
        """Return whether a setting is on; None when it is not stated, or said otherwise."""
        stated = self.last(prefix)
        return None if stated is None else SWITCHES.get(stated.split()[0] if stated else "")

    def number(self, prefix: str) -> int | None:
        """Return a whole number, None when it is not stated or none."""
        stated = (self.last(prefix) or "").split()
        return int(stated[0]) if stated and stated[0].isdecimal() and len(stated[0]) < 9 else None


def parse(text: str) -> GaiaConfig:
    """Return the configuration; raises UnexpectedReply when it is none, or ends before its last topics."""
    if not _BEGIN.search(text) or not _END.search(text):
        raise UnexpectedReply("is no whole configuration of Gaia")
    lines = (" ".join(line.split()) for line in text.splitlines() if not line.lstrip().startswith("#"))
    return GaiaConfig(tuple(line for line in lines if line.startswith(("set ", "add "))))


def read_management(config: GaiaConfig) -> Part:
    """Return how the device is managed: the portal speaks TLS alone, and sessions end by two settings."""
    minutes = [
        number
        for number in (config.number("set inactivity-timeout "), config.number("set web session-timeout "))
        if number is not None
    ]
    clients = [words.split() for words in config.all("add allowed-client ")]
    return told(
        Management,
        {
            "telnet": lambda: config.switched("set net-access telnet "),
            "http": lambda: False,  # port 80 only points to the portal's TLS port (Gaia administration guide)
            "https": lambda: config.switched("set web daemon-enable "),
            "idle_timeout_s": lambda: max(minutes) * 60 if minutes else None,
            "banner_set": lambda: config.switched("set message banner "),
            "permitted_networks": lambda: tuple(sorted({_client(words) for words in clients if words})) or None,
            "aaa_servers": lambda: _aaa_servers(config),
            "weak_password_kinds": lambda: tuple(
                sorted({kind for name in _names(config) if (kind := _kind(config, name)) in WEAK_KINDS and kind})
            ),
        },
        not_told=NOT_STATED,
    )


def _client(words: list[str]) -> str:
    """Return the network in 'host any-host', 'host ipv4-address A', 'network ipv4-address A mask-length N'."""
    if "any-host" in words:
        return "any"
    address = words[words.index("ipv4-address") + 1] if "ipv4-address" in words[:-1] else words[-1]
    bits = words[words.index("mask-length") + 1] if "mask-length" in words[:-1] else None
    return f"{address}/{bits}" if bits else address


def _aaa_servers(config: GaiaConfig) -> tuple[str, ...]:
    found = []
    for kind, word in (("tacacs", "server"), ("radius", "host")):
        if kind == "tacacs" and not config.switched("set aaa tacacs-servers state "):
            continue
        for words in (text.split() for text in config.all(f"add aaa {kind}-servers ")):
            found += [words[words.index(word) + 1]] if word in words[:-1] else []
    return tuple(dict.fromkeys(found))


def read_snmp(config: GaiaConfig) -> Part:
    """Return the SNMP versions served; of a community only whether it is a factory one."""
    on = config.switched("set snmp agent ")
    if on is None:
        return Part(None, {"versions": NOT_STATED})
    if not on:
        return Part(Snmp(versions=(), default_community=False, write_enabled=False))
    communities = [words.split() for words in config.all("set snmp community ") + config.all("add snmp community ")]
    users = config.all("add snmp usm user ")
    older = (config.last("set snmp agent-version ") or "").casefold() != "v3-only" and communities
    versions = ({"v1", "v2c"} if older else set()) | ({"v3"} if users else set())
    served = communities if older else []
    plain = any("authPriv" not in words for words in users)  # a security level below, or none stated
    return told(
        Snmp,
        {
            "versions": lambda: PLAIN_VERSION_3 if plain and not older else tuple(sorted(versions)),
            "default_community": lambda: any(words[0].casefold() in DEFAULT_COMMUNITIES for words in served if words),
            "write_enabled": lambda: (
                any("read-write" in words for words in served) or any("authPrivReadWrite" in user for user in users)
            ),
        },
    )


def read_time(config: GaiaConfig) -> Part:
    """Return zone and time servers; servers are listed although NTP may be off."""
    active = config.switched("set ntp active ")
    servers = [words.split()[1] for words in config.all("set ntp server ") if len(words.split()) > 1]
    zone = config.last("set timezone ")
    return told(
        Time,
        {
            "kind": lambda: None if active is None else "ntp" if active and servers else "local-clock",
            "zone": lambda: zone.replace(" / ", "/") if zone else None,
            "servers": lambda: tuple(dict.fromkeys(servers)),
        },
        not_told=NOT_STATED,
    )


def read_logging(config: GaiaConfig) -> Part:
    """Return the hosts that take the system's log; without one, the firewall's own log may still go to its manager."""
    hosts = config.all("add syslog log-remote-address ") + config.all("set syslog log-remote-address ")
    named = tuple(dict.fromkeys(words.split()[0] for words in hosts if words))
    return told(Logging, {"remote_hosts": lambda: named or TO_THE_MANAGER})


def read_password_policy(config: GaiaConfig) -> Part:
    """Return the policy for local accounts; complexity 1 checks nothing, 2 and more ask for kinds of characters."""
    prefix = "set password-controls "
    level = config.number(f"{prefix}complexity ")
    checked = config.switched(f"{prefix}history-checking ")
    expires = config.last(f"{prefix}password-expiration ")

    def age_s() -> int | str | None:
        if expires == "never":
            return "unlimited"
        days = config.number(f"{prefix}password-expiration ")
        return None if days is None else days * 86_400

    return told(
        PasswordPolicy,
        {
            "min_length_count": lambda: config.number(f"{prefix}min-password-length "),
            "complexity": lambda: None if level is None else level > 1,
            "history_count": lambda: 0 if checked is False else config.number(f"{prefix}history-length "),
            "max_age_s": age_s,
        },
        not_told=NOT_STATED,
    )


def read_lockout(config: GaiaConfig) -> Part:
    """Return when an account is locked after failed logons."""
    prefix = "set password-controls deny-on-fail "
    on = config.switched(f"{prefix}enable ")
    spared = on and config.switched(f"{prefix}block-admin ") is False
    if on is False:
        return Part(Lockout(threshold_count="unlimited"))
    return told(
        Lockout,
        {
            "threshold_count": lambda: (
                SPARED if spared else config.number(f"{prefix}failures-allowed ") if on else None
            ),
            "duration_s": lambda: config.number(f"{prefix}allow-after ") if on else None,
        },
        not_told=NOT_STATED,
    )


def _names(config: GaiaConfig) -> tuple[str, ...]:
    lines = config.all("add user ") + config.all("set user ")
    return tuple(dict.fromkeys(words.split()[0] for words in lines if words))


def _kind(config: GaiaConfig, name: str) -> str | None:
    stored = config.last(f"set user {name} password-hash ")
    if stored is None or stored.startswith(("*", "!")):
        return None
    return next((kind for begin, kind in HASHES if stored.startswith(begin)), "other")


def read_admins(config: GaiaConfig) -> Part:
    """Return the accounts with their right to change things and the kind of their stored password."""
    roles = {
        words[0]: set(words[2].split(","))
        for words in (text.split() for text in config.all("add rba user "))
        if len(words) > 2
    }
    admins, gaps = [], {}
    for name in _names(config):
        admin = FULL_ROLE in roles[name] if name in roles else BUILT_IN.get(name)
        if admin is None:
            gaps[f"[{name}].admin"] = NOT_STATED
        locked = (config.last(f"set user {name} password-hash ") or "").startswith(("*", "!"))
        admins.append(
            Account(name=name, admin=admin, enabled=False if locked else None, password_kind=_kind(config, name))
        )
    return Part(tuple(admins), gaps)
