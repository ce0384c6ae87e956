"""Clients, sites, statements and devices: what a person may do with them, and what stays in the record."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from server.accounts.actor import Actor, Forbidden, NotThere
from server.accounts.models import AuditEntry
from server.accounts.rights import Right
from server.clients.actions.client import (
    Refused,
    add_client,
    add_site,
    change_client,
    change_site,
    state_none,
    withdraw_statement,
)
from server.clients.actions.device import (
    Described,
    add_device,
    change_device,
    dismiss,
    take_back,
    take_out,
    trust_again,
)
from server.clients.models import (
    Client,
    ClientState,
    Device,
    DeviceGroup,
    DeviceProposal,
    DeviceState,
    RollUpDue,
    Site,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)


def last_entry() -> AuditEntry:
    entry = AuditEntry.objects.order_by("-pk").first()
    assert entry is not None
    return entry


def test_a_new_client_has_a_site_and_stands_in_the_record(by: Actor) -> None:
    client = add_client(by, "Alder Street Law", "Europe/London", "Office", ["managed"])
    assert [site.name for site in client.sites.all()] == ["Office"]
    assert (last_entry().action, last_entry().object_uid, last_entry().client_uid) == (
        "client added",
        client.uid,
        client.uid,
    )


def test_who_adds_a_client_without_seeing_all_sees_it(make_person: object, by: Actor) -> None:
    limited = Actor("Cent", frozenset({Right.EDIT_CLIENTS, Right.SEE_CLIENTS}), user_id=by.user_id)
    client = add_client(limited, "Alder Street Law", "Europe/London", "Office")
    assert client.assignments.filter(user_id=by.user_id or 0).exists()


def test_a_client_of_others_cannot_be_changed(site: Site) -> None:
    stranger = Actor("Stranger", frozenset(Right))
    with pytest.raises(NotThere):
        change_client(stranger, site.client, "Mine", "UTC", [], "")
    assert Client.objects.get().name == "Kestrel Joinery"


def test_without_the_right_nothing_is_changed(site: Site) -> None:
    reader = Actor("Reader", frozenset({Right.SEE_CLIENTS}), all_clients=True)
    with pytest.raises(Forbidden):
        add_site(reader, site.client, "Workshop", "UTC")
    assert Site.objects.count() == 1


def test_the_internal_note_does_not_stand_in_the_record(by: Actor, site: Site) -> None:
    change_client(by, site.client, "Kestrel", "UTC", ["a"], "their safe is behind the door")
    assert "safe" not in str(last_entry().details)


def test_places_that_are_left_out_go_and_devices_stay(by: Actor, site: Site) -> None:
    change_site(by, site, "Main office", "UTC", ["server room", "hall"])
    place = site.places.get(name="hall")
    device = add_device(by, site, Described("ups-1", place=place))
    change_site(by, site, "Main office", "UTC", ["server room"])
    device.refresh_from_db()
    assert (device.place, list(site.places.values_list("name", flat=True))) == (None, ["server room"])


@pytest.mark.parametrize("until", [TODAY - timedelta(days=1), date(2027, 11, 23)])
def test_a_statement_holds_for_twelve_months_at_most(by: Actor, site: Site, until: date) -> None:
    with pytest.raises(Refused, match="12 months"):
        state_none(by, site.client, "ups", until, TODAY)


def test_a_statement_replaces_the_one_before_and_has_the_client_rolled_up(by: Actor, site: Site) -> None:
    state_none(by, site.client, "ups", TODAY, TODAY)
    second = state_none(by, site.client, "ups", date(2027, 11, 22), TODAY)
    assert list(site.client.statements.filter(withdrawn_at=None)) == [second]
    assert RollUpDue.objects.filter(client=site.client).exists()


def test_a_statement_that_is_taken_back_stays_in_the_record(by: Actor, site: Site) -> None:
    withdraw_statement(by, state_none(by, site.client, "ups", TODAY, TODAY))
    assert site.client.statements.filter(withdrawn_at__isnull=False).count() == 1


def test_two_devices_in_use_cannot_have_one_name(by: Actor, site: Site) -> None:
    add_device(by, site, Described("sw-1"))
    with pytest.raises(Refused, match="sw-1"):
        add_device(by, site, Described("sw-1"))


def test_a_retired_device_frees_its_name_and_can_only_come_back_without_a_rival(by: Actor, site: Site) -> None:
    old = add_device(by, site, Described("sw-1"))
    take_out(by, old, DeviceState.RETIRED, "replaced")
    add_device(by, site, Described("sw-1"))
    old.refresh_from_db()
    with pytest.raises(Refused):
        take_back(by, old)


def test_a_kind_that_does_not_exist_is_refused(by: Actor, site: Site) -> None:
    with pytest.raises(Refused):
        add_device(by, site, Described("sw-1", kind="toaster"))


def test_a_device_never_moves_to_another_client(by: Actor, site: Site) -> None:
    device = add_device(by, site, Described("sw-1"))
    other = Site.objects.create(client=Client.objects.create(name="Other"), name="Office")
    with pytest.raises(Refused, match="another client"):
        change_device(by, device, other, Described("sw-1"))


def test_a_group_is_made_when_it_is_first_named(by: Actor, site: Site) -> None:
    for name in ("fw-a", "fw-b"):
        add_device(by, site, Described(name, kind="firewall", group="fw"))
    assert DeviceGroup.objects.get().devices.count() == 2


def test_confirming_an_identity_ends_the_quarantine_and_forgets_the_marks(by: Actor, site: Site) -> None:
    device = add_device(by, site, Described("sw-1"))
    Device.objects.filter(pk=device.pk).update(quarantined_at=timezone.now(), marks={"serial": "abc"})
    trust_again(by, device, "replaced under warranty")
    device.refresh_from_db()
    assert (device.quarantined_at, device.marks, last_entry().details["why"]) == (None, {}, "replaced under warranty")


def test_a_dismissed_proposal_changes_nothing(by: Actor, site: Site) -> None:
    device = add_device(by, site, Described("sw-1"))
    proposal = DeviceProposal.objects.create(
        client=site.client, kind="merge", device=device, mark="serial abc", text="the same serial number"
    )
    dismiss(by, proposal)
    proposal.refresh_from_db()
    assert (proposal.decision, Device.objects.count()) == ("dismissed", 1)


def test_nothing_is_changed_at_a_client_that_has_left(by: Actor, site: Site) -> None:
    Client.objects.update(state=ClientState.LEFT)
    client = Client.objects.get()
    with pytest.raises(Refused, match="read-only"):
        add_site(by, client, "Workshop", "UTC")
    with pytest.raises(Refused, match="read-only"):
        add_device(by, client.sites.get(), Described("sw-1"))
