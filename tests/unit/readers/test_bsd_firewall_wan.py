"""What pfSense and OPNsense open of themselves to the internet side."""

import pytest

from collectors.facts.sections.management import WanService
from collectors.readers import config_xml
from collectors.readers.bsd_firewall.bsd_firewall_wan import read_wan_services

FRAME = """<pfsense>
<system><webgui><protocol>https</protocol></webgui></system>
<interfaces><wan><ipaddr>{address}</ipaddr><subnet>29</subnet><gateway>GW</gateway></wan>
<lan><ipaddr>10.0.0.1</ipaddr><subnet>24</subnet></lan></interfaces>
<ifgroups><ifgroupentry><ifname>Outer</ifname><members>wan opt9</members></ifgroupentry></ifgroups>
<aliases>
<alias><name>AdminPorts</name><address>22 Web</address></alias>
<alias><name>Web</name><address>80 440:450</address></alias>
<alias><name>Servers</name><address>10.0.0.80 10.0.0.81</address></alias>
<alias><name>Loop</name><address>Loop Loop</address></alias>
<alias><name>Us</name><address>198.51.100.2</address></alias>
</aliases>
<filter><rule><type>pass</type><protocol>tcp</protocol><source><any/></source>{rule}</rule></filter>
</pfsense>"""
OPEN = (WanService(name="https", sources=("any",)),)


def opened(rule: str, address: str = "198.51.100.2") -> tuple[object, bool]:
    root = config_xml.parse(FRAME.format(rule=rule, address=address), frozenset({"pfsense"}))
    part = read_wan_services(root)
    return part.value, part.complete


def ended(interface: str, destination: str) -> str:
    return f"<interface>{interface}</interface><destination>{destination}</destination>"


@pytest.mark.parametrize(
    "rule",
    [
        ended("wan", "<network>wanip</network><port>443</port>"),
        ended("wan", "<network>wan</network><port>443</port>"),
        ended("wan", "<address>198.51.100.2</address><port>443</port>"),
        ended("wan", "<address>Us</address><port>AdminPorts</port>"),
        ended("Outer", "<any/>"),
        ended("", "<any/>") + "<floating>yes</floating>",
        ended("wan", "<any/>") + "<source><port>53</port></source>",
        ended("wan", "<address>10.0.0.80</address><not/><port>443</port>"),
    ],
)
def test_a_rule_that_holds_the_firewalls_own_address_opens_its_page(rule: str) -> None:
    assert opened(rule) == (OPEN, True)


@pytest.mark.parametrize(
    "rule",
    [
        ended("lan", "<any/>"),
        ended("wan", "<network>wanip</network><port>8443</port>"),
        ended("wan", "<address>Servers</address><port>443</port>"),
        ended("wan", "<network>lan</network><port>443</port>"),
        ended("wan", "<any/>") + "<disabled/>",
    ],
)
def test_a_rule_for_others_opens_nothing(rule: str) -> None:
    assert opened(rule) == ((), True)


@pytest.mark.parametrize(
    "rule",
    [
        ended("wan", "<address>Elsewhere</address><port>443</port>"),
        ended("wan", "<network>wanip</network><port>SomePorts</port>"),
    ],
)
def test_a_name_that_the_file_does_not_resolve_leaves_the_list_open(rule: str) -> None:
    assert opened(rule) == ((), False)


def test_a_public_address_may_be_the_leased_one() -> None:
    rule = ended("wan", "<address>203.0.113.9</address><port>443</port>")
    assert opened(rule, address="dhcp") == ((), False)


def test_an_alias_that_holds_itself_ends() -> None:
    assert opened(ended("wan", "<address>Loop</address><port>443</port>")) == ((), True)
