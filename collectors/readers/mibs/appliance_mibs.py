"""What every appliance tells by the standard MIBs: last start and interfaces, beside a vendor's own sections."""

from collections.abc import Callable

from collectors.driver import Part, Sections, gather
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.reading import Value
from collectors.facts.sections.system import Load
from collectors.readers.mibs import if_mib, system_group
from collectors.readers.mibs.snmp_tables import text
from collectors.replies import SnmpReplies
from collectors.told import amount, told

Reader = Callable[[SnmpReplies], Value | Part | None]


def facts(
    replies: SnmpReplies,
    identity: Reader,
    own: Sections[SnmpReplies],
    *,
    serial: Callable[[SnmpReplies], str | None] | str | None = None,
    device_class: Callable[[SnmpReplies], str | None] | str | None = None,
) -> Facts:
    """Return the facts of an appliance: identity and the driver's own sections before those of the standard MIBs.

    `serial` tells the serial number that is its mark, or is the object that does.
    """

    def marks(told_by: SnmpReplies) -> Marks:
        return Marks(serial=told_by.text(serial) if isinstance(serial, str) else serial(told_by) if serial else None)

    return gather(
        replies,
        {"identity": identity, "os": system_group.read_os, **own, "interfaces": if_mib.read_interfaces},
        marks=marks,
        device_class=device_class,
    )


def serial_unless_junk(oid: str) -> Callable[[SnmpReplies], str | None]:
    """Return the reader of the serial number at an object, None for one that says nothing."""
    return lambda replies: text(replies.value(oid))


def read_load(replies: SnmpReplies, cpu: str, memory: str) -> Part:
    """Return processor and memory use, from two objects in percent."""
    return told(
        Load,
        {
            "cpu_percent": lambda: amount(replies.number(cpu), highest=100),
            "memory_used_percent": lambda: amount(replies.number(memory), highest=100),
        },
    )
