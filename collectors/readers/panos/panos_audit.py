"""What a PAN-OS configuration says on management, SNMP, time, logging, accounts and rules.

Defaults used here are those of the PAN-OS web interface help; what changed between releases is left open.
"""

from collections.abc import Iterator

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.accounts import Account, Lockout, PasswordPolicy
from collectors.facts.sections.management import Management, Snmp
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.panos.panos_tree import Branch
from collectors.told import told

SERVICES = {"telnet": False, "http": False, "https": True, "ssh": True, "snmp": False}  # on the management port
IDLE_MINUTES = 60  # Device, Setup, Management, Authentication Settings: idle timeout
EVERYWHERE = frozenset({"0.0.0.0/0", "::/0"})
DEFAULT_COMMUNITIES = {"public", "private"}
HASHES = (("$1$", "md5"), ("$5$", "sha256"), ("$6$", "sha512"))
ROLES = {"superuser": True, "deviceadmin": True, "superreader": False, "devicereader": False}
RELEASE_DEFAULT = Gap(
    reason=GapReason.NOT_TOLD, text="is not stated in the configuration: the default of the release holds"
)
NOT_SENT = Gap(reason=GapReason.NOT_TOLD, text="are listed, but the configuration does not say that a log is sent")
MANAGED = Gap(
    reason=GapReason.NOT_TOLD, text="is not stated here: Panorama, which manages this firewall, may have set it"
)


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


def managed(config: Branch) -> bool:
    """Return whether Panorama manages the firewall: what it pushes is no part of the running configuration."""
    system = device(config).at("deviceconfig", "system")
    return system.at("panorama").stated or system.at("panorama-server").stated


def opened(config: Branch) -> list[Branch]:
    """Return the management profiles of those interfaces that have one: they serve beside the management port."""
    network = device(config).at("network")
    used = set(_values(network.at("interface"), "interface-management-profile"))
    profiles = network.at("profiles", "interface-management-profile").inside
    return [profile for profile in profiles if profile.name in used]


def _values(branch: Branch, name: str) -> Iterator[str]:
    for inner in branch.inside:
        if inner.name == name:
            yield " ".join(inner.values)
        yield from _values(inner, name)


def serves(config: Branch, name: str) -> bool | Gap:
    """Return whether a service answers on the management port or an interface.

    A gap for no where Panorama manages the firewall: profiles that its templates give interfaces are not shown here.
    """
    if any(profile.on(name) for profile in opened(config)):
        return True
    stated = device(config).at("deviceconfig", "system", "service").on(f"disable-{name}")
    if stated is False or (stated is None and SERVICES[name] and not managed(config)):
        return True
    return MANAGED if managed(config) else False


def _permitted(config: Branch) -> tuple[str, ...] | Gap:
    """Return the networks that the management port and the interfaces' profiles let in."""
    own = device(config).at("deviceconfig", "system").words("permitted-ip")
    if managed(config):
        return MANAGED
    serving = [profile for profile in opened(config) if any(profile.on(name) for name in SERVICES)]
    more = [network for profile in serving for network in profile.words("permitted-ip") or ("any",)]
    return tuple(dict.fromkeys("any" if network in EVERYWHERE else network for network in (*(own or ("any",)), *more)))


def _asking(config: Branch) -> tuple[str, ...] | Gap:
    """Return the networks that may ask by SNMP, none where it may be asked from everywhere."""
    networks = _permitted(config)
    return () if isinstance(networks, tuple) and "any" in networks else networks


def _sending(branch: Branch) -> Iterator[str]:
    """Give the names of syslog profiles to which a setting of logs, or a forwarding profile, sends."""
    for inner in branch.inside:
        if inner.name == "send-syslog":
            yield from (*inner.values, *(one.name for one in inner.inside))
            yield from inner.at("using-syslog-setting").values
        else:
            yield from _sending(inner)


def read_management(config: Branch) -> Part:
    """Return which services the firewall serves and from where, and what holds for logons."""
    system = device(config).at("deviceconfig", "system")
    setting = device(config).at("deviceconfig", "setting", "management")

    def idle_s() -> int | str | Gap:
        if setting.text("idle-timeout") is None and managed(config):
            return MANAGED
        return _number(setting, "idle-timeout", IDLE_MINUTES) * 60 or "unlimited"

    return told(
        Management,
        {
            "telnet": lambda: serves(config, "telnet"),
            "http": lambda: serves(config, "http"),
            "https": lambda: serves(config, "https"),
            "ssh": lambda: serves(config, "ssh"),
            "ssh_version": lambda: 2 if serves(config, "ssh") is True else None,  # version 1 was never served
            "idle_timeout_s": idle_s,
            "banner_set": lambda: system.at("login-banner").stated or (MANAGED if managed(config) else False),
            "permitted_networks": lambda: _permitted(config),
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
    """Return the SNMP versions served; SNMP is off by default, and never writes."""
    system = device(config).at("deviceconfig", "system")
    version = system.at("snmp-setting", "access-setting", "version")
    old, new = version.at("v2c"), version.at("v3")
    on = serves(config, "snmp")
    if not version.stated and managed(config):
        return Part(None, {"": MANAGED})
    if isinstance(on, Gap):
        return Part(None, {"": on})
    if not on or not version.stated:
        return Part(Snmp(versions=(), default_community=False, write_enabled=False))
    if not old.stated and not new.stated:
        raise UnexpectedReply("is served in no version that we know")
    community = (old.text("snmp-community-string") or "").casefold()
    return told(
        Snmp,
        {
            "versions": lambda: (*(("v2c",) if old.stated else ()), *(("v3",) if new.stated else ())),
            "default_community": lambda: community in DEFAULT_COMMUNITIES,
            "write_enabled": lambda: False,
            "allowed_networks": lambda: _asking(config),
        },
    )


def read_time(config: Branch, synchronised: bool | Gap | None) -> Part:
    """Return zone and time servers, and whether the clock follows one."""
    system = device(config).at("deviceconfig", "system")
    stated = [server.text("ntp-server-address") for server in system.at("ntp-servers").inside]
    servers = tuple(dict.fromkeys(server for server in stated if server))
    elsewhere = MANAGED if not servers and managed(config) else None
    return told(
        Time,
        {
            "kind": lambda: elsewhere or ("ntp" if servers else "local-clock"),
            "zone": lambda: system.text("timezone"),
            "servers": lambda: elsewhere or servers,
            "synchronised": lambda: synchronised,
        },
    )


def read_logging(config: Branch) -> Part:
    """Return the syslog servers of those profiles to which some setting sends logs; Panorama may collect them too."""
    shared = [config.at("shared", "log-settings", "syslog")]
    shared += [vsys.at("log-settings", "syslog") for vsys in device(config).at("vsys").inside]
    used = set(_sending(config))
    hosts = [
        address
        for settings in shared
        for profile in settings.inside
        if profile.name in used
        for server in profile.at("server").inside
        if (address := server.text("server"))
    ]
    listed = any(settings.inside for settings in shared)
    elsewhere = None if hosts else MANAGED if managed(config) else NOT_SENT if listed else None
    return told(Logging, {"remote_hosts": lambda: elsewhere or tuple(dict.fromkeys(hosts))})


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
    return Part(tuple(admins), gaps, complete=not managed(config))


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
