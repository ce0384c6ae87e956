"""Each recording, as a session, is known to its own driver and to no other."""

from pathlib import Path

import pytest

from collectors import driver_index, snmprec
from collectors.detection import detect
from collectors.errors import Unsupported
from collectors.replies import SnmpReplies, SnmpValue, as_text
from collectors.session import AnyDriver, Hello, Replies
from tests.test_drivers import FILES, load, replies_of

NOT_BY_ITSELF = {
    "windows_server": "Windows says its kind in a question of the transport's own",
    "windows_workstation": "Windows says its kind in a question of the transport's own",
}
NO_UPS = {"pdu_with_the_mib"}
"""A person named the driver: by itself no driver may take a PDU for a UPS."""
BY_PROBES_OF_TABLES = {"any_maker"}
"""Known by a table that a recording cannot be asked for as a whole."""
WITHOUT_STATUS = {
    "configuration_of_a_stack", "export_of_a_switch", "part_of_the_configuration", "pfsense_backup", "srx_in_braces",
    "two_domains_in_a_file",
}  # fmt: skip
"""Files that a person gave, for which nobody logged on."""


class Played:
    """A recording as a session: it says what the recorded device said, and nothing more."""

    def __init__(self, replies: Replies, values: dict[str, SnmpValue], ident: str) -> None:
        self._replies, self._values = replies, values
        self.hello = Hello(
            sys_object_id=as_text(values.get("1.3.6.1.2.1.1.2.0")),
            sys_descr=as_text(values.get("1.3.6.1.2.1.1.1.0")),
            ident=ident,
        )

    def try_question(self, question: str) -> str | None:
        if isinstance(self._replies, SnmpReplies):
            return as_text(self._values.get(question))
        reply = self._replies.replies.get(question)
        return None if reply is None else str(reply)

    def ask(self, driver: AnyDriver) -> Replies:
        return self._replies

    def close(self) -> None: ...


def played(path: Path) -> Played:
    recording = load(path)
    replies = replies_of(recording, driver_index.driver(path.parent.name))
    values = snmprec.parse(recording["snmprec"]) if "snmprec" in recording else {}
    system = recording.get("replies", {}).get("system", {})
    return Played(replies, values, str(system.get("system", "")) if isinstance(system, dict) else "")


def known_by_itself(path: Path) -> bool:
    """Return whether a live device of this kind is known without a person's word; what asks nothing reads files."""
    driver = path.parent.name
    named_by_a_person = WITHOUT_STATUS | NO_UPS | BY_PROBES_OF_TABLES
    return driver not in NOT_BY_ITSELF and bool(driver_index.driver(driver).ASKS) and path.stem not in named_by_a_person


@pytest.mark.parametrize(
    "path", [path for path in FILES if known_by_itself(path)], ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_a_recording_is_known_to_its_own_driver(path: Path) -> None:
    name = path.parent.name
    transport = driver_index.driver(name).TRANSPORT
    assert detect(played(path), transport).name == name


def test_a_pdu_that_answers_objects_of_a_ups_is_not_taken_for_one() -> None:
    (path,) = [file for file in FILES if file.stem in NO_UPS]
    with pytest.raises(Unsupported):
        detect(played(path), "snmp")
