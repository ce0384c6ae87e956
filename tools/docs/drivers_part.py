"""The drivers: what they send and need, which sections they fill, and where their account is described."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from collectors.driver_index import drivers as all_drivers
from collectors.session import AnyDriver
from tools.docs.markdown import block, code, codes, table

ROOT: Final = Path(__file__).parents[2]
RECORDINGS: Final = ROOT / "tests" / "recordings"
ACCOUNTS: Final = ROOT / "docs" / "accounts"
_BY_TRANSPORT: Final[Mapping[str, str]] = {
    "snmp": "snmp",
    "ssh": "network-cli",
    "winrm": "windows",
    "nut": "nut",
    "local": "local",
}
_SAID: Final = 100  # characters of where a recording comes from


def driver_table() -> str:
    """Return all drivers in one table."""
    rows = [
        (
            f"[{code(name)}](#{name})",
            driver.TITLE,
            code(driver.TRANSPORT),
            driver.DEVICE_CLASS or "read from the device",
            str(len(driver.ASKS)),
            str(len(driver.PREPARES)),
        )
        for name, driver in all_drivers().items()
    ]
    return table(("Driver", "Reads", "Transport", "Kind of device", "ASKS", "PREPARES"), rows)


def drivers() -> str:
    """Return a chapter a driver."""
    return "\n\n".join(_chapter(name, driver) for name, driver in all_drivers().items())


def accounts(page: str) -> str:
    """Return the drivers whose account a page of docs/accounts describes, with the least rights they need."""
    rows = [
        (code(name), section, right)
        for name, driver in all_drivers().items()
        if accounts_page(name, driver) == page
        for section, right in (driver.NEEDS or {"all": "nothing"}).items()
    ]
    if not rows:
        return "No driver reads such a device yet."
    return table(("Driver", "Section", "Least right; without it the section is a gap"), rows)


def recordings() -> str:
    """Return the recordings of every driver with where they come from."""
    rows = [
        (code(name), written["device"], _origin(written["origin"]))
        for name in all_drivers()
        for written in _recordings_of(name)
    ]
    return table(("Driver", "Recording of", "Where its replies come from"), rows)


def accounts_page(name: str, driver: AnyDriver) -> str:
    """Return the page on a driver's account: that of its platform if there is one, else that of its transport."""
    if driver.TRANSPORT == "ssh":
        own = [page.stem for page in ACCOUNTS.glob("*.md") if name.startswith(page.stem.replace("-", "_"))]
        if own:
            return max(own, key=len)
        if getattr(driver, "SHELL", None):
            return "linux"
    return _BY_TRANSPORT[driver.TRANSPORT]


@cache
def drivers_that_fill(section: str) -> tuple[str, ...]:
    """Return the drivers that have a recording out of which a section comes."""
    return tuple(
        name for name in all_drivers() if any(section in (one.get("facts") or {}) for one in _recordings_of(name))
    )


def _chapter(name: str, driver: AnyDriver) -> str:
    gentle = driver.GENTLE
    needs = [(section, right) for section, right in driver.NEEDS.items()]
    fills = [section for section in _sections() if name in drivers_that_fill(section)]
    page = accounts_page(name, driver)
    pace = (
        f"{gentle.connections_count} connection at once, at most {gentle.questions_per_s:g} questions a second, "
        f"{gentle.repetitions_count} rows an SNMP answer, {gentle.pause_after_s:g} s pause after logout"
    )
    lines = [
        f"## {name}",
        f"{driver.TITLE}. {pace}. Account: [{page}](../accounts/{page}.md).",
        f"Fills, as its recordings show: {codes(fills) or 'nothing yet'}.",
        f"ASKS ({len(driver.ASKS)}):\n\n{block(driver.ASKS)}",
        f"PREPARES ({len(driver.PREPARES)}):\n\n{block(driver.PREPARES)}" if driver.PREPARES else "PREPARES: nothing.",
        table(("NEEDS", "Least right"), needs) if needs else "NEEDS: nothing.",
    ]
    return "\n\n".join(lines)


@cache
def _sections() -> tuple[str, ...]:
    found = {section for name in all_drivers() for one in _recordings_of(name) for section in one.get("facts") or {}}
    return tuple(sorted(found))


@cache
def _recordings_of(name: str) -> tuple[dict[str, Any], ...]:
    files = sorted((RECORDINGS / name).glob("*.yaml"))
    return tuple(yaml.safe_load(file.read_text(encoding="utf-8")) for file in files)


def _origin(said: str) -> str:
    return said if len(said) <= _SAID else f"{said[:_SAID].rsplit(' ', 1)[0]} ..."
