"""Which remote lines of Cisco IOS and NX-OS, and which logons of Arista EOS, ask nobody for a password.

Defaults used: 'login' holds on remote lines that state none, and local accounts where AAA names no method (Cisco IOS
Security Command Reference, NX-OS security configuration guides, Arista EOS user manual).
"""

from collectors.facts.gaps import Gap, GapReason
from collectors.readers.cisco.cisco_config import Configuration, Line

METHODS = "aaa authentication login "
ANYONE = "none"
"""The method that lets in anyone; as the last of several it does so as soon as the servers before it are silent."""
_NO_SUCH_LIST = Gap(
    reason=GapReason.UNEXPECTED_REPLY, text="is not certain: a line names a list of AAA that is not defined"
)


def open_lines_of_ios(config: Configuration) -> tuple[str, ...] | Gap:
    """Return the remote lines of IOS that let in anyone; one that takes no session at all is none."""
    remote = [line for line in config.blocks("line vty") if line.below("transport input ")[-1:] != [ANYONE]]
    if not config.has("aaa new-model"):
        return tuple(line.text for line in remote if any(child.text == "no login" for child in line.children))
    lists = {name: words for name, *words in (text.split() for text in config.all(METHODS))}
    found = tuple(line.text for line in remote if ANYONE in lists.get(_list_of(line), ()))
    undefined = any(_list_of(line) not in {"default", *lists} for line in remote)
    return _NO_SUCH_LIST if undefined and not found else found


def _list_of(line: Line) -> str:
    """Return the name of the list of methods that a line uses."""
    return (line.below("login authentication ") or ["default"])[-1]


def open_lines_of_one_list(config: Configuration, lines: str) -> tuple[str, ...]:
    """Return `lines`, what the platform calls its remote logons, where the one list for all of them lets in anyone."""
    methods = config.all(f"{METHODS}default ")
    return (lines,) if any(ANYONE in words.split() for words in methods) else ()
