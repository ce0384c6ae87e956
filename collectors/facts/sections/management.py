"""How a network device is managed: services, SNMP, configuration."""

from typing import ClassVar, Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Text, Unlimited


class Management(Section):
    """Over which services, from where and with which keys a network device is managed.

    From: ssh configuration, snmp where vendors have objects, the agent's port probe.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("ssh_key_bits_count", "ssh_key_kind"),)

    telnet: bool | None = None
    http: bool | None = None
    https: bool | None = None
    ssh: bool | None = None
    ssh_version: int | None = None
    ssh_key_bits_count: int | None = None
    ssh_key_kind: Literal["rsa", "ecdsa", "ed25519", "dsa"] | None = None
    idle_timeout_s: int | Unlimited | None = None
    console_idle_timeout_s: int | Unlimited | None = None
    banner_set: bool | None = None
    permitted_networks: tuple[Text, ...] | None = None
    default_credentials: bool | None = None
    aaa_servers: tuple[Text, ...] | None = None
    local_fallback: bool | None = None
    weak_password_kinds: tuple[Text, ...] | None = None
    remote_lines_without_logon: tuple[Text, ...] | None = None  # let in anyone, at once or while AAA servers are silent
    open_plain_ports: tuple[int, ...] | None = None
    ftp: bool | None = None
    upnp: bool | None = None
    source_routing: bool | None = None
    login_retries_count: int | None = None
    cloud_relay: bool | None = None


class WanService(Item):
    """A management service that is reachable from the internet side, and from which networks.

    From: firewall ssh configuration.
    """

    name: Text
    sources: tuple[Text, ...] | None = None


class Snmp(Section):
    """Which versions of SNMP the device answers; of a community only whether it is a factory one.

    From: snmp transport, ssh configuration.
    """

    versions: tuple[Literal["v1", "v2c", "v3"], ...] | None = None
    default_community: bool | None = None
    write_enabled: bool | None = None
    allowed_networks: tuple[Text, ...] | None = None  # empty: some community may be asked from everywhere


class Config(Section):
    """Whether the running configuration would survive a restart, and when it was last copied.

    From: ssh, snmp where vendors have objects.
    """

    saved: bool | None = None
    backed_up_at: Instant | Never | None = None
    changed_since_backup: bool | None = None
