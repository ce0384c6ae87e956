"""What the configuration of pfSense or OPNsense says on management, SNMP, time, logging, accounts and redundancy.

What the file does not state is off in both systems' own code, except where a default is named here with its page.
"""

import ipaddress

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.sections.accounts import Account, PasswordPolicy
from collectors.facts.sections.firewall import Ha, Zone
from collectors.facts.sections.linux import Sshd
from collectors.facts.sections.management import Config, Management, Snmp
from collectors.facts.sections.timekeeping import Logging, Time
from collectors.readers.config_xml import Node
from collectors.told import told

SESSION_MINUTES = 240  # both: "Session Timeout ... the default is 4 hours (240 minutes)" (User Manager, Administration)
DEFAULT_COMMUNITIES = {"public", "private"}
ADMINS_GROUP = "admins"
ALL_PAGES = "page-all"
HASHES = (("$2", "bcrypt"), ("$6$", "sha512"), ("$5$", "sha256"), ("$1$", "md5"))
WEAK_KINDS = {"md5", "plain"}
LOCAL = "Local Database"
LOGGED = (
    "logall", "filter", "dhcp", "auth", "portalauth", "vpn", "dpinger", "apinger", "hostapd", "system", "resolver",
    "ppp", "routing", "ntpd", "relayd",
)  # fmt: skip
"""Elements of 'syslog' that choose what is sent to the remote servers (pfSense documentation, Remote Logging)."""
_NOT_SENT = Gap(reason=GapReason.NOT_TOLD, text="are listed, but the configuration does not say that a log is sent")
_ELSEWHERE = Gap(reason=GapReason.NOT_TOLD, text="is decided by the server that checks this logon")


def is_opnsense(config: Node) -> bool:
    """Return whether the configuration is OPNsense's; else it is pfSense's."""
    return config.name == "opnsense"


def ssh_on(config: Node) -> bool:
    """Return whether the SSH server is switched on; the element changed between releases."""
    if is_opnsense(config):
        return config.on("system/ssh/enabled")
    return config.has("system/ssh/enable") or config.has("system/enablesshd")


def read_management(config: Node) -> Part:
    """Return which services manage the device, and when a session ends; neither system has a telnet server."""
    webgui = config.at("system/webgui")
    protocol = webgui.text("protocol")
    return told(
        Management,
        {
            "telnet": lambda: False,
            "http": lambda: None if protocol is None else protocol == "http",
            "https": lambda: None if protocol is None else protocol == "https",
            "ssh": lambda: ssh_on(config),
            "ssh_version": lambda: 2 if ssh_on(config) else None,  # OpenSSH has no version 1 since 7.6
            "idle_timeout_s": lambda: _session_s(webgui),
            "aaa_servers": lambda: tuple(
                host
                for server in config.all("system/authserver")
                if (host := server.text("host") or server.text("ldap_host") or server.text("radius_host"))
            ),
            "weak_password_kinds": lambda: tuple(
                sorted({kind for user in config.all("system/user") if (kind := _kind(user)) in WEAK_KINDS and kind})
            ),
            "upnp": lambda: config.on("installedpackages/miniupnpd/config/enable"),
        },
    )


def _session_s(webgui: Node) -> int | str:
    text = webgui.text("session_timeout")
    if text is None or not text.isdecimal() or len(text) > 6:
        return SESSION_MINUTES * 60
    return int(text) * 60 or "unlimited"


def read_sshd(config: Node) -> Part:
    """Return how one may log on over SSH; where it is off, root may not."""
    if not ssh_on(config):
        return Part(Sshd(root_login="no"))
    ssh = config.at("system/ssh")
    if is_opnsense(config):
        root = "yes" if ssh.on("permitrootlogin") else "no"
        return Part(Sshd.model_validate({"root_login": root, "password_logon": ssh.on("passwordauth")}))
    keys_only = (ssh.text("sshdkeyonly") or "disabled") != "disabled"
    return told(Sshd, {"root_login": lambda: None, "password_logon": lambda: not keys_only})


def read_snmp(config: Node) -> Part:
    """Return the SNMP versions served; of a community only whether it is a factory one. One that is off serves none."""
    plugin, legacy = config.at("OPNsense/netsnmp"), config.at("snmpd")
    versions: set[str] = set()
    communities: list[str] = []
    if legacy.has("enable"):
        communities += legacy.texts("rocommunity") + legacy.texts("rwcommunity")
        versions |= {"v1", "v2c"}
    packages = config.at("installedpackages").element
    if any(element.tag.startswith("netsnmp") for element in (() if packages is None else packages)):
        raise UnexpectedReply("is served by a package of pfSense whose settings are not read")
    users = (
        [user for user in plugin.all("user/users/user") if user.on("enabled")] if plugin.on("general/enabled") else []
    )
    if plugin.on("general/enabled") and plugin.text("general/community"):
        communities.append(plugin.text("general/community") or "")
        versions |= {"v1", "v2c"}
    if users:
        versions.add("v3")
    return told(
        Snmp,
        {
            "versions": lambda: tuple(sorted(versions)),
            "default_community": lambda: any(word.casefold() in DEFAULT_COMMUNITIES for word in communities),
            "write_enabled": lambda: (
                bool(legacy.has("enable") and legacy.has("rwenable")) or any(user.on("readwrite") for user in users)
            ),
        },
    )


