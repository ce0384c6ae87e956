"""The table of commands: a name, where its code lives, and one line of help, so that help imports none of that code."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Command:
    """One row of the table; `attribute` is a function, or a `typer.Typer` for a command with sub-commands."""

    name: str
    module: str
    attribute: str
    says: str
    extra: str | None = None

    @property
    def package(self) -> str:
        """Return the package whose command this is."""
        return self.module.partition(".")[0]


COMMANDS: Final = (
    Command("collect", "agent.cli.collect", "collect", "Read one device and print its facts.", extra="agent"),
    Command("replay", "agent.cli.replay", "replay", "Read the same facts from recorded replies.", extra="agent"),
    Command(
        "drivers", "agent.cli.drivers", "drivers", "Show all that each driver sends, and its rights.", extra="agent"
    ),
    Command("record", "agent.cli.record", "record", "Write a recording of a device, made anonymous.", extra="agent"),
    Command("assess", "agent.cli.assess", "assess", "Read a whole site and print its checklist.", extra="agent"),
    Command("trust", "agent.cli.trust", "app", "Show and release what is held back: credentials, keys.", extra="agent"),
    Command("agent", "agent.cli.agent", "app", "Be the agent of a server: enrol, run, status.", extra="agent"),
    Command("evaluate", "rules.cli.evaluate", "evaluate", "Give the verdict of each standard over facts."),
    Command("library", "rules.cli.library", "app", "Check a library of standards."),
    Command("firmware", "rules.cli.firmware", "app", "Compare versions, or tell the age of a firmware."),
    Command("server", "server.cli.app", "app", "Set up, run and look after the central server.", extra="server"),
    Command("catalogue", "rules.cli.catalogue", "app", "Show or update the dated product catalogue."),
)
