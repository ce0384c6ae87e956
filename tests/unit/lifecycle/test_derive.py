"""The facts that the lifecycle data fills in, and the gaps that say why it cannot."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.facts.gaps import Gap, GapReason
from collectors.facts.model import Section
from collectors.facts.reading import Reading, Source
from collectors.facts.scalars import Span
from collectors.facts.sections.patches import Patch
from collectors.facts.sections.system import Firmware, Os
from collectors.facts.sections.virtualization import Sql
from collectors.facts.sections.windows import Exchange
from collectors.facts.subject import Subject
from rules.lifecycle.derive import derive
from tests.unit.lifecycle.tables import TODAY, catalogue

AT = datetime(2026, 11, 21, 3, tzinfo=UTC)


def _subject(**sections: Section | tuple[Sql, ...]) -> Subject:
    source = Source(transport="ssh", driver="test")
    readings = {
        name: (Reading(section=name, read_at=AT, source=source, value=value),) for name, value in sections.items()
    }
    return Subject(name="one", kind="firewall", readings=readings)


def _derived(at: date = TODAY, **sections: Section) -> tuple[dict[str, object], Subject]:
    """Return the fields of the last section named, and the whole subject."""
    subject = derive(_subject(**sections), catalogue(), at)
    value = subject.readings[list(sections)[-1]][0].value
    assert isinstance(value, Section)
    return dict(value), subject


def _firmware(product: str, version: str, released: Span | None = None, at: date = TODAY) -> dict[str, object]:
    return _derived(at, firmware=Firmware(product=product, version=version, released=released))[0]


def test_a_listed_release_gets_its_day() -> None:
    assert _firmware("PAN-OS", "10.1.14-h20")["released"] == Span.exactly(date(2025, 11, 25), "catalogue")


def test_a_reported_build_day_stays() -> None:
    built = Span.built_on(date(2025, 5, 23))
    assert _firmware("FortiOS", "v7.4.8,build2795,250523 (GA.M)", built)["released"] == built


def test_a_build_day_that_the_catalogue_confirms_becomes_its_release_day() -> None:
    built = Span.built_on(date(2025, 11, 10))
    assert _firmware("pan-os", "10.1.14-h20", built)["released"] == Span.exactly(date(2025, 11, 25), "reported")


def test_a_day_that_the_catalogue_contradicts_becomes_a_span_over_both() -> None:
    told = Span.exactly(date(2024, 1, 1))
    expected = Span(earliest_on=date(2024, 1, 1), latest_on=date(2026, 7, 21), kind="reported")
    assert _firmware("pan-os", "10.2.18-h9", told)["released"] == expected


def test_a_reported_day_in_the_future_is_not_believed() -> None:
    assert _firmware("fortios", "7.4.8", Span.built_on(date(2027, 3, 1)))["released"] is None


def test_a_persons_day_stays() -> None:
    told = Span.exactly(date(2026, 3, 1), "person")
    assert _firmware("SonicOS", "7.0.1-R1456", told)["released"] == told


def test_the_start_of_a_line_is_not_a_release_day() -> None:
    _, subject = _derived(firmware=Firmware(product="FortiOS", version="8.0.1"))
    assert "8.0.1 is not among the dated releases" in subject.gaps["firmware.released"].text


def test_the_support_of_the_line_is_told() -> None:
    fields = _firmware("FortiOS", "7.2.10")
    assert (fields["cycle"], fields["cycle_supported_until_on"]) == ("7.2", date(2026, 9, 30))


def test_support_that_lies_ahead_is_not_told_by_an_old_catalogue() -> None:
    assert _firmware("FortiOS", "7.6.6", at=date(2027, 1, 1))["cycle_supported_until_on"] is None


def test_a_waiting_release_is_named_with_its_day() -> None:
    fields = _firmware("PAN-OS", "10.1.14-h16")
    assert (fields["newer_waiting"], fields["newer_release"]) == (True, "10.1.14-h20")


def test_an_old_catalogue_does_not_say_that_nothing_waits() -> None:
    _, subject = _derived(firmware=Firmware(product="PAN-OS", version="10.1.14-h20"))
    assert "the catalogue of 2026-08-22" in subject.gaps["firmware.newer_waiting"].text


def test_a_fresh_catalogue_says_that_nothing_waits() -> None:
    assert _firmware("PAN-OS", "10.1.14-h20", at=date(2026, 9, 1))["newer_waiting"] is False


def test_the_day_of_the_data_is_told() -> None:
    assert _firmware("PAN-OS", "10.1.14-h20")["known_as_of_on"] == date(2026, 8, 22)


def test_a_gap_of_the_driver_keeps_its_words() -> None:
    subject = _subject(firmware=Firmware(product="Cisco IOS", version="15.2(7)E0a"))
    cut = Gap(reason=GapReason.UNEXPECTED_REPLY, text="is cut off by the agent")
    reading = subject.readings["firmware"][0].model_copy(update={"field_gaps": {"released": cut}})
    derived = derive(Subject("one", "switch", {"firmware": (reading,)}), catalogue(), TODAY)
    assert derived.readings["firmware"][0].field_gaps["released"] == cut


def test_windows_gets_the_day_of_its_revision() -> None:
    os = Os(family="windows", product="Windows Server 2019 Standard", build="17763", revision=9121)
    assert _derived(os=os, patch=Patch())[0]["level_released"] == Span.exactly(date(2026, 8, 11), "catalogue")


def test_a_revision_in_no_table_is_a_gap() -> None:
    os = Os(family="windows", product="Windows Server 2022 Standard", build="20348", revision=99999)
    _, subject = _derived(os=os, patch=Patch())
    assert "20348.99999 is not among" in subject.gaps["patch.level_released"].text


@pytest.mark.parametrize(
    ("os", "until_on"),
    [
        (Os(family="windows", product="Microsoft Windows Server 2012 R2", build="9600"), date(2023, 10, 10)),
        (Os(family="windows", product="Windows 11 Enterprise", build="26100"), date(2027, 10, 12)),
        (Os(family="windows", product="Windows 11", build="26100"), None),
        (Os(family="linux", product="debian", version="12"), date(2026, 7, 11)),
        (Os(family="linux", product="Debian GNU/Linux", version="12"), date(2026, 7, 11)),
        (Os(family="linux", product="Plan 9", version="4"), None),
        (Os(family="linux", product="ubuntu"), None),
    ],
    ids=lambda value: str(getattr(value, "product", value)),
)
def test_an_operating_system_gets_its_end_of_support(os: Os, until_on: date | None) -> None:
    assert _derived(os=os)[0]["supported_until_on"] == until_on


def test_paid_support_is_told_apart() -> None:
    os = Os(family="windows", product="Windows Server 2012 R2", build="9600")
    assert _derived(os=os)[0]["extended_support_until_on"] == date(2026, 10, 13)


def test_exchange_gets_its_days() -> None:
    fields, _ = _derived(exchange=Exchange(build="Version 15.2 (Build 1748.10)"))
    assert fields["supported_until_on"] == date(2025, 10, 14)
    assert fields["newer_available_since_on"] == date(2025, 4, 18)


def test_each_sql_server_gets_its_end_of_support() -> None:
    derived = derive(_subject(sql=(Sql(name="A", version="15.0.4430.1"), Sql(name="B"))), catalogue(), TODAY)
    value = derived.readings["sql"][0].value
    assert isinstance(value, tuple)
    assert [getattr(item, "supported_until_on", None) for item in value] == [date(2030, 1, 8), None]


def test_sections_that_the_catalogue_does_not_know_stay_as_they_are() -> None:
    subject = _subject(firmware=Firmware(version="1.0"))
    assert derive(subject, catalogue(), TODAY).readings == subject.readings


_SPANS = st.none() | st.dates(date(2000, 1, 1), date(2040, 1, 1)).map(Span.built_on)


@given(
    product=st.sampled_from(["fortios", "PAN-OS", "RouterOS", "windows-server", "x", "Debian GNU/Linux"]),
    version=st.text(max_size=20) | st.sampled_from(["7.2.10", "10.1.14-h20", "7.21.5", "17763.9121", "12"]),
    released=_SPANS,
)
def test_any_firmware_is_derived_without_an_error(product: str, version: str, released: Span | None) -> None:
    fields = _firmware(product, version, released)
    assert fields["version"] == Firmware(version=version).version
