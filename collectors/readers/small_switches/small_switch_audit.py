"""What Cisco-like configurations of smaller switches say: Dell, EdgeSwitch, AlliedWare Plus, FastIron.

Only stated things: the defaults of these platforms differ between releases, so that each driver names those that it is
sure of, with its source; all others are left open.
"""

import re
from collections.abc import Mapping

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.management import Management
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.cisco.cisco_audit import PLATFORM_DEFAULT, longest
from collectors.readers.cisco.cisco_config import Configuration, Line
from collectors.readers.small_switches.small_switch_accounts import weak_kinds, words_of
from collectors.told import told

SERVICES: Mapping[str, tuple[str, ...]] = {
    "telnet": ("ip telnet server", "service telnet", "telnet server"),
    "http": ("ip http server", "service http", "web-management http", "http-server http"),
    "https": ("ip http secure-server", "web-management https", "http-server secure-http"),
    "ssh": ("ip ssh server", "service ssh"),
}
"""By field: the lines that switch a service, alone or with 'enable', 'disable' or 'no'."""
NO_DEFAULTS: Mapping[str, bool] = {}
_ADDRESS = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]*:[0-9a-fA-F:]+|[\w-]+(?:\.[\w-]+)+")
_SERVER = re.compile(r"(?:radius-server host|radius server (?:host )?(?:auth|acct)|tacacs-server host) (?:ipv6 )?(.+)")
_WITHOUT_A_SERVER = re.compile(r"s?ntp (?:client mode (?!unicast)|(?:broadcast|anycast|multicast) client|master)")
UNNAMED = Gap(reason=GapReason.NOT_TOLD, text="is not told: the time comes from no server that is named")
_LOG_SETTINGS = {
    "buffered", "cli-command", "console", "coredump-server", "extended", "facility", "file", "history", "monitor", "on",
    "persistent", "snmp", "source-interface", "syslog", "trap", "version", "web-session",
}  # fmt: skip
_MINUTES_DIGITS = 6


def service(config: Configuration, field: str, defaults: Mapping[str, bool] = NO_DEFAULTS) -> bool | Gap:
    """Return whether a service is stated to run, else the platform's default, else a gap."""
    found: bool | None = None
    for line in (line.text for line in config.lines):
        for feature in SERVICES[field]:
            if line in {f"no {feature}", f"no {feature} enable", f"{feature} disable"}:
                found = False
            elif line in {feature, f"{feature} enable"}:
                found = True
    if field == "http" and config.has("http port none"):  # AlliedWare Plus: the web page is on its other port alone
        return False
    return found if found is not None else defaults.get(field, PLATFORM_DEFAULT)


def read_management(
    config: Configuration,
    defaults: Mapping[str, bool] = NO_DEFAULTS,
    idle_s: tuple[int | None, int | None] = (None,) * 2,
) -> Part:
    """Return which services manage the switch, its time-outs, banner, AAA servers and weak kinds of password.

    `idle_s` is what holds on remote lines and on the console that state no time-out, where that is certain.
    """
    remote = [line for line in config.blocks("line ") if not line.text.startswith(("line con", "line aux"))]
    return told(
        Management,
        {
            "telnet": lambda: service(config, "telnet", defaults),
            "http": lambda: service(config, "http", defaults),
            "https": lambda: service(config, "https", defaults),
            "ssh": lambda: service(config, "ssh", defaults),
            "idle_timeout_s": lambda: _lines_idle_s(remote, idle_s[0]),
            "console_idle_timeout_s": lambda: _lines_idle_s(config.blocks("line con"), idle_s[1]),
            "banner_set": lambda: bool(config.banners),
            "aaa_servers": lambda: servers(config),
            "local_fallback": lambda: local_fallback(config),
            "weak_password_kinds": lambda: weak_kinds(config),
        },
    )


def read_fastpath_management(config: Configuration) -> Part:
    """Return the same of FASTPATH, where Telnet and SSH have time-outs of their own."""
    part = read_management(config)
    idle = told(Management, {"idle_timeout_s": lambda: _by_service(config)})
    told_s = getattr(idle.value, "idle_timeout_s", None)
    value = part.value.model_copy(update={"idle_timeout_s": told_s}) if isinstance(part.value, Management) else None
    gaps = {field: gap for field, gap in part.gaps.items() if field != "idle_timeout_s"}
    return Part(value, {**gaps, **idle.gaps})


