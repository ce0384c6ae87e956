"""How a MikroTik device is managed: services, SNMP, time, logging, password rules.

An export may leave out what has its default. The defaults used are those of the RouterOS documentation (pages
Services, SNMP, NTP, UPnP, IP Settings, User), which are the same in releases 6 and 7.
"""

from collectors.driver import Part
from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.accounts import PasswordPolicy
from collectors.facts.sections.management import Management, Snmp
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.cisco.cisco_audit import PLAIN_VERSION_3
from collectors.readers.routeros.routeros_text import Entry, Menus
from collectors.told import told

SERVICES, SSH, SNMP, COMMUNITIES = "/ip service", "/ip ssh", "/snmp", "/snmp community"
NTP, NTP_SERVERS, CLOCK, NOTE = "/system ntp client", "/system ntp client servers", "/system clock", "/system note"
LOG_RULES, LOG_ACTIONS, UPNP = "/system logging", "/system logging action", "/ip upnp"
IP_SETTINGS, USER_SETTINGS = "/ip settings", "/user settings"
COMMUNITY_PROPERTIES = "name,addresses,security,write-access,disabled"
PORTS = {"telnet": 23, "ftp": 21, "www": 80, "ssh": 22, "www-ssl": 443, "api": 8728, "winbox": 8291, "api-ssl": 8729}
OFF_BY_DEFAULT = frozenset({"www-ssl"})
PLAIN = ("ftp", "telnet", "www", "api")
DEFAULT_COMMUNITIES = {"public", "private"}
EVERYWHERE = frozenset({"", "0.0.0.0/0", "::/0", "0.0.0.0/0,::/0"})
_OLD_RELEASE = Gap(reason=GapReason.NOT_TOLD, text="is not told by this release")


def services(menus: Menus) -> dict[str, Entry]:
    """Return the services by name; an export's unchanged ones have their defaults. Raises UnexpectedReply for none."""
    told_by = {name: entry for entry in menus.many(SERVICES) if "D" not in entry.flags and (name := entry.text("name"))}
    if menus.exported:
        for name in PORTS:
            told_by.setdefault(name, Entry({"disabled": "yes" if name in OFF_BY_DEFAULT else "no"}))
    if not told_by:
        raise UnexpectedReply("is told without any service, which every device has")
    return told_by


def port_of(name: str, service: Entry) -> int:
    """Return a service's port."""
    text = service.text("port") or ""
    return int(text) if text.isdecimal() and len(text) < 6 else PORTS.get(name, 0)


def read_management(menus: Menus) -> Part:
    """Return which services manage the device and from where, and what else answers on it."""
    found = services(menus)

    def on(name: str) -> bool | None:
        return found[name].enabled if name in found else None

    networks = {
        network or "any"
        for name, service in found.items()
        if service.enabled and name in PORTS
        for network in (
            [""] if (service.text("address") or "") in EVERYWHERE else service.settings["address"].split(",")
        )
    }
    return told(
        Management,
        {
            "telnet": lambda: on("telnet"),
            "http": lambda: on("www"),
            "https": lambda: on("www-ssl"),
            "ssh": lambda: on("ssh"),
            "ssh_version": lambda: 2 if on("ssh") else None,  # RouterOS serves version 2 alone (page SSH)
            "ssh_key_bits_count": lambda: _number(menus.one(SSH), "host-key-size"),
            "ssh_key_kind": lambda: menus.one(SSH).text("host-key-type") if _rsa_or_ed25519(menus) else None,
            "ftp": lambda: on("ftp"),
            "open_plain_ports": lambda: tuple(
                sorted(port_of(name, found[name]) for name in PLAIN if name in found and found[name].enabled)
            ),
            "permitted_networks": lambda: tuple(sorted(networks)) or None,
            "banner_set": lambda: _banner(menus),
            "upnp": lambda: _switched(menus, UPNP, "enabled", default=False),
            "source_routing": lambda: _switched(menus, IP_SETTINGS, "accept-source-route", default=False),
        },
    )


def _switched(menus: Menus, menu: str, setting: str, *, default: bool) -> bool | None:
    stated = menus.one(menu).on(setting)
    return default if stated is None and menus.exported else stated


def _rsa_or_ed25519(menus: Menus) -> bool:
    return menus.one(SSH).text("host-key-type") in {"rsa", "ed25519"}


def _number(entry: Entry, name: str) -> int | None:
    text = entry.text(name) or ""
    return int(text) if text.isdecimal() and len(text) < 7 else None


