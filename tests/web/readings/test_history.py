"""History, retention, and what a client may ask for of its personal data."""

from datetime import UTC, datetime, timedelta

import pytest

from collectors.facts.reading import Device as ReadDevice
from collectors.facts.reading import Reading, Snapshot, Source, Value
from collectors.facts.sections.accounts import Account
from collectors.facts.sections.network import Interface
from collectors.facts.sections.system import Firmware, Identity
from collectors.facts.sections.windows import Service
from server.accounts.actor import Actor, Forbidden
from server.accounts.middleware import actor_of
from server.accounts.models import AuditEntry
from server.accounts.rights import Role
from server.clients.models import Device, Site
from server.readings.actions import erase_personal, export_personal, forget_old
from server.readings.arrive import Overtaken, Standing, arrived, standing_of, write
from server.readings.history import earlier_readings
from server.readings.models import DailySummary, FeedEntry, SectionChange, SectionValue
from server.readings.subject import subjects_of_devices
from tests.web.conftest import MakePerson

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def device(site: Site) -> Device:
    return Device.objects.create(client=site.client, site=site, name="KES-SW01")


def read(device: Device, at: datetime, **values: Value) -> None:
    """Let a device tell sections at an instant."""
    source = Source(transport="snmp", driver="cisco_ios_snmp")
    readings = tuple(Reading(section=name, read_at=at, source=source, value=value) for name, value in values.items())
    snapshot = Snapshot(observed_at=at, device=ReadDevice(name="d", transport="snmp"), readings=readings)
    standing = standing_of([device.pk]).get(device.pk, Standing())
    write(device, arrived(device, standing, snapshot, frozenset()), at)


def port(errors_count: int, description: str = "uplink") -> tuple[Interface, ...]:
    return (Interface(name="Gi0/1", description=description, in_errors_count=errors_count),)


def test_counters_that_rise_make_no_history_but_a_days_numbers(device: Device) -> None:
    for day in range(5):
        read(device, NOW + timedelta(days=day), interfaces=port(100 * day))
    assert (SectionChange.objects.count(), DailySummary.objects.count()) == (1, 5)


def test_rules_look_back_on_days_with_what_lasted_then(device: Device) -> None:
    read(device, NOW, interfaces=port(100))
    read(device, NOW + timedelta(days=1), interfaces=port(250, "to the workshop"))
    read(device, NOW + timedelta(days=2), interfaces=port(300, "to the workshop"))
    told = earlier_readings([device.pk], ["interfaces"], NOW - timedelta(days=1))[device.pk]["interfaces"]
    assert [(one.read_at, one.value) for one in told] == [
        (NOW + timedelta(days=2), port(300, "to the workshop")),
        (NOW + timedelta(days=1), port(250, "to the workshop")),
        (NOW, port(100)),
    ]


def test_a_subject_holds_the_past_of_the_sections_that_rules_look_back_on(device: Device) -> None:
    for day in range(3):
        read(device, NOW + timedelta(days=day), interfaces=port(100 * day))
    subject = subjects_of_devices([device], ["interfaces"], NOW - timedelta(days=1))[device.pk]
    assert len(subject.earlier["interfaces"]) == 3


def test_a_value_that_many_devices_share_is_stored_once(device: Device, site: Site) -> None:
    twin = Device.objects.create(client=site.client, site=site, name="KES-SW02")
    read(device, NOW, firmware=Firmware(version="1.0"))
    read(twin, NOW, firmware=Firmware(version="1.0"))
    assert (SectionChange.objects.count(), SectionValue.objects.count()) == (2, 1)


def test_names_of_persons_never_enter_the_history_of_other_sections(device: Device) -> None:
    read(device, NOW, services=(Service(name="spooler", account="KES\\anna"),))
    read(device, NOW + timedelta(days=1), services=(Service(name="spooler", account="KES\\boris"),))
    assert SectionChange.objects.count() == 1
    assert not SectionValue.objects.get().personal


