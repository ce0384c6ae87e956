"""What a PAN-OS configuration says on management, SNMP, time, logging, accounts and rules.

Defaults used here are those of the PAN-OS web interface help; what changed between releases is left open.
"""

from collections.abc import Iterator

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.accounts import Account, Lockout, PasswordPolicy
from collectors.facts.sections.firewall import FirewallRule
from collectors.facts.sections.management import Management, Snmp
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.panos_tree import Branch
from collectors.told import told

SERVICES = {"telnet": False, "http": False, "https": True, "ssh": True, "snmp": False}  # on the management port
IDLE_MINUTES = 60  # Device, Setup, Management, Authentication Settings: idle timeout
DEFAULT_COMMUNITIES = {"public", "private"}
HASHES = (("$1$", "md5"), ("$5$", "sha256"), ("$6$", "sha512"))
ROLES = {"superuser": True, "deviceadmin": True, "superreader": False, "devicereader": False}
ACTIONS = {"allow": "allow", "deny": "deny", "drop": "deny", "reset-client": "deny", "reset-server": "deny",
           "reset-both": "deny"}  # fmt: skip
PROFILES = {"antivirus": "virus", "web_filter": "url-filtering"}
RELEASE_DEFAULT = Gap(
    reason=GapReason.NOT_TOLD, text="is not stated in the configuration: the default of the release holds"
)
_BY_GROUP = Gap(reason=GapReason.NOT_TOLD, text="is decided by a group of profiles, which is not resolved")


def root_of(tree: Branch) -> Branch:
    """Return the configuration itself; raises UnexpectedReply when it is none."""
    for top in (tree.at("config"), tree):
        if top.at("mgt-config").stated and top.at("devices").stated:
            return top
    raise UnexpectedReply("is no configuration of PAN-OS")


def device(config: Branch) -> Branch:
    """Return the settings of the device itself."""
    devices = config.at("devices").inside
    return devices[0] if devices else Branch("")


def read_management(config: Branch) -> Part:
    """Return which services the management port serves and from where, and what holds for logons."""
    system = device(config).at("deviceconfig", "system")
    setting = device(config).at("deviceconfig", "setting", "management")
    off = system.at("service")

    def serves(name: str) -> bool:
        stated = off.on(f"disable-{name}")
        return SERVICES[name] if stated is None else not stated

    return told(
        Management,
        {
            "telnet": lambda: serves("telnet"),
            "http": lambda: serves("http"),
            "https": lambda: serves("https"),
            "ssh": lambda: serves("ssh"),
            "ssh_version": lambda: 2 if serves("ssh") else None,  # version 1 was never served
            "idle_timeout_s": lambda: _number(setting, "idle-timeout", IDLE_MINUTES) * 60 or "unlimited",
            "banner_set": lambda: system.at("login-banner").stated,
            "permitted_networks": lambda: system.words("permitted-ip") or ("any",),
            "weak_password_kinds": lambda: tuple(
                sorted(
                    {
                        kind
                        for user in config.at("mgt-config", "users").inside
                        if (kind := _kind(user)) == "md5" and kind
                    }
                )
            ),
        },
    )


def _number(branch: Branch, name: str, default: int) -> int:
    text = branch.text(name)
    return int(text) if text and text.isdecimal() and len(text) < 8 else default


def _kind(user: Branch) -> str | None:
    stored = user.text("phash")
    if stored is None or stored == "*":
        return None
    return next((kind for begin, kind in HASHES if stored.startswith(begin)), "other")


def read_snmp(config: Branch) -> Part:
    """Return the SNMP versions served on the management port; it is off by default, and never writes."""
    system = device(config).at("deviceconfig", "system")
    version = system.at("snmp-setting", "access-setting", "version")
    old, new = version.at("v2c"), version.at("v3")
    if system.at("service").on("disable-snmp") is not False or not version.stated:
        return Part(Snmp(versions=(), default_community=False, write_enabled=False))
    community = (old.text("snmp-community-string") or "").casefold()
    return told(
        Snmp,
        {
            "versions": lambda: (*(("v2c",) if old.stated else ()), *(("v3",) if new.stated else ())),
            "default_community": lambda: community in DEFAULT_COMMUNITIES,
            "write_enabled": lambda: False,
            "allowed_networks": lambda: system.words("permitted-ip") or ("any",),
        },
    )


def read_time(config: Branch, synchronised: bool | Gap | None) -> Part:
    """Return zone and time servers, and whether the clock follows one."""
    system = device(config).at("deviceconfig", "system")
    stated = [server.text("ntp-server-address") for server in system.at("ntp-servers").inside]
    servers = tuple(dict.fromkeys(server for server in stated if server))
    return told(
        Time,
        {
            "kind": lambda: "ntp" if servers else "local-clock",
            "zone": lambda: system.text("timezone"),
            "servers": lambda: servers,
            "synchronised": lambda: synchronised,
        },
    )


