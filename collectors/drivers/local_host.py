"""The agent's own machine, Windows or Linux, as psutil tells it."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, gather
from collectors.facts.facts import Facts
from collectors.facts.sections.system import Os
from collectors.readers import local_machine
from collectors.readers.json_shapes import an_object, text
from collectors.replies import JsonReplies
from collectors.told import told

TRANSPORT: Final[Literal["local"]] = "local"
TITLE = "The agent's own machine"
DEVICE_CLASS = None

ASKS = local_machine.ASKS
PREPARES: tuple[str, ...] = ()
NEEDS = local_machine.NEEDS
GENTLE = Gentle()
MATCHES = Matches(ident=("^(Windows|Linux)$",))

FAMILIES = {"Windows": "windows", "Linux": "linux"}


def read_os(replies: JsonReplies) -> Part:
    """Return family, product, kernel and when it started."""
    system = an_object(replies, "system")
    return told(
        Os,
        {
            "family": lambda: FAMILIES.get(str(system.get("system")), "other"),
            "product": lambda: text(an_object(replies, "os-release").get("ID")),
            "version": lambda: text(an_object(replies, "os-release").get("VERSION_ID")),
            "kernel": lambda: text(system.get("release")),
            "booted_at": lambda: local_machine.booted_at(replies),
        },
    )


def _device_class(replies: JsonReplies) -> str | None:
    """Return the class: psutil cannot tell a Windows server from a workstation, so a Windows machine stays open."""
    return "linux server" if an_object(replies, "system").get("system") == "Linux" else None


def read(replies: JsonReplies) -> Facts:
    """Return the facts of the agent's own machine."""
    return gather(
        replies,
        {
            "identity": local_machine.read_identity,
            "os": read_os,
            "hardware": local_machine.read_hardware,
            "load": local_machine.read_load,
            "volumes": local_machine.read_volumes,
            "interfaces": local_machine.read_interfaces,
        },
        device_class=_device_class,
    )
