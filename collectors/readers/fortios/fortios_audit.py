"""What a FortiOS configuration says on management, SNMP, time and logging.

`show` prints only what differs from the release's defaults. A default is used here only where the FortiOS CLI reference
names the same one for all releases since 6.0; others are left open, with a gap.
"""

import re

from collectors.driver import Part
from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.management import Config, Management, Snmp
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.fortios.fortios_accounts import RELEASE_DEFAULT, number_in, permitted_networks, weak_kinds
from collectors.readers.fortios.fortios_config import Block, Shown, network_of, switched
from collectors.readers.fortios.fortios_status import NTP_STATUS
from collectors.told import told

# Defaults of 'config system global' (FortiOS CLI reference, 6.0 to 7.6).
IDLE_MINUTES = 5  # admintimeout
CONSOLE_IDLE_S = 0  # admin-console-timeout: 0 takes admintimeout

DEFAULT_COMMUNITIES = {"public", "private"}
PLAIN_VERSION_3 = Gap(
    reason=GapReason.NOT_TOLD, text="are version 3 alone, but not every user of it is encrypted, which no fact says"
)
PLAIN_FROM_ANYWHERE = Gap(
    reason=GapReason.NOT_TOLD,
    text="are not all that may ask: a user of version 3 who is not encrypted may from anywhere",
)
LOG_TARGETS = ("syslogd", "syslogd2", "syslogd3", "syslogd4", "fortianalyzer", "fortianalyzer2", "fortianalyzer3",
               "fortianalyzer-cloud", "fortiguard")  # fmt: skip
CLOUDS = {"log fortiguard setting": "FortiGate Cloud", "log fortianalyzer-cloud setting": "FortiAnalyzer Cloud"}
_SYNCHRONISED = re.compile(r"^synchronized: (yes|no)\b", re.MULTILINE)
_SERVER = re.compile(
    r"^ipv[46] server\((?P<name>[^)]+)\)(?P<rest>[^\n]*(?:\n(?!ipv[46] server\()[^\n]*)*)", re.MULTILINE
)
_STRATUM = re.compile(r"stratum=(\d{1,3})\b")
_OFFSET = re.compile(r"clock offset is (-?\d{1,9}(?:\.\d{1,9})?) sec")


def access_of(interface: Block) -> set[str]:
    """Return the services that an interface lets in, over IPv4, IPv6 and its further addresses; none is the default."""
    places = [interface, *interface.section("secondaryip").entries]
    words = {word for place in places for word in place.words("allowaccess") or ()}
    return words | set(interface.section("ipv6").words("ip6-allowaccess") or ())


def read_management(shown: Shown) -> Part:
    """Return which services manage the device on any interface, from where, and when a session ends."""

    def settings() -> Block:
        return shown.section("system global")

    def served(name: str) -> bool:
        settings()  # shown in the global scope alone: an administrator of one virtual domain sees only its interfaces
        interfaces = shown.entries("system interface")
        if not interfaces:
            raise UnexpectedReply("is not certain: no interface is shown to this account")
        return any(name in access_of(placed.block) for placed in interfaces)

    return told(
        Management,
        {
            "telnet": lambda: served("telnet") and switched(settings(), "admin-telnet", default=True),
            "http": lambda: served("http"),
            "https": lambda: served("https"),
            "ssh": lambda: served("ssh"),
            "ssh_version": lambda: 1 if switched(settings(), "admin-ssh-v1", default=False) else 2,
            "idle_timeout_s": lambda: number_in(settings(), "admintimeout", IDLE_MINUTES) * 60,
            "console_idle_timeout_s": lambda: (
                number_in(settings(), "admin-console-timeout", CONSOLE_IDLE_S)
                or number_in(settings(), "admintimeout", IDLE_MINUTES) * 60
            ),
            "banner_set": lambda: switched(settings(), "pre-login-banner", default=False),
            "permitted_networks": lambda: permitted_networks(shown),
            "weak_password_kinds": lambda: weak_kinds(shown),
        },
    )


