"""What Cisco-like configurations of smaller switches say: Cisco SMB, Dell, EdgeSwitch, AlliedWare Plus, FastIron.

Only stated things: the defaults of these platforms differ between releases, so that each driver names those that it is
sure of, with its source; all others are left open.
"""

import re
from collections.abc import Mapping

from collectors.driver import Part
from collectors.facts.gaps import Gap
from collectors.facts.sections.accounts import Account
from collectors.facts.sections.management import Management, Snmp
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.cisco_audit import DEFAULT_COMMUNITIES, PLATFORM_DEFAULT, longest
from collectors.readers.cisco_config import Configuration, Line
from collectors.told import told

SERVICES: Mapping[str, tuple[str, ...]] = {
    "telnet": ("ip telnet server", "service telnet", "telnet server"),
    "http": ("ip http server", "service http", "web-management http"),
    "https": ("ip http secure-server", "web-management https"),
    "ssh": ("ip ssh server", "service ssh"),
}
"""By field: the lines that switch a service, alone or with 'enable', 'disable' or 'no'."""
NO_DEFAULTS: Mapping[str, bool] = {}
_KINDS = {"encrypted": "encrypted", "0": "plain", "5": "type 5", "7": "type 7", "8": "type 8", "nopassword": "none"}
_WEAK = {"plain", "none", "type 7"}
_READS, _WRITES = {"ro", "read-only"}, {"rw", "su", "read-write"}
_ADDRESS = re.compile(r'^"?(?P<server>(?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]*:[0-9a-fA-F:]+|[\w-]+(?:\.[\w-]+)+)"?$')


def service(config: Configuration, field: str, defaults: Mapping[str, bool] = NO_DEFAULTS) -> bool | Gap:
    """Return whether a service is stated to run, else the platform's default, else a gap."""
    found: bool | None = None
    for line in (line.text for line in config.lines):
        for feature in SERVICES[field]:
            if line in {f"no {feature}", f"no {feature} enable", f"{feature} disable"}:
                found = False
            elif line in {feature, f"{feature} enable"}:
                found = True
    return found if found is not None else defaults.get(field, PLATFORM_DEFAULT)


def read_management(config: Configuration, defaults: Mapping[str, bool] = NO_DEFAULTS) -> Part:
    """Return which services manage the switch, its time-outs, banner, AAA servers and weak kinds of password."""
    remote = [line for line in config.blocks("line ") if not line.text.startswith(("line con", "line aux"))]
    accounts = read_accounts(config)
    return told(
        Management,
        {
            "telnet": lambda: service(config, "telnet", defaults),
            "http": lambda: service(config, "http", defaults),
            "https": lambda: service(config, "https", defaults),
            "ssh": lambda: service(config, "ssh", defaults),
            "idle_timeout_s": lambda: _idle_s(remote, config),
            "console_idle_timeout_s": lambda: _idle_s(config.blocks("line con"), None),
            "banner_set": lambda: bool(config.banners),
            "aaa_servers": lambda: servers(config),
            "local_fallback": lambda: _local_fallback(config),
            "weak_password_kinds": lambda: tuple(
                sorted({str(one.password_kind) for one in accounts if one.password_kind in _WEAK})
            ),
        },
    )


def _idle_s(lines: list[Line], config: Configuration | None) -> int | str | Gap:
    """Return the longest idle time-out that is stated, in minutes there; 0 is never."""
    stated = [words.split() for line in lines for words in line.below("exec-timeout ")[-1:]]
    for kind in ("sshcon timeout ", "telnetcon timeout ", "ip telnet timeout ", "ip ssh timeout-minutes "):
        stated += [words.split() for words in (config.all(kind) if config else [])]
    found = [int(words[0]) * 60 + (int(words[1]) if words[1:2] and words[1].isdecimal() else 0)
             for words in stated if words and words[0].isdecimal()]  # fmt: skip
    return longest([seconds or None for seconds in found]) or PLATFORM_DEFAULT if found else PLATFORM_DEFAULT