def read_time(config: Node, synchronised: bool | Gap | None = None) -> Part:
    """Return zone and time servers; without servers the clock runs by itself."""
    servers = tuple((config.text("system/timeservers") or "").split())
    off = config.text("ntpd/enable") in {"disabled", "0"}  # pfSense since 2.5; absent is on
    return told(
        Time,
        {
            "kind": lambda: "ntp" if servers and not off else "local-clock",
            "zone": lambda: config.text("system/timezone"),
            "servers": lambda: servers,
            "synchronised": lambda: synchronised,
        },
    )


def read_logging(config: Node) -> Part:
    """Return the hosts that take the log."""
    syslog = config.at("syslog")
    hosts = [host for number in ("", "2", "3") if (host := syslog.text(f"remoteserver{number}"))]
    targets = [
        host
        for target in config.all("OPNsense/Syslog/destinations/destination")
        if target.on("enabled") and (host := target.text("hostname"))
    ]
    sent = any(syslog.has(kind) for kind in LOGGED)
    taking = (*(hosts if syslog.has("enable") and sent else ()), *targets)
    unsure = syslog.has("enable") and hosts and not taking
    return told(Logging, {"remote_hosts": lambda: _NOT_SENT if unsure else taking})


def read_admins(config: Node) -> Part:
    """Return the local accounts: rights by group and privilege, kind of the stored password, second factor."""
    full = {
        name
        for group in config.all("system/group")
        if ALL_PAGES in _words(group, "priv") and (name := group.text("gid"))
    }
    members = {
        uid
        for group in config.all("system/group")
        if group.text("gid") in full or group.text("name") == ADMINS_GROUP
        for uid in _words(group, "member")
    }
    mode = config.text("system/webgui/authmode")
    local = mode is None or set(mode.split(",")) == {LOCAL}
    admins, gaps = [], {}
    for user in config.all("system/user"):
        name = user.text("name")
        if name is None:
            continue
        admin = user.text("uid") in members | {"0"} or ALL_PAGES in _words(user, "priv")
        if not local:
            gaps[f"[{name}].mfa"] = _ELSEWHERE
        admins.append(
            Account(
                name=name,
                enabled=not (user.on("disabled") if is_opnsense(config) else user.has("disabled")),
                admin=admin,
                mfa=False if local else None,
                password_kind=_kind(user),
            )
        )
    return Part(tuple(admins), gaps)


def _words(node: Node, path: str) -> set[str]:
    """Return the texts at a path, which OPNsense joins with commas."""
    return {word for text in node.texts(path) for word in text.split(",")}


def _kind(user: Node) -> str | None:
    """Return the kind of the stored password, never the password."""
    for element, kind in (("bcrypt-hash", "bcrypt"), ("sha512-hash", "sha512"), ("md5-hash", "md5")):
        if user.text(element):
            return kind
    stored = user.text("password")
    if stored in {None, "*"}:
        return None
    return next((kind for begin, kind in HASHES if str(stored).startswith(begin)), "other")


def read_password_policy(config: Node) -> Part:
    """Return OPNsense's policy for local passwords, which asks for nothing while it is off; pfSense has none."""
    webgui = config.at("system/webgui")
    if not is_opnsense(config):
        return Part(None, {"": Gap(reason=GapReason.NOT_TOLD, text="is not a setting of pfSense")})
    if not webgui.on("enable_password_policy_constraints"):
        return Part(PasswordPolicy(min_length_count=0, complexity=False, max_age_s="unlimited"))

    def number(path: str) -> int:
        text = webgui.text(path) or "0"
        return int(text) if text.isdecimal() and len(text) < 6 else 0

    return told(
        PasswordPolicy,
        {
            "min_length_count": lambda: number("password_policy_length"),
            "complexity": lambda: webgui.on("password_policy_complexity"),
            "max_age_s": lambda: number("password_policy_duration") * 86_400 or "unlimited",
        },
    )


def read_ha(config: Node) -> Part:
    """Return whether addresses are shared with a second firewall (CARP); the states are not in the configuration."""
    shared = [vip for vip in config.all("virtualip/vip") if vip.text("mode") == "carp"]
    if not shared and not config.on("hasync/pfsyncenabled"):
        return Part(Ha(mode="none"))
    return Part(Ha(mode="active-passive"), dict.fromkeys(("state", "peer_online", "in_sync"), NOT_TOLD))


def read_zones(config: Node) -> Part:
    """Return the interfaces by the name that a person gave them, with the network behind each."""
    zones = []
    interfaces = config.at("interfaces").element
    for element in interfaces if interfaces is not None else ():
        interface = Node(element)
        network = _network(interface.text("ipaddr"), interface.text("subnet"))
        name = interface.text("descr") or element.tag.upper()
        zones.append(Zone(name=name, networks=None if network is None else (network,)))
    return Part(tuple(zones))


def _network(address: str | None, bits: str | None) -> str | None:
    """Return the network of an address; None for a leased one."""
    try:
        return str(ipaddress.ip_network(f"{address}/{bits}", strict=False)) if address and bits else None
    except ValueError:
        return None


def read_config(_config: Node) -> Part:
    """Return that a change survives a restart: both systems write each change into this file at once."""
    return Part(Config(saved=True))
