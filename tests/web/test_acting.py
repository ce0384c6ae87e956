"""The frame of actions: right and scope first, one transaction, one entry in a chain."""

import pytest

from server.accounts.acting import GENESIS, acting, digest
from server.accounts.actor import Actor, Forbidden, NotThere
from server.accounts.models import AuditEntry
from server.accounts.rights import Right
from server.clients.models import Client, Site

pytestmark = pytest.mark.django_db


def test_an_action_leaves_one_entry_that_says_who_what_and_from_where(by: Actor, site: Site) -> None:
    with acting(by, Right.EDIT_CLIENTS, "client renamed", client_id=site.client.pk, about=site.client) as act:
        act.details["name"] = "Kestrel"
    entry = AuditEntry.objects.get()
    told = (entry.actor, entry.source, entry.action, entry.object_kind, entry.object_uid, entry.details)
    assert told == ("Person 1", "192.0.2.1", "client renamed", "client", site.client.uid, {"name": "Kestrel"})


def test_an_action_that_fails_leaves_nothing(by: Actor, site: Site) -> None:
    def half() -> None:
        with acting(by, Right.EDIT_CLIENTS, "client renamed"):
            Client.objects.update(name="changed")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        half()
    assert (AuditEntry.objects.count(), Client.objects.get().name) == (0, "Kestrel Joinery")


def test_who_lacks_the_right_does_nothing() -> None:
    nobody = Actor("Nobody", frozenset(), all_clients=True)
    with pytest.raises(Forbidden), acting(nobody, Right.EDIT_CLIENTS, "client renamed"):
        raise AssertionError("it began")


def test_a_client_out_of_scope_is_not_there(site: Site) -> None:
    stranger = Actor("Stranger", frozenset(Right))
    with pytest.raises(NotThere), acting(stranger, Right.EDIT_CLIENTS, "renamed", client_id=site.client.pk):
        raise AssertionError("it began")


def test_each_entry_is_tied_to_the_one_before(by: Actor) -> None:
    for number in range(3):
        with acting(by, Right.EDIT_CLIENTS, "tried") as act:
            act.details["number"] = number
    entries = list(AuditEntry.objects.order_by("pk"))
    assert [one.previous_sha256 for one in entries] == [GENESIS, entries[0].sha256, entries[1].sha256]
    assert [digest(one) for one in entries] == [one.sha256 for one in entries]
