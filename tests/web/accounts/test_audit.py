"""The audit log: nothing changes it, its chain finds every change, and who may read which part."""

import csv
import json
from datetime import timedelta
from io import StringIO

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from server.accounts import append_only, audit
from server.accounts.acting import acting, plain
from server.accounts.actor import Actor
from server.accounts.models import AuditEntry, AuditHead
from server.accounts.rights import RIGHTS, Right, Role
from server.clients.models import Client, Site
from tests.web.conftest import MakePerson, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TEXTS = [field.name for field in AuditEntry._meta.fields if field.get_internal_type() == "CharField"]


def write(by: Actor, count: int, **more: object) -> None:
    for number in range(count):
        with acting(by, Right.EDIT_CLIENTS, f"tried {number % 3}", **more) as act:  # type: ignore[arg-type]
            act.details.update(number=number, text="é\u2028'", list=[1, "b"], map={"a": None})


@pytest.fixture
def guarded() -> None:
    """Put the triggers in place, as they are outside of tests."""
    append_only.install(connection)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_an_entry(guarded: None, by: Actor, change: str) -> None:
    write(by, 1)
    rows = AuditEntry.objects.all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(action="nothing") if change == "update" else rows._raw_delete("default")
    assert AuditEntry.objects.get().action == "tried 0"


def test_whether_the_triggers_stand_can_be_told(guarded: None) -> None:
    assert append_only.in_place(connection)
    append_only.remove(connection)
    assert not append_only.in_place(connection)


def test_an_untouched_log_is_whole(by: Actor) -> None:
    write(by, 5)
    found = audit.verify()
    assert (found.whole, found.count, found.head) == (True, 5, AuditHead.objects.get().sha256)


def test_an_empty_log_is_whole() -> None:
    assert audit.verify().whole


COLUMNS = [*TEXTS, "user_id", "at", "details", "(delete)", "(swap)", "(repeat)"]
printable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


def changed(row: AuditEntry, other: AuditEntry, column: str, text: str, number: int) -> None:
    """Change one row in one way, past everything but the table itself."""
    found = AuditEntry.objects.filter(pk=row.pk)
    if column in TEXTS:
        found.update(**{column: text if text != getattr(row, column) else text + "x"})
    elif column == "user_id":
        found.update(user_id=number if number != row.user_id else None)
    elif column == "at":
        found.update(at=row.at + timedelta(microseconds=number))
    elif column == "details":
        found.update(details={**row.details, text: f"{number}?"})
    elif column == "(delete)":
        found.delete()
    elif column == "(swap)":
        found.update(id=999_999)
        AuditEntry.objects.filter(pk=other.pk).update(id=row.pk)
        AuditEntry.objects.filter(pk=999_999).update(id=other.pk)
    else:
        row.pk = None
        row.save(force_insert=True)


@settings(max_examples=300)
@given(
    at=st.integers(0, 3), by=st.integers(1, 3), column=st.sampled_from(COLUMNS), text=printable, number=st.integers(1)
)
def test_every_change_of_one_row_is_found(at: int, by: int, column: str, text: str, number: int) -> None:
    with transaction.atomic():
        write(Actor("Somebody", frozenset(Right), all_clients=True, user_id=7, source="192.0.2.1"), 4)
        rows = list(AuditEntry.objects.order_by("pk"))
        changed(rows[at], rows[(at + by) % 4], column, text, number % 10**12 + 1)
        assert not audit.verify().whole
        transaction.set_rollback(True)


def test_an_end_that_was_cut_off_and_made_anew_is_found_by_a_noted_head(by: Actor) -> None:
    write(by, 3)
    noted = audit.verify().head
    last = AuditEntry.objects.latest("pk")
    AuditHead.objects.update(sha256=last.previous_sha256, count=2)
    last.delete()
    write(by, 1)
    assert (audit.verify().whole, audit.verify(noted).whole) == (True, False)