def test_two_deliveries_of_one_device_cannot_both_win(device: Device) -> None:
    read(device, NOW, firmware=Firmware(version="1.0"))
    standing = standing_of([device.pk])[device.pk]
    source = Source(transport="snmp", driver="cisco_ios_snmp")
    reading = Reading(section="firmware", read_at=NOW, source=source, value=Firmware(version="1.1"))
    snapshot = Snapshot(observed_at=NOW, device=ReadDevice(name="d", transport="snmp"), readings=(reading,))
    first, second = (arrived(device, standing, snapshot, frozenset()) for _ in range(2))
    write(device, first, NOW)
    with pytest.raises(Overtaken):
        write(device, second, NOW)


def test_old_changes_go_and_the_last_of_each_section_stays(device: Device) -> None:
    for number, age in enumerate((900, 500, 10)):
        read(device, NOW - timedelta(days=age), firmware=Firmware(version=str(number)))
    read(device, NOW - timedelta(days=800), identity=Identity(model="X"))
    gone = forget_old(NOW)
    assert gone["changes"] == 2
    assert set(SectionChange.objects.values_list("section", "read_at")) == {
        ("firmware", NOW - timedelta(days=10)),
        ("identity", NOW - timedelta(days=800)),
    }
    assert SectionValue.objects.count() == 2


def test_personal_data_goes_after_ninety_days(device: Device) -> None:
    read(device, NOW - timedelta(days=100), admins=(Account(name="anna"),), firmware=Firmware(version="1"))
    read(device, NOW - timedelta(days=95), admins=(Account(name="anna"), Account(name="boris")))
    forget_old(NOW)
    subject = subjects_of_devices([device])[device.pk]
    assert set(subject.readings) == {"firmware"}
    assert list(SectionChange.objects.values_list("section", flat=True)) == ["firmware"]
    assert not FeedEntry.objects.filter(personal=True).exists()


def test_personal_data_that_is_read_again_stays(device: Device) -> None:
    read(device, NOW - timedelta(days=100), admins=(Account(name="anna"),))
    read(device, NOW - timedelta(days=2), admins=(Account(name="anna"),))
    forget_old(NOW)
    assert "admins" in subjects_of_devices([device])[device.pk].readings


def test_a_client_gets_its_personal_data_and_nothing_else(by: Actor, device: Device) -> None:
    services = (Service(name="spooler", account="KES\\anna", state="running"),)
    read(device, NOW, admins=(Account(name="anna"),), services=services, firmware=Firmware(version="1"))
    told = export_personal(by, device.client)["devices"]
    assert isinstance(told, dict)
    sections = {str(one["section"]): one["value"] for one in told["KES-SW01"]}  # type: ignore[union-attr, call-overload, index]
    assert sections == {"admins": [{"name": "anna"}], "services": [{"name": "spooler", "account": "KES\\anna"}]}
    assert AuditEntry.objects.get().action == "personal data exported"


def test_erasing_takes_names_out_of_all_that_is_kept(by: Actor, device: Device) -> None:
    services = (Service(name="spooler", account="KES\\anna", state="running"),)
    read(device, NOW, admins=(Account(name="anna"),), services=services)
    read(device, NOW + timedelta(days=1), admins=(Account(name="boris"),), services=services)
    assert erase_personal(by, device.client) == [device.pk]
    subject = subjects_of_devices([device])[device.pk]
    assert set(subject.readings) == {"services"}
    assert subject.readings["services"][0].value == (Service(name="spooler", state="running"),)
    assert not SectionValue.objects.filter(personal=True).exists()
    assert not FeedEntry.objects.filter(personal=True).exists()


def test_erasing_is_for_administrators(make_person: MakePerson, device: Device) -> None:
    read(device, NOW, admins=(Account(name="anna"),))
    with pytest.raises(Forbidden):
        erase_personal(actor_of(make_person(Role.CENTRALIZED_SERVICES), ""), device.client)
    assert "admins" in subjects_of_devices([device])[device.pk].readings
