"""Dell UPS devices, by the standard UPS-MIB with Dell's own objects for identity and runtime, over SNMP."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.errors import Unsupported
from collectors.facts.facts import Facts
from collectors.facts.sections.power import Ups
from collectors.facts.sections.system import Firmware
from collectors.readers.mibs import appliance_mibs, if_mib, system_group, ups_mib
from collectors.replies import SnmpReplies
from collectors.told import either, told, whole

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Dell UPS, over SNMP"
DEVICE_CLASS = "ups"

DELL = "1.3.6.1.4.1.674.10902.2"
PRODUCT = f"{DELL}.100.1.0"
FIRMWARE = f"{DELL}.100.4.0"
SERIAL = f"{DELL}.120.1.2.0"
SECONDS_REMAINING = f"{DELL}.120.5.3.0"

ASKS = (*system_group.ASKS, *ups_mib.ASKS, *if_mib.ASKS, PRODUCT, FIRMWARE, SERIAL, SECONDS_REMAINING)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "ups": "an SNMP view with 1.3.6.1.2.1.33 and 1.3.6.1.4.1.674.10902.2 (read only)",
    "phases": "an SNMP view with 1.3.6.1.2.1.33 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.1 and 1.3.6.1.4.1.674.10902.2 (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=6)
MATCHES = Matches(sys_object_ids=(DELL,), probes=(PRODUCT,))


def read_ups(replies: SnmpReplies) -> Part:
    """Return what the standard MIB tells, with the runtime in seconds where Dell's object has it."""
    if not ups_mib.has_battery(replies):
        raise Unsupported(ups_mib.NO_BATTERY)
    standard = ups_mib.tellers(replies)
    minutes = standard["runtime_s"]
    seconds = {"runtime_s": lambda: either(lambda: whole(replies.number(SECONDS_REMAINING)), minutes)}
    return told(Ups, standard | seconds)


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group, with model and serial number."""
    model = replies.text(PRODUCT) or replies.text(ups_mib.MODEL) or ""
    return system_group.read_identity(replies, vendor="Dell", model=model, serial=replies.text(SERIAL) or "")


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version of the UPS's own firmware."""
    return told(Firmware, {"version": lambda: replies.text(FIRMWARE) or replies.text(ups_mib.UPS_SOFTWARE)})


SECTIONS: Sections[SnmpReplies] = {
    "firmware": read_firmware,
    "components": lambda replies: ups_mib.card(replies.text(ups_mib.AGENT_SOFTWARE)),
    "ups": read_ups,
    "phases": ups_mib.read_phases,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Dell UPS with its network card."""
    return appliance_mibs.facts(replies, read_identity, SECTIONS, serial=SERIAL, device_class=ups_mib.device_class)
