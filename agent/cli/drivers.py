"""`datumline drivers`: all that every driver sends, the rights it needs, and the commands that replay takes."""

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.streams import told_to_people, write_document
from collectors.driver_index import drivers as all_drivers
from collectors.replay import questions_of
from collectors.session import AnyDriver
from rules.cli.printing import table_text

if TYPE_CHECKING:
    from rich.console import Console


class Form(StrEnum):
    """How the drivers are shown."""

    JSON = "json"
    TABLE = "table"


def drivers(form: Annotated[Form, typer.Option("--format", help="How they are shown.")] = Form.TABLE) -> None:
    """Show all that each driver sends (ASKS, PREPARES), the least rights it NEEDS, and how GENTLE it is.

    Nothing else goes over the wire, and nothing is changed on any device.
    """
    with told_to_people():
        known = dict(all_drivers())
        if form is Form.JSON:
            told = {"drivers": [described(name, driver) for name, driver in known.items()]}
            write_document(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
        else:
            write_document(table_text(lambda console: _draw(console, known)))


def described(name: str, driver: AnyDriver) -> dict[str, object]:
    """Return one driver as data."""
    gentle = driver.GENTLE
    return {
        "name": name,
        "title": driver.TITLE,
        "transport": driver.TRANSPORT,
        "class": driver.DEVICE_CLASS,
        "asks": list(driver.ASKS),
        "prepares": list(driver.PREPARES),
        "needs": dict(driver.NEEDS),
        "gentle": {
            "connections_count": gentle.connections_count,
            "questions_per_s": gentle.questions_per_s,
            "repetitions_count": gentle.repetitions_count,
            "pause_after_s": gentle.pause_after_s,
        },
        "replay": replay_options(name, driver),
    }


def replay_options(name: str, driver: AnyDriver) -> list[str]:
    """Return the options by which `replay` takes this driver's recorded replies."""
    given = [f"--driver {name}"]
    if driver.TRANSPORT == "snmp":
        return [*given, "--snmp FILE.snmprec"]
    if driver.TRANSPORT == "nut":
        return [*given, "--nut FILE.dev"]
    given += [f'--reply "{ask}=FILE"' for ask in questions_of(driver)]
    return [*given, "--config FILE"] if getattr(driver, "CONFIG_COMMAND", None) else given


def _draw(console: "Console", known: dict[str, AnyDriver]) -> None:
    from rich.text import Text

    for name, driver in known.items():
        gentle = driver.GENTLE
        console.print(Text(f"{name}: {driver.TITLE}", style="bold"))
        pace = (
            f"{gentle.connections_count} connection at once, at most {gentle.questions_per_s:g} questions/s,"
            f" {gentle.repetitions_count} rows an SNMP answer, {gentle.pause_after_s:g} s pause after logout"
        )
        parts = (
            ("asks", driver.ASKS),
            ("prepares", driver.PREPARES or ("nothing",)),
            ("needs", tuple(f"{section}: {right}" for section, right in driver.NEEDS.items()) or ("nothing",)),
            ("gentle", (pace,)),
            ("replay", tuple(replay_options(name, driver))),
        )
        for word, lines in parts:
            console.print(Text(f"  {word}", style="dim"))
            for line in lines:
                console.print(Text(f"    {line}"), soft_wrap=True)
        console.print()
