"""What an Arista EOS configuration says on management, SNMP, time, logging and accounts.

Defaults used (Arista EOS user manual): SSH is on; Telnet and the command API are off until their block says so;
sessions do not end by themselves; spanning tree runs as MSTP. All other defaults are left open.
"""

import re
from itertools import pairwise

from collectors.driver import Part
from collectors.facts.gaps import Gap
from collectors.facts.sections.accounts import Account
from collectors.facts.sections.management import Management, Snmp
from collectors.facts.sections.network import Stp
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.cisco.cisco_audit import (
    DEFAULT_COMMUNITIES,
    NO_PASSWORD,
    PLAIN_VERSION_3,
    WEAK_KINDS,
    longest,
    number_of,
)
from collectors.readers.cisco.cisco_config import Configuration
from collectors.readers.cisco.cisco_logons import open_lines_of_one_list
from collectors.readers.cisco.cisco_stp import mode_of
from collectors.readers.outputs.cli_words import limited_to
from collectors.readers.outputs.port_settings import bpdu_guard_default
from collectors.readers.small_switches.small_switch_accounts import UNTOLD as UNKNOWN_KIND
from collectors.readers.small_switches.small_switch_snmp import NAME_HIDDEN
from collectors.told import Teller, told

FACTORY_ACCOUNT = "admin"  # without a password, on a switch as it is delivered
_KINDS = {"0": "plain", "5": "type 5", "7": "type 7", "8a": "type 8", "sha256": "sha256", "sha512": "sha512"}


def read_management(config: Configuration) -> Part:
    """Return which services manage the switch, its time-outs, banner, AAA servers and weak kinds of password."""
    accounts = read_accounts(config)
    return told(
        Management,
        {
            "telnet": lambda: _telnet(config),
            "http": lambda: _api(config) and any(
                re.match(r"protocol http( port|$)", line) for line in _lines(config, "management api http-commands")
            ),
            "https": lambda: _api(config) and "no protocol https" not in _lines(config, "management api http-commands"),
            "ssh": lambda: _ssh(config),
            "idle_timeout_s": lambda: _remote_idle_s(config),
            "console_idle_timeout_s": lambda: _idle_s(config, "management console"),
            "banner_set": lambda: bool({"motd", "login"} & set(config.banners)),
            "permitted_networks": lambda: _permitted(config),
            "default_credentials": lambda: any(
                one.name == FACTORY_ACCOUNT and one.password_kind == NO_PASSWORD for one in accounts
            ),
            "aaa_servers": lambda: _servers(config),
            "local_fallback": lambda: _local_fallback(config),
            "weak_password_kinds": lambda: _weak_kinds(config),
            "remote_lines_without_logon": lambda: open_lines_of_one_list(config, "all"),
        },
    )  # fmt: skip


def _lines(config: Configuration, block: str) -> list[str]:
    return [child.text for line in config.blocks(block) if line.text == block for child in line.children]


def _anywhere(config: Configuration, block: str) -> list[str]:
    """Return the lines of a block with those of its VRFs: a service may run in a VRF alone."""
    found = [line for line in config.blocks(block) if line.text == block]
    for line in found:
        found += line.children
    return [line.text for line in found]


def _telnet(config: Configuration) -> bool:
    return "no shutdown" in _anywhere(config, "management telnet")


def _ssh(config: Configuration) -> bool:
    return "shutdown" not in _lines(config, "management ssh") or "no shutdown" in _anywhere(config, "management ssh")


def _api(config: Configuration) -> bool:
    return "no shutdown" in _anywhere(config, "management api http-commands")


def _remote_idle_s(config: Configuration) -> int | str | None:
    """Return the longest idle time-out of the servers for logons that are on; SSH's where none is."""
    served = [block for block, on in (("management ssh", _ssh(config)), ("management telnet", _telnet(config))) if on]
    told_s = [_idle_s(config, block) for block in served or ["management ssh"]]
    return longest([None if isinstance(each_s, str) else each_s for each_s in told_s])


def _idle_s(config: Configuration, block: str) -> int | str:
    """Return an idle time-out, stated in minutes; 0 and nothing stated mean never."""
    minutes = [line.split()[-1] for line in _lines(config, block) if line.startswith("idle-timeout ")]
    return number_of(minutes[-1]) * 60 or "unlimited" if minutes else "unlimited"


def _permitted(config: Configuration) -> tuple[str, ...]:
    found = [line.split()[2] for line in _lines(config, "management ssh")
             if re.match(r"(ip|ipv6) access-group \S+ .*\bin$", line)]  # fmt: skip
    return tuple(sorted(set(found))) or ("any",)


def _servers(config: Configuration) -> tuple[str, ...]:
    kinds = ("tacacs-server host ", "radius-server host ")
    return tuple(dict.fromkeys(words.split()[0] for kind in kinds for words in config.all(kind)))


def _local_fallback(config: Configuration) -> bool | None:
    """Return whether logons fall back to local accounts; None when no server is asked for them."""
    methods = [words.split() for words in config.all("aaa authentication login default ")]
    served = [words for words in methods if "group" in words]
    return all("local" in words for words in served) if served else None


