"""Roles that serve others: DHCP, DNS, web sites, Exchange, remote desktop licensing, cluster."""

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap
from collectors.facts.sections.directory import DhcpScope, DhcpServer, DnsServer, DnsZone
from collectors.facts.sections.windows import ClusterPart, Exchange, RemoteDesktopServices, WebEntry
from collectors.readers.json_shapes import an_object, flag, name_of, number, rows, text, texts, whole
from collectors.readers.windows.asked import absent, extra_rows, objects, stated
from collectors.replies import JsonReplies, JsonValue
from collectors.told import told, word

ZONE_KINDS = {"Primary": "primary", "Secondary": "secondary", "Stub": "secondary", "Forwarder": "forwarder"}
UPDATES = {"None": "none", "Secure": "secure", "NonsecureAndSecure": "any"}
TRANSFERS = {
    "NoTransfer": "none",
    "TransferToZoneNameServer": "listed",
    "TransferToSecureServers": "listed",
    "TransferAnyServer": "any",
}
LICENSING = {2: "per-device", 4: "per-user", 5: "none"}  # Win32_TerminalServiceSetting.LicensingType
TEMPORARY_PACK = 4  # Win32_TSLicenseKeyPack.KeyPackType: what every licence server brings along
UNLIMITED_LICENCES = 2**32 - 1
GOOD_STATES = {"node": 0, "network": 3, "volume": 2, "witness": 2}
"""ClusterNodeState.Up, ClusterNetworkState.Up, ClusterResourceState.Online."""


def read_dhcp_server(replies: JsonReplies) -> Part | None:
    """Return whether the server is authorised in its domain, and whether it keeps a log."""
    if absent(replies, "dhcp-server"):
        return None
    block = an_object(replies, "dhcp-server")
    joined = flag(block.get("joined"))
    return told(
        DhcpServer,
        {
            "authorised": lambda: flag(block.get("authorised")) if joined else None,
            "audit_log": lambda: flag(block.get("audit_log")),
        },
    )


def read_dhcp_scopes(replies: JsonReplies) -> Part | None:
    """Return the scopes by their network."""
    if absent(replies, "dhcp-scopes"):
        return None
    scopes = []
    for row in rows(replies, "dhcp-scopes"):
        state, used = text(stated(row, "failover")), number(row.get("used_percent"), highest=100)
        scopes.append(
            DhcpScope.model_validate(
                {
                    "name": name_of(row, "dhcp-scopes"),
                    "active": {"Active": True, "InActive": False, "Inactive": False}.get(text(row.get("state")) or ""),
                    "used_percent": None if used is None else round(used, 6),
                    "failover": "none" if state is None else "normal" if state == "Normal" else "other",
                }
            )
        )
    return Part(tuple(scopes))


def read_dns_server(replies: JsonReplies) -> Part | None:
    """Return the forwarders and whether all of them answered; without any, none could fail."""
    if absent(replies, "dns-server"):
        return None
    block = an_object(replies, "dns-server")
    forwarders, silent = texts(block.get("forwarders")), whole(block.get("silent"))
    return told(
        DnsServer,
        {
            "forwarders": lambda: forwarders,
            "forwarders_answer": lambda: silent == 0 if forwarders and silent is not None else None,
            "scavenging": lambda: flag(block.get("scavenging")),
        },
    )


def read_dns_zones(replies: JsonReplies) -> Part | None:
    """Return the zones that somebody made, with who may change and who may copy them."""
    if absent(replies, "dns-zones"):
        return None
    zones = []
    for row in rows(replies, "dns-zones"):
        kind = ZONE_KINDS.get(text(row.get("kind")) or "")
        own = kind == "primary"
        zones.append(
            DnsZone.model_validate(
                {
                    "name": name_of(row, "dns-zones"),
                    "kind": kind,
                    "dynamic_update": UPDATES.get(text(row.get("update")) or "") if own else None,
                    "transfer": TRANSFERS.get(text(row.get("transfer")) or "") if kind != "forwarder" else None,
                    "aging": flag(row.get("aging")),
                }
            )
        )
    return Part(tuple(zones))


def read_web_sites(replies: JsonReplies) -> Part | None:
    """Return the sites; one is for HTTPS alone when it has no other binding, or sends all others there."""
    if absent(replies, "web"):
        return None
    sites = []
    for row in objects(an_object(replies, "web").get("sites"), "sites"):
        protocols = texts(row.get("protocols")) or ()
        plain, redirects = "http" in protocols, flag(row.get("redirects"))
        https_only = None if not protocols else (not plain or redirects)
        sites.append(WebEntry(name=name_of(row, "web"), https_only=https_only))
    return Part(tuple(sites))


def read_application_pools(replies: JsonReplies) -> Part | None:
    """Return the pools with the account that each runs under: an own user, a built-in identity, else the default."""
    if absent(replies, "web"):
        return None
    block = an_object(replies, "web")
    usual = text(block.get("default_identity")) or "ApplicationPoolIdentity"  # the schema's default
    pools = []
    for row in objects(block.get("pools"), "pools"):
        identity = text(row.get("identity")) or usual
        user = text(row.get("user")) if identity == "SpecificUser" else None
        pools.append(WebEntry(name=name_of(row, "web"), identity=user or identity))
    return Part(tuple(pools))


def read_exchange(replies: JsonReplies) -> Part | None:
    """Return the build of Exchange, with its security update."""
    if absent(replies, "exchange"):
        return None
    block = an_object(replies, "exchange")
    return told(Exchange, {"build": lambda: text(block.get("build"))})


def read_remote_desktop(replies: JsonReplies) -> Part | None:
    """Return the licensing of a session host; free licences are known where the licence server is this machine."""
    if absent(replies, "remote-desktop"):
        return None
    block = an_object(replies, "remote-desktop")

    def servers() -> tuple[str, ...] | None:
        policy = tuple(entry.strip() for entry in (text(block.get("policy_servers")) or "").split(",") if entry.strip())
        return policy or texts(block.get("servers"))

    def free() -> int | Gap | None:
        listed, gap = extra_rows(replies, "licence-packs")
        if any(whole(row.get(key)) is None for row in listed for key in ("kind", "total", "free")):
            return None
        packs = [row for row in listed if whole(row.get("kind")) != TEMPORARY_PACK]
        counted = [_licences(row.get("free")) for row in packs if _licences(row.get("total")) is not None]
        return gap or (sum(count for count in counted if count is not None) if packs else None)

    return told(
        RemoteDesktopServices,
        {
            "licensing": lambda: word(whole(block.get("licensing")), LICENSING, "kind of licensing"),
            "licence_servers": servers,
            "free_licences_count": free,
        },
    )


def _licences(value: JsonValue) -> int | None:
    count = whole(value)
    return None if count == UNLIMITED_LICENCES else count


def read_cluster(replies: JsonReplies) -> Part | None:
    """Return nodes, networks, shared volumes and the witness; a cluster without a witness has no such part."""
    if absent(replies, "cluster"):
        return None
    parts = []
    for row in rows(replies, "cluster"):
        kind = text(row.get("kind")) or ""
        if kind not in GOOD_STATES:
            raise UnexpectedReply(f"holds a part of the kind {kind!r:.40}")
        state = whole(row.get("state"), lowest=-1)
        ok = None if state is None else state == GOOD_STATES[kind]
        parts.append(ClusterPart.model_validate({"name": name_of(row, "cluster"), "kind": kind, "ok": ok}))
    return Part(tuple(parts))
