"""What an IOS-like configuration says of its ports: descriptions, guards, 802.1X, trunks, addresses.

Defaults used, the same in all releases: BPDU guard, storm control and 802.1X are off on a port that states none (Cisco
Catalyst and Nexus Layer 2 configuration guides, Arista EOS user manual), and a trunk's native VLAN is 1.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from collectors.driver import Part
from collectors.facts.sections.network import Trunk, Vlan
from collectors.readers.cisco.cisco_config import Configuration, Line
from collectors.readers.outputs.cli_words import kind_of, vlan_numbers

DEFAULT_NATIVE_VLAN = 1
_IOS_NAMES = {
    "appgigabitethernet": "Ap", "bundle-ether": "BE", "ethernet": "Et", "fastethernet": "Fa", "gigabitethernet": "Gi",
    "twogigabitethernet": "Tw", "fivegigabitethernet": "Fi", "tengigabitethernet": "Te", "twentyfivegige": "Twe",
    "twentyfivegigabitethernet": "Twe", "fortygigabitethernet": "Fo", "fortygige": "Fo", "hundredgige": "Hu",
    "loopback": "Lo", "port-channel": "Po", "serial": "Se", "tunnel": "Tu", "vlan": "Vl",
    "eth": "Et", "fas": "Fa", "fiv": "Fi", "for": "Fo", "gig": "Gi", "hun": "Hu", "por": "Po", "ten": "Te",
}  # fmt: skip
_NXOS_NAMES = {"eth": "Ethernet", "po": "port-channel", "lo": "loopback", "vl": "Vlan"}
_EOS_NAMES = {
    "et": "Ethernet",
    "eth": "Ethernet",
    "ma": "Management",
    "po": "Port-Channel",
    "lo": "Loopback",
    "vl": "Vlan",
}
_EDGE = re.compile(r"spanning-tree (?:portfast(?: edge)?|port type edge)(?: trunk)?")
_EDGE_DEFAULT = r"portfast (?:edge )?default|port type edge default"
_GUARD = re.compile(r"(?P<no>no )?spanning-tree bpduguard(?: (?P<word>enable|disable))?")
_LINKS = re.compile(r"trunk\b|fex-fabric\b|dot1q-tunnel\b|vntag\b|private-vlan (?:trunk|promiscuous)\b")
_SPLIT = re.compile(r"^([A-Za-z][A-Za-z-]*?)\s*(\d[\w/.:-]*)$")


def ios_name(name: str) -> str:
    """Return an interface's name as ifName of Cisco IOS has it: 'GigabitEthernet1/0/1' is 'Gi1/0/1'."""
    return _renamed(name, _IOS_NAMES)


def nxos_name(name: str) -> str:
    """Return an interface's name as ifName of NX-OS has it: 'Eth1/1' is 'Ethernet1/1'."""
    return _renamed(name, _NXOS_NAMES)


def eos_name(name: str) -> str:
    """Return an interface's name as ifName of EOS has it: 'Et1' is 'Ethernet1'."""
    return _renamed(name, _EOS_NAMES)


def _renamed(name: str, words: Mapping[str, str]) -> str:
    parts = _SPLIT.match(name.strip())
    if not parts:
        return name.strip()
    return f"{words.get(parts[1].casefold(), parts[1])}{parts[2]}"


def settings(config: Configuration, name_of: Callable[[str], str]) -> dict[str, dict[str, object]]:
    """Return the fields of each interface that the configuration tells, by its name."""
    edge_default = any(re.fullmatch(_EDGE_DEFAULT, words) for words in config.all("spanning-tree "))
    guard_default = bpdu_guard_default(config)
    found: dict[str, dict[str, object]] = {}
    for block in config.blocks("interface "):
        name = name_of(block.text.removeprefix("interface ").replace(" ", ""))
        fields: dict[str, object] = {}
        description = block.below("description ")
        if description:
            fields["description"] = description[-1].strip('"')
        if kind_of(name) in {"ethernet", "lag"} and not is_routed(block):
            fields |= _guards(block, guard_default, edge_default)
        found[name] = fields
    return found


def roles(config: Configuration, name_of: Callable[[str], str]) -> dict[str, str | None]:
    """Return what each interface is for, as configured: 'access', 'other' for what is no access port, else None.

    None is a mode that is not stated: what holds then differs between the platforms, or both ends negotiate it.
    """
    found: dict[str, str | None] = {}
    for block in config.blocks("interface "):
        name = name_of(block.text.removeprefix("interface ").replace(" ", ""))
        lines = [child.text for child in block.children]
        bundled = any(line.startswith("channel-group ") for line in lines)
        edge = any(_EDGE.fullmatch(line) for line in lines)
        mode = (block.below("switchport mode ") or [""])[-1]
        if kind_of(name) != "ethernet" or bundled or is_routed(block) or _LINKS.match(mode):
            found[name] = "other"
        else:
            found[name] = "access" if edge or mode in {"access", "private-vlan host"} else None
    return found


