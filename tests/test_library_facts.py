"""Each fact that a standard reads is given by some driver, or is made from the lifecycle data or by a roll-up."""

from pathlib import Path

import pytest
import yaml

from rules.grammar.sentences import Compare, walk
from rules.library_at import default_library
from rules.standard import Standard

RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*/*.yaml"))
FROM_LIFECYCLE_DATA = {
    "firmware.released", "firmware.cycle_supported_until_on", "firmware.newer_waiting",
    "firmware.newer_available_since_on", "os.supported_until_on", "patch.level_released",
}  # fmt: skip
FROM_HISTORY = {"patch.reboot_pending_since_at"}
DERIVED = {"free_percent": {"free_bytes", "size_bytes"}}


def told_by_drivers() -> set[str]:
    told: set[str] = set()
    for path in RECORDINGS:
        for section, value in yaml.safe_load(path.read_text(encoding="utf-8")).get("facts", {}).items():
            told |= {section} | _paths(section, value)
    return told


def _paths(path: str, value: object) -> set[str]:
    if isinstance(value, list):
        return set().union(*(_paths(path, one) for one in value)) if value else set()
    if not isinstance(value, dict):
        return {path}
    return set().union({path}, *(_paths(f"{path}.{name}", inner) for name, inner in value.items()))


TOLD = told_by_drivers()


@pytest.mark.parametrize("standard", default_library().standards, ids=lambda standard: standard.id)
def test_each_fact_of_a_standard_is_given_by_a_driver(standard: Standard) -> None:
    missing = {path for path in facts_of(standard) if not _given(path)}
    assert missing <= FROM_LIFECYCLE_DATA | FROM_HISTORY


def facts_of(standard: Standard) -> set[str]:
    sentences = [one for top in (standard.where, standard.check) if top is not None for one in walk(top)]
    return {one.fact.path for one in sentences if isinstance(one, Compare)}


def _given(path: str) -> bool:
    section, _, name = path.rpartition(".")
    needed = DERIVED.get(name)
    return path in TOLD if needed is None else all(f"{section}.{one}" in TOLD for one in needed)
