"""Allied Telesis switches with AlliedWare Plus, over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part
from collectors.facts.facts import Facts
from collectors.readers.mibs import switch_mibs, system_group
from collectors.replies import SnmpReplies

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Allied Telesis AlliedWare Plus, over SNMP"
DEVICE_CLASS = "switch"

ASKS = switch_mibs.asks()
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {**switch_mibs.NEEDS, "firmware": "an SNMP view with 1.3.6.1.2.1.1 (read only)"}
GENTLE = Gentle(questions_per_s=10, repetitions_count=10)
MATCHES = Matches(sys_object_ids=("1.3.6.1.4.1.207.1",), sys_descr=(r"^Allied Telesis\b",))

# 'Allied Telesis router/switch, AW+ v5.4.6-1.1'; older AlliedWare: 'Allied Telesis AT-8000GS, Version ...'
_VERSION = re.compile(r"\b(?:AW\+ ?v?|Version )(?P<version>\d+\.\d+(?:\.\d+)?(?:-[\d.]+)?)", re.ASCII)
_MODEL = re.compile(r"\b(?P<model>(?:AT-|x|SBx|IE|GS|XS|FS)\d{3,4}[\w/-]*)", re.ASCII)


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number of the only chassis, else the model that sysDescr names."""
    chassis, named = switch_mibs.only_chassis(replies), _MODEL.search(switch_mibs.description(replies))
    model = (chassis.model if chassis else None) or (named["model"] if named else None)
    return switch_mibs.identity(replies, "Allied Telesis", model=model)


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version of sysDescr, else the chassis's software revision; no day is told."""
    found, chassis = _VERSION.search(switch_mibs.description(replies)), switch_mibs.only_chassis(replies)
    return switch_mibs.firmware(
        replies, "alliedware-plus", found["version"] if found else chassis.version if chassis else None
    )


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of an Allied Telesis switch."""
    return switch_mibs.facts(replies, read_identity, read_firmware)