def _guards(block: Line, guard_default: bool, edge_default: bool) -> dict[str, object]:
    """Return the guards of one port; what a template may hold is not told by the port."""
    lines = [child.text for child in block.children]
    stated = [found["word"] == "enable" and not found["no"] for line in lines if (found := _GUARD.fullmatch(line))]
    edge = any(_EDGE.fullmatch(line) for line in lines)
    unedged = any(
        re.match(
            r"spanning-tree (portfast (disable|network)|port type (normal|network))|no spanning-tree portfast", line
        )
        for line in lines
    )
    edge = edge or (edge_default and not unedged and "switchport mode trunk" not in lines)
    guard = stated[-1] if stated else guard_default and edge
    guard = guard and "spanning-tree bpdufilter enable" not in lines  # which drops what the guard would react to
    checks = r"(authentication|access-session|dot1x) port-control auto|dot1x (pae authenticator|port-control auto)"
    dot1x = any(re.match(checks, line) for line in lines if not line.startswith("dot1x pae")) or None
    storm = any(
        re.match(r"storm-control (broadcast|multicast|unicast|unknown-unicast|bum|all)\b", line) for line in lines
    )
    templated = any(line.startswith(("source template", "inherit port-profile")) for line in lines)
    unsaid = None if templated else False
    return {"bpdu_guard": guard or unsaid, "storm_control": storm or unsaid, "dot1x": dot1x or unsaid}


def bpdu_guard_default(config: Configuration) -> bool:
    """Return whether edge ports guard themselves against BPDUs unless they state otherwise (off unless stated)."""
    patterns = r"(portfast (edge )?|port type edge |edge-port )bpduguard default"
    return any(re.fullmatch(patterns, words) for words in config.all("spanning-tree "))


def is_routed(block: Line) -> bool:
    """Return whether an interface is a router's: 'no switchport', or an address of its own."""
    return any(child.text == "no switchport" or child.text.startswith("ip address ") for child in block.children)


def read_trunks(config: Configuration, name_of: Callable[[str], str]) -> Part:
    """Return the ports that the configuration makes trunks, with their native VLAN."""
    return Part(trunks(config, name_of))


def trunks(config: Configuration, name_of: Callable[[str], str]) -> tuple[Trunk, ...]:
    """Return the configured trunks in order."""
    found = []
    for block in config.blocks("interface "):
        if any(child.text == "switchport mode trunk" for child in block.children):
            native = block.below("switchport trunk native vlan ")
            number = int(native[-1]) if native and re.fullmatch(r"\d{1,4}", native[-1], re.ASCII) else None
            name = name_of(block.text.removeprefix("interface ").replace(" ", ""))
            found.append(Trunk(name=name, native_vlan=DEFAULT_NATIVE_VLAN if not native else number))
    return tuple(found)


def addressed_vlans(config: Configuration) -> frozenset[int]:
    """Return the VLANs whose own interface has an address."""
    found = set()
    for block in config.blocks("interface "):
        name = re.fullmatch(r"interface [Vv]lan ?(\d{1,4})", block.text)
        if name and any(child.text.startswith(("ip address ", "ipv6 address ")) for child in block.children):
            found.add(int(name[1]))
    return frozenset(found)


def snooping_vlans(config: Configuration) -> frozenset[int]:
    """Return the VLANs with DHCP snooping; none while it is off as a whole (off unless stated)."""
    if not config.has("ip dhcp snooping"):
        return frozenset()
    lists = [words for words in config.all("ip dhcp snooping vlan ") if words[:1].isdigit()]
    return frozenset().union(*(vlan_numbers(words.split(" information")[0]) for words in lists))


def vlans(
    numbered: Iterable[tuple[int, str | None]], access: Mapping[int, int] | None, config: Configuration | None
) -> Part:
    """Return the VLANs with what the ports' list and the configuration tell of them; None leaves their fields open."""
    addressed = None if config is None else addressed_vlans(config)
    snooped = None if config is None else snooping_vlans(config)
    return Part(
        tuple(
            Vlan(
                number=number,
                name=name,
                access_ports_count=None if access is None else access.get(number, 0),
                has_address=None if addressed is None else number in addressed,
                snooping=None if snooped is None else number in snooped,
            )
            for number, name in numbered
        )
    )
