"""Readiness: what works, what stays unknown because of what does not, and what would mend it."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from server.access.mending import MENDINGS, family_of, mending_for
from server.access.models import Access, AccessState, Credential
from server.accounts.rights import Role
from server.clients.models import Client, Device
from tests.seeding import Planted, plant_device
from tests.web.conftest import MakePerson, signed_in
from tests.web.pages.conftest import AT

pytestmark = pytest.mark.django_db


def text_of(browser: Browser, name: str, uid: str, query: str = "") -> str:
    response = browser.get(reverse(name, args=[uid]) + query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (AccessState.WORKS, "WinRM: Works"),
        (AccessState.CLOSED, "Enable-PSRemoting"),
        (AccessState.REFUSED, "Unlock-ADAccount"),
        (AccessState.RIGHT_MISSING, "S-1-5-32-573"),
        (AccessState.UNTRIED, "WinRM: Not tried"),
    ],
)
def test_an_access_says_how_it_is_and_what_would_mend_it(
    browser: Browser, kestrel: Client, server_device: Device, state: AccessState, says: str
) -> None:
    server_device.accesses.update(state=state, reason="unreachable", text="does not answer")
    assert says in text_of(browser, "client_readiness", kestrel.uid)
    assert says in text_of(browser, "device_readiness", server_device.uid)


def test_commands_name_the_account_of_the_credential(browser: Browser, kestrel: Client, server_device: Device) -> None:
    one = Credential.objects.create(
        client=kestrel, site=server_device.site, name="srv-ro", kind="winrm", account={"user": "KESTREL\\svc-ro"}
    )
    server_device.accesses.update(state=AccessState.REFUSED, credential=one)
    assert "-Member &#x27;KESTREL\\svc-ro&#x27;" in text_of(browser, "client_readiness", kestrel.uid)


def test_a_device_that_was_never_read_owes_all_that_its_kind_is_asked(
    browser: Browser, kestrel: Client, server_device: Device
) -> None:
    Device.objects.filter(pk=server_device.pk).update(read_at=None)
    server_device.accesses.update(state=AccessState.CLOSED, reason="unreachable", text="does not answer")
    assert "questions stay unknown" in text_of(browser, "device_readiness", server_device.uid)


def test_a_missing_right_names_the_questions_it_costs(browser: Browser, server_device: Device) -> None:
    from collectors.facts.gaps import Gap, GapReason
    from rules.verdict import Reason, Word
    from server.alignment.packed import Kept, packed
    from server.standards.library import in_force

    standard = next(one for one in in_force().library.standards if "windows server" in one.kinds)
    gap = Gap(reason=GapReason.ACCESS_DENIED, text="was denied to the account")
    kept = Kept(Word.UNKNOWN, Reason.GAP, None, (), (), (("certificates", gap),), None)
    server_device.verdicts.packed = packed({standard.id: kept})
    server_device.verdicts.save()
    server_device.accesses.update(
        state=AccessState.RIGHT_MISSING, reason="access denied", text="certificates: was denied to the account"
    )
    told = text_of(browser, "device_readiness", server_device.uid)
    assert "1 question unknown because of it" in told


@pytest.mark.parametrize("show", ["", "fails", "untried", "works", "none"])
def test_the_filters_leave_devices_that_are_like_this(browser: Browser, kestrel: Client, show: str) -> None:
    Access.objects.filter(device__name="UPS-RACK").update(state=AccessState.CLOSED)
    Access.objects.filter(device__name="SRV-FILES").update(state=AccessState.UNTRIED)
    Device.objects.create(client=kestrel, site=kestrel.sites.get(), name="BARE")
    left = {"": 4, "fails": 1, "untried": 1, "works": 1, "none": 1}[show]
    assert text_of(browser, "client_readiness", kestrel.uid, f"?show={show}").count('<li class="ready">') == left


def test_a_transport_can_be_looked_at_alone(browser: Browser, kestrel: Client) -> None:
    Access.objects.filter(transport="winrm").update(state=AccessState.REFUSED)
    told = text_of(browser, "client_readiness", kestrel.uid, "?over=snmp&show=fails")
    assert "No device is like this" in told


@pytest.mark.parametrize(("name", "of"), [("client_readiness", "client"), ("device_readiness", "device")])
def test_another_client_is_not_there(
    make_person: MakePerson, alder: Client, server_device: Device, name: str, of: str
) -> None:
    browser = signed_in(make_person(Role.TAM, clients=(alder,)))
    uid = server_device.uid if of == "device" else server_device.client.uid
    assert browser.get(reverse(name, args=[uid])).status_code == 404


def queries(ask: Callable[[], object]) -> int:
    ask()
    with CaptureQueriesContext(connection) as told:
        ask()
    return len(told)


def test_the_page_asks_as_often_for_many_as_for_few(browser: Browser, kestrel: Client) -> None:
    url = reverse("client_readiness", args=[kestrel.uid])
    few = queries(lambda: browser.get(url))
    for number in range(6):
        planted = Planted(f"UPS-{number}", "ups_mib/single_phase", "snmp", AccessState.CLOSED)
        plant_device(kestrel.sites.get(), planted, f"192.0.2.{number}", AT)
    assert queries(lambda: browser.get(url)) == few


@pytest.mark.parametrize(
    ("transport", "driver", "kind", "family"),
    [
        ("winrm", "", "device", "windows"),
        ("ssh", "fortios", "firewall", "fortios"),
        ("ssh", "", "linux server", "linux"),
        ("ssh", "no_such", "switch", "ssh"),
        ("snmp", "ups_mib", "ups", "snmp_ups"),
        ("snmp", "fortigate_snmp", "firewall", "snmp_fortios"),
        ("snmp", "", "printer", "snmp"),
        ("nut", "", "ups", "nut"),
    ],
)
def test_the_platform_is_known_by_driver_or_kind(transport: str, driver: str, kind: str, family: str) -> None:
    assert family_of(transport, driver, kind) == family
    assert mending_for(family, AccessState.CLOSED) is not None


def test_no_command_holds_a_password_of_its_own() -> None:
    assert all("ACCOUNT" in one.commands or "AGENT" in one.commands or one.shell == "AOS-CX" or "scope" in one.commands
               or "tacacs" in one.commands for one in MENDINGS.values())  # fmt: skip
