"""Tokens: never more than their maker has, when made and ever after."""

from datetime import datetime, timedelta

import pytest
from django.test import Client as Browser
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from server.accounts import token_auth
from server.accounts.actions.tokens import TooLong, end_token, make_token
from server.accounts.actor import Actor, Forbidden, NotThere
from server.accounts.middleware import actor_of
from server.accounts.models import ApiToken, AuditEntry, RoleHeld, User
from server.accounts.rights import Right, Role
from server.accounts.token_auth import actor_for, actor_of_token, digest, new_token
from server.clients.models import Client, ClientAssignment, Site
from tests.web.conftest import MakePerson, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def later(days: int = 30) -> datetime:
    return timezone.now() + timedelta(days=days)


def asked(token: str, scheme: str = "Bearer") -> Actor | None:
    return actor_for(RequestFactory().get("/", headers={"Authorization": f"{scheme} {token}"}))


rights = st.frozensets(st.sampled_from(list(Right)))
roles = st.frozensets(st.sampled_from(list(Role)))
numbers = st.frozensets(st.integers(0, 3))


@settings(max_examples=60)
@given(
    asked_for=rights, at_first=roles, later_on=roles, wide=st.booleans(), listed=numbers, seen=numbers, still=numbers
)
def test_a_token_never_may_more_than_its_maker_at_any_time(
    asked_for: frozenset[Right],
    at_first: frozenset[Role],
    later_on: frozenset[Role],
    wide: bool,
    listed: frozenset[int],
    seen: frozenset[int],
    still: frozenset[int],
) -> None:
    user = User.objects.create_user(f"{token_auth.new_token()}@msp.test", "Maker")
    clients = [Client.objects.create(name=f"{user.email} {number}") for number in range(4)]

    def put(held: frozenset[Role], in_scope: frozenset[int], everything: bool) -> None:
        RoleHeld.objects.filter(user=user).delete()
        ClientAssignment.objects.filter(user=user).delete()
        RoleHeld.objects.bulk_create([RoleHeld(user=user, role=role) for role in held])
        ClientAssignment.objects.bulk_create([ClientAssignment(user=user, client=clients[n]) for n in in_scope])
        User.objects.filter(pk=user.pk).update(all_clients=everything)

    put(at_first, seen, wide)
    maker = actor_of(User.objects.get(pk=user.pk), "")
    wanted = [clients[n].uid for n in listed]
    try:
        token, _secret = make_token(maker, "t", asked_for, later(), clients=wanted or None)
    except (Forbidden, NotThere):
        enough = asked_for <= maker.rights - token_auth.NEVER and maker.may(Right.OWN_ACCOUNT)
        assert not enough or not all(maker.sees(clients[n].pk) for n in listed)
        return
    put(later_on, still, False)
    maker = actor_of(User.objects.get(pk=user.pk), "")
    acting = actor_of_token(ApiToken.objects.select_related("user").get(pk=token.pk))
    assert acting.rights <= maker.rights & asked_for
    assert Right.OWN_ACCOUNT not in acting.rights
    assert not acting.all_clients
    assert acting.client_ids <= maker.client_ids
    assert not listed or acting.client_ids <= {clients[n].pk for n in listed}


def test_a_token_acts_in_its_makers_name(by: Actor) -> None:
    token, secret = make_token(by, "report", [Right.SEE_CLIENTS], later())
    acting = asked(secret)
    assert acting is not None
    assert (acting.name, acting.token_uid, acting.rights) == (
        f"report ({by.name})",
        token.uid,
        frozenset({Right.SEE_CLIENTS}),
    )


def test_only_the_hash_of_a_token_is_kept(by: Actor) -> None:
    _token, secret = make_token(by, "report", [Right.SEE_CLIENTS], later())
    assert secret not in str([list(kind.objects.values()) for kind in (ApiToken, AuditEntry)])


@pytest.mark.parametrize("how", ["ended", "over", "maker deactivated"])
def test_a_token_that_has_ended_opens_nothing(by: Actor, administrator: User, how: str) -> None:
    token, secret = make_token(by, "report", [Right.SEE_CLIENTS], later())
    if how == "ended":
        end_token(by, token.uid)
    elif how == "over":
        ApiToken.objects.update(ends_at=timezone.now())
    else:
        User.objects.update(is_active=False)
    assert asked(secret) is None


