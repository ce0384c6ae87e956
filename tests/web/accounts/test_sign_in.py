"""Signing in: password, then code; nothing else is open before; and no answer tells whether a person exists."""

import pytest
from django.test import Client as Browser
from django.utils import timezone

from server.accounts import lock_out
from server.accounts.models import LogIn, UsedCode, User
from tests.web.accounts.conftest import Known, Phone, tried

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_password_and_code_lead_to_the_pages(known: Known) -> None:
    browser = Browser()
    assert tried(browser, known.user.email) == "/sign-in/code/"
    assert browser.post("/sign-in/code/", {"code": known.phone.code()}).headers["Location"] == "/"
    assert browser.get("/").status_code == 200


def test_the_page_that_was_wanted_is_opened_after_sign_in(known: Known) -> None:
    browser = Browser()
    tried(browser, known.user.email, next="/account/")
    assert browser.post("/sign-in/code/", {"code": known.phone.code()}).headers["Location"] == "/account/"


def test_sign_in_never_leads_to_another_server(known: Known) -> None:
    browser = Browser()
    tried(browser, known.user.email, next="https://elsewhere.example/")
    assert browser.post("/sign-in/code/", {"code": known.phone.code()}).headers["Location"] == "/"


def test_a_password_alone_opens_nothing(known: Known) -> None:
    browser = Browser()
    tried(browser, known.user.email)
    assert browser.get("/account/").headers["Location"] == "/sign-in/?next=/account/"


@pytest.mark.parametrize("path", ["/", "/account/", "/account/sign-in/", "/account/tokens/", "/second-factor/codes/"])
def test_who_has_no_second_factor_can_only_set_one_up(newcomer: User, path: str) -> None:
    browser = Browser()
    tried(browser, newcomer.email)
    assert browser.get(path).headers["Location"] == "/second-factor/"


def test_setting_up_shows_recovery_codes_and_opens_the_pages(newcomer: User) -> None:
    browser = Browser()
    tried(browser, newcomer.email)
    seed = "".join(browser.get("/second-factor/").context["seed"].split())
    answer = browser.post("/second-factor/", {"code": Phone(seed).code()})
    assert answer.headers["Location"] == "/second-factor/codes/"
    assert len(browser.get("/second-factor/codes/").context["codes"]) == 10
    assert browser.get("/").status_code == 200


def test_a_wrong_first_code_sets_nothing_up(newcomer: User) -> None:
    browser = Browser()
    tried(browser, newcomer.email)
    browser.get("/second-factor/")
    assert "This code is wrong" in browser.post("/second-factor/", {"code": "000"}).content.decode()
    assert browser.get("/").headers["Location"] == "/second-factor/"


def test_a_session_from_before_the_second_factor_cannot_replace_it(newcomer: User) -> None:
    first, second = Browser(), Browser()
    for one in (first, second):
        tried(one, newcomer.email)
    seed = "".join(first.get("/second-factor/").context["seed"].split())
    first.post("/second-factor/", {"code": Phone(seed).code()})
    second.get("/second-factor/")
    assert second.get("/").headers["Location"].startswith("/sign-in/")


def test_a_code_counts_once(known: Known) -> None:
    code = known.phone.code()
    answers = []
    for browser in (Browser(), Browser()):
        tried(browser, known.user.email)
        answers.append(browser.post("/sign-in/code/", {"code": code}).status_code)
    assert answers == [302, 200]


def test_a_recovery_code_counts_once(known: Known) -> None:
    answers = []
    for browser in (Browser(), Browser()):
        tried(browser, known.user.email)
        answers.append(browser.post("/sign-in/code/", {"code": known.recovery_codes[0]}).status_code)
    assert answers == [302, 200]


def test_five_wrong_codes_lock_the_code(known: Known) -> None:
    browser = Browser()
    tried(browser, known.user.email)
    for _ in range(5):
        browser.post("/sign-in/code/", {"code": "000000"})
    assert "locked for 15 minutes" in browser.post("/sign-in/code/", {"code": known.phone.code()}).content.decode()


def test_five_wrong_passwords_lock_the_name_also_for_the_right_one(known: Known) -> None:
    browser = Browser()
    for _ in range(5):
        tried(browser, known.user.email, "wrong")
    assert "locked for 15 minutes" in tried(browser, known.user.email)