def read_snmp(shown: Shown) -> Part:
    """Return the SNMP versions served, whether a factory community is among them, and who may ask; no name is kept.

    FortiOS answers reads only (administration guide: its SNMP is read-only).
    """
    if not switched(shown.section("system snmp sysinfo"), "status", default=False):
        return Part(Snmp(versions=(), default_community=False, write_enabled=False))
    communities = [
        placed.block
        for placed in shown.entries("system snmp community")
        if switched(placed.block, "status", default=True)
    ]
    versions: set[str] = set()
    for version in ("1", "2c"):
        if any(switched(community, f"query-v{version}-status", default=True) for community in communities):
            versions.add(f"v{version}")

    def asking() -> list[Block]:
        users = [placed.block for placed in shown.entries("system snmp user")]
        return [
            user for user in users if switched(user, "status", default=True) and switched(user, "queries", default=True)
        ]

    def plain() -> bool:  # CLI reference: without a stated level a user is neither known nor encrypted
        return any(user.text("security-level") != "auth-priv" for user in asking())

    def all_versions() -> tuple[str, ...] | Gap:
        if not versions and plain():
            return PLAIN_VERSION_3
        return tuple(sorted(versions | ({"v3"} if asking() else set())))

    def allowed_networks() -> tuple[str, ...] | Gap | None:
        return PLAIN_FROM_ANYWHERE if plain() else _snmp_hosts(communities)

    return told(
        Snmp,
        {
            "versions": all_versions,
            "default_community": lambda: any(
                (community.text("name") or "").casefold() in DEFAULT_COMMUNITIES for community in communities
            ),
            "write_enabled": lambda: False,
            "allowed_networks": allowed_networks,
        },
    )


def _snmp_hosts(communities: list[Block]) -> tuple[str, ...] | None:
    """Return the hosts of the communities, none when one of them is limited to no host; None without communities."""
    networks: set[str] = set()
    for community in communities:
        hosts = [host for name in ("hosts", "hosts6") for host in community.section(name).entries]
        stated = {network_of(host.words("ip") or host.words("ipv6") or ()) or "any" for host in hosts}
        if not stated or "any" in stated:
            return ()
        networks |= stated
    return tuple(sorted(networks)) or None


def read_time(shown: Shown) -> Part:
    """Return the time servers, and whether the clock follows one, as the running client says."""
    settings = shown.section("system ntp")
    follows = switched(settings, "ntpsync", default=False)
    custom = settings.text("type") == "custom"
    own = tuple(entry.text("server") or entry.name for entry in settings.section("ntpserver").entries)

    def running() -> str:
        return shown.replies[NTP_STATUS]

    def servers() -> tuple[str, ...] | Gap:
        if not follows or custom:
            return own if custom else ()
        try:
            named = tuple(dict.fromkeys(found["name"] for found in _SERVER.finditer(running())))
        except CollectError:
            named = ()
        return named or Gap(reason=GapReason.NOT_TOLD, text="are FortiGuard's, which the configuration does not name")

    def selected() -> str:
        return next((found["rest"] for found in _SERVER.finditer(running()) if "selected" in found["rest"]), "")

    return told(
        Time,
        {
            "kind": lambda: "ntp" if follows else "local-clock",
            "zone": lambda: _zone(shown.section("system global")),
            "servers": servers,
            "synchronised": lambda: (found[1] == "yes") if (found := _SYNCHRONISED.search(running())) else None,
            "stratum": lambda: int(found[1]) + 1 if (found := _STRATUM.search(selected())) else None,
            "offset_s": lambda: float(found[1]) if (found := _OFFSET.search(selected())) else None,
        },
    )


def _zone(settings: Block) -> str | Gap:
    """Return the name of the time zone; up to 7.2 it is only a number of FortiOS's own list."""
    zone = settings.text("timezone")
    if zone is None:
        return RELEASE_DEFAULT
    return Gap(reason=GapReason.NOT_TOLD, text=f"is told as the number {zone}") if zone.isdecimal() else zone


def read_logging(shown: Shown) -> Part:
    """Return where the log is sent: syslog servers, FortiAnalyzer, FortiGate Cloud; each is off by default."""
    targets = [
        CLOUDS.get(block.name) or block.text("server") or "a server not named"
        for block in shown.stated(*(f"log {name} setting" for name in LOG_TARGETS))
        if switched(block, "status", default=False)
    ]
    return told(Logging, {"remote_hosts": lambda: tuple(dict.fromkeys(targets))})


def read_config(shown: Shown) -> Part:
    """Return whether a change survives a restart: saved by itself (the default), or only when told to."""
    mode = shown.section("system global").text("cfg-save") or "automatic"
    gap = Gap(reason=GapReason.NOT_TOLD, text="is not told: changes are saved by hand here (cfg-save manual)")
    return told(Config, {"saved": lambda: True if mode == "automatic" else gap})
