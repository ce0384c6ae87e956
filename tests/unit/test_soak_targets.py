"""What the soak's result keeps of a failure."""

import xml.etree.ElementTree as ET

from tests.soak.targets import KEPT, said_of


def failure(message: str, told: str) -> ET.Element:
    made = ET.Element("failure", {"message": message})
    made.text = told
    return made


def test_a_short_failure_is_kept_whole() -> None:
    assert said_of(failure("E reason", "all of it")) == "all of it"


def test_a_long_failure_keeps_its_reason_and_its_end() -> None:
    kept = said_of(failure("not within 150 s: {'jobs': 1}", "x" * 2 * KEPT + "the end"))
    assert kept.startswith("not within 150 s: {'jobs': 1}\n")
    assert kept.endswith("xthe end")
    assert len(kept) < KEPT + 100
