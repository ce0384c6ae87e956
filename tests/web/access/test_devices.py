"""Devices with their accesses, from forms and from files; what identity marks propose."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from server.access.actions.device import Told, add_with_accesses
from server.access.actions.proposal import merge
from server.access.models import Access, AccessState
from server.accounts.actor import Actor
from server.accounts.models import AuditEntry
from server.accounts.rights import Role
from server.clients.actions.device import Described
from server.clients.models import Client, Device, DeviceGroup, DeviceProposal, DeviceState, RollUpDue, Site
from server.scans.models import ScanJob
from tests.web.access.conftest import Keyed, make_site, seal_one
from tests.web.conftest import MakePerson, signed_in

pytestmark = pytest.mark.django_db


def form(site: Site, *accesses: dict[str, str], name: str = "FW-MAIN", known_count: int = 0) -> dict[str, str]:
    told = {
        "name": name, "site": site.uid, "kind": "firewall", "place": "", "group": "", "roles": "edge, vpn",
        "access-TOTAL_FORMS": str(len(accesses)), "access-INITIAL_FORMS": str(known_count),
    }  # fmt: skip
    for number, access in enumerate(accesses):
        told |= {f"access-{number}-{field}": value for field, value in access.items()}
    return told


def add(browser: Browser, site: Site, *accesses: dict[str, str], name: str = "FW-MAIN") -> HttpResponse:
    response = browser.post(reverse("device_new", args=[site.client.uid]), form(site, *accesses, name=name))
    assert isinstance(response, HttpResponse)
    return response


SSH = {"transport": "ssh", "address": "10.20.0.1", "driver": "fortios", "credential": "fw-ro"}
SNMP = {"transport": "snmp", "address": "FW.Kestrel.Test", "port": "1161"}


def device_of(by: Actor, site: Site, name: str = "SW-1", *accesses: Told) -> Device:
    return add_with_accesses(by, site, Described(name, kind="switch"), accesses)


def test_a_device_has_several_accesses(browser: Browser, site: Site) -> None:
    response = add(browser, site, SSH, SNMP)
    device = Device.objects.get()
    assert response.headers["Location"] == reverse("device", args=[device.uid])
    assert (device.kind, device.kind_by_person, device.roles) == ("firewall", True, ["edge", "vpn"])
    assert sorted(device.accesses.values_list("transport", "address", "port", "local_credential")) == [
        ("snmp", "fw.kestrel.test", 1161, ""), ("ssh", "10.20.0.1", 0, "fw-ro"),
    ]  # fmt: skip


def test_a_credential_of_the_site_is_found_by_its_name(browser: Browser, by: Actor, site: Site, keyed: Keyed) -> None:
    credential = seal_one(by, site, "fw-ro")
    add(browser, site, SSH)
    access = Access.objects.get()
    assert (access.credential, access.local_credential) == (credential, "")


def test_a_credential_that_is_entered_later_is_taken_by_the_accesses_that_name_it(
    browser: Browser, by: Actor, site: Site, keyed: Keyed
) -> None:
    add(browser, site, SSH)
    assert Access.objects.get().local_credential == "fw-ro"
    assert seal_one(by, site, "fw-ro").accesses.count() == 1


@pytest.mark.parametrize(
    ("access", "says"),
    [
        ({**SSH, "address": "127.1"}, "Write the address with its four numbers"),
        ({**SSH, "address": "169.254.169.254"}, "metadata"),
        ({**SSH, "address": ""}, "needs the address"),
        ({**SSH, "driver": "no_such"}, "No agent of this site has a driver"),
        ({**SSH, "driver": "ups_mib"}, "This driver reads over SNMP"),
        ({**SSH, "driver": "../x"}, "small letters"),
        ({**SSH, "port": "70000"}, "less than or equal to 65535"),
        ({**SSH, "credential": "../x"}, "Letters, digits, blanks"),
        ({**SSH, "transport": "telnet"}, "not one of the available choices"),
    ],
)
def test_an_access_that_cannot_be_is_said_beside_its_field(
    browser: Browser, site: Site, keyed: Keyed, access: dict[str, str], says: str
) -> None:
    assert says in add(browser, site, access).content.decode()
    assert not Device.objects.exists()


def test_the_same_access_cannot_stand_twice(browser: Browser, site: Site) -> None:
    assert "stands twice" in add(browser, site, SSH, {**SSH, "driver": ""}).content.decode()


def test_a_credential_of_another_kind_is_refused(browser: Browser, by: Actor, site: Site, keyed: Keyed) -> None:
    seal_one(by, site, "fw-ro")
    told = add(browser, site, {**SNMP, "credential": "fw-ro"}).content.decode()
    assert "This credential is for SSH." in told


def test_without_an_agent_any_driver_name_is_taken(browser: Browser, site: Site) -> None:
    add(browser, site, {**SSH, "driver": "not_known_yet"})
    assert Access.objects.get().driver == "not_known_yet"


def test_two_devices_of_a_site_cannot_have_one_name(browser: Browser, site: Site) -> None:
    add(browser, site)
    assert "of this name already" in add(browser, site).content.decode()


def test_an_edited_device_keeps_what_is_known_of_unchanged_accesses(browser: Browser, by: Actor, site: Site) -> None:
    device = device_of(by, site, "SW-1", Told("ssh", "10.20.0.2"), Told("snmp", "10.20.0.2"))
    device.accesses.update(state=AccessState.WORKS, host_key="SHA256:abcdefghijklmnopq")
    known = device.accesses.order_by("transport")
    rows = [{"uid": one.uid, "transport": one.transport, "address": one.address} for one in known]
    rows[1]["address"] = "10.20.0.3"
    browser.post(reverse("device_edit", args=[device.uid]), form(site, *rows, name="SW-2", known_count=2))
    assert sorted(device.accesses.values_list("transport", "address", "state")) == [
        ("snmp", "10.20.0.2", "works"), ("ssh", "10.20.0.3", "untried"),
    ]  # fmt: skip
    assert device.accesses.exclude(host_key="").count() == 2
    assert RollUpDue.objects.filter(client=site.client).exists()


def test_an_access_that_is_ticked_goes(browser: Browser, by: Actor, site: Site) -> None:
    device = device_of(by, site, "SW-1", Told("ssh", "10.20.0.2"))
    row = {"uid": device.accesses.get().uid, "transport": "ssh", "address": "10.20.0.2", "DELETE": "on"}
    browser.post(reverse("device_edit", args=[device.uid]), form(site, row, name="SW-1", known_count=1))
    assert device.accesses.count() == 0


def test_a_device_is_retired_with_a_reason_and_taken_back(browser: Browser, by: Actor, site: Site) -> None:
    device = device_of(by, site)
    browser.post(reverse("device_out", args=[device.uid]), {"state": "retired", "why": "sold"})
    device.refresh_from_db()
    assert (device.state, device.state_why) == (DeviceState.RETIRED, "sold")
    browser.post(reverse("device_back", args=[device.uid]))
    device.refresh_from_db()
    assert device.state == DeviceState.IN_USE


def test_a_device_is_not_retired_without_a_reason(browser: Browser, by: Actor, site: Site) -> None:
    device = device_of(by, site)
    told = browser.post(reverse("device_out", args=[device.uid]), {"state": "retired"}, follow=True).content.decode()
    assert "Say why" in told
    assert Device.objects.get().state == DeviceState.IN_USE


def test_a_changed_key_is_trusted_by_a_person(browser: Browser, by: Actor, site: Site) -> None:
    device = device_of(by, site, "SW-1", Told("ssh", "10.20.0.2"))
    device.accesses.update(host_key="SHA256:the-old-key-of-it", offered_key="SHA256:the-new-key-of-it")
    access = device.accesses.get()
    told = browser.get(reverse("device_edit", args=[device.uid])).content.decode()
    assert "SHA256:the-new-key-of-it" in told
    browser.post(reverse("access_trust", args=[access.uid]), {"why": "new mainboard"})
    access.refresh_from_db()
    assert (access.host_key, access.offered_key) == ("SHA256:the-new-key-of-it", "")


OF_A_DEVICE = ("device_edit", "device_out", "device_back", "device_trust")
OF_A_CLIENT = ("device_new", "device_import", "device_sample", "client_groups", "proposals")


@pytest.mark.parametrize("name", [*OF_A_DEVICE, *OF_A_CLIENT])
def test_what_belongs_to_another_client_is_not_there(make_person: MakePerson, by: Actor, site: Site, name: str) -> None:
    uid = device_of(by, site).uid if name in OF_A_DEVICE else site.client.uid
    browser = signed_in(make_person(Role.TAM, clients=(make_site("Other").client,)))
    ask = browser.get if name in {"device_sample", "client_groups", "proposals"} else browser.post
    assert ask(reverse(name, args=[uid])).status_code == 404


@pytest.mark.parametrize("role", [Role.VCIO, Role.SERVICE_DESK, Role.AUDITOR, Role.COMMITTEE, Role.CLIENT_CONTACT])
def test_only_who_may_edit_devices_opens_the_forms(make_person: MakePerson, site: Site, role: Role) -> None:
    browser = signed_in(make_person(role))
    assert {browser.get(reverse(name, args=[site.client.uid])).status_code for name in OF_A_CLIENT} == {403}


# files


def send(browser: Browser, client: Client, content: str | bytes, **more: str) -> str:
    raw = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile("devices.csv", raw, "text/csv")
    response = browser.post(reverse("device_import", args=[client.uid]), {"file": file, **more}, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def take(browser: Browser, client: Client, text: str) -> str:
    url = reverse("device_import", args=[client.uid])
    return browser.post(url, {"text": text, "add": "1"}, follow=True).content.decode()


def test_the_sample_can_be_taken_as_it_is(browser: Browser, site: Site) -> None:
    site.places.create(name="server room")
    sample = browser.get(reverse("device_sample", args=[site.client.uid])).content
    told = send(browser, site.client, sample)
    assert "3 devices would be added" in told
    assert not Device.objects.exists()
    assert "3 devices are there." in take(browser, site.client, sample.decode("utf-8-sig"))
    assert Device.objects.get(name="FW-MAIN").accesses.count() == 2
    assert AuditEntry.objects.latest("pk").details["devices"] == 3


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfname,address,transport\r\nSW-1,10.20.0.2,ssh\r\n",
        b"name;address;transport\nSW-1;10.20.0.2;ssh\n",
        b"name\taddress\ttransport\nSW-1\t10.20.0.2\tssh\n",
        b'"name","address","transport"\n"SW-1","10.20.0.2","SSH"\n\n',
        "name,address,transport\nSW-1,10.20.0.2,ssh\n".encode("utf-16"),
        b"Name,Address,Transport,roles\nSW-1,10.20.0.2,ssh,K\xfcche\n",
    ],
)
def test_files_as_spreadsheets_write_them_are_read(browser: Browser, site: Site, content: bytes) -> None:
    assert "1 device would be added" in send(browser, site.client, content)


def test_every_problem_has_its_line_and_who_mends_it_and_nothing_is_added(
    browser: Browser, by: Actor, site: Site, keyed: Keyed
) -> None:
    device_of(by, site, "SW-OLD")
    text = (
        "name,site,kind,place,transport,address,port,driver\n"
        "SW-OLD,,,,,,,\n"
        ",,,,ssh,10.20.0.2,,\n"
        "A,Elsewhere,,,,,,\n"
        "B,,toaster,,,,,\n"
        "C,,,attic,,,,\n"
        "D,,,,telnet,10.20.0.3,,\n"
        "E,,,,ssh,0x7f000001,,\n"
        "F,,,,ssh,10.20.0.4,99999,\n"
        "G,,,,ssh,10.20.0.5,,no_such\n"
        "H,,,,,,,\n"
        "H,,,,,,,\n"
        "I,,,,ssh,10.20.0.6,,,,,,\n"
    )
    told = send(browser, site.client, text)
    for line in range(2, 11):
        assert f'data-label="Line">{line}</td>' in told
    assert "stands in line 11 already" in told
    assert "more cells than columns" in told
    assert "add the place at the site" in told
    assert "whoever keeps the site&#x27;s agent" in told or "whoever keeps the site's agent" in told
    assert "nothing was added" in take(browser, site.client, text) or Device.objects.count() == 1
    assert Device.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "The file holds no device."),
        ("name\n", "The file holds no device."),
        ("device,ip\nA,10.0.0.1\n", "The first line names the columns"),
        ("name,name\nA,B\n", "stands twice"),
        ('name,roles\n"A,B\n', "a quote is not closed"),
        ("name\n" + "A\n" * 5001, "more than 5,000 rows"),
        (b"name\n\x81\x8d\x8f", "The file is no text"),
    ],
)
def test_a_file_that_is_no_table_says_why(browser: Browser, site: Site, content: str | bytes, says: str) -> None:
    assert says in send(browser, site.client, content)


def test_what_looks_like_a_formula_stays_text(browser: Browser, site: Site) -> None:
    take(browser, site.client, "name,roles\n=cmd|' /C calc'!A0,+1\n")
    device = Device.objects.get()
    assert (device.name, device.roles) == ("=cmd|' /C calc'!A0", ["+1"])


def test_five_thousand_devices_are_taken_in_few_queries(browser: Browser, site: Site) -> None:
    rows = "".join(f"D-{number},10.20.{number // 250}.{number % 250 + 1},snmp\n" for number in range(5_000))
    with CaptureQueriesContext(connection) as told:
        take(browser, site.client, "name,address,transport\n" + rows)
    assert Access.objects.count() == 5_000
    assert len(told) < 300  # SQLite takes a few hundred values in a statement


# who is who


@pytest.fixture
def pair(by: Actor, site: Site) -> DeviceProposal:
    old = device_of(by, site, "FW-OLD", Told("ssh", "10.20.0.1"), Told("snmp", "10.20.0.1"))
    new = device_of(by, site, "FW-NEW", Told("snmp", "10.20.0.1"), Told("snmp", "10.20.0.9"))
    Device.objects.update(marks={"serial": "fgt60f1"})
    return DeviceProposal.objects.create(
        client=site.client, kind="merge", device=new, other=old, mark="serial number", text="shows the same serial"
    )


def test_merged_devices_are_one_with_all_accesses(browser: Browser, pair: DeviceProposal) -> None:
    told = browser.get(reverse("proposals", args=[pair.client.uid])).content.decode()
    assert "FW-NEW and FW-OLD seem to be one device" in told
    assert pair.other is not None
    browser.post(reverse("proposal_accept", args=[pair.uid]), {"kept": pair.other.uid})
    pair.other.refresh_from_db()
    pair.device.refresh_from_db()
    assert sorted(pair.other.accesses.values_list("transport", "address")) == [
        ("snmp", "10.20.0.1"), ("snmp", "10.20.0.9"), ("ssh", "10.20.0.1"),
    ]  # fmt: skip
    assert (pair.device.state, pair.device.state_why) == (DeviceState.RETIRED, "merged into FW-OLD")
    assert AuditEntry.objects.latest("pk").action == "devices merged"


def test_what_is_queued_for_a_merged_device_is_read_for_the_kept_one(by: Actor, pair: DeviceProposal) -> None:
    assert pair.other is not None
    jobs = [
        ScanJob.objects.create(
            site=access.device.site, device=access.device, access=access, not_after=timezone.now(), ended_at=ended_at
        )
        for access, ended_at in (
            (pair.device.accesses.get(transport="snmp", address="10.20.0.9"), None),
            (pair.other.accesses.first(), timezone.now()),
        )
        if access is not None
    ]
    merge(by, pair, pair.other)
    assert [ScanJob.objects.get(pk=job.pk).device for job in jobs] == [pair.other, pair.other]


def test_a_proposal_is_decided_once(browser: Browser, pair: DeviceProposal) -> None:
    browser.post(reverse("proposal_dismiss", args=[pair.uid]))
    assert browser.post(reverse("proposal_accept", args=[pair.uid]), {"kept": pair.device.uid}).status_code == 404
    assert Device.objects.filter(state=DeviceState.IN_USE).count() == 2


def test_a_device_that_moved_takes_the_address_and_the_stranger_is_gone(
    browser: Browser, by: Actor, site: Site
) -> None:
    moved = device_of(by, site, "SW-1", Told("ssh", "10.20.0.5"))
    moved.accesses.update(host_key="SHA256:its-own-key-of-it")
    other = device_of(by, site, "SW-2", Told("ssh", "10.20.0.6"), Told("snmp", "10.20.0.7"))
    Device.objects.filter(pk=other.pk).update(quarantined_at=timezone.now())
    one = DeviceProposal.objects.create(
        client=site.client, kind="move", device=moved, other=other, mark="serial", text="answers at 10.20.0.6 now"
    )
    told = browser.get(reverse("proposals", args=[site.client.uid])).content.decode()
    assert "SW-1 seems to have moved" in told
    browser.post(reverse("proposal_accept", args=[one.uid]), {"access": [other.accesses.get(transport="ssh").uid]})
    other.refresh_from_db()
    assert list(moved.accesses.values_list("address", "host_key")) == [("10.20.0.6", "SHA256:its-own-key-of-it")]
    assert (list(other.accesses.values_list("transport", flat=True)), other.quarantined_at) == (["snmp"], None)


def test_a_proposal_of_another_client_is_not_there(make_person: MakePerson, pair: DeviceProposal) -> None:
    browser = signed_in(make_person(Role.TAM, clients=(make_site("Other").client,)))
    for name in ("proposal_accept", "proposal_dismiss"):
        assert browser.post(reverse(name, args=[pair.uid])).status_code == 404


def test_a_group_is_renamed_and_dissolved(browser: Browser, by: Actor, site: Site) -> None:
    add_with_accesses(by, site, Described("fw-a", group="fw"), ())
    group = DeviceGroup.objects.get()
    url = reverse("group_change", args=[site.client.uid, group.uid])
    browser.post(url, {"name": "edge pair"})
    assert "edge pair" in browser.get(reverse("client_groups", args=[site.client.uid])).content.decode()
    browser.post(url, {"name": "edge pair", "dissolve": "1"})
    assert (DeviceGroup.objects.count(), Device.objects.get().group) == (0, None)


def queries(ask: Callable[[], object]) -> int:
    ask()
    with CaptureQueriesContext(connection) as told:
        ask()
    return len(told)


@pytest.mark.parametrize("name", ["client_groups", "proposals", "device_new"])
def test_a_page_asks_as_often_for_many_as_for_few(browser: Browser, by: Actor, pair: DeviceProposal, name: str) -> None:
    site, url = pair.device.site, reverse(name, args=[pair.client.uid])
    add_with_accesses(by, site, Described("fw-a", group="fw"), ())
    few = queries(lambda: browser.get(url))
    for number in range(5):
        one = add_with_accesses(by, site, Described(f"d{number}", group=f"g{number}"), [Told("ssh", "10.20.3.1")])
        DeviceProposal.objects.create(client=site.client, kind="merge", device=one, other=pair.device, text="same")
    assert queries(lambda: browser.get(url)) == few
