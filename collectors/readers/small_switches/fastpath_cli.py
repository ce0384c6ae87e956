"""What switches with Broadcom's FASTPATH (EdgeSwitch, Dell N) tell on their command line in the same words."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from collectors.driver import Sections
from collectors.readers.cisco.cisco_config import Configuration
from collectors.readers.outputs import key_blocks
from collectors.readers.outputs.cli_words import known, said
from collectors.readers.small_switches import exit_config, small_switch_audit, small_switch_sections
from collectors.replies import TextReplies
from collectors.told import Teller

SHOW_VERSION: Final = "show version"
SHOW_CONFIG: Final = "show running-config"
FACTORY_COMMUNITIES: Final = ("public", "private")
"""PowerConnect and early EdgeSwitches have both without a line; on OS6 it depends on the release."""


def configuration(replies: TextReplies) -> Configuration:
    """Return the running configuration; raises a CollectError where it could not be read."""
    return exit_config.parse(replies[SHOW_CONFIG], exit_config.FASTPATH)


known_configuration = partial(known, configuration)
"""Returns the running configuration, None where it could not be read: for what it only adds to another reply."""


def version_fields(replies: TextReplies) -> Mapping[str, str]:
    """Return the lines of 'show version' by the name before their dots, none where it could not be read."""
    return key_blocks.fields(said(replies, SHOW_VERSION) or "")


def names(replies: TextReplies, show_system: str) -> dict[str, Teller]:
    """Return the fields of `identity` that a person set: name, place, contact."""
    system, config = key_blocks.fields(said(replies, show_system) or ""), known_configuration(replies)
    hosted = config.all("hostname ") if config else []
    return {
        "name": lambda: system.get("system name") or next((words.strip('"') for words in hosted), None),
        "contact": lambda: system.get("system contact") or None,
        "location": lambda: system.get("system location") or None,
    }


AUDITED: Sections[TextReplies] = {
    "management": lambda told_by: small_switch_audit.read_fastpath_management(configuration(told_by)),
    **small_switch_sections.audited(configuration, FACTORY_COMMUNITIES),
}
