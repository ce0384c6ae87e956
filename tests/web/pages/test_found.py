"""What discoveries found, taken as devices or left aside."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from server.accounts.models import AuditEntry
from server.accounts.rights import Role
from server.clients.models import Device, Site
from server.scans.models import FoundDevice
from tests.web.access.conftest import make_site
from tests.web.conftest import MakePerson, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def switch(site: Site) -> FoundDevice:
    return FoundDevice.objects.create(
        site=site, address="10.20.0.9", ports=[22, 161, 443, 5985, 5986], sys_name="SW-HALL", sys_descr="a switch"
    )


def post(browser: Browser, site: Site, **told: object) -> str:
    url = reverse("client_found", args=[site.client.uid])
    return browser.post(url, {"kind": "device", "credentials": "", **told}, follow=True).content.decode()


def test_what_was_found_is_shown(browser: Browser, switch: FoundDevice) -> None:
    told = browser.get(reverse("client_found", args=[switch.site.client.uid])).content.decode()
    assert all(word in told for word in ("1 new address answered", "SW-HALL", "10.20.0.9", "a switch"))


def test_it_becomes_a_device_with_an_access_for_each_port_that_can_be_read(
    browser: Browser, switch: FoundDevice
) -> None:
    post(browser, switch.site, take="1", found=[switch.uid], kind="switch", credentials="ssh=sw-ro, snmp=snmp-ro")
    device = Device.objects.get()
    assert (device.name, device.kind) == ("SW-HALL", "switch")
    assert sorted(device.accesses.values_list("transport", "address", "port", "local_credential")) == [
        ("snmp", "10.20.0.9", 0, "snmp-ro"), ("ssh", "10.20.0.9", 0, "sw-ro"), ("winrm", "10.20.0.9", 0, ""),
    ]  # fmt: skip
    switch.refresh_from_db()
    assert (switch.state, switch.device) == ("taken", device)
    assert AuditEntry.objects.latest("pk").action == "found device taken"


def test_a_name_that_stands_already_is_told_apart_by_the_address(browser: Browser, switch: FoundDevice) -> None:
    Device.objects.create(client=switch.site.client, site=switch.site, name="SW-HALL")
    post(browser, switch.site, take="1", found=[switch.uid])
    assert Device.objects.filter(name="SW-HALL (10.20.0.9)").exists()


def test_one_that_cannot_be_taken_leaves_the_others_done(browser: Browser, switch: FoundDevice) -> None:
    odd = FoundDevice.objects.create(site=switch.site, address="169.254.1.1", ports=[22])
    told = post(browser, switch.site, take="1", found=[switch.uid, odd.uid])
    assert "1 is a device now." in told
    assert "169.254.1.1" in told
    odd.refresh_from_db()
    assert (odd.state, Device.objects.count()) == ("new", 1)


def test_what_is_left_aside_is_not_new_again(browser: Browser, switch: FoundDevice) -> None:
    assert "No new address answered" in post(browser, switch.site, ignore="1", found=[switch.uid])


def test_what_another_client_has_cannot_be_ticked(browser: Browser, switch: FoundDevice) -> None:
    assert "Tick at least one" in post(browser, make_site("Other"), take="1", found=[switch.uid])
    assert not Device.objects.exists()


def test_another_client_is_not_there(make_person: MakePerson, switch: FoundDevice) -> None:
    browser = signed_in(make_person(Role.TAM, clients=(make_site("Other").client,)))
    assert browser.get(reverse("client_found", args=[switch.site.client.uid])).status_code == 404


def test_who_may_not_edit_devices_does_not_see_it(make_person: MakePerson, switch: FoundDevice) -> None:
    browser = signed_in(make_person(Role.VCIO))
    assert browser.get(reverse("client_found", args=[switch.site.client.uid])).status_code == 403
