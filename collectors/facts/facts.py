"""The whole tree of facts: what a driver fills and a rule reads, one field a section."""

from pydantic import BaseModel, ConfigDict, Field

from collectors.facts.gaps import Gap
from collectors.facts.marks import Marks
from collectors.facts.scalars import Text
from collectors.facts.sections.accounts import (
    Account,
    Authentication,
    FinePasswordPolicy,
    Laps,
    Lockout,
    PasswordPolicy,
)
from collectors.facts.sections.directory import (
    Controller,
    DhcpScope,
    DhcpServer,
    Directory,
    DnsServer,
    DnsZone,
    EntraConnect,
    Replication,
)
from collectors.facts.sections.elsewhere import (
    AgentWork,
    Cloud,
    DnsDomain,
    InventoryEntry,
    Mail,
    MailDomain,
    Microsoft365,
    MobileDevice,
    OpenPort,
    Register,
    RmmEnrolment,
    SeenDevice,
    Wan,
)
from collectors.facts.sections.firewall import (
    FirewallRule,
    Ha,
    Licence,
    NatRule,
    Signature,
    Tunnel,
    VpnUser,
    Zone,
)
from collectors.facts.sections.linux import HostFirewall, MacSettings, Sshd
from collectors.facts.sections.management import Config, Management, Snmp, WanService
from collectors.facts.sections.network import (
    Interface,
    Neighbor,
    Poe,
    Ports,
    Qos,
    Route,
    RoutingNeighbor,
    StackMember,
    Stp,
    Trunk,
    Vlan,
)
from collectors.facts.sections.patches import (
    InstalledSoftware,
    MissingPatch,
    Patch,
    Vulnerability,
)
from collectors.facts.sections.power import Phase, Ups
from collectors.facts.sections.protection import (
    Antivirus,
    AttackSurfaceRule,
    Backup,
    BackupJob,
    BackupStore,
)
from collectors.facts.sections.storage import (
    Datastore,
    Disk,
    Part,
    Raid,
    Temperature,
    Volume,
)
from collectors.facts.sections.system import (
    Component,
    Firmware,
    Hardware,
    Identity,
    Load,
    Os,
)
from collectors.facts.sections.timekeeping import (
    AuditSetting,
    EventCount,
    EventLog,
    Logging,
    Time,
)
from collectors.facts.sections.virtualization import Esxi, Sql, Vm
from collectors.facts.sections.windows import (
    Certificate,
    ClusterPart,
    Exchange,
    FileScreen,
    FirewallProfile,
    Hardening,
    Nic,
    Printer,
    Rdp,
    RdpLimits,
    RemoteDesktopServices,
    ScheduledTask,
    Service,
    ShadowWriter,
    Share,
    Smb,
    Tls,
    WebEntry,
    WinrmService,
)
from collectors.facts.sections.wireless import (
    AccessPoint,
    RogueAccessPoint,
    Ssid,
    Supply,
)