@pytest.mark.parametrize(
    "told", ["", "dl_", "dl_short", "x" * 46, "dl_" + "a" * 43, "dl_" + "a" * 5000, "dl_\x00" + "a" * 42]
)
def test_what_is_no_token_opens_nothing(told: str) -> None:
    assert asked(told) is None


def test_another_scheme_opens_nothing(by: Actor) -> None:
    _token, secret = make_token(by, "report", [Right.SEE_CLIENTS], later())
    assert (asked(secret, "Basic"), asked(secret, "bearer") is None) == (None, False)


def test_a_token_makes_no_token(by: Actor) -> None:
    _token, secret = make_token(by, "all", by.rights - token_auth.NEVER, later())
    acting = asked(secret)
    assert acting is not None
    with pytest.raises(Forbidden):
        make_token(acting, "another", [Right.SEE_CLIENTS], later())


@pytest.mark.parametrize("days", [-1, 0, 367, 3650])
def test_a_token_ends_within_a_year(by: Actor, days: int) -> None:
    with pytest.raises(TooLong):
        make_token(by, "report", [Right.SEE_CLIENTS], later(days))


def test_a_token_for_a_client_out_of_scope_is_not_made(make_person: MakePerson, site: Site) -> None:
    limited = actor_of(make_person(Role.TAM, clients=(site.client,)), "")
    other = Client.objects.create(name="Elsewhere")
    for uid in (other.uid, "made-up"):
        with pytest.raises(NotThere):
            make_token(limited, "report", [Right.SEE_CLIENTS], later(), clients=[uid])


def test_the_use_of_a_token_is_noted_once_a_minute(by: Actor) -> None:
    _token, secret = make_token(by, "report", [Right.SEE_CLIENTS], later())
    asked(secret)
    first = ApiToken.objects.get().last_used_at
    asked(secret)
    assert (ApiToken.objects.get().last_used_at, ApiToken.objects.get().last_used_from) == (first, "127.0.0.1")


def test_the_page_shows_a_token_once(browser: Browser) -> None:
    given_ = {"name": "report", "rights": ["see clients"], "ends_on": later().date().isoformat()}
    page = browser.post("/account/tokens/", given_)
    secret = page.context["shown"]
    assert ApiToken.objects.get().sha256 == digest(secret)
    assert secret not in browser.get("/account/tokens/").content.decode()


def test_the_page_offers_only_rights_that_one_has(make_person: MakePerson) -> None:
    browser = signed_in(make_person(Role.VCIO))
    given_ = {"name": "report", "rights": ["manage users"], "ends_on": later().date().isoformat()}
    browser.post("/account/tokens/", given_)
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(("role", "offered"), [(Role.TAM, True), (Role.CLIENT_CONTACT, False)])
def test_the_page_offers_only_clients_that_one_sees(
    make_person: MakePerson, site: Site, role: Role, offered: bool
) -> None:
    Client.objects.create(name="Elsewhere")
    page = signed_in(make_person(role, clients=(site.client,))).get("/account/tokens/").content.decode()
    assert ("Kestrel Joinery" in page, "Elsewhere" in page) == (offered, False)


def test_a_token_for_some_clients_does_not_manage_the_server(by: Actor, site: Site) -> None:
    every = frozenset({Right.MANAGE_SERVER, Right.SEE_CLIENTS})
    token, _secret = make_token(by, "RMM", every, later(), clients=[site.client.uid])
    assert actor_of_token(token).rights == {Right.SEE_CLIENTS}


def test_one_ends_ones_own_tokens_and_nobody_elses(make_person: MakePerson, by: Actor) -> None:
    token, _secret = make_token(by, "report", [Right.SEE_CLIENTS], later())
    assert signed_in(make_person(Role.TAM)).post(f"/account/tokens/{token.uid}/end/").status_code == 404
    assert ApiToken.objects.get().ended_at is None


def test_tokens_differ() -> None:
    assert len({new_token() for _ in range(100)}) == 100
