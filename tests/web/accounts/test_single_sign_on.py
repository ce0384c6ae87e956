"""Single sign-on: only people who are here, only by an address that the provider has verified."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import LazySettings
from django.test import Client as Browser

from server.accounts.models import LogIn, User
from server.accounts.rights import Role
from server.environment import Environment
from server.identity_provider import single_sign_on
from tests.peers.identity_provider import CLIENT_ID, IdentityProvider
from tests.web.conftest import MakePerson

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings: LazySettings) -> Iterator[IdentityProvider]:
    """Return a provider that the server knows."""
    with IdentityProvider() as one:
        environment = Environment(oidc_issuer=one.issuer, oidc_client_id=CLIENT_ID, oidc_name="Larkfield accounts")
        settings.SOCIALACCOUNT_PROVIDERS = single_sign_on(environment)
        settings.SINGLE_SIGN_ON = "Larkfield accounts"
        yield one


def came_back(browser: Browser, provider: IdentityProvider, state: str | None = None, **more: str) -> str:
    """Go to the provider and come back; return where that leads to."""
    there = urlsplit(browser.get("/sign-in/with/company/?next=/account/").headers["Location"])
    asked = parse_qs(there.query)
    assert asked["redirect_uri"] == ["http://testserver/sign-in/with/company/back/"]
    assert "code_challenge" in asked
    given = {"code": "one", "state": state or asked["state"][0], **more}
    answer = browser.get("/sign-in/with/company/back/", given)
    return answer.headers.get("Location", f"{answer.status_code}")


def claims(user: User, **more: object) -> dict[str, object]:
    return {"sub": "7", "email": user.email, "email_verified": True, **more}


def test_a_known_person_comes_in_without_a_second_factor_of_ours(
    provider: IdentityProvider, make_person: MakePerson
) -> None:
    user = make_person(Role.TAM)
    provider.said.claims = claims(user)
    browser = Browser()
    assert came_back(browser, provider) == "/account/"
    assert browser.get("/account/").status_code == 200
    assert (LogIn.objects.get().outcome, Authenticator.objects.count()) == ("signed in", 0)


def test_the_same_person_comes_in_again_also_under_another_address(
    provider: IdentityProvider, make_person: MakePerson
) -> None:
    user = make_person(Role.TAM)
    provider.said.claims = claims(user)
    came_back(Browser(), provider)
    provider.said.claims = claims(user, email="renamed@elsewhere.example")
    assert came_back(Browser(), provider) == "/account/"


@pytest.mark.parametrize(
    "more", [{"email_verified": False}, {"email_verified": "true"}, {"email": "no@msp.test"}, {"email": ""}]
)
def test_who_is_not_known_or_not_verified_stays_outside(
    provider: IdentityProvider, make_person: MakePerson, more: dict[str, object]
) -> None:
    provider.said.claims = claims(make_person(Role.TAM), **more)
    browser = Browser()
    assert came_back(browser, provider) == "/sign-in/"
    assert "did not confirm a person who is known here" in browser.get("/sign-in/").content.decode()
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)


def test_a_deactivated_person_stays_outside(provider: IdentityProvider, make_person: MakePerson) -> None:
    user = make_person(Role.TAM)
    provider.said.claims = claims(user)
    came_back(Browser(), provider)
    User.objects.update(is_active=False)
    browser = Browser()
    assert came_back(browser, provider) == "/sign-in/"
    assert browser.get("/account/").status_code == 302


def test_a_made_up_state_is_refused(provider: IdentityProvider, make_person: MakePerson) -> None:
    provider.said.claims = claims(make_person(Role.TAM))
    browser = Browser()
    assert came_back(browser, provider, state="made-up") == "/sign-in/"
    assert browser.get("/account/").status_code == 302


def test_a_provider_that_fails_leads_back_to_the_sign_in_page(
    provider: IdentityProvider, make_person: MakePerson
) -> None:
    provider.said.claims = claims(make_person(Role.TAM))
    provider.said.token_status = 500
    assert came_back(Browser(), provider) == "/sign-in/"


def test_a_person_who_says_no_at_the_provider_is_led_back(provider: IdentityProvider) -> None:
    browser = Browser()
    browser.get("/sign-in/with/company/")
    assert browser.get("/sign-in/with/company/back/", {"error": "access_denied"}).headers["Location"] == "/sign-in/"


def test_the_sign_in_page_offers_it(provider: IdentityProvider) -> None:
    page = Browser().get("/sign-in/").content.decode()
    assert "Continue with Larkfield accounts" in page


def test_without_a_provider_there_is_no_such_page() -> None:
    assert Browser().get("/sign-in/with/company/").status_code == 404
    assert "Continue with" not in Browser().get("/sign-in/").content.decode()
