"""The folder snmp: the driver is chosen by our own detection, from what the recording answers."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from collectors import snmprec
from collectors.detection import Known, detect
from collectors.errors import Unsupported
from collectors.facts.facts import Facts
from collectors.facts.marks import is_junk
from collectors.replies import SnmpReplies, SnmpValue, as_text
from collectors.session import AnyDriver, Hello
from tests.corpus import compare
from tests.corpus.fields import OBSERVED_AT
from tests.corpus.outcome import Outcome, Place, Result, judge
from tests.corpus.sheet import rows_of
from tests.corpus.snmp_places import CLOCKS, NOWHERE, place_of

FOLDER = "snmp"
GENERIC_RANK = 500
UNSURE = {Outcome.WRONG, Outcome.MISSING}
DAYS = {"ups_battery_last_replaced", "ups_battery_recommended_replace", "nmc_manufacture_date"}
SENTINELS = {("ha_peer_state", "unknown")}
"""What the sheet quotes although it says that nothing is known."""


class Recorded:
    """A recorded agent as a session, for detection."""

    def __init__(self, values: Mapping[str, SnmpValue]) -> None:
        self._values = values
        self.hello = Hello(
            sys_object_id=as_text(values.get("1.3.6.1.2.1.1.2.0")), sys_descr=as_text(values.get("1.3.6.1.2.1.1.1.0"))
        )

    def try_question(self, question: str) -> str | None:
        """Return the value of an object that the recording holds."""
        found = self._values.get(question)
        return None if found is None or found.kind == "null" else as_text(found) or ""

    def ask(self, driver: AnyDriver) -> SnmpReplies:
        """Return the replies to a driver's questions."""
        return snmprec.replies_from(self._values, driver.ASKS, OBSERVED_AT)

    def close(self) -> None:
        """Nothing to close."""


def results(corpus: Path) -> Iterator[Result]:
    """Give what became of every fact of snmp/facts.csv."""
    sheet = rows_of(corpus / "snmp" / "facts.csv")
    for file in dict.fromkeys(row["file"] for row in sheet):
        rows = [row for row in sheet if row["file"] == file]
        session = Recorded(snmprec.parse((corpus / "snmp" / file).read_text(encoding="utf-8"), skip_malformed=True))
        try:
            known = detect(session, "snmp")
        except Unsupported as error:
            for row in rows:
                yield Result(FOLDER, file, row["fact"], Outcome.NO_DRIVER, row["value"], reason=str(error))
            continue
        facts = known.driver.read(session.ask(known.driver))  # type: ignore[arg-type]
        stated = {row["fact"]: row["value"] for row in rows}
        for row in rows:
            result = _result(file, row, facts, stated, known.name)
            yield _without_driver(result, row["oid"], known) if result.outcome in UNSURE else result


def _result(file: str, row: Mapping[str, str], facts: Facts, stated: Mapping[str, str], driver: str) -> Result:
    name = row["fact"]
    value = "" if (name, row["value"]) in SENTINELS else row["value"]
    if name in DAYS and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        value = ""  # an anonymised text is no day
    place = place_of(name)
    if place is None:
        return Result(FOLDER, file, name, Outcome.NO_PLACE, value, reason=NOWHERE.get(name, f"read by {driver}"))
    if name in CLOCKS:
        return judge(FOLDER, file, name, str(_up_s(stated)), place, facts)
    found = place.find(facts)
    if found is None and is_junk(value):  # the sheet quotes a filler: a gap says the same
        return Result(FOLDER, file, name, Outcome.RIGHT, value, reason="a filler, told as a gap")
    same = compare.any_of(place.same, row["also_accept"])
    return judge(FOLDER, file, name, value, Place(place.path, place.find, same, place.open_for), facts)


def _without_driver(result: Result, oid: str, known: Known) -> Result:
    """Return the result as 'no driver yet' where the sheet took an object that the generic driver here cannot know."""
    asked = any(oid == ask or oid.startswith(f"{ask}.") for ask in known.driver.ASKS)
    if asked or not oid or known.driver.MATCHES.rank < GENERIC_RANK:
        return result
    why = f"stands in the vendor's own objects; {known.name} is generic"
    return replace(result, outcome=Outcome.NO_DRIVER, reason=why)


def _up_s(stated: Mapping[str, str]) -> float:
    """Return the uptime that both counters mean: the engine's where sysUpTime has begun again since."""
    up, engine = float(stated.get("uptime_seconds") or 0), float(stated.get("engine_time_seconds") or 0)
    lost = round((engine - up) / (2**32 / 100))
    return up + max(0, lost) * 2**32 / 100