def test_a_name_that_nobody_has_is_locked_alike(known: Known) -> None:
    real, made_up = ([tried(Browser(), name, "wrong") for _ in range(6)] for name in (known.user.email, "no@msp.test"))
    shown = [
        [("is not correct" in page or "are not correct" in page, "locked for 15 minutes" in page) for page in pages]
        for pages in (real, made_up)
    ]
    assert shown[0] == shown[1] == [(True, False)] * 5 + [(False, True)]


def test_the_lock_ends_by_itself(known: Known) -> None:
    now = timezone.now()
    for _ in range(5):
        assert lock_out.take(lock_out.NAME, known.user.email, now)
    assert not lock_out.take(lock_out.NAME, known.user.email, now + lock_out.LOCKED_FOR / 2)
    assert lock_out.take(lock_out.NAME, known.user.email, now + lock_out.LOCKED_FOR)


def test_tries_that_lie_back_no_longer_count(known: Known) -> None:
    now = timezone.now()
    for _ in range(4):
        lock_out.take(lock_out.NAME, known.user.email, now)
    later = now + lock_out.WITHIN * 2
    assert [lock_out.take(lock_out.NAME, known.user.email, later) for _ in range(6)] == [True] * 5 + [False]


def test_the_right_password_forgets_the_wrong_ones(known: Known) -> None:
    for _ in range(3):
        for _ in range(4):
            tried(Browser(), known.user.email, "wrong")
        assert tried(Browser(), known.user.email) == "/sign-in/code/"


def test_an_address_that_tries_many_names_is_locked(known: Known) -> None:
    for number in range(lock_out.SOURCE.tries):
        tried(Browser(), f"guess{number}@msp.test", "wrong")
    assert "locked for 15 minutes" in tried(Browser(), known.user.email)


def test_one_right_password_does_not_excuse_an_address(known: Known) -> None:
    for number in range(lock_out.SOURCE.tries - 1):
        tried(Browser(), f"guess{number}@msp.test", "wrong")
        if number % 10 == 0:
            assert tried(Browser(), known.user.email) == "/sign-in/code/"
    tried(Browser(), "last@msp.test", "wrong")
    assert "locked" in tried(Browser(), known.user.email)


def test_ipv6_addresses_of_one_network_count_together() -> None:
    for number in range(lock_out.SOURCE.tries):
        assert lock_out.take(lock_out.SOURCE, f"2001:db8:1:2::{number:x}")
    assert not lock_out.take(lock_out.SOURCE, "2001:db8:1:2:ffff::1")
    assert lock_out.take(lock_out.SOURCE, "2001:db8:1:3::1")


def test_a_deactivated_person_is_told_what_everybody_is_told(known: Known) -> None:
    User.objects.filter(pk=known.user.pk).update(is_active=False)
    page = tried(Browser(), known.user.email)
    assert "not correct" in page
    assert LogIn.objects.get().outcome == "deactivated"


def test_each_try_is_listed_with_where_it_came_from(known: Known) -> None:
    tried(Browser(headers={"user-agent": "Some browser"}), known.user.email, "wrong")
    one = LogIn.objects.get()
    assert (one.user, one.outcome, one.source, one.browser) == (
        known.user,
        "wrong password",
        "127.0.0.1",
        "Some browser",
    )


def test_signing_out_needs_a_post_and_ends_the_session(known: Known) -> None:
    browser = Browser()
    tried(browser, known.user.email)
    browser.post("/sign-in/code/", {"code": known.phone.code()})
    assert browser.get("/sign-out/").status_code == 405
    browser.post("/sign-out/")
    assert browser.get("/").status_code == 302


def test_nobody_can_sign_up() -> None:
    paths = ("/signup/", "/sign-up/", "/accounts/signup/", "/password/reset/", "/accounts/password/reset/", "/email/")
    assert {Browser().get(path).status_code for path in paths} == {404}


def test_a_form_without_its_token_is_refused(known: Known) -> None:
    browser = Browser(enforce_csrf_checks=True)
    assert browser.post("/sign-in/", {"login": known.user.email, "password": "x"}).status_code == 403


def test_steps_of_codes_are_kept_and_not_the_codes(known: Known) -> None:
    assert {field.name for field in UsedCode._meta.fields} == {"id", "user", "step"}


def test_the_seed_lies_sealed_in_the_database(known: Known) -> None:
    from allauth.mfa.models import Authenticator

    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert known.phone.seed not in stored
    assert not [code for code in known.recovery_codes if code in stored]


@pytest.mark.parametrize("length", [1025, 100_000])
def test_a_password_beyond_all_measure_is_not_hashed(known: Known, length: int) -> None:
    tried(Browser(), known.user.email, "x" * length)
    assert not LogIn.objects.exists()
