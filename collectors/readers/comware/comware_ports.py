"""What a configuration of HPE Comware or Huawei VRP says on spanning tree, ports and VLANs.

Defaults used: guards, 802.1X and DHCP snooping are off until stated (HPE 5130 and Huawei S5700 configuration guides).
"""

import re

from collectors.driver import Part
from collectors.facts.sections.network import Stp
from collectors.readers.cisco.cisco_audit import PLATFORM_DEFAULT
from collectors.readers.cisco.cisco_config import Configuration
from collectors.readers.comware.comware_config import switched
from collectors.readers.outputs.cli_words import VLAN_MAX, number_of, vlan_numbers
from collectors.told import told

_STORM = re.compile(
    r"(broadcast|multicast|unicast|unknown-unicast)-suppression|storm-con(straint|trol)|loopback-detect"
)
_CHECKED = re.compile(r"dot1x( enable)?$|authentication-profile ")
_MODES = {"mstp": "mstp", "rstp": "rstp", "stp": "stp", "pvst": "rapid-pvst", "vbst": "rapid-pvst"}


def read_stp(config: Configuration, root: str | None) -> Part:
    """Return spanning tree's mode, guard and root."""
    told_states = [switched(config, feature) for feature in ("stp global enable", "stp enable")]
    on = next((state for state in told_states if state is not None), PLATFORM_DEFAULT)
    mode = next(iter(config.all("stp mode ")), "mstp")
    return told(
        Stp,
        {
            "enabled": lambda: on,
            "mode": lambda: _MODES.get(mode) if on is True else None,
            "root": lambda: root if on is True else None,
            "bpdu_guard_default": lambda: _guards(config),
        },
    )


def _guards(config: Configuration) -> bool:
    """Return whether edge ports are guarded as a whole, which no port is while spanning tree is off."""
    off = any(switched(config, feature) is False for feature in ("stp global enable", "stp enable"))
    return not off and (config.has("stp bpdu-protection") or config.has("stp global bpdu-protection"))


def port_settings(config: Configuration) -> dict[str, dict[str, object]]:
    """Return description and guards of the configured interfaces, by name; guards only where a port switches."""
    guard_all, edge_all = _guards(config), config.has("stp edged-port default")
    dot1x_all = config.has("dot1x") or config.has("dot1x enable")
    found: dict[str, dict[str, object]] = {}
    for block in config.blocks("interface "):
        name = block.text.removeprefix("interface ").replace(" ", "")
        lines = [line.text for line in block.children]
        described = next(iter(block.below("description ")), None)
        fields: dict[str, object] = {"description": described.strip('"')} if described else {}
        routed = "port link-mode route" in lines or any(line.startswith("ip address ") for line in lines)
        if not routed and re.search(r"Ethernet|GigE|^GE|^XGE|MultiGE", name):
            own_edge = [line for line in lines if line.startswith("stp edged-port")]
            edge = "disable" not in own_edge[-1] if own_edge else edge_all
            fields |= {
                "bpdu_guard": (guard_all and edge) or "stp port bpdu-protection enable" in lines,
                "storm_control": any(_STORM.match(line) for line in lines),
                "dot1x": dot1x_all and any(_CHECKED.match(line) for line in lines),
            }
        found[name] = fields
    return found


def addressed_vlans(config: Configuration) -> frozenset[int]:
    """Return the VLANs whose own interface has an address."""
    found = set()
    for block in config.blocks("interface Vlan"):
        number = re.fullmatch(r"interface Vlan(?:-interface|if) ?(\d{1,4})", block.text)
        numbered = number_of(number[1], VLAN_MAX) if number else None
        if numbered and any(re.match(r"ip(v6)? address ", line.text) for line in block.children):
            found.add(numbered)
    return frozenset(found)


def snooping_vlans(config: Configuration, all_vlans: frozenset[int]) -> frozenset[int]:
    """Return the VLANs with DHCP snooping; stated as a whole on Comware it holds for all (off unless stated)."""
    lists = config.all("dhcp snooping enable vlan ")
    blocks = [block for block in config.blocks("vlan ") if any(line.text.startswith("dhcp snooping enable")
                                                              for line in block.children)]  # fmt: skip
    numbers = [block.text.removeprefix("vlan ") for block in blocks]
    found = frozenset[int]().union(*(vlan_numbers(words) for words in (*lists, *numbers) if words[:1].isdigit()))
    whole = config.has("dhcp snooping enable") or config.has("dhcp-snooping")
    return all_vlans if not found and whole else found
