"""What a Cisco ASA configuration says on management, SNMP, time, logging and accounts: stated things only.

Defaults used here are data of the ASA Series Command Reference; those that changed between releases are left open.
"""

import re

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.accounts import Account, Lockout, PasswordPolicy
from collectors.facts.sections.firewall import Zone
from collectors.facts.sections.management import Management, Snmp, WanService
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.asa.asa_config import PLATFORM_DEFAULT, network_of, outside_names
from collectors.readers.asa.asa_objects import objects_of
from collectors.readers.cisco.cisco_audit import PLAIN_VERSION_3
from collectors.readers.cisco.cisco_config import Configuration
from collectors.told import told

SESSION_MINUTES = 5  # 'ssh timeout', 'telnet timeout'
CONSOLE_MINUTES = 0  # 'console timeout': 0 is never
UNLOCKS_SINCE = (9, 17)  # from here on a locked user is let in again by itself, and privilege 15 is locked too
UNLOCK_S = 600
DEFAULT_COMMUNITIES = {"public", "private"}
PLAIN_KIND, NO_PASSWORD, MD5_KIND = "plain", "none", "md5"
KINDS = {"encrypted": MD5_KIND, "nt-encrypted": "md4", "mschap": "md4", "pbkdf2": "pbkdf2"}
WEAK_KINDS = {PLAIN_KIND, NO_PASSWORD, MD5_KIND, "md4"}
MANAGING = {"ssh": "ssh", "http": "https", "telnet": "telnet"}  # 'http' is ASDM's, which speaks TLS alone
_NO_DOORS = frozenset(
    "timeout version scopy stricthostkeycheck key-exchange cipher pubkey-chain stack server redirect"
    " authentication-certificate username-from-certificate connection".split()
)
"""Words after 'ssh', 'http', 'telnet' that are settings and let nobody in."""
_UNNAMED = Gap(reason=GapReason.UNEXPECTED_REPLY, text="are not certain: an address that lets somebody in is unknown")
_ELSEWHERE = Gap(
    reason=GapReason.NOT_TOLD, text="is not told here: the manager of a Threat Defense sets it on the system below"
)
_SPARED = Gap(reason=GapReason.NOT_TOLD, text="does not hold for accounts of privilege 15 in this release")
_HIDDEN = Gap(reason=GapReason.NOT_TOLD, text="is shown as asterisks only")


def _doors(config: Configuration, service: str) -> list[tuple[str | None, str]]:
    """Return network and interface of each line that lets somebody in: 'ssh 10.0.0.0 255.0.0.0 inside'.

    A network that is not understood is None: the line lets somebody in, nobody knows whom.
    """
    objects = objects_of(config)
    lines = [text.split() for text in config.all(f"{service} ")]
    return [(objects.network_of(words), words[-1]) for words in lines if words[0] not in _NO_DOORS and len(words) > 1]


def read_management(config: Configuration) -> Part:
    """Return which services manage the device, from where, time-outs, banner, AAA servers, weak kinds of password."""
    doors = {service: _doors(config, service) for service in MANAGING}
    https = config.has("http server enable") or bool(config.all("http server enable "))
    networks = {network for service, found in doors.items() if service != "http" or https for network, _ in found}
    return told(
        Management,
        {
            "telnet": lambda: bool(doors["telnet"]),
            "http": lambda: False,  # the management server speaks TLS alone
            "https": lambda: https,
            "ssh": lambda: bool(doors["ssh"]),
            "ssh_version": lambda: _ssh_version(config),
            "idle_timeout_s": lambda: max(
                _minutes(config, f"{service} timeout ", SESSION_MINUTES) * 60
                for service in ("ssh", "telnet")
                if doors[service] or service == "ssh"
            ),
            "console_idle_timeout_s": lambda: _minutes(config, "console timeout ", CONSOLE_MINUTES) * 60 or "unlimited",
            "banner_set": lambda: bool({"login", "motd", "exec"} & set(config.banners)),
            "permitted_networks": lambda: _UNNAMED if None in networks else tuple(sorted(filter(None, networks))),
            "aaa_servers": lambda: _aaa_servers(config),
            "local_fallback": lambda: _local_fallback(config),
            "weak_password_kinds": lambda: _weak_kinds(config),
        },
    )


