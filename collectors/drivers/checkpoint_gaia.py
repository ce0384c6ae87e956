"""Check Point firewalls with Gaia, over SSH (clish), with an audit of the system's configuration.

Rules live on the management server, and are not read here.
"""

from collections.abc import Callable
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections, gather
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.reading import Value
from collectors.readers.gaia import gaia_config, gaia_status
from collectors.readers.gaia.gaia_config import GaiaConfig
from collectors.replies import TextReplies

TRANSPORT: Final[Literal["ssh"]] = "ssh"
TITLE = "Check Point Gaia, over SSH"
DEVICE_CLASS = "firewall"
NETMIKO = "checkpoint_gaia"

CONFIG_COMMAND = gaia_status.SHOW_CONFIG
ASKS = (
    gaia_status.SHOW_VERSION,
    gaia_status.SHOW_ASSET,
    gaia_status.SHOW_UPTIME,
    gaia_status.SHOW_INTERFACES,
    gaia_status.SHOW_CLUSTER,
    gaia_status.SHOW_LICENCES,
    gaia_status.SHOW_CONFIG,
)
PREPARES: tuple[str, ...] = ("set clienv rows 0",)
"""The pager, for this session alone: nothing is saved."""
ERRORS = (r"^CLINFR\d+", r"^NMS\w+\d+")
NEEDS = {
    "firmware": "the role monitorRole: show version all",
    "management": "a role with read access to all features: show configuration",
    "ha": "a role with the extended command cphaprob",
    "licences": "a role with the extended command cplic",
}
GENTLE = Gentle(questions_per_s=5)
MATCHES = Matches(replies={gaia_status.SHOW_VERSION: r"^Product version +(?:Check Point )?Gaia"})


def _audit(read_part: Callable[[GaiaConfig], Part | None]) -> Callable[[TextReplies], Value | Part | None]:
    return lambda replies: read_part(gaia_config.parse(replies[gaia_status.SHOW_CONFIG]))


SECTIONS: Sections[TextReplies] = {
    "identity": gaia_status.read_identity,
    "os": gaia_status.read_os,
    "firmware": gaia_status.read_firmware,
    "power_supplies": gaia_status.read_power_supplies,
    "interfaces": gaia_status.read_interfaces,
    "ha": gaia_status.read_ha,
    "licences": gaia_status.read_licences,
    "management": _audit(gaia_config.read_management),
    "snmp": _audit(gaia_config.read_snmp),
    "admins": _audit(gaia_config.read_admins),
    "lockout": _audit(gaia_config.read_lockout),
    "password_policy": _audit(gaia_config.read_password_policy),
    "time": _audit(gaia_config.read_time),
    "logging": _audit(gaia_config.read_logging),
}


def read(replies: TextReplies) -> Facts:
    """Return the facts of a Check Point gateway with an audit of its system configuration."""
    return gather(
        replies, SECTIONS, marks=lambda told_by: Marks(serial=gaia_status.serial_of(told_by)), device_class=DEVICE_CLASS
    )
