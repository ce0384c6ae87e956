"""What an Arista EOS configuration says on management, SNMP, time, logging and accounts.

Defaults used (Arista EOS user manual): SSH is on; Telnet and the command API are off until their block says so;
sessions do not end by themselves; spanning tree runs as MSTP. All other defaults are left open.
"""

import re
from itertools import pairwise

from collectors.driver import Part
from collectors.facts.sections.accounts import Account
from collectors.facts.sections.management import Management, Snmp
from collectors.facts.sections.network import Stp
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.cisco_audit import DEFAULT_COMMUNITIES, NO_PASSWORD, WEAK_KINDS
from collectors.readers.cisco_config import Configuration
from collectors.readers.cisco_stp import mode_of
from collectors.readers.port_settings import bpdu_guard_default
from collectors.told import told

FACTORY_ACCOUNT = "admin"  # without a password, on a switch as it is delivered
_KINDS = {"0": "plain", "5": "type 5", "7": "type 7", "8a": "type 8", "sha256": "sha256", "sha512": "sha512"}


def read_management(config: Configuration) -> Part:
    """Return which services manage the switch, its time-outs, banner, AAA servers and weak kinds of password."""
    accounts = read_accounts(config)
    return told(
        Management,
        {
            "telnet": lambda: "no shutdown" in _lines(config, "management telnet"),
            "http": lambda: _api(config) and any(
                re.match(r"protocol http( |$)", line) for line in _lines(config, "management api http-commands")
            ),
            "https": lambda: _api(config) and "no protocol https" not in _lines(config, "management api http-commands"),
            "ssh": lambda: "shutdown" not in _lines(config, "management ssh"),
            "idle_timeout_s": lambda: _idle_s(config, "management ssh"),
            "console_idle_timeout_s": lambda: _idle_s(config, "management console"),
            "banner_set": lambda: bool({"motd", "login"} & set(config.banners)),
            "permitted_networks": lambda: _permitted(config),
            "default_credentials": lambda: any(
                one.name == FACTORY_ACCOUNT and one.password_kind == NO_PASSWORD for one in accounts
            ),
            "aaa_servers": lambda: _servers(config),
            "local_fallback": lambda: _local_fallback(config),
            "weak_password_kinds": lambda: tuple(
                sorted({str(one.password_kind) for one in accounts if one.password_kind in WEAK_KINDS})
            ),
        },
    )  # fmt: skip


def _lines(config: Configuration, block: str) -> list[str]:
    return [child.text for line in config.blocks(block) if line.text == block for child in line.children]


def _api(config: Configuration) -> bool:
    return "no shutdown" in _lines(config, "management api http-commands")


def _idle_s(config: Configuration, block: str) -> int | str:
    """Return an idle time-out, stated in minutes; 0 and nothing stated mean never."""
    minutes = [line.split()[-1] for line in _lines(config, block) if line.startswith("idle-timeout ")]
    return int(minutes[-1]) * 60 or "unlimited" if minutes and minutes[-1].isdecimal() else "unlimited"


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
        kind = "none" if "nopassword" in words else _KINDS.get(after.get("secret", ""), "plain")
        admin = after.get("role") == "network-admin" or after.get("privilege") == "15"
        found[name] = Account(
            name=name, password_kind=kind if "secret" in words or kind == "none" else None, admin=admin
        )
    return tuple(found.values())


def read_snmp(config: Configuration) -> Part:
    """Return the SNMP versions, whether a factory community or write access exists; no community is kept."""
    communities = [words.split() for words in config.all("snmp-server community ")]
    limited = {words[-1] if words[-1] not in {"ro", "rw"} and len(words) > 2 else "any" for words in communities}
    return told(
        Snmp,
        {
            "versions": lambda: (
                *(("v1", "v2c") if communities else ()),
                *(("v3",) if any(" v3" in words for words in config.all("snmp-server user ")) else ()),
            ),
            "default_community": lambda: any(words[0].casefold() in DEFAULT_COMMUNITIES for words in communities),
            "write_enabled": lambda: any("rw" in words[1:] for words in communities),
            "allowed_networks": lambda: tuple(sorted(limited)) if communities else None,
        },
    )


def _without_vrf(words: str) -> str:
    """Return the first word behind 'vrf NAME', where that stands in front."""
    parts = words.split()
    return parts[2] if parts[:1] == ["vrf"] and len(parts) > 2 else parts[0]


def read_time(config: Configuration, synchronised: bool | None, stratum: int | None) -> Part:
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
    found = [match[1] for words in config.all("logging ") if (match := re.match(r"(?:vrf \S+ )?host (\S+)", words))]
    return told(Logging, {"remote_hosts": lambda: tuple(dict.fromkeys(found))})


def read_stp(config: Configuration, root: str | None) -> Part:
    """Return spanning tree's mode, guard and root."""
    stated = next(iter(config.all("spanning-tree mode ")), "mstp")
    on = stated != "none"
    return told(
        Stp,
        {
            "enabled": lambda: on,
            "mode": lambda: mode_of(stated) if on else None,
            "root": lambda: root if on else None,
            "bpdu_guard_default": lambda: bpdu_guard_default(config),
        },
    )