def _ssh_version(config: Configuration) -> int | Gap:
    stated = config.all("ssh version ")
    return int(stated[-1]) if stated and stated[-1] in {"1", "2"} else PLATFORM_DEFAULT


def _minutes(config: Configuration, prefix: str, default: int) -> int:
    stated = config.all(prefix)
    if stated and not re.fullmatch(r"\d{1,5}", stated[-1], re.ASCII):
        raise UnexpectedReply(f"is configured as {stated[-1]!r:.40}, which is no time")
    return int(stated[-1]) if stated else default


def _aaa_servers(config: Configuration) -> tuple[str, ...]:
    """Return the addresses in 'aaa-server NAME (inside) host 10.0.0.5'."""
    lines = [words.split() for words in config.all("aaa-server ")]
    return tuple(dict.fromkeys(words[words.index("host") + 1] for words in lines if "host" in words[:-1]))


def _local_fallback(config: Configuration) -> bool | None:
    """Return whether logons fall back to local accounts; None where no server is asked."""
    stated = [words.split() for words in config.all("aaa authentication ssh console ")]
    asked = [words for words in stated if words and words[0] != "LOCAL"]
    return any("LOCAL" in words[1:] for words in asked) if asked else None


def _kind(words: list[str]) -> str | None:
    """Return the kind of the password in 'password HASH encrypted privilege 15', never the password."""
    if "nopassword" in words:
        return NO_PASSWORD
    if "password" not in words:
        return None
    after = words[words.index("password") + 2 :]
    return next((KINDS[word] for word in after if word in KINDS), PLAIN_KIND)


def _weak_kinds(config: Configuration) -> tuple[str, ...]:
    lines = [*(f"password {words}" for words in config.all("enable password ") + config.all("passwd "))]
    kinds = {_kind(words.split()) for words in lines + config.all("username ")}
    return tuple(sorted(kind for kind in kinds if kind in WEAK_KINDS))


def read_snmp(config: Configuration) -> Part:
    """Return the SNMP versions served, whether a factory community is among them, and who may ask. It never writes."""
    hosts = [words.split() for words in config.all("snmp-server host ") + config.all("snmp-server host-group ")]
    communities = [words.split()[-1] for words in config.all("snmp-server community ")]
    communities += [words[words.index("community") + 1] for words in hosts if "community" in words[:-1]]
    users = config.all("snmp-server user ")
    # up to 8.2 a host without a community, where none is stated for all, asks with the default: public
    unnamed = not communities and any({"community", "3"}.isdisjoint(words) and "trap" not in words for words in hosts)
    off = config.switched("snmp-server enable") is False
    versions = set() if off else ({"v1", "v2c"} if communities else set()) | ({"v3"} if users else set())
    plain = any("priv" not in words.split() for words in config.all("snmp-server group "))
    everyone = {name for name, whole in objects_of(config).networks.items() if whole is not False}
    asking = {words[1] for words in hosts if len(words) > 1 and "trap" not in words}
    return told(
        Snmp,
        {
            "versions": lambda: (
                PLATFORM_DEFAULT
                if unnamed and not off
                else PLAIN_VERSION_3
                if versions == {"v3"} and plain
                else tuple(sorted(versions))
            ),
            "default_community": lambda: False if off else PLATFORM_DEFAULT if unnamed else _factory(communities),
            "write_enabled": lambda: False,  # the agent has no write access (CLI book, SNMP)
            "allowed_networks": lambda: tuple(sorted(asking)) if asking.isdisjoint(everyone) else (),
        },
    )


def _factory(communities: list[str]) -> bool | Gap:
    if any(word.casefold() in DEFAULT_COMMUNITIES for word in communities):
        return True
    return _HIDDEN if any(set(word) == {"*"} for word in communities) else False


def read_time(
    config: Configuration, synchronised: bool | Gap, stratum: int | Gap, *, set_elsewhere: bool = False
) -> Part:
    """Return the time servers of the configuration, with what 'show ntp status' says of them."""
    servers = tuple(dict.fromkeys(words.split()[0] for words in config.all("ntp server ")))
    zones = config.all("clock timezone ")
    return told(
        Time,
        {
            "kind": lambda: "ntp" if servers else _ELSEWHERE if set_elsewhere else "local-clock",
            "zone": lambda: zones[-1] if zones else _ELSEWHERE if set_elsewhere else "UTC",
            "servers": lambda: servers if servers or not set_elsewhere else _ELSEWHERE,
            "synchronised": lambda: synchronised,
            "stratum": lambda: stratum,
        },
    )


