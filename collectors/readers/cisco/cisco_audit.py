"""What a Cisco IOS configuration says on management, SNMP, time, logging, accounts: stated things only.

Where nothing is stated the platform's default holds; defaults that differ between releases are left open, with a gap.
Sources of the defaults used: Cisco IOS Terminal Services, Network Management and Basic System Management references.
"""

from collections.abc import Callable, Mapping
from functools import partial

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.accounts import Account, Lockout
from collectors.facts.sections.management import Management, Snmp
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.cisco.cisco_config import Configuration, Line
from collectors.readers.cisco.cisco_logons import open_lines_of_ios
from collectors.told import Teller, told

DEFAULT_COMMUNITIES = {"public", "private"}
NUMBER_LIMIT_DIGITS = 10  # 2^32 - 1
DEFAULT_EXEC_TIMEOUT_S = 600  # 'exec-timeout 10 0' holds on every line that states none
PLAIN_KIND, NO_PASSWORD = "plain", "none"
KINDS_BY_NUMBER = {number: f"type {number}" for number in "456789"}  # 0 is plain text
WEAK_KINDS = {PLAIN_KIND, NO_PASSWORD, "type 7", "type 4"}  # 7 is reversible, 4 a faulty hash withdrawn in 2013
PLAIN_VERSION_3 = Gap(
    reason=GapReason.NOT_TOLD, text="are version 3 alone, but not every group of it is encrypted, which no fact says"
)
PLATFORM_DEFAULT = Gap(
    reason=GapReason.NOT_TOLD, text="is not stated in the configuration: the default of the platform's release holds"
)


def read_management(config: Configuration, told_of_ssh: Mapping[str, object] | None = None) -> Part:
    """Return which services manage the device, its time-outs, banner, AAA servers and weak kinds of password.

    `told_of_ssh` holds fields that the SSH server itself told, which count before the configuration.
    """
    remote = config.blocks("line vty")
    ssh: dict[str, Teller] = {field: (lambda value=value: value) for field, value in (told_of_ssh or {}).items()}  # type: ignore[misc]
    return told(
        Management,
        {
            "telnet": lambda: _telnet(remote),
            "http": lambda: stated(config.switched("ip http server")),
            "https": lambda: stated(config.switched("ip http secure-server")),
            "ssh_version": lambda: 2 if "2" in config.all("ip ssh version ") else PLATFORM_DEFAULT,
            "idle_timeout_s": lambda: longest([exec_timeout_s(line) for line in remote]),
            "console_idle_timeout_s": lambda: longest([exec_timeout_s(line) for line in config.blocks("line con")]),
            "banner_set": lambda: any(kind in {"motd", "login", "exec"} for kind in config.banners),
            "permitted_networks": lambda: _permitted(remote),
            "aaa_servers": lambda: _aaa_servers(config),
            "local_fallback": lambda: _local_fallback(config),
            "weak_password_kinds": lambda: _weak_kinds(config),
            "remote_lines_without_logon": lambda: open_lines_of_ios(config),
            "source_routing": lambda: stated(config.switched("ip source-route")),
            **ssh,
        },
    )


def stated(value: bool | None) -> bool | Gap:
    """Return what is stated, else the gap that the platform's default holds."""
    return PLATFORM_DEFAULT if value is None else value


def _telnet(remote: list[Line]) -> bool | Gap | None:
    """Return whether any remote line takes Telnet; a line without a stated protocol leaves that open."""
    inputs = [line.below("transport input ") for line in remote]
    if any({"telnet", "all"} & set(words[-1].split()) for words in inputs if words):
        return True
    if not remote:
        return None
    return False if all(inputs) else PLATFORM_DEFAULT


def exec_timeout_s(line: Line) -> int | None:
    """Return a line's idle time-out in seconds, None for never ('exec-timeout 0 0' and 'no exec-timeout')."""
    if any(child.text == "no exec-timeout" for child in line.children):
        return None
    told_time = line.below("exec-timeout ")
    if not told_time:
        return DEFAULT_EXEC_TIMEOUT_S
    minutes, _, seconds = told_time[-1].partition(" ")
    return number_of(minutes) * 60 + number_of(seconds or "0") or None


