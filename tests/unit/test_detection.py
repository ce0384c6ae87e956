"""Which driver knows a device."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import cast

import pytest

from collectors.detection import detect, named
from collectors.driver import Matches
from collectors.driver_index import DriverIndex
from collectors.errors import Unsupported
from collectors.facts.reading import TransportName
from collectors.session import Hello, Session


@dataclass
class Played:
    """A session that answers what it is told to, and notes what it is asked."""

    hello: Hello
    answers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def try_question(self, question: str) -> str | None:
        """Answer from the list."""
        self.asked.append(question)
        return self.answers.get(question)


def found(transport: TransportName, drivers: dict[str, Matches], session: Played) -> str:
    """Return the name of the driver that is found."""
    listed = {name: SimpleNamespace(TRANSPORT=transport, MATCHES=matches) for name, matches in drivers.items()}
    index = cast(DriverIndex, SimpleNamespace(of_transport=lambda wanted: listed if wanted == transport else {}))
    return detect(cast(Session, session), transport, index).name


SNMP = {
    "apc": Matches(sys_object_ids=("1.3.6.1.4.1.318",), probes=("1.3.6.1.4.1.318.1.1.1.1.1.1.0",)),
    "apc_pdu": Matches(sys_object_ids=("1.3.6.1.4.1.318.1.3.4",)),
    "ios": Matches(sys_object_ids=("1.3.6.1.4.1.9.1",), sys_descr=("IOS Software",)),
    "nxos": Matches(sys_object_ids=("1.3.6.1.4.1.9.12", "1.3.6.1.4.1.9.1"), sys_descr=("NX-OS",)),
    "rfc1628": Matches(probes=("1.3.6.1.2.1.33.1.1.1.0",), rank=500),
    "linux": Matches(sys_descr=("^Linux ",), rank=500),
}


def test_the_longest_prefix_wins() -> None:
    assert found("snmp", SNMP, Played(Hello(sys_object_id="1.3.6.1.4.1.318.1.3.4.5"))) == "apc_pdu"


def test_a_prefix_ends_at_a_point() -> None:
    with pytest.raises(Unsupported):
        found("snmp", SNMP, Played(Hello(sys_object_id="1.3.6.1.4.1.3181.1")))


def test_of_equal_prefixes_the_description_decides() -> None:
    hello = Hello(sys_object_id="1.3.6.1.4.1.9.1.1208", sys_descr="Cisco NX-OS(tm) n9000")
    assert found("snmp", SNMP, Played(hello)) == "nxos"


def test_without_a_prefix_the_description_decides() -> None:
    assert found("snmp", SNMP, Played(Hello(sys_object_id="1.3.6.1.4.1.99", sys_descr="Linux nas 5.10"))) == "linux"


def test_where_a_prefix_decides_nothing_more_is_asked() -> None:
    session = Played(Hello(sys_object_id="1.3.6.1.4.1.318.1.3.27"))
    found("snmp", SNMP, session)
    assert session.asked == []


SHARED = {
    "nas": Matches(sys_object_ids=("1.3.6.1.4.1.8072.3.2.10",), probes=("1.3.6.1.4.1.6574.1.5.1.0",)),
    "host": Matches(sys_object_ids=("1.3.6.1.4.1.8072.3.2.10",), rank=500),
    "appliance": Matches(sys_object_ids=("1.3.6.1.4.1.8072.3.2.10",), sys_descr=("^USG ",), rank=600),
}


def test_of_platforms_that_share_an_object_id_the_one_whose_probe_answers_is_found() -> None:
    session = Played(Hello(sys_object_id="1.3.6.1.4.1.8072.3.2.10"), {"1.3.6.1.4.1.6574.1.5.1.0": "RS1221+"})
    assert found("snmp", SHARED, session) == "nas"


def test_of_platforms_that_share_an_object_id_the_one_without_conditions_is_left() -> None:
    assert found("snmp", SHARED, Played(Hello(sys_object_id="1.3.6.1.4.1.8072.3.2.10"))) == "host"


def test_of_platforms_that_share_an_object_id_the_description_goes_first() -> None:
    session = Played(Hello(sys_object_id="1.3.6.1.4.1.8072.3.2.10", sys_descr="USG FLEX 100"))
    assert found("snmp", SHARED, session) == "appliance"


def test_a_device_without_a_system_group_is_found_by_its_probe() -> None:
    session = Played(Hello(), {"1.3.6.1.4.1.318.1.1.1.1.1.1.0": "Smart-UPS", "1.3.6.1.2.1.33.1.1.1.0": "APC"})
    assert found("snmp", SNMP, session) == "apc"


def test_a_generic_driver_is_the_last_one_tried() -> None:
    session = Played(Hello(sys_object_id="1.3.6.1.4.1.705.1"), {"1.3.6.1.2.1.33.1.1.1.0": "MGE"})
    assert found("snmp", SNMP, session) == "rfc1628"


def test_only_probes_are_asked() -> None:
    session = Played(Hello())
    with pytest.raises(Unsupported):
        found("snmp", SNMP, session)
    assert session.asked == ["1.3.6.1.4.1.318.1.1.1.1.1.1.0", "1.3.6.1.2.1.33.1.1.1.0"]


def test_an_unknown_device_is_named_by_what_was_seen() -> None:
    with pytest.raises(Unsupported, match=r"sysObjectID '1\.3\.6\.1\.4\.1\.4711', sysDescr 'A toaster'"):
        found("snmp", SNMP, Played(Hello(sys_object_id="1.3.6.1.4.1.4711", sys_descr="A toaster")))


def test_two_that_fit_equally_are_not_chosen_between() -> None:
    with pytest.raises(Unsupported, match=r"several drivers \(ios, nxos\)"):
        found("snmp", SNMP, Played(Hello(sys_object_id="1.3.6.1.4.1.9.1.1", sys_descr="Cisco")))


SSH = {
    "ios": Matches(ident=("^SSH-2.0-Cisco",), replies={"show version": "Cisco IOS"}),
    "asa": Matches(ident=("^SSH-2.0-Cisco",), replies={"show version": "Adaptive Security Appliance"}),
    "fortios": Matches(replies={"get system status": "^Version: Forti"}),
    "linux": Matches(replies={"cat /etc/os-release": "^ID="}, rank=500),
}


def test_the_reply_decides_between_those_whose_words_fit() -> None:
    session = Played(Hello(ident="SSH-2.0-Cisco-1.25"), {"show version": "Cisco Adaptive Security Appliance 9.16"})
    assert found("ssh", SSH, session) == "asa"


def test_a_question_of_two_drivers_is_asked_once() -> None:
    session = Played(Hello(ident="SSH-2.0-Cisco-1.25"), {"show version": "Cisco IOS Software"})
    found("ssh", SSH, session)
    assert session.asked == ["show version"]


def test_words_that_fit_alone_stand_when_the_question_stays_open() -> None:
    drivers = {"ios": SSH["ios"], "linux": SSH["linux"]}
    assert found("ssh", drivers, Played(Hello(ident="SSH-2.0-Cisco-1.25"))) == "ios"


def test_words_that_fit_do_not_stand_against_the_reply() -> None:
    session = Played(Hello(ident="SSH-2.0-Cisco-1.25"), {"show version": "x", "cat /etc/os-release": "ID=debian"})
    assert found("ssh", SSH, session) == "linux"


def test_without_words_the_questions_decide_in_the_order_of_rank() -> None:
    session = Played(Hello(ident="SSH-2.0-x"), {"get system status": "Version: FortiGate-60F v7.2.8"})
    assert found("ssh", SSH, session) == "fortios"
    assert "cat /etc/os-release" not in session.asked


def test_a_driver_without_conditions_fits_where_the_protocol_says_what_the_device_is() -> None:
    assert found("winrm", {"windows": Matches()}, Played(Hello())) == "windows"


def test_a_driver_without_conditions_does_not_fit_by_ssh() -> None:
    with pytest.raises(Unsupported):
        found("ssh", {"odd": Matches()}, Played(Hello()))


def test_a_named_driver_of_another_transport_is_refused() -> None:
    with pytest.raises(Unsupported, match="'local_host' is for local, the access is ssh"):
        named("local_host", "ssh")


def test_an_unknown_name_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(Unsupported, match=r"no driver is called 'nope' \(there are .*local_host"):
        named("nope", "ssh")


def test_a_driver_for_files_alone_is_refused_for_a_device() -> None:
    with pytest.raises(Unsupported, match="reads files"):
        named("windows_texts", "winrm")
