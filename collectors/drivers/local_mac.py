"""The agent's own machine when it is a Mac, as psutil tells it."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, gather
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.storage import Volume
from collectors.facts.sections.system import Os
from collectors.readers import local_machine
from collectors.readers.json_shapes import an_object, text
from collectors.replies import JsonReplies
from collectors.told import told

TRANSPORT: Final[Literal["local"]] = "local"
TITLE = "The agent's own Mac"
DEVICE_CLASS = None

ASKS = tuple(question for question in local_machine.ASKS if question != "os-release")
PREPARES: tuple[str, ...] = ()
NEEDS = local_machine.NEEDS
GENTLE = Gentle()
MATCHES = Matches(ident=("^Darwin$",))

# Apple's releases by the first number of their kernel: 11 to 15 follow Darwin 20 to 24, and 26 follows 15.
VERSIONS = {"20": "11", "21": "12", "22": "13", "23": "14", "24": "15", "25": "26"}
OWN_VOLUMES = "/System/Volumes/"
DATA_VOLUME = "/System/Volumes/Data"
"""Where all of a user's files lie; the other volumes below that folder are macOS's own, and share its space."""


def read_os(replies: JsonReplies) -> Part:
    """Return family, version (its first number, by the kernel's) and the last start."""
    system = an_object(replies, "system")
    kernel = text(system.get("release")) or ""
    version = VERSIONS.get(kernel.split(".")[0])
    unknown = Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is not known of the kernel {kernel[:20]!r}")
    return told(
        Os,
        {
            "family": lambda: "macos" if system.get("system") == "Darwin" else None,
            "product": lambda: "macos" if system.get("system") == "Darwin" else None,
            "version": lambda: version or unknown,
            "kernel": lambda: kernel or None,
            "booted_at": lambda: local_machine.booted_at(replies),
        },
    )


def read_volumes(replies: JsonReplies) -> Part:
    """Return the volumes that a person knows: the system, the data, and what is attached."""
    part = local_machine.read_volumes(replies)
    volumes = [volume for volume in part.value or () if isinstance(volume, Volume)]
    hidden = {volume.name for volume in volumes if volume.name.startswith(OWN_VOLUMES) and volume.name != DATA_VOLUME}
    gaps = {path: gap for path, gap in part.gaps.items() if path[1:].rpartition("]")[0] not in hidden}
    return Part(tuple(volume for volume in volumes if volume.name not in hidden), gaps, part.complete)


def read(replies: JsonReplies) -> Facts:
    """Return the facts of a Mac."""
    return gather(
        replies,
        {
            "identity": local_machine.read_identity,
            "os": read_os,
            "hardware": local_machine.read_hardware,
            "load": local_machine.read_load,
            "volumes": read_volumes,
            "interfaces": local_machine.read_interfaces,
        },
    )