def number_of(word: str) -> int:
    """Return a number of the configuration; raises UnexpectedReply for anything else, or too large a one."""
    if not (word.isascii() and word.isdecimal() and len(word) <= NUMBER_LIMIT_DIGITS):
        raise UnexpectedReply(f"is configured as {word!r:.40}, which is no number")
    return int(word)


def longest(timeouts: list[int | None]) -> int | str | None:
    """Return the longest time-out of some lines: the weakest line counts."""
    if not timeouts:
        return None
    return "unlimited" if None in timeouts else max(timeout for timeout in timeouts if timeout is not None)


def _permitted(remote: list[Line]) -> tuple[str, ...] | None:
    """Return the access lists of the remote lines; 'any' where a line has none for IPv4."""
    if not remote:
        return None
    lists = {words[-1].split()[0] if (words := line.below("access-class ")) else "any" for line in remote}
    lists |= {words[-1].split()[0] for line in remote if (words := line.below("ipv6 access-class "))}
    return tuple(sorted(lists))


def _aaa_servers(config: Configuration) -> tuple[str, ...]:
    """Return the addresses of TACACS+ and RADIUS servers, in the old and the new form."""
    old = [words.split()[0] for kind in ("tacacs-server host ", "radius-server host ") for words in config.all(kind)]
    new = [
        words.split()[0]
        for kind, address in (("tacacs server", "address ipv4 "), ("radius server", "address ipv4 "))
        for block in config.blocks(kind)
        for words in block.below(address)
    ]
    return tuple(dict.fromkeys(old + new))


def _local_fallback(config: Configuration) -> bool | None:
    """Return whether logons fall back to local accounts; None without AAA for logons."""
    methods = config.all("aaa authentication login ")
    if not config.has("aaa new-model") or not methods:
        return None
    return any({"local", "local-case", "enable", "line"} & set(words.split()[1:]) for words in methods)


def _weak_kinds(config: Configuration) -> tuple[str, ...]:
    """Return the kinds of stored password that are none, plain, reversible or withdrawn; often an empty list."""
    kinds = [
        password_kind(f"{word} {words}") for word in ("secret", "password") for words in config.all(f"enable {word} ")
    ]
    kinds += [password_kind(words.partition(" ")[2]) for words in config.all("username ")]
    kinds += [
        password_kind(f"password {words}") for line in config.blocks("line ") for words in line.below("password ")
    ]
    return tuple(sorted({kind for kind in kinds if kind in WEAK_KINDS}))


def password_kind(words: str) -> str | None:
    """Return the kind of the password in 'privilege 15 secret 9 $9$...', never the password; None without one."""
    parts = words.split()
    if "nopassword" in parts:
        return NO_PASSWORD
    keyword = next((word for word in parts if word in {"secret", "password"}), None)
    if keyword is None:
        return None
    after = parts[parts.index(keyword) + 1 :]
    after = after[2:] if after[:1] == ["level"] else after
    if len(after) < 2:
        return PLAIN_KIND if after else None
    return KINDS_BY_NUMBER.get(after[0], PLAIN_KIND)


def read_snmp(config: Configuration) -> Part:
    """Return the SNMP versions served, whether a factory community or write access exists; no community is kept.

    A user of version 1 or 2c is a community by another name.
    """
    communities = [words.split() for words in config.all("snmp-server community ")]
    groups = [words.split() for words in config.all("snmp-server group ")]
    users = [words.split() for words in config.all("snmp-server user ")]
    named = [words[0] for words in communities] + [user[0] for user in users if set(user[2:3]) & {"v1", "v2c"}]
    versions = {"v1", "v2c"} if communities else set()
    versions |= {group[1] for group in groups if len(group) > 1 and group[1] in {"v1", "v2c", "v3"}}
    plain = any(group[1:2] == ["v3"] and group[2:3] != ["priv"] for group in groups)
    writes = [words for words in communities if any(word.upper() == "RW" for word in words[1:])]
    return told(
        Snmp,
        {
            "versions": lambda: PLAIN_VERSION_3 if versions == {"v3"} and plain else tuple(sorted(versions)),
            "default_community": lambda: any(name.casefold() in DEFAULT_COMMUNITIES for name in named),
            "write_enabled": lambda: bool(writes) or any("write" in group[2:] for group in groups),
            "allowed_networks": lambda: _snmp_lists(communities),
        },
    )


