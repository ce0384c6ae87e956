"""What netmiko knows of a platform: its line end, its question for the enable password, its context lines.

netmiko's own connecting, preparing and reading never run: its forced newlines leave a second prompt behind, its FortiOS
preparation enters a configuration mode, and its key exchange list for FortiOS shuts out newer devices. The class made
here refuses to send anything, so that only a driver's ASKS and PREPARES go over the wire.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn

from collectors.errors import UnexpectedReply

_NOWHERE = "192.0.2.1"  # RFC 5737: netmiko wants an address, and the class never connects


@dataclass(frozen=True)
class Platform:
    """How a platform's command line is spoken to."""

    line_end: str = "\r"
    enable_question: re.Pattern[str] = re.compile("ssword", re.IGNORECASE)
    without_context: Callable[[str], str] = str


PLAIN = Platform()
"""Before a driver is chosen: the return key of a terminal, which every command line takes."""


class _Silent:
    """In front of a netmiko class: whatever would connect or send is refused."""

    def _refuse(self, *_arguments: object, **_options: object) -> NoReturn:
        raise UnexpectedReply("cannot be read: the platform's own preparation must not run")

    establish_connection = session_preparation = write_channel = read_channel = _refuse
    cleanup = disconnect = _refuse


@lru_cache(maxsize=64)
def platform_of(device_type: str) -> Platform:
    """Return what netmiko knows of one of its device types; raises UnexpectedReply for a type it does not have."""
    import netmiko
    from netmiko.ssh_dispatcher import CLASS_MAPPER

    known = CLASS_MAPPER.get(device_type)
    if known is None:
        raise UnexpectedReply(f"cannot be read: netmiko has no platform {device_type!r}")
    silent: type[netmiko.BaseConnection] = type(f"Silent{known.__name__}", (_Silent, known), {})
    spoken = silent(host=_NOWHERE, device_type=device_type, auto_connect=False)
    netmiko.log.removeFilter(spoken._secrets_filter)  # it would stay in a warm process for ever
    question = inspect.signature(silent.enable).parameters["pattern"].default or "ssword"
    strip = getattr(spoken, "strip_context_items", str)
    return Platform(spoken.RETURN, re.compile(question, re.IGNORECASE), strip)
