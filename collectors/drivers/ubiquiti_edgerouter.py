"""Ubiquiti EdgeRouter with EdgeOS, over SSH, with an audit of the active configuration."""

from functools import partial
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.errors import AccessDenied
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.marks import Marks
from collectors.facts.scalars import Span
from collectors.facts.sections.accounts import Account
from collectors.facts.sections.management import Management, Snmp
from collectors.facts.sections.system import Firmware, Identity
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.cisco.cisco_audit import DEFAULT_COMMUNITIES
from collectors.readers.dates import month_first
from collectors.readers.junos.junos_config import Configuration
from collectors.readers.outputs import key_blocks, running_time, vyatta_config
from collectors.readers.outputs.cli_words import either, first, known, said, serial_of
from collectors.replies import TextReplies
from collectors.told import told

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Ubiquiti EdgeRouter (EdgeOS), over SSH"
DEVICE_CLASS = "router"
SHELL = "sh"

SHOW_VERSION = "/opt/vyatta/bin/vyatta-op-cmd-wrapper show version"
SHOW_CONFIG = "cli-shell-api showCfg --show-active-only --show-hide-secrets"
CONFIG_COMMAND = SHOW_CONFIG
ASKS = (SHOW_VERSION, SHOW_CONFIG)
PREPARES: tuple[str, ...] = ()
NEEDS = {
    "firmware": "a user of the level operator",
    **dict.fromkeys(
        ("management", "snmp", "logging", "admins", "time"), "a user of the level admin: operators see a part"
    ),
}
GENTLE = Gentle(questions_per_s=5)
MATCHES = Matches(replies={SHOW_VERSION: r"^HW model: +EdgeRouter|^Copyright: .*Ubiquiti"})


ALWAYS_THERE = (("interfaces",), ("system", "login", "user"))  # without these nobody could have logged on
FACTORY_ACCOUNT = "ubnt"
FACTORY_LEFT = Gap(
    reason=GapReason.NOT_TOLD, text="is not certain: the factory account is there, and passwords are not shown"
)


def _configuration(replies: TextReplies) -> Configuration:
    config = vyatta_config.parse(replies[SHOW_CONFIG])
    if missing := [" ".join(place) for place in ALWAYS_THERE if not config.has(*place)]:
        raise AccessDenied(f"is shown in part only ({', '.join(missing)} missing): the user's level hides the rest")
    return config


_known_configuration = partial(known, _configuration)


def _fields(replies: TextReplies) -> dict[str, str]:
    return key_blocks.fields(said(replies, SHOW_VERSION) or "")


def read_identity(replies: TextReplies) -> Part:
    """Return name, model and serial number."""
    either(replies, SHOW_VERSION, SHOW_CONFIG)
    fields, config = _fields(replies), _known_configuration(replies)
    return told(
        Identity,
        {
            "vendor": lambda: "Ubiquiti",
            "name": lambda: config.value("system", "host-name") if config else None,
            "model": lambda: fields.get("hw model") or None,
            "serial": lambda: serial_of(fields.get("hw s/n") or None),
        },
    )


def read_os(replies: TextReplies) -> Part:
    """Return the last start, in the words of 'uptime'."""
    return running_time.read_os(
        first(replies[SHOW_VERSION], r"^Uptime: .*? up +(.+?), +\d+ users?\b"), replies.observed_at
    )


def read_firmware(replies: TextReplies) -> Part:
    """Return version and build day, which is written month first."""
    text = replies[SHOW_VERSION]

    def released() -> Span | None:
        day = month_first(first(text, r"^Build on: +(\d\d/\d\d/\d\d)\b"))
        return Span.built_on(day) if day else None

    return told(
        Firmware,
        {
            "product": lambda: "edgeos",
            "version": lambda: first(text, r"^Version: +v?(\d\S*)"),
            "released": released,
        },
    )


def read_management(replies: TextReplies) -> Part:
    """Return which services manage the router: a service without a node does not run (EdgeOS user guide)."""
    config = _configuration(replies)
    servers, users = config.names("system", "login", "radius-server"), config.names("system", "login", "user")
    return told(
        Management,
        {
            "telnet": lambda: config.has("service", "telnet"),
            "http": lambda: config.has("service", "gui", "http-port"),
            "https": lambda: config.has("service", "gui"),
            "ssh": lambda: config.has("service", "ssh"),
            "ssh_version": lambda: {"v2": 2, "v1": 1}.get(config.value("service", "ssh", "protocol-version") or ""),
            "banner_set": lambda: config.has("system", "login", "banner"),
            "aaa_servers": lambda: servers,
            "default_credentials": lambda: FACTORY_LEFT if FACTORY_ACCOUNT in users else False,
            "upnp": lambda: config.has("service", "upnp") or config.has("service", "upnp2"),
            "cloud_relay": lambda: config.has("service", "unms", "connection"),
        },
    )


def read_snmp(replies: TextReplies) -> Part:
    """Return the SNMP versions, whether a factory community or write access exists; no community is kept."""
    config = _configuration(replies)
    names = config.names("service", "snmp", "community")
    at = ("service", "snmp", "community")
    clients = [(*config.names(*at, name, "client"), *config.names(*at, name, "network")) or ("any",) for name in names]
    return told(
        Snmp,
        {
            "versions": lambda: (
                *(("v1", "v2c") if names else ()),
                *(("v3",) if config.has("service", "snmp", "v3") else ()),
            ),
            "default_community": lambda: any(name.casefold() in DEFAULT_COMMUNITIES for name in names),
            "write_enabled": lambda: any(
                config.value("service", "snmp", "community", name, "authorization") == "rw" for name in names
            ),
            "allowed_networks": lambda: (
                None
                if not names
                else ()
                if any("any" in some for some in clients)
                else tuple(sorted({one for some in clients for one in some}))
            ),
        },
    )


def read_time(replies: TextReplies) -> Part:
    """Return the time servers."""
    config = _configuration(replies)
    servers = config.names("system", "ntp", "server")
    return told(
        Time,
        {
            "kind": lambda: "ntp" if servers else "none",
            "servers": lambda: servers,
            "zone": lambda: config.value("system", "time-zone"),
        },
    )


def read_admins(replies: TextReplies) -> Part:
    """Return the local users; the level says who is an administrator."""
    config = _configuration(replies)
    found = []
    for user in config.names("system", "login", "user"):
        hashed = config.value("system", "login", "user", user, "authentication", "encrypted-password") or ""
        kind = next((kind for begin, kind in {"$5$": "sha256", "$6$": "sha512", "$1$": "md5"}.items()
                     if hashed.startswith(begin)), None)  # fmt: skip
        level = config.value("system", "login", "user", user, "level")
        found.append(Account(name=user, admin=None if level is None else level == "admin", password_kind=kind))
    return Part(tuple(found))


SECTIONS: Sections[TextReplies] = {
    "identity": read_identity,
    "os": read_os,
    "firmware": read_firmware,
    "management": read_management,
    "snmp": read_snmp,
    "logging": lambda told_by: told(
        Logging, {"remote_hosts": lambda: _configuration(told_by).names("system", "syslog", "host")}
    ),
    "admins": read_admins,
    "time": read_time,
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of an EdgeRouter with an audit of its configuration."""
    return gather(
        replies,
        SECTIONS,
        marks=lambda told_by: Marks(serial=serial_of(_fields(told_by).get("hw s/n") or None)),
        device_class=DEVICE_CLASS,
    )
