"""What Cisco's IOS, IOS-XE and NX-OS tell by Cisco's own MIBs: configuration, clock, spanning tree, VLANs."""

from functools import partial

from collectors.driver import Part, Sections
from collectors.facts.sections.management import Config
from collectors.readers.mibs import cisco_state, cisco_vlans, entity_sensors, lldp_cdp
from collectors.replies import SnmpReplies
from collectors.told import told

ASKS = (
    *cisco_state.ASKS, *cisco_vlans.ASKS, *lldp_cdp.CDP_ASKS, *entity_sensors.CISCO.asks, entity_sensors.CISCO_CROSSED,
)  # fmt: skip


def read_config(replies: SnmpReplies) -> Part:
    """Return whether the running configuration is saved: the startup one was written after its last change."""
    return told(Config, {"saved": lambda: cisco_state.is_saved(replies)})


READERS: Sections[SnmpReplies] = {
    "config": read_config,
    "time": cisco_state.read_time,
    "stp": cisco_state.read_stp,
    "vlans": cisco_vlans.read_vlans,
    "trunks": cisco_vlans.read_trunks,
    "neighbors": partial(lldp_cdp.read_neighbors, with_cdp=True),
}
