"""VLANs by the tables that EOS and NX-OS share: a list of VLANs, and the ports' table, in which access ports count."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from collectors.driver import Part
from collectors.readers.cisco.cisco_config import Configuration
from collectors.readers.outputs import cli_table, port_settings, port_status
from collectors.readers.outputs.cli_words import known
from collectors.replies import TextReplies


def read_vlans(
    replies: TextReplies, vlans: str, ports: str, naming: Callable[[str], str], config: Configuration | None
) -> Part:
    """Return the VLANs in the reply to `vlans`; access ports are counted in the reply to `ports`.

    A VLAN's own list of ports holds trunks too. Without the whole table of ports nothing is counted.
    """
    listed = cli_table.table(replies[vlans], "VLAN", "Name", "Status").rows
    rows, all_listed = cli_table.vlans_by_number(cli_table.joined(listed, ", "))
    numbered = [(number, row[1] or None) for number, row in rows.items()]
    found, whole = known(lambda told_by: port_status.read_ports(told_by[ports], naming), replies) or ((), False)
    counts = Counter(port.access_vlan for port in found if port.access_vlan is not None) if whole else None
    return replace(port_settings.vlans(numbered, counts, config), complete=all_listed)