def place_and_person(configuration: Callable[[], Configuration]) -> dict[str, Teller]:
    """Return the fields of `identity` that SNMP serves and the configuration states: where the device is, and whose."""

    def stated_text(field: str) -> str | None:
        return next(iter(configuration().all(f"snmp-server {field} ")), "").strip('"') or None

    return {field: partial(stated_text, field) for field in ("location", "contact")}


def _snmp_lists(communities: list[list[str]]) -> tuple[str, ...] | None:
    """Return the access lists of the communities, none when one of them has no list; None without communities."""
    if not communities:
        return None
    lists = set()
    for words in communities:
        last = [place for place, word in enumerate(words) if word.upper() in {"RO", "RW"}]
        after = [word for word in words[last[-1] + 1 :] if word != "ipv6"] if last else []
        if not after:
            return ()
        lists.add(after[-1])
    return tuple(sorted(lists))


def read_time(config: Configuration, synchronised: bool | Gap | None, stratum: int | Gap | None) -> Part:
    """Return the time servers of the configuration, with what 'show ntp status' says of them."""
    servers = tuple(
        dict.fromkeys(
            time_server(words)
            for words in config.all("ntp server ") + config.all("ntp peer ") + config.all("sntp server ")
        )
    )
    return told(
        Time,
        {
            "kind": lambda: "ntp" if servers else _without_servers(config, synchronised),
            "servers": lambda: servers,
            "synchronised": lambda: synchronised,
            "stratum": lambda: stratum,
        },
    )


def _without_servers(config: Configuration, synchronised: bool | Gap | None) -> str | Gap:
    """Return what the clock follows without a server in the configuration: one that is in step follows something."""
    if config.switched("ntp master"):
        return "local-clock"
    if isinstance(synchronised, Gap) and synchronised.reason is not GapReason.NOT_ASKED:
        return synchronised  # it may be in step with a server that the network told it
    unseen = Gap(reason=GapReason.NOT_TOLD, text="is not stated: the clock is in step, and no server is configured")
    return unseen if synchronised is True else "none"


def time_server(words: str) -> str:
    """Return the address in 'vrf Mgmt 10.0.0.1 prefer' or 'ip time.example.com'."""
    parts = words.split()
    while parts and parts[0] in {"vrf", "ip", "ipv6"}:
        parts = parts[2:] if parts[0] == "vrf" else parts[1:]
    return parts[0] if parts else words


def read_logging(config: Configuration) -> Part:
    """Return the hosts that take the log; none where logging is off, in all or to servers ('no logging trap')."""
    if config.has("no logging on") or config.has("no logging trap"):
        return told(Logging, {"remote_hosts": lambda: ()})
    hosts = [word for words in config.all("logging ") if (word := log_target(words.split())) is not None]
    return told(Logging, {"remote_hosts": lambda: tuple(dict.fromkeys(hosts))})


def log_target(words: list[str]) -> str | None:
    """Return the host of 'host 10.0.0.1 ...' or of the old form, an address by itself."""
    if words and words[0] == "host" and len(words) > 1:
        return words[2] if words[1] == "ipv6" and len(words) > 2 else words[1]
    return words[0] if words and (words[0].count(".") == 3 or words[0].count(":") > 1) else None


def read_admins(config: Configuration) -> Part:
    """Return the local accounts with the kind of their password; 'privilege 15' makes an administrator."""
    admins: list[Account] = []
    for words in config.all("username "):
        name, _, rest = words.partition(" ")
        if any(account.name == name for account in admins):
            continue
        parts = rest.split()
        privileged = "privilege" in parts and parts[parts.index("privilege") + 1 :][:1] == ["15"]
        admins.append(Account(name=name, password_kind=password_kind(rest), admin=privileged))
    return Part(tuple(admins))


def read_lockout(config: Configuration) -> Part | None:
    """Return 'login block-for': so many failures within a time hold all logons; None when it is not stated."""
    told_rule = config.all("login block-for ") + config.all("system login block-for ")
    words = told_rule[-1].split() if told_rule else []
    if len(words) != 5 or words[1] != "attempts" or words[3] != "within":
        return None
    duration, attempts, window = number_of(words[0]), number_of(words[2]), number_of(words[4])
    return Part(Lockout(threshold_count=attempts, duration_s=duration, window_s=window))