def _by_service(config: Configuration) -> int | str | Gap | None:
    """Return the longest time-out of the services that run; a gap when one of them states none."""
    found: list[int | None] = []
    for field, line, old in (("ssh", "line ssh", "sshcon timeout "), ("telnet", "line telnet", "telnetcon timeout ")):
        if service(config, field) is False:
            continue
        stated = [words for block in config.blocks(line) for words in block.below("exec-timeout ")] + config.all(old)
        if not stated:
            return PLATFORM_DEFAULT
        found.append(_seconds(stated[-1]))
    return longest(found) or PLATFORM_DEFAULT


def _lines_idle_s(lines: list[Line], otherwise_s: int | None) -> int | str | Gap | None:
    """Return the longest idle time-out of all these lines; a gap when one states none and the default is not known."""
    stated = [line.below("exec-timeout ")[-1:] for line in lines]
    if not lines or (otherwise_s is None and not all(stated)):
        return PLATFORM_DEFAULT
    return longest([_seconds(words[0]) if words else otherwise_s for words in stated])


def _seconds(words: str) -> int | None:
    """Return the seconds of 'minutes [seconds]', None for never (0)."""
    minutes, *more = words.split()
    return minutes_of(minutes) * 60 + (minutes_of(more[0]) if more else 0) or None


def minutes_of(word: str) -> int:
    """Return a stated number; raises UnexpectedReply for anything else, or too large a one."""
    if not (word.isascii() and word.isdecimal() and len(word) <= _MINUTES_DIGITS):
        raise UnexpectedReply(f"is configured as {word!r:.40}, which is no number of minutes")
    return int(word)


def servers(config: Configuration) -> tuple[str, ...]:
    """Return the RADIUS and TACACS+ servers."""
    found = (_SERVER.match(line.text) for line in config.lines)
    return tuple(dict.fromkeys(words_of(match[1])[0] for match in found if match))


def local_fallback(config: Configuration) -> bool | None:
    """Return whether logons fall back to local accounts; None when no server is asked for them."""
    methods = [words.split() for words in config.all("aaa authentication login ")]
    served = [words for words in methods if {"radius", "tacacs", "tacacs+", "group"} & set(words)]
    return all({"local", "enable"} & set(words) for words in served) if served else None


def read_time(config: Configuration) -> Part:
    """Return the time servers; whether the clock follows one of them no configuration says."""
    found = []
    for kind in ("sntp server ", "ntp server ", "sntp unicast server ", "ntp peer "):
        for words in map(words_of, config.all(kind)):
            named = words[2:] if words[0] == "vrf" else words[1:] if words[0] in {"ipv4", "ipv6"} else words
            found += named[:1]
    unnamed = any(_WITHOUT_A_SERVER.match(line.text) for line in config.lines)
    return told(
        Time,
        {
            "kind": lambda: "ntp" if found else UNNAMED if unnamed else "none",
            "servers": lambda: tuple(dict.fromkeys(found)),
            "synchronised": lambda: None,
        },
    )


def read_logging(config: Configuration) -> Part:
    """Return the hosts that take the log: 'logging host A', 'logging server A', 'logging A', 'log host A'."""
    return told(Logging, {"remote_hosts": lambda: log_hosts(config)})


def log_hosts(config: Configuration) -> tuple[str, ...]:
    """Return the hosts; raises UnexpectedReply when there is none, and a line that may name one is not understood."""
    if config.has("no logging on"):
        return ()
    found: list[str] = []
    strange: list[str] = []
    for line in config.all("logging ") + [f"host {words}" for words in config.all("log host ")]:
        words = words_of(line)
        parts = [word for word in words if word not in {"host", "server", "ipv6"}]
        parts = parts[2:] if parts[:1] == ["vrf"] else parts
        if parts and parts[0] != "source" and (words[0] == "host" or _ADDRESS.fullmatch(parts[0])):
            found.append(parts[0])
        elif parts and parts[0] not in _LOG_SETTINGS | {"source"}:
            strange.append(parts[0])
    if strange and not found:
        raise UnexpectedReply(f"is told with the line 'logging {strange[0][:20]} ...', which is not understood")
    return tuple(dict.fromkeys(found))


def descriptions(config: Configuration) -> dict[str, str]:
    """Return the descriptions of the interfaces that have one, by name as the configuration writes it."""
    return {
        block.text.removeprefix("interface ").strip(): words[-1].strip("\"'")
        for block in config.blocks("interface ")
        if (words := block.below("description "))
    }


def shut_ports(config: Configuration) -> frozenset[str] | None:
    """Return the interfaces that are shut down, in small letters without spaces; None when a range or all are named."""
    if config.has("shutdown all") or config.blocks("interface range "):
        return None
    return frozenset(
        re.sub(r"^interface (ethernet (?=[a-z]))?", "", block.text.casefold()).replace(" ", "")
        for block in config.blocks("interface ")
        if any(line.text == "shutdown" for line in block.children)
    )