class Facts(BaseModel):
    """What one driver read from one device: sections, gaps by path, and the marks of its identity.

    A section that is None was not asked or has a gap. `incomplete` names the list sections that were only partly read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    identity: Identity | None = None
    os: Os | None = None
    firmware: Firmware | None = None
    patch: Patch | None = None
    missing_patches: tuple[MissingPatch, ...] | None = None
    roles: tuple[Text, ...] | None = None
    features: tuple[Text, ...] | None = None
    software: tuple[Text, ...] | None = None
    volumes: tuple[Volume, ...] | None = None
    disks: tuple[Disk, ...] | None = None
    raid: tuple[Raid, ...] | None = None
    hardware: Hardware | None = None
    power_supplies: tuple[Part, ...] | None = None
    fans: tuple[Part, ...] | None = None
    temperatures: tuple[Temperature, ...] | None = None
    components: tuple[Component, ...] | None = None
    load: Load | None = None
    time: Time | None = None
    password_policy: PasswordPolicy | None = None
    fine_password_policies: tuple[FinePasswordPolicy, ...] | None = None
    lockout: Lockout | None = None
    accounts: tuple[Account, ...] | None = None
    admins: tuple[Account, ...] | None = None
    services: tuple[Service, ...] | None = None
    tasks: tuple[ScheduledTask, ...] | None = None
    antivirus: Antivirus | None = None
    attack_surface_rules: tuple[AttackSurfaceRule, ...] | None = None
    firewall_profiles: tuple[FirewallProfile, ...] | None = None
    host_firewall: HostFirewall | None = None
    certificates: tuple[Certificate, ...] | None = None
    smb: Smb | None = None
    authentication: Authentication | None = None
    hardening: Hardening | None = None
    rdp_limits: RdpLimits | None = None
    winrm: WinrmService | None = None
    laps: Laps | None = None
    printers: tuple[Printer, ...] | None = None
    cluster: tuple[ClusterPart, ...] | None = None
    events: tuple[EventCount, ...] | None = None
    installed: tuple[InstalledSoftware, ...] | None = None
    shadow_writers: tuple[ShadowWriter, ...] | None = None
    file_screens: tuple[FileScreen, ...] | None = None
    entra_connect: EntraConnect | None = None
    dhcp_server: DhcpServer | None = None
    mac: MacSettings | None = None
    qos: Qos | None = None
    dns_server: DnsServer | None = None
    dns_zones: tuple[DnsZone, ...] | None = None
    web_sites: tuple[WebEntry, ...] | None = None
    application_pools: tuple[WebEntry, ...] | None = None
    exchange: Exchange | None = None
    remote_desktop_services: RemoteDesktopServices | None = None
    esxi: Esxi | None = None
    datastores: tuple[Datastore, ...] | None = None
    rdp: Rdp | None = None
    tls: Tls | None = None
    audit: tuple[AuditSetting, ...] | None = None
    event_logs: tuple[EventLog, ...] | None = None
    backup: Backup | None = None
    backup_jobs: tuple[BackupJob, ...] | None = None
    sql: tuple[Sql, ...] | None = None
    vms: tuple[Vm, ...] | None = None
    ups: Ups | None = None
    phases: tuple[Phase, ...] | None = None
    management: Management | None = None
    wan_services: tuple[WanService, ...] | None = None
    snmp: Snmp | None = None
    logging: Logging | None = None
    config: Config | None = None
    interfaces: tuple[Interface, ...] | None = None
    trunks: tuple[Trunk, ...] | None = None
    stp: Stp | None = None
    stack: tuple[StackMember, ...] | None = None
    neighbors: tuple[Neighbor, ...] | None = None
    ha: Ha | None = None
    licences: tuple[Licence, ...] | None = None
    signatures: tuple[Signature, ...] | None = None
    nat: tuple[NatRule, ...] | None = None
    zones: tuple[Zone, ...] | None = None
    vpn_users: tuple[VpnUser, ...] | None = None
    routes: tuple[Route, ...] | None = None
    routing_neighbors: tuple[RoutingNeighbor, ...] | None = None
    vlans: tuple[Vlan, ...] | None = None
    poe: Poe | None = None
    ports: Ports | None = None
    access_points: tuple[AccessPoint, ...] | None = None
    rogue_access_points: tuple[RogueAccessPoint, ...] | None = None
    backup_stores: tuple[BackupStore, ...] | None = None
    vulnerabilities: tuple[Vulnerability, ...] | None = None
    rules: tuple[FirewallRule, ...] | None = None
    tunnels: tuple[Tunnel, ...] | None = None
    ssids: tuple[Ssid, ...] | None = None
    supplies: tuple[Supply, ...] | None = None
    sshd: Sshd | None = None
    nics: tuple[Nic, ...] | None = None
    shares: tuple[Share, ...] | None = None
    rmm: RmmEnrolment | None = None
    replication: tuple[Replication, ...] | None = None
    controller: Controller | None = None
    dhcp_scopes: tuple[DhcpScope, ...] | None = None
    directory: Directory | None = None
    mail_domains: tuple[MailDomain, ...] | None = None
    dns_domains: tuple[DnsDomain, ...] | None = None
    microsoft365: Microsoft365 | None = None
    open_ports: tuple[OpenPort, ...] | None = None
    remote_tools: tuple[Text, ...] | None = None
    seen_devices: tuple[SeenDevice, ...] | None = None
    inventory: tuple[InventoryEntry, ...] | None = None
    wan: Wan | None = None
    cloud: Cloud | None = None
    mobile_devices: tuple[MobileDevice, ...] | None = None
    mail: Mail | None = None
    agent: AgentWork | None = None
    registers: tuple[Register, ...] | None = None
    public_certificates: tuple[Certificate, ...] | None = None

    device_class: Text | None = None
    gaps: dict[Text, Gap] = Field(default_factory=dict)
    incomplete: frozenset[str] = frozenset()
    marks: Marks = Marks()