@pytest.mark.parametrize("value", [1.5, float("nan"), 1e30, "a\0b", "\ud800", {"x": [1.25]}, 10**30])
def test_details_come_back_as_they_were_tied(by: Actor, value: object) -> None:
    with acting(by, Right.EDIT_CLIENTS, "tried") as act:
        act.details["value"] = value
    assert audit.verify().whole
    assert plain({"value": value}) == AuditEntry.objects.get().details


@pytest.mark.parametrize("role", list(Role))
def test_who_may_open_the_log(make_person: MakePerson, role: Role) -> None:
    wanted = 200 if Right.SEE_AUDIT in RIGHTS[role] else 403
    assert signed_in(make_person(role)).get("/audit/").status_code == wanted


def test_a_limited_auditor_sees_the_entries_of_their_clients_only(
    make_person: MakePerson, by: Actor, site: Site
) -> None:
    other = Client.objects.create(name="Elsewhere")
    for client in (site.client, other):
        write(by, 1, client_id=client.pk, client_uid=client.uid, about=client)
    write(by, 1)
    page = signed_in(make_person(Role.AUDITOR, clients=(site.client,))).get("/audit/")
    assert [entry.client_uid for entry, _name, _details in page.context["rows"]] == [site.client.uid]
    assert "Elsewhere" not in page.content.decode()


def test_the_log_is_filtered(browser: Browser, by: Actor, site: Site) -> None:
    write(by, 6)
    write(by, 1, client_id=site.client.pk, client_uid=site.client.uid)

    def count(query: str) -> int:
        return int(browser.get(f"/audit/?{query}").context["page"].paginator.count)

    assert count("action=tried+1") == 2
    assert count(f"client={site.client.uid}") == 1
    assert count("since=2000-01-01&until=2000-01-02") == 0
    assert count("since=nonsense&action=made-up") == 7
    assert "No entry fits" in browser.get("/audit/?until=2000-01-01").content.decode()


def test_the_page_takes_as_many_queries_for_five_thousand_entries_as_for_three(
    browser: Browser, by: Actor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def queries() -> int:
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as caught:
            assert browser.get("/audit/").status_code == 200
        return len(caught)

    write(by, 3)
    before = queries()
    one = AuditEntry.objects.latest("pk")
    rows = [
        AuditEntry(**{field.name: getattr(one, field.name) for field in AuditEntry._meta.fields if field.name != "id"})
    ]
    AuditEntry.objects.bulk_create(rows * 1)
    for _ in range(50):
        AuditEntry.objects.bulk_create([AuditEntry(at=one.at, actor=f"Person {n}", action="tried") for n in range(100)])
    AuditHead.objects.update(count=AuditEntry.objects.count())
    assert queries() == before
    page = browser.get("/audit/?page=100")
    assert (len(page.context["rows"]), "4,951 to 5,000 of 5,004" in page.content.decode()) == (50, True)


def exported(browser: Browser, form: str) -> str:
    answer = browser.get(f"/audit/export/?format={form}")
    return b"".join(answer).decode()


def test_the_export_holds_the_whole_chain(browser: Browser, by: Actor) -> None:
    write(by, 3)
    lines = [json.loads(line) for line in exported(browser, "json").splitlines()]
    assert [one["action"] for one in lines] == ["tried 0", "tried 1", "tried 2"]
    assert lines[1]["previous_sha256"] == lines[0]["sha256"]
    assert AuditEntry.objects.latest("pk").action == "audit log exported"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "＋1", "－1", "＠x", '=cmd|"x"!A1'])
def test_no_cell_of_the_csv_is_a_formula(browser: Browser, by: Actor, text: str) -> None:
    with acting(by, Right.EDIT_CLIENTS, text):
        pass
    rows = list(csv.DictReader(StringIO(exported(browser, "csv"))))
    assert rows[0]["action"] == f"'{text}"


def test_the_log_shows_hostile_words_as_text(browser: Browser, by: Actor) -> None:
    with acting(by, Right.EDIT_CLIENTS, "<b>bold</b>") as act:
        act.details["<i>"] = "<script>alert(1)</script>"
    page = browser.get("/audit/").content.decode()
    assert ("<script>alert" in page, "<b>bold" in page, "<i>" in page) == (False, False, False)