def read_logging(config: Branch) -> Part:
    """Return the syslog servers of all profiles, and the Panorama servers that may collect logs."""
    shared = [config.at("shared", "log-settings", "syslog")]
    shared += [vsys.at("log-settings", "syslog") for vsys in device(config).at("vsys").inside]
    hosts = [
        address
        for settings in shared
        for profile in settings.inside
        for server in profile.at("server").inside
        if (address := server.text("server"))
    ]
    return told(Logging, {"remote_hosts": lambda: tuple(dict.fromkeys(hosts))})


def read_admins(config: Branch) -> Part:
    """Return the administrators: role, kind of the stored password; another server may ask for a second factor."""
    admins, gaps = [], {}
    for user in config.at("mgt-config", "users").inside:
        role = user.at("permissions", "role-based")
        admin = next((full for name, full in ROLES.items() if role.at(name).stated), None)
        elsewhere = user.text("authentication-profile") is not None
        if admin is None:
            gaps[f"[{user.name}].admin"] = Gap(reason=GapReason.NOT_TOLD, text="is given by a role of its own")
        if elsewhere:
            gaps[f"[{user.name}].mfa"] = Gap(
                reason=GapReason.NOT_TOLD, text="is decided by the server that checks this logon"
            )
        admins.append(Account(name=user.name, admin=admin, mfa=None if elsewhere else False, password_kind=_kind(user)))
    return Part(tuple(admins), gaps)


def read_lockout(config: Branch) -> Part:
    """Return after how many failures an administrator is locked; 0 failures is never, 0 minutes until a person acts."""
    stated = device(config).at("deviceconfig", "setting", "management", "admin-lockout")
    if not stated.stated:
        return Part(None, {"": RELEASE_DEFAULT})
    return told(
        Lockout,
        {
            "threshold_count": lambda: _number(stated, "failed-attempts", 0) or "unlimited",
            "duration_s": lambda: _number(stated, "lockout-time", 0) * 60 or "unlimited",
        },
    )


def read_password_policy(config: Branch) -> Part:
    """Return the policy for administrators' passwords; one that is switched off asks for nothing."""
    policy = config.at("mgt-config", "password-complexity")
    enabled = policy.on("enabled")
    if enabled is None:
        return Part(None, {"": RELEASE_DEFAULT})  # on by default since 10.0, off before
    if not enabled:
        return Part(PasswordPolicy(min_length_count=0, complexity=False, history_count=0, max_age_s="unlimited"))
    kinds = ("minimum-uppercase-letters", "minimum-lowercase-letters", "minimum-numeric-letters",
             "minimum-special-characters")  # fmt: skip
    days = _number(policy.at("password-change"), "expiration-period", 0)
    return told(
        PasswordPolicy,
        {
            "min_length_count": lambda: _number(policy, "minimum-length", 0),
            "complexity": lambda: any(_number(policy, kind, 0) for kind in kinds),
            "history_count": lambda: _number(policy, "password-history-count", 0),
            "max_age_s": lambda: days * 86_400 or "unlimited",
        },
    )


def _rules(config: Branch) -> Iterator[tuple[str, Branch]]:
    systems = device(config).at("vsys").inside
    for vsys in systems:
        for rule in vsys.at("rulebase", "security", "rules").inside:
            yield (f"{vsys.name}/{rule.name}" if len(systems) > 1 else rule.name), rule


def read_rules(config: Branch) -> Part:
    """Return the security rules in order; which zones face the internet is not told."""
    rules: list[FirewallRule] = []
    gaps: dict[str, Gap] = {}
    for name, rule in _rules(config):
        profiles, grouped = rule.at("profile-setting", "profiles"), rule.at("profile-setting", "group").stated
        services = set(rule.words("service"))
        logged = [rule.on("log-end"), rule.on("log-start")]
        if grouped:
            gaps |= {f"[{name}].{field}": _BY_GROUP for field in ("ips", "antivirus", "web_filter")}
        elif profiles.at("vulnerability").stated:
            gaps[f"[{name}].ips"] = Gap(reason=GapReason.NOT_TOLD, text="is on with a profile that is not resolved")
        rules.append(
            FirewallRule.model_validate(
                {
                    "name": name,
                    "enabled": rule.on("disabled") is not True,
                    "action": ACTIONS.get(rule.text("action") or ""),
                    "any_source": "any" in rule.words("source") and rule.on("negate-source") is not True,
                    "any_destination": "any" in rule.words("destination") and rule.on("negate-destination") is not True,
                    "any_service": "any" in services and "any" in rule.words("application"),
                    "logging": False if logged == [False, False] else logged[0] is not False or bool(logged[1]),
                    "ips": None if grouped or profiles.at("vulnerability").stated else "none",
                    **{field: None if grouped else profiles.at(word).stated for field, word in PROFILES.items()},
                }
            )
        )
    return Part(tuple(rules), gaps)