def servers(config: Configuration) -> tuple[str, ...]:
    """Return the addresses of RADIUS and TACACS+ servers."""
    found = []
    for kind in (
        "radius-server host ",
        "radius server host ",
        "tacacs-server host ",
        "radius server ",
        "tacacs server ",
    ):
        for words in config.all(kind):
            address = next((match["server"] for word in words.split() if (match := _ADDRESS.match(word))), None)
            if address:
                found.append(address)
    return tuple(dict.fromkeys(found))


def _local_fallback(config: Configuration) -> bool | None:
    """Return whether logons fall back to local accounts; None when no server is asked for them."""
    methods = [words.split() for words in config.all("aaa authentication login ")]
    served = [words for words in methods if {"radius", "tacacs", "tacacs+", "group"} & set(words)]
    return all({"local", "enable"} & set(words) for words in served) if served else None


def read_accounts(config: Configuration) -> tuple[Account, ...]:
    """Return the local accounts with the kind of their password; level 15 makes an administrator."""
    found: dict[str, Account] = {}
    for line in config.all("username "):
        name, *words = line.replace('"', "").split()
        level = next((words[place + 1] for place, word in enumerate(words[:-1])
                      if word in {"privilege", "level", "access-level"}), None)  # fmt: skip
        admin = None if level is None else level in {"15", "read-write"}
        if name not in found and words:
            found[name] = Account(name=name, password_kind=_kind(words), admin=admin)
    return tuple(found.values())


def _kind(words: list[str]) -> str | None:
    if "nopassword" in words:
        return "none"
    if not {"password", "passwd", "secret"} & set(words):
        return None
    return next((_KINDS[word] for word in words if word in _KINDS), "plain")


def read_snmp(config: Configuration) -> Part:
    """Return the SNMP versions, whether a factory community or write access exists; no community is kept."""
    names, rights = [], set()
    for line in config.all("snmp-server community "):
        words = line.replace('"', "").split()
        known = [word for word in words if word.casefold() in _READS | _WRITES]
        rights |= {word.casefold() for word in known}
        named = [word for word in words if word not in known]
        names += named[:1]
    users = config.all("snmp-server user ")
    return told(
        Snmp,
        {
            "versions": lambda: (*(("v1", "v2c") if names else ()), *(("v3",) if users else ())),
            "default_community": lambda: any(name.casefold() in DEFAULT_COMMUNITIES for name in names),
            "write_enabled": lambda: bool(rights & _WRITES),
        },
    )


def read_time(config: Configuration, synchronised: bool | None = None) -> Part:
    """Return the time servers."""
    found = []
    for kind in ("sntp server ", "ntp server ", "sntp unicast server ", "ntp peer "):
        for words in config.all(kind):
            server = next((match["server"] for word in words.split() if (match := _ADDRESS.match(word))), None)
            found += [server] if server else []
    return told(
        Time,
        {
            "kind": lambda: "ntp" if found else "none",
            "servers": lambda: tuple(dict.fromkeys(found)),
            "synchronised": lambda: synchronised,
        },
    )


def read_logging(config: Configuration) -> Part:
    """Return the hosts that take the log: 'logging host A', 'logging server A', 'logging A', 'log host A'."""
    found = []
    for words in config.all("logging ") + [f"host {words}" for words in config.all("log host ")]:
        parts = words.split()
        parts = parts[1:] if parts[0] in {"host", "server"} else parts[:1]
        match = _ADDRESS.match(parts[0]) if parts else None
        found += [match["server"]] if match else []
    return told(Logging, {"remote_hosts": lambda: tuple(dict.fromkeys(found))})


def shut_ports(config: Configuration) -> frozenset[str]:
    """Return the interfaces that are shut down, as the configuration writes their names, in small letters."""
    return frozenset(
        block.text.removeprefix("interface ").replace(" ", "").casefold()
        for block in config.blocks("interface ")
        if any(line.text == "shutdown" for line in block.children)
    )
