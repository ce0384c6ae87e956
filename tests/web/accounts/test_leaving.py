"""A person leaves: one page shows what hangs on them, one action ends and hands over, ticks come later."""

import pytest
from django.test import Client as Browser

from server.access.models import Credential
from server.accounts.actions import leaving
from server.accounts.actor import Actor, Forbidden
from server.accounts.models import ApiToken, AuditEntry, DepartureItem, User
from server.accounts.rights import Role
from server.clients.models import ClientAssignment, Site
from server.notices.models import Problem
from tests.web.conftest import MakePerson, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def leaver(make_person: MakePerson, site: Site) -> User:
    """Return a TAM with a client, two credentials, a problem and a token."""
    user = make_person(Role.TAM, clients=(site.client,))
    for number in (1, 2):
        Credential.objects.create(
            client=site.client, site=site, name=f"switches-{number}", kind="ssh", entered_by=user, owner=user
        )
    Problem.objects.create(cause="x", title="Access denied by WinRM", acts="we", owner=user)
    ApiToken.objects.create(user=user, name="report", sha256="0" * 64)
    return user


def test_the_page_shows_all_that_hangs_on_the_person(browser: Browser, leaver: User) -> None:
    page = browser.get(f"/settings/people/{leaver.uid}/leaving/").content.decode()
    for words in ("Kestrel Joinery", "Main office: switches-1", "Access denied by WinRM", "1 token"):
        assert words in page


def test_one_action_hands_over_and_ends_every_way_in(
    browser: Browser, leaver: User, make_person: MakePerson, site: Site
) -> None:
    to = make_person(Role.TAM, clients=())
    theirs = signed_in(leaver)
    browser.post(f"/settings/people/{leaver.uid}/leaving/", {"to": to.uid})
    assert theirs.get("/").status_code == 302
    assert not ApiToken.objects.filter(ended_at=None).exists()
    assert ClientAssignment.objects.get().user == to
    assert {one.owner for one in Credential.objects.all()} == {to}
    assert Problem.objects.get().owner == to


def test_what_was_known_is_to_be_changed_each_with_a_tick(browser: Browser, leaver: User) -> None:
    browser.post(f"/settings/people/{leaver.uid}/leaving/", {"to": ""})
    assert set(Credential.objects.values_list("to_be_changed", flat=True)) == {True}
    items = DepartureItem.objects.order_by("name")
    assert [one.name for one in items] == [f"Kestrel Joinery, Main office: switches-{n}" for n in (1, 2)]
    assert "2 things that" in browser.get(f"/settings/people/{leaver.uid}/").content.decode()
    browser.post(f"/settings/people/to-change/{items[0].uid}/")
    assert sorted(Credential.objects.values_list("to_be_changed", flat=True)) == [False, True]
    assert "1 thing that" in browser.get(f"/settings/people/{leaver.uid}/").content.decode()


def test_a_tick_is_set_once(browser: Browser, by: Actor, leaver: User) -> None:
    leaving.leave(by, leaver, None)
    item = DepartureItem.objects.select_related("departure__user").first()
    assert item is not None
    assert [leaving.tick(by, item), leaving.tick(by, item)] == [True, False]


def test_the_entry_says_what_went_where(by: Actor, leaver: User, administrator: User) -> None:
    leaving.leave(by, leaver, administrator)
    details = AuditEntry.objects.get(action="person left").details
    assert (details["to"], details["tokens"]) == (administrator.name, 1)
    assert details["handed_over"] == {"clients": 1, "credentials": 2, "problems": 1}


def test_nothing_is_given_to_somebody_who_is_gone_or_to_the_leaver(
    browser: Browser, leaver: User, make_person: MakePerson
) -> None:
    gone = make_person(Role.TAM)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    for to in (gone.uid, leaver.uid, "made-up"):
        page = browser.post(f"/settings/people/{leaver.uid}/leaving/", {"to": to}).content.decode()
        assert "somebody else who is active" in page
    assert User.objects.get(pk=leaver.pk).is_active


def test_the_last_administrator_does_not_leave(browser: Browser, administrator: User) -> None:
    page = browser.post(f"/settings/people/{administrator.uid}/leaving/", {"to": ""}).content.decode()
    assert "last administrator" in page


def test_a_tam_lets_nobody_leave(leaver: User, make_person: MakePerson) -> None:
    from server.accounts.middleware import actor_of

    with pytest.raises(Forbidden):
        leaving.leave(actor_of(make_person(Role.TAM), ""), leaver, None)


def test_an_assignment_that_the_heir_has_already_is_not_doubled(
    by: Actor, leaver: User, make_person: MakePerson, site: Site
) -> None:
    to = make_person(Role.TAM, clients=(site.client,))
    leaving.leave(by, leaver, to)
    assert [one.user for one in ClientAssignment.objects.all()] == [to]
