"""Sessions end in time, with the password, and elsewhere when their owner says so."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client as Browser
from django.utils import timezone

from server.accounts import sessions
from server.accounts.models import User
from server.accounts.rights import Role
from tests.web.accounts.conftest import OTHER_PASSWORD, PASSWORD, Known, MakeKnown, tried
from tests.web.conftest import signed_in

pytestmark = pytest.mark.django_db


def entered(one: Known, **more: str) -> Browser:
    browser = Browser()
    tried(browser, one.user.email, **more)
    assert browser.post("/sign-in/code/", {"code": one.phone.code()}).status_code == 302
    return browser


def aged(browser: Browser, by: timedelta, *names: str) -> None:
    """Make a session older than it is."""
    session = browser.session
    for name in names:
        session[name] -= by.total_seconds()
    session.save()


def test_a_session_ends_after_a_working_day_however_it_is_used(known: Known) -> None:
    browser = entered(known)
    aged(browser, sessions.DESK - timedelta(minutes=2), "ends_at_s", "seen_at_s")
    assert browser.get("/").status_code == 200
    aged(browser, timedelta(minutes=2), "ends_at_s")
    assert browser.get("/").status_code == 302


def test_a_tablet_stays_signed_in_for_a_day_of_visits(known: Known) -> None:
    browser = entered(known, tablet="on")
    aged(browser, timedelta(hours=11, minutes=50), "ends_at_s", "seen_at_s")
    assert browser.get("/").status_code == 200


def test_an_administrators_session_ends_after_an_hour_of_standing_still(make_known: MakeKnown) -> None:
    browser = entered(make_known(Role.ADMINISTRATOR))
    aged(browser, timedelta(minutes=59), "seen_at_s")
    assert browser.get("/").status_code == 200
    aged(browser, timedelta(minutes=61), "seen_at_s")
    assert browser.get("/").status_code == 302


def test_a_tams_session_may_stand_still(known: Known) -> None:
    browser = entered(known)
    aged(browser, timedelta(hours=3), "seen_at_s")
    assert browser.get("/").status_code == 200


def test_signing_out_elsewhere_ends_the_other_sessions_only(known: Known) -> None:
    here, there = entered(known), entered(known)
    here.post("/account/sessions/end/")
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 302)


def test_the_sessions_are_listed_with_the_one_in_use(known: Known) -> None:
    here, _there = entered(known), entered(known)
    listed = here.get("/account/sign-in/").context["sessions"]
    assert sorted(one.current for one in listed) == [False, True]


def test_the_list_of_sessions_takes_as_many_queries_for_twenty_as_for_two(known: Known) -> None:
    def queries() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as caught:
            sessions.sessions_of(known.user, None)
        return len(caught)

    entered(known)
    before = queries()
    for number in range(20):
        browser = signed_in(known.user)
        UserSession.objects.create(
            user=known.user, ip="192.0.2.1", user_agent=f"{number}", session_key=browser.session.session_key
        )
    assert queries() == before


def test_changing_the_password_ends_the_other_sessions(known: Known) -> None:
    here, there = entered(known), entered(known)
    given = {"present": PASSWORD, "password": OTHER_PASSWORD, "again": OTHER_PASSWORD}
    here.post("/account/sign-in/", given)
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 302)
    assert tried(Browser(), known.user.email, OTHER_PASSWORD) == "/sign-in/code/"


@pytest.mark.parametrize(
    ("present", "new", "again", "says"),
    [
        ("wrong", OTHER_PASSWORD, OTHER_PASSWORD, "not your present password"),
        (PASSWORD, OTHER_PASSWORD, OTHER_PASSWORD + "x", "two passwords differ"),
        (PASSWORD, "short", "short", "at least 15 characters"),
        (PASSWORD, "passwordpassword", "passwordpassword", "guessed early"),
        (PASSWORD, "abcdefghijklmnopq", "abcdefghijklmnopq", "guessed early"),
        (PASSWORD, "aaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaa", "guessed early"),
        (PASSWORD, "person1@msp.test-", "person1@msp.test-", "too similar"),
    ],
)
def test_a_password_that_is_not_taken_says_why(known: Known, present: str, new: str, again: str, says: str) -> None:
    browser = entered(known)
    page = browser.post("/account/sign-in/", {"present": present, "password": new, "again": again})
    assert says in page.content.decode()
    assert tried(Browser(), known.user.email) == "/sign-in/code/"


def test_five_wrong_present_passwords_lock_the_change(known: Known) -> None:
    browser = entered(known)
    given = {"password": OTHER_PASSWORD, "again": OTHER_PASSWORD}
    for _ in range(5):
        browser.post("/account/sign-in/", {"present": "wrong", **given})
    assert "locked" in browser.post("/account/sign-in/", {"present": PASSWORD, **given}).content.decode()


def test_rights_that_were_taken_are_gone_with_the_next_click(make_known: MakeKnown) -> None:
    one = make_known(Role.ADMINISTRATOR)
    browser = entered(one)
    assert browser.get("/audit/").status_code == 200
    one.user.roles.all().delete()
    assert browser.get("/audit/").status_code == 403


def test_a_session_key_changes_when_somebody_signs_in(known: Known) -> None:
    browser = Browser()
    tried(browser, known.user.email)
    before = browser.session.session_key
    browser.post("/sign-in/code/", {"code": known.phone.code()})
    assert browser.session.session_key != before


def test_new_recovery_codes_need_a_code_and_void_the_former(known: Known) -> None:
    browser = entered(known)
    assert (
        browser.post("/account/second-factor/", {"code": "1", "what": "codes"}).headers["Location"]
        == "/account/sign-in/"
    )
    browser.post("/account/second-factor/", {"code": known.phone.code(), "what": "codes"})
    fresh = browser.get("/second-factor/codes/").context["codes"]
    assert not set(fresh) & set(known.recovery_codes)


def test_another_app_closes_everything_until_it_is_set_up(known: Known) -> None:
    browser = entered(known)
    browser.post("/account/second-factor/", {"code": known.recovery_codes[0], "what": "app"})
    assert browser.get("/account/").headers["Location"] == "/second-factor/"


def test_looks_are_saved_and_a_made_up_zone_is_not(known: Known) -> None:
    browser = entered(known)
    given = {
        "theme": "dark",
        "language": "en",
        "time_zone": "Europe/London",
        "quiet_from": "19:00",
        "quiet_to": "07:00",
    }
    browser.post("/account/", given)
    user = User.objects.get(pk=known.user.pk)
    assert (user.theme, user.time_zone, str(user.quiet_from)) == ("dark", "Europe/London", "19:00:00")
    assert "no time zone" in browser.post("/account/", {**given, "time_zone": "Middle/Earth"}).content.decode()
    assert "beginning and an end" in browser.post("/account/", {**given, "quiet_to": ""}).content.decode()


def test_a_session_of_which_no_end_is_noted_opens_nothing(known: Known) -> None:
    browser = Browser()
    browser.force_login(known.user)
    assert browser.get("/").status_code == 302


def test_the_time_of_use_is_noted_once_a_minute(known: Known) -> None:
    browser = entered(known)
    seen = browser.session["seen_at_s"]
    browser.get("/")
    assert browser.session["seen_at_s"] == seen
    aged(browser, timedelta(minutes=2), "seen_at_s")
    browser.get("/")
    assert browser.session["seen_at_s"] >= seen
    assert UserSession.objects.get().last_seen_at > timezone.now() - timedelta(minutes=1)
