"""The index of drivers."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from collectors.driver import Gentle, Matches
from collectors.driver_index import LoadError, check_driver, drivers

RIGHT: dict[str, Any] = {
    "TRANSPORT": "ssh",
    "TITLE": "A device",
    "DEVICE_CLASS": None,
    "ASKS": ("show version",),
    "PREPARES": (),
    "NEEDS": {"firmware": "read only"},
    "GENTLE": Gentle(),
    "MATCHES": Matches(),
    "read": lambda replies: replies,
}


def module(**attributes: Any) -> ModuleType:
    made = ModuleType("made")
    made.__file__ = "collectors/drivers/made.py"
    made.__dict__.update(attributes)
    return made


def test_every_module_of_the_folder_is_a_driver() -> None:
    assert all(driver.TITLE for driver in drivers().values())


def test_listing_the_names_imports_no_driver() -> None:
    source = (
        "import sys; from collectors.driver_index import drivers; print(len(list(drivers())));"
        "print([name for name in sys.modules if name.startswith('collectors.drivers.')])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert ran.stdout.splitlines()[1] == "[]"


@pytest.mark.parametrize("attribute", RIGHT)
def test_a_missing_attribute_is_named_with_the_file(attribute: str) -> None:
    check_driver(module(**RIGHT))  # whole, it passes
    attributes = {name: value for name, value in RIGHT.items() if name != attribute}
    with pytest.raises(LoadError, match=rf"^collectors/drivers/made\.py: {attribute} is missing"):
        check_driver(module(**attributes))


@pytest.mark.parametrize(
    ("attribute", "wrong"),
    [
        ("TRANSPORT", "telnet"), ("TITLE", ""), ("DEVICE_CLASS", 3), ("ASKS", "show version"), ("ASKS", ()),
        ("PREPARES", [1]), ("NEEDS", {"no such section": "x"}), ("GENTLE", None), ("MATCHES", None), ("read", None),
    ],
)  # fmt: skip
def test_a_wrong_attribute_is_named(attribute: str, wrong: object) -> None:
    with pytest.raises(LoadError, match=f": {attribute} must be "):
        check_driver(module(**RIGHT | {attribute: wrong}))