def _banner(menus: Menus) -> bool:
    """Return whether a text is shown at logon: the note, which is empty by default."""
    note = menus.one(NOTE)
    return note.text("note") is not None and note.on("show-at-login") is not False


def read_snmp(menus: Menus) -> Part:
    """Return the SNMP versions served; of a community only whether it is a factory one. The agent is off by default."""
    if not _switched(menus, SNMP, "enabled", default=False):
        return Part(Snmp(versions=(), default_community=False, write_enabled=False))
    listed = menus.many(COMMUNITIES, COMMUNITY_PROPERTIES)
    if menus.exported and not any(entry.on("default") for entry in listed):
        listed = [*listed, Entry({"name": "public"})]  # the factory's community, which nobody changed
    communities = [entry for entry in listed if entry.enabled]
    private = [entry for entry in communities if entry.text("security") in {"private", "authorized"}]
    plain = any(entry.text("security") == "authorized" for entry in private)  # authenticated, not encrypted
    open_ones = [entry for entry in communities if entry not in private]
    networks = {network for entry in open_ones for network in (entry.text("addresses") or "").split(",")}
    from_anywhere = bool(networks & EVERYWHERE)
    return told(
        Snmp,
        {
            "versions": lambda: (
                PLAIN_VERSION_3
                if plain and not open_ones
                else (*(("v1", "v2c") if open_ones else ()), *(("v3",) if private else ()))
            ),
            "default_community": lambda: any(
                (entry.text("name") or "public").casefold() in DEFAULT_COMMUNITIES for entry in open_ones
            ),
            "write_enabled": lambda: any(entry.on("write-access") for entry in communities),
            "allowed_networks": lambda: () if from_anywhere else tuple(sorted(networks)) or None,
        },
    )


def read_time(menus: Menus) -> Part:
    """Return zone and time servers, and whether the clock follows one; the client is off by default."""

    def on() -> bool | None:
        return _switched(menus, NTP, "enabled", default=False)

    def synchronised() -> bool | None:
        status = menus.one(NTP).text("status")
        return status == "synchronized" if status else None  # without the client MikroTik's cloud may set the clock

    return told(
        Time,
        {
            "kind": lambda: {True: "ntp", False: "local-clock", None: None}[on()],
            "zone": lambda: menus.one(CLOCK).text("time-zone-name"),
            "servers": lambda: _servers(menus),
            "synchronised": synchronised,
            "stratum": lambda: _number(menus.one(NTP), "synced-stratum"),
        },
    )


def _servers(menus: Menus) -> tuple[str, ...]:
    """Return the time servers: release 7 lists them, release 6 has two addresses and a list of names."""
    client = menus.one(NTP)
    listed = [client.text(name) for name in ("servers", "server-dns-names", "primary-ntp", "secondary-ntp")]
    names = [name for text in listed if text for name in text.split(",")]
    if menus.exported:
        names += [address for entry in menus.many(NTP_SERVERS) if (address := entry.text("address"))]
    return tuple(dict.fromkeys(name for name in names if name not in {"0.0.0.0", "::"}))


def read_logging(menus: Menus) -> Part:
    """Return the hosts that take the log: targets of remote actions that some rule uses."""
    used = {entry.text("action") for entry in menus.many(LOG_RULES) if entry.enabled}
    hosts = [
        host
        for entry in menus.many(LOG_ACTIONS)
        if (entry.text("target") == "remote" or _action(entry) == "remote") and _action(entry) in used
        if (host := entry.text("remote")) not in {None, "0.0.0.0", "::"}
    ]
    return told(Logging, {"remote_hosts": lambda: tuple(dict.fromkeys(hosts))})


def _action(entry: Entry) -> str | None:
    """Return an action's name; an export calls the factory's fourth one by its place."""
    name = entry.text("name")
    return "remote" if name == "3" else name


def read_password_policy(menus: Menus) -> Part:
    """Return the policy for local accounts, which asks for nothing by default; older releases have none."""
    try:
        settings = menus.one(USER_SETTINGS)
    except CollectError as error:
        old = error.gap.reason is GapReason.UNSUPPORTED
        return Part(None, {"": _OLD_RELEASE if old else error.gap})
    fallback = 0 if menus.exported else None
    length, kinds = (_number(settings, f"minimum-{word}") for word in ("password-length", "categories"))
    categories = fallback if kinds is None else kinds
    return told(
        PasswordPolicy,
        {
            "min_length_count": lambda: fallback if length is None else length,
            "complexity": lambda: None if categories is None else categories > 1,
        },
    )