def read_logging(config: Configuration) -> Part:
    """Return the hosts that take the log; none while logging is off, or sends no level there: both are the default."""
    hosts = [words.split()[1] for words in config.all("logging host ") if len(words.split()) > 1]
    sent = config.all("logging trap ") or [words for words in config.all("logging class ") if "trap" in words.split()]
    on = config.has("logging enable") and bool(sent)
    return told(Logging, {"remote_hosts": lambda: tuple(dict.fromkeys(hosts)) if on else ()})


def read_admins(config: Configuration) -> Part:
    """Return the local accounts with the kind of their password; 'privilege 15' makes an administrator."""
    admins: dict[str, Account] = {}
    for words in (text.split() for text in config.all("username ")):
        if len(words) > 1 and words[1] in {"password", "nopassword"} and words[0] not in admins:
            privileged = "privilege" in words and words[words.index("privilege") + 1 :][:1] == ["15"]
            admins[words[0]] = Account(name=words[0], password_kind=_kind(words), admin=privileged)
    return Part(tuple(admins.values()))


def read_lockout(config: Configuration, release: tuple[int, int] | None) -> Part:
    """Return after how many failures a local account is locked, and for how long.

    Before 9.17 an account of privilege 15, an administrator's, is never locked (command reference).
    """
    stated = config.all("aaa local authentication attempts max-fail ")
    if not stated or not stated[-1].isdecimal() or len(stated[-1]) > 4:
        return Part(None, {"": PLATFORM_DEFAULT})
    duration: object = None if release is None else UNLOCK_S if release >= UNLOCKS_SINCE else "unlimited"
    locked = release is not None and release >= UNLOCKS_SINCE
    spared = not locked and any(" privilege 15" in words for words in config.all("username "))
    threshold = _SPARED if spared else int(stated[-1])
    return told(Lockout, {"threshold_count": lambda: threshold, "duration_s": lambda: duration})


def read_password_policy(config: Configuration) -> Part:
    """Return the stated policy for local accounts; what is not stated has the release's default."""

    def number(setting: str) -> int | None:
        stated = config.all(f"password-policy {setting} ")
        return int(stated[-1]) if stated and stated[-1].isdecimal() and len(stated[-1]) < 7 else None

    kinds = [number(f"minimum-{kind}") for kind in ("changes", "lowercase", "uppercase", "numeric", "special")]
    lifetime = number("lifetime")  # days; 0 is no limit
    return told(
        PasswordPolicy,
        {
            "min_length_count": lambda: number("minimum-length"),
            "complexity": lambda: True if any(kinds[1:]) else None,
            "history_count": lambda: number("reuse-interval"),
            "max_age_s": lambda: None if lifetime is None else lifetime * 86_400 or "unlimited",
        },
        not_told=PLATFORM_DEFAULT,
    )


def read_wan_services(config: Configuration) -> Part:
    """Return the management services that interfaces of security level 0 let in, and from which networks."""
    outside = outside_names(config)
    if not outside:
        return Part(None, {"": Gap(reason=GapReason.NOT_TOLD, text="are not known: no interface has security level 0")})
    https = config.has("http server enable") or bool(config.all("http server enable "))
    services = []
    for word, name in MANAGING.items():
        sources = {network for network, interface in _doors(config, word) if interface in outside}
        if sources and (word != "http" or https):
            known = None if None in sources else tuple(sorted(filter(None, sources)))
            services.append(WanService(name=name, sources=known))
    return Part(tuple(services))


def read_zones(config: Configuration) -> Part:
    """Return the named interfaces with the network behind each, where its address is stated."""
    zones = []
    for block in config.blocks("interface "):
        names = block.below("nameif ")
        if names:
            addresses = [network_of(words.split()) for words in block.below("ip address ")]
            networks = tuple(network for network in addresses if network is not None)
            zones.append(Zone(name=names[-1], networks=networks or None))
    return Part(tuple(zones))
