"""The pages of notices: who sees what, in every state, with a constant number of queries."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from server.access.models import Access, AccessState
from server.accounts.models import AuditEntry, User
from server.accounts.rights import Role
from server.agents.models import AgentState
from server.clients.models import Client, Device, Site
from server.notices.models import Notice, Outgoing, Problem, Switch, Webhook
from server.notices.problems import gather
from server.notices.telling import tell
from server.readings.feed import ADMIN_ADDED, FIRMWARE, NEW_DEVICE
from server.readings.models import FeedEntry
from tests.web.conftest import MakePerson, signed_in
from tests.web.notices.conftest import another_site, mail_to, matter, message_to, plant_agent, plant_failing

pytestmark = pytest.mark.django_db
LISTS = ("problems", "completeness", "inbox", "notice_switches", "webhooks", "outbox", "changes")
NOW = timezone.now()


def text_of(browser: Browser, url: str) -> str:
    response = browser.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def bell_of(page: str) -> str:
    """Return what the bell says."""
    drawn = page.partition('<a class="bell"')[2].partition(">")[2].partition("</a>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", drawn).split())


@pytest.fixture
def failing(site: Site) -> Site:
    """Return a site with three devices that do not answer, beside an agent of another client that is silent."""
    plant_failing(site, 3)
    other = another_site()
    plant_agent(other, AgentState.APPROVED, timedelta(days=30))
    gather(timezone.now())
    return site


@pytest.mark.parametrize("name", LISTS)
def test_a_page_opens_where_there_is_nothing(name: str, browser: Browser) -> None:
    told = text_of(browser, reverse(name))
    assert 'class="dl-empty"' in told or name == "notice_switches"


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("problems", {Role.CENTRALIZED_SERVICES, Role.TAM, Role.SERVICE_DESK, Role.AUDITOR, Role.ADMINISTRATOR}),
        ("completeness", {Role.CENTRALIZED_SERVICES, Role.TAM, Role.SERVICE_DESK, Role.AUDITOR, Role.ADMINISTRATOR}),
        ("inbox", set(Role)),
        ("notice_switches", set(Role)),
        ("webhooks", {Role.ADMINISTRATOR}),
        ("outbox", {Role.ADMINISTRATOR}),
        ("changes", set(Role) - {Role.CLIENT_CONTACT}),
    ],
)
def test_each_page_opens_for_its_roles_only(name: str, allowed: set[Role], make_person: MakePerson) -> None:
    answers = {role: signed_in(make_person(role)).get(reverse(name)).status_code for role in Role}
    assert answers == {role: 200 if role in allowed else 403 for role in Role}


@pytest.mark.parametrize("name", LISTS)
def test_a_stranger_is_asked_to_sign_in(name: str) -> None:
    assert Browser().get(reverse(name)).status_code == 302


def test_the_problems_page_tells_causes_of_clients_in_scope_only(failing: Site, make_person: MakePerson) -> None:
    told = text_of(signed_in(make_person(Role.TAM, clients=(failing.client,))), reverse("problems"))
    assert "1 problem keeps devices from being read" in told
    assert "No answer by SNMP" in told
    assert "Agents silent" not in told


def test_a_problem_of_other_clients_is_not_found(failing: Site, make_person: MakePerson) -> None:
    one = Problem.objects.get(title="Agents silent")
    browser = signed_in(make_person(Role.CENTRALIZED_SERVICES, clients=(failing.client,)))
    assert browser.get(reverse("problem", args=[one.uid])).status_code == 404
    assert browser.post(reverse("problem_take", args=[one.uid])).status_code == 404
    assert browser.get(reverse("problem", args=["0" * 26])).status_code == 404


def test_a_problem_counts_only_what_lies_in_scope(failing: Site, make_person: MakePerson) -> None:
    plant_failing(another_site("Secret Client"), 40)
    gather(timezone.now())
    one = Problem.objects.get(title="No answer by SNMP")
    browser = signed_in(make_person(Role.TAM, clients=(failing.client,)))
    told = text_of(browser, reverse("problem", args=[one.uid]))
    assert "Secret Client" not in told
    assert "SW-0039" not in told
    assert "SW-0002" in told
    assert not re.search(r"\b43\b", text_of(browser, reverse("problems")))


def test_a_large_problem_shows_fifty_rows_and_their_number(site: Site, browser: Browser) -> None:
    plant_failing(site, 3_200)
    gather(timezone.now())
    told = text_of(browser, reverse("problem", args=[Problem.objects.get().uid]))
    assert "1 to 50 of 3200" in told
    assert told.count('data-label="Address"') == 50


def test_a_problem_of_agents_lists_them(failing: Site, browser: Browser) -> None:
    told = text_of(browser, reverse("problem", args=[Problem.objects.get(title="Agents silent").uid]))
    assert "AGENT-0" in told


def test_a_problem_is_taken_given_snoozed_and_noted_by_forms(
    failing: Site, browser: Browser, administrator: User
) -> None:
    one = Problem.objects.get(title="No answer by SNMP")
    posts: list[tuple[str, dict[str, str]]] = [
        ("problem_take", {"back": "list"}),
        ("problem_give", {"to": administrator.uid}),
        ("problem_note", {"note": "called"}),
        ("problem_snooze", {"until": (timezone.localdate() + timedelta(days=3)).isoformat()}),
    ]
    for name, data in posts:
        assert browser.post(reverse(name, args=[one.uid]), data).status_code == 302
    one.refresh_from_db()
    assert (one.owner, one.note, one.snoozed_until is not None) == (administrator, "called", True)
    assert "No answer by SNMP" not in text_of(browser, reverse("problems"))
    assert "No answer by SNMP" in text_of(browser, f"{reverse('problems')}?show=snoozed")
    browser.post(reverse("problem_snooze", args=[one.uid]), {"wake": "1"})
    assert "No answer by SNMP" in text_of(browser, f"{reverse('problems')}?show=mine")


@pytest.mark.parametrize(
    ("name", "data"), [("problem_snooze", {"until": "x"}), ("problem_give", {"to": "nobody"}), ("problem_snooze", {})]
)
def test_a_form_that_makes_no_sense_changes_nothing(
    name: str, data: dict[str, str], failing: Site, browser: Browser
) -> None:
    one = Problem.objects.get(title="No answer by SNMP")
    assert browser.post(reverse(name, args=[one.uid]), data).status_code == 302
    assert not AuditEntry.objects.exists()


def test_what_ended_is_listed_for_a_week(failing: Site, browser: Browser) -> None:
    Access.objects.update(state=AccessState.WORKS)
    gather(timezone.now() - timedelta(days=6))
    assert "No answer by SNMP" in text_of(browser, f"{reverse('problems')}?show=ended")
    Problem.objects.update(ended_at=timezone.now() - timedelta(days=8))
    assert "No answer by SNMP" not in text_of(browser, f"{reverse('problems')}?show=ended")


def test_completeness_is_taken_along_as_csv_without_formulas(failing: Site, browser: Browser) -> None:
    Client.objects.filter(pk=failing.client_id).update(name="=cmd|' /C calc'!A0")
    told = browser.get(f"{reverse('completeness')}?show=below&as=csv").content.decode("utf-8-sig").splitlines()
    assert told[1].startswith("\"'=cmd")
    assert '"3","0","0.0"' in told[1]


def test_who_may_not_export_gets_no_csv(failing: Site, make_person: MakePerson) -> None:
    browser = signed_in(make_person(Role.SERVICE_DESK))
    assert browser.get(f"{reverse('completeness')}?as=csv").status_code == 403


def test_the_bell_counts_what_is_unread(told: User, site: Site) -> None:
    browser = signed_in(told)
    assert bell_of(text_of(browser, reverse("home"))) == "Inbox"
    tell(matter(site.client), NOW)
    assert bell_of(text_of(browser, reverse("home"))) == "Inbox 1 unread"


def test_the_bell_s_one_question_is_answered_by_an_index(told: User, site: Site) -> None:
    browser = signed_in(told)
    with CaptureQueriesContext(connection) as asked:
        browser.get(reverse("inbox"))
    bell = [one["sql"] for one in asked if "notices_notice" in one["sql"] and "LIMIT 100" in one["sql"]]
    assert len(bell) == 1
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {bell[0]}")
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert "USING INDEX" in plan


def test_notices_are_read_one_by_one_and_all_together(told: User, site: Site) -> None:
    browser = signed_in(told)
    for key in "abc":
        tell(matter(site.client, "new_device", key, f"thing {key}"), NOW)
    first = Notice.objects.get(key="a")
    browser.post(reverse("notice_read", args=[first.uid]))
    shown = text_of(browser, reverse("inbox"))
    assert "2 things are new for you" in shown
    assert "thing a" not in shown
    browser.post(reverse("inbox_read_all"))
    assert "Nothing is new for you" in text_of(browser, reverse("inbox"))


def test_a_notice_of_somebody_else_is_not_found(told: User, site: Site, make_person: MakePerson) -> None:
    tell(matter(site.client), NOW)
    browser = signed_in(make_person(Role.AUDITOR))
    one = Notice.objects.get()
    assert browser.post(reverse("notice_read", args=[one.uid])).status_code == 404
    one.refresh_from_db()
    assert one.read_at is None


def test_a_notice_of_a_client_that_left_the_scope_is_not_shown(make_person: MakePerson, site: Site) -> None:
    user = make_person(Role.CENTRALIZED_SERVICES, clients=(site.client,))
    tell(matter(site.client), NOW)
    user.assignments.update(client=another_site().client)
    shown = text_of(signed_in(user), f"{reverse('inbox')}?show=")
    assert "snmp is paused" not in shown
    assert bell_of(shown) == "Inbox"


def test_five_thousand_notices_are_shown_fifty_at_a_time(told: User, site: Site) -> None:
    Notice.objects.bulk_create(
        Notice(user=told, kind="new_device", client=site.client, title=f"N{one}", key=str(one), at=NOW)
        for one in range(5_000)
    )
    shown = text_of(signed_in(told), reverse("inbox"))
    assert "5000 things are new for you" in shown
    assert shown.count("<time") == 50
    assert bell_of(shown) == "Inbox 99+ unread"


def test_switches_are_kept_and_concern_only_the_kinds_of_one_s_roles(told: User) -> None:
    browser = signed_in(told)
    assert "A critical standard became No" not in text_of(browser, reverse("notice_switches"))
    browser.post(reverse("notice_switches"), {"inbox-new_device": "on", "mail-verdict_to_no": "on"})
    kept = {one.kind: (one.inbox, one.mail) for one in Switch.objects.filter(user=told)}
    assert kept["new_device"] == (True, False)
    assert kept["agent_silent"] == (False, False)
    assert "verdict_to_no" not in kept
    assert AuditEntry.objects.get().action == "notices switched"


def test_a_webhook_s_secret_is_shown_once(browser: Browser) -> None:
    shown = browser.post(reverse("webhooks"), {"url": "https://chat.example/in/canary", "kinds": ["agent_silent"]})
    hook = Webhook.objects.get()
    assert hook.secret in shown.content.decode()
    assert hook.secret not in text_of(browser, reverse("webhooks"))
    assert hook.secret not in text_of(browser, reverse("webhook", args=[hook.uid]))
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_name) == ("webhook added", "chat.example")
    assert hook.secret not in str(vars(entry))
    assert "canary" not in str(vars(entry))


@pytest.mark.parametrize(
    "url", ["http://chat.example/", "https://a:b@chat.example/", "x", "", "https://chat.example/ x"]
)
def test_a_webhook_s_address_must_be_one(url: str, browser: Browser) -> None:
    shown = browser.post(reverse("webhooks"), {"url": url})
    assert shown.status_code == 200
    assert 'role="alert"' in shown.content.decode()
    assert not Webhook.objects.exists()


def test_a_webhook_is_changed_tested_switched_off_and_removed(browser: Browser) -> None:
    hook = Webhook.objects.create(url="https://chat.example/in", secret="s")
    browser.post(reverse("webhook_test", args=[hook.uid]))
    assert Outgoing.objects.get().body["kind"] == "test"
    browser.post(reverse("webhook", args=[hook.uid]), {"kinds": ["agent_silent"]})
    hook.refresh_from_db()
    assert (hook.kinds, hook.active) == (["agent_silent"], False)
    assert "It is switched off" in text_of(browser, reverse("webhook", args=[hook.uid]))
    browser.post(reverse("webhook_test", args=[hook.uid]))
    assert Outgoing.objects.count() == 1
    browser.post(reverse("webhook_remove", args=[hook.uid]))
    assert not Webhook.objects.exists()
    assert browser.get(reverse("webhook", args=[hook.uid])).status_code == 404


def test_the_outbox_says_why_a_message_was_given_up_and_sends_it_again(browser: Browser, told: User) -> None:
    row = mail_to(told)
    Outgoing.objects.filter(pk=row.pk).update(failed_at=NOW, problem="the mail server refused the mail", attempts=3)
    shown = text_of(browser, reverse("outbox"))
    assert "1 message was given up" in shown
    assert "the mail server refused the mail" in shown
    browser.post(reverse("outgoing_again", args=[row.uid]))
    row.refresh_from_db()
    assert (row.failed_at, row.attempts) == (None, 0)
    browser.post(reverse("outgoing_again", args=[row.uid]))
    assert AuditEntry.objects.count() == 1


def plant_news(site: Site, at_days: float = 0) -> None:
    for kind, text, personal in (
        (NEW_DEVICE, "SW-NEW", False), (FIRMWARE, "FortiOS", False), (ADMIN_ADDED, "j.doe", True),
    ):  # fmt: skip
        FeedEntry.objects.create(
            client=site.client, kind=kind, text=text, before="7.2", after="7.4", personal=personal,
            at=timezone.now() - timedelta(days=at_days),
        )  # fmt: skip


def test_news_since_monday_leaves_out_last_week_and_other_clients(site: Site, make_person: MakePerson) -> None:
    plant_news(site)
    plant_news(another_site("Secret Client"))
    browser = signed_in(make_person(Role.TAM, clients=(site.client,)))
    shown = text_of(browser, reverse("changes"))
    assert "3 things are new since Monday" in shown
    assert "Secret" not in shown
    FeedEntry.objects.update(at=timezone.now() - timedelta(days=7))
    assert "Nothing is new since Monday" in text_of(browser, reverse("changes"))
    assert "3 changes in the week of" in text_of(browser, f"{reverse('changes')}?weeks=1")


def test_news_name_persons_only_to_who_may_see_them(site: Site, make_person: MakePerson) -> None:
    plant_news(site)
    assert "j.doe" in text_of(signed_in(make_person(Role.TAM)), reverse("changes"))
    hidden = text_of(signed_in(make_person(Role.AUDITOR)), reverse("changes"))
    assert "j.doe" not in hidden
    assert "Names of persons are left out" in hidden


@pytest.mark.parametrize("weeks", ["-1", "x", "999999", "1e3", "٣"])
def test_a_week_that_is_none_is_this_one_or_the_last_there_is(weeks: str, browser: Browser) -> None:
    assert 'id="main"' in text_of(browser, f"{reverse('changes')}?weeks={weeks}")


@pytest.mark.parametrize("query", ["page=x", "page=-1", "page=99999", "show=evil", "kind=evil"])
@pytest.mark.parametrize("name", ["problems", "completeness", "inbox", "outbox", "changes"])
def test_an_odd_query_opens_the_page_all_the_same(name: str, query: str, browser: Browser) -> None:
    assert 'id="main"' in text_of(browser, f"{reverse(name)}?{query}")


def test_names_and_texts_are_never_markup(site: Site, browser: Browser, administrator: User) -> None:
    evil = "<script>alert(1)</script>"
    Client.objects.filter(pk=site.client_id).update(name=evil)
    site.client.refresh_from_db()
    plant_failing(site, 1, "unexpected reply", AccessState.OTHER, driver=evil[:20])
    Device.objects.update(name=evil)
    Access.objects.update(text=evil)
    gather(timezone.now())
    Problem.objects.update(note=evil, owner=administrator)
    User.objects.filter(pk=administrator.pk).update(name=evil)
    tell(matter(site.client, title=evil), NOW)
    plant_news(site)
    hook = Webhook.objects.create(url="https://chat.example/<script>", secret="s")
    message_to(hook)
    Outgoing.objects.update(problem=evil)
    urls = [reverse(name) for name in LISTS]
    urls += [reverse("problem", args=[Problem.objects.get().uid]), reverse("webhook", args=[hook.uid])]
    for url in urls:
        assert "<script>alert" not in text_of(browser, url)


def queries(ask: Callable[[], object]) -> int:
    ask()
    with CaptureQueriesContext(connection) as told:
        ask()
    return len(told)


@pytest.mark.parametrize("name", [*LISTS, "problem", "webhook"])
def test_a_page_asks_as_often_for_many_as_for_few(name: str, browser: Browser, administrator: User, site: Site) -> None:
    hook = Webhook.objects.create(url="https://chat.example/", secret="s")

    def plant(number: int) -> None:
        for one in range(number):
            place = another_site(f"Client {number} {one}")
            plant_failing(place, 2)
            plant_failing(place, 1, "access denied", AccessState.REFUSED, driver=f"d{one}")
            plant_news(place)
            tell(matter(place.client, "agent_silent", f"{number} {one}"), timezone.now())
            message_to(hook, f"{number} {one}")
        gather(timezone.now())
        Problem.objects.update(owner=administrator)

    plant(1)
    arguments = {"problem": [Problem.objects.get(title="No answer by SNMP").uid], "webhook": [hook.uid]}.get(name, [])
    url = reverse(name, args=arguments)
    few = queries(lambda: browser.get(url))
    plant(6)
    assert queries(lambda: browser.get(url)) == few