def read_accounts(config: Configuration) -> tuple[Account, ...]:
    """Return the local accounts with the kind of their password; a role or level 15 makes an administrator."""
    found: dict[str, Account] = {}
    for line in config.all("username "):
        name, *words = line.split()
        if name in found or "ssh-key" in words[:1] or "sshkey" in words[:1]:
            continue
        after = dict(pairwise(words))
        admin = after.get("role") == "network-admin" or after.get("privilege") == "15"
        found[name] = Account(name=name, password_kind=_password_kind(words), admin=admin)
    return tuple(found.values())


def _password_kind(words: list[str]) -> str | None:
    """Return the kind of the password behind 'secret'; None without one ('*'), and for a kind that is not known."""
    if "nopassword" in words:
        return NO_PASSWORD
    after = words[words.index("secret") + 1 :] if "secret" in words else []
    return _KINDS.get(after[0]) if after else None


def _weak_kinds(config: Configuration) -> tuple[str, ...] | Gap:
    """Return the weak kinds of the passwords of accounts and of 'enable'; a gap when one is of an unknown kind."""
    stored = [words for words in config.all("username ") if " secret " in f" {words} " or " nopassword" in words]
    stored += [
        f"enable secret {words}" for kind in ("enable secret ", "enable password ") for words in config.all(kind)
    ]
    stored += [f"root {words}" for words in config.all("aaa root ")]
    kinds = {_password_kind(words.split()) for words in stored if " secret *" not in words}
    weak = tuple(sorted({kind for kind in kinds if kind in WEAK_KINDS}))
    return UNKNOWN_KIND if not weak and None in kinds else weak


def read_snmp(config: Configuration) -> Part:
    """Return the SNMP versions, whether a factory community or write access exists; no community is kept."""
    communities = [_community(words.split()) for words in config.all("snmp-server community ")]
    users = [words.split() for words in config.all("snmp-server user ")]
    groups = [words.split() for words in config.all("snmp-server group ")]
    stated = {words[2] for words in users if len(words) > 2} | {words[1] for words in groups if len(words) > 1}
    versions = {"v1", "v2c"} if communities else set()
    versions |= stated & {"v1", "v2c", "v3"}
    plain = any(words[1:2] == ["v3"] and words[2:3] != ["priv"] for words in groups)
    plain = plain or any("v3" in words and "priv" not in words for words in users)
    limits = [words[-1] if words[-1] not in {"ro", "rw"} and len(words) > 2 else None for words in communities]
    return told(
        Snmp,
        {
            "versions": lambda: PLAIN_VERSION_3 if versions == {"v3"} and plain else tuple(sorted(versions)),
            "default_community": lambda: any(words[0].casefold() in DEFAULT_COMMUNITIES for words in communities)
            or (NAME_HIDDEN if any(not words[0] for words in communities) else False),
            "write_enabled": lambda: any("rw" in words[1:] for words in communities)
            or any("write" in words for words in groups),
            "allowed_networks": lambda: limited_to(limits) if communities else None,
        },
    )  # fmt: skip


def _community(words: list[str]) -> list[str]:
    """Return the words with the community's name first, empty where the configuration hides it behind its kind."""
    kind = words[0] in {"0", "7", "8a"} and len(words) > 1 and words[1] not in {"ro", "rw", "view"}
    return words if not kind else words[1:] if words[0] == "0" else ["", *words[2:]]


def _without_vrf(words: str) -> str:
    """Return the first word behind 'vrf NAME', where that stands in front."""
    parts = words.split()
    return parts[2] if parts[:1] == ["vrf"] and len(parts) > 2 else parts[0]


def read_time(config: Configuration, synchronised: bool | Gap | None, stratum: int | Gap | None) -> Part:
    """Return the time servers and whether the clock follows one of them."""
    servers = tuple(dict.fromkeys(_without_vrf(words) for words in config.all("ntp server ")))
    return told(
        Time,
        {
            "kind": lambda: "ntp" if servers else "none",
            "servers": lambda: servers,
            "synchronised": lambda: synchronised,
            "stratum": lambda: stratum,
        },
    )


def read_logging(config: Configuration) -> Part:
    """Return the hosts that take the log, in any VRF."""
    if config.has("no logging on"):
        return told(Logging, {"remote_hosts": lambda: ()})
    found = [match[1] for words in config.all("logging ") if (match := re.match(r"(?:vrf \S+ )?host (\S+)", words))]
    return told(Logging, {"remote_hosts": lambda: tuple(dict.fromkeys(found))})


def read_stp(config: Configuration, root: Teller) -> Part:
    """Return spanning tree's mode, guard and root."""
    stated = next(iter(config.all("spanning-tree mode ")), "mstp")
    on = stated != "none"
    return told(
        Stp,
        {
            "enabled": lambda: on,
            "mode": lambda: mode_of(stated) if on else None,
            "root": lambda: root() if on else None,
            "bpdu_guard_default": lambda: bpdu_guard_default(config),
        },
    )
