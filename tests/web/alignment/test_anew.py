"""Another library comes into force: every client is judged by it, a task each, whatever happens in between."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client as Browser

from server.alignment import anew
from server.alignment.anew import begin, follow_library, go_on, judge_anew, progress
from server.alignment.models import ClientToJudge, DeviceVerdicts, Reevaluation
from server.background.queue import queue
from server.clients.models import Client, ClientState, RollUpDue, Site
from server.standards.library import in_force
from server.standards.models import LibraryInForce
from tests.seeding import Planted, plant_device

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=1)
UPS = Planted("UPS-RACK", "apc_powernet/smart_ups_on_line", "snmp")


@pytest.fixture(autouse=True)
def empty() -> None:
    """Take away what tests left that commit: Django does not know this table as its own."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.fixture
def noted() -> None:
    """Have the library noted that is in force, as on a server that runs."""
    follow_library(AT)


def another() -> None:
    """Let the library that was noted have been another one."""
    assert LibraryInForce.objects.update(sha256="0" * 64) == 1


def queued() -> frozenset[str]:
    return queue().first_arguments(judge_anew.module_path)


def left() -> list[int]:
    return list(ClientToJudge.objects.order_by("pk").values_list("pk", flat=True))


def test_the_library_that_was_in_force_already_has_nothing_judged(site: Site, noted: None) -> None:
    for pk in left():
        judge_anew.func(pk)
    assert follow_library(LATER) == 0
    assert Reevaluation.objects.filter(ended_at=None).count() == 0


@pytest.mark.usefixtures("noted")
def test_another_library_has_each_client_judged_by_a_task_of_its_own(site: Site) -> None:
    Client.objects.create(name="Alder Street Law")
    Client.objects.create(name="Gone", state=ClientState.LEFT)
    another()
    assert follow_library(LATER) == 2
    assert queued() == {str(pk) for pk in left()}
    assert LibraryInForce.objects.get().sha256 == in_force().sha256


def test_a_clients_devices_are_judged_and_it_is_rolled_up(site: Site) -> None:
    device = plant_device(site, UPS, "192.0.2.10", AT)
    follow_library(AT)
    DeviceVerdicts.objects.filter(device=device).update(library_sha256="0" * 64)
    RollUpDue.objects.all().delete()
    judge_anew.func(left()[0])
    assert DeviceVerdicts.objects.get(device=device).library_sha256 == in_force().sha256
    assert RollUpDue.objects.get().pk == site.client.pk


def test_progress_counts_the_clients_that_are_done_and_the_last_one_ends_the_run(site: Site) -> None:
    Client.objects.create(name="Alder Street Law")
    run = begin("library", AT)
    LibraryInForce.objects.create(pk=1, sha256=in_force().sha256, standards_count=1)
    told = []
    for pk in left():
        told.append(progress())
        judge_anew.func(pk)
    assert [(one.done_count, one.clients_count) for one in told if one] == [(0, 2), (1, 2)]
    assert progress() is None
    run.refresh_from_db()
    assert run.ended_at is not None


def test_what_is_left_has_a_task_again_after_its_own_was_lost_and_never_two(site: Site) -> None:
    begin("library", AT)
    counts = [(go_on(AT), sum(queue().counts().values())) for _ in range(3)]
    assert counts == [(1, 1)] * 3


def test_a_task_that_comes_twice_judges_once(site: Site) -> None:
    follow_library(AT)
    pk = left()[0]
    with patch.object(anew, "judge_client") as judged:
        judge_anew.func(pk)
        judge_anew.func(pk)
    assert judged.call_count == 1


def test_a_run_takes_the_place_of_the_one_under_way(site: Site) -> None:
    first = begin("library", AT)
    before = left()
    second = begin("library", LATER)
    first.refresh_from_db()
    assert (first.ended_at, ClientToJudge.objects.get().run_id) == (LATER, second.pk)
    assert not set(left()) & set(before)


def test_a_client_whose_judging_fails_holds_up_no_other(site: Site) -> None:
    other = Client.objects.create(name="Alder Street Law")
    follow_library(AT)
    broken, good = left()
    with (
        patch.object(anew, "judge_client", side_effect=ValueError("broken")),
        pytest.raises(ValueError, match="broken"),
    ):
        judge_anew.func(broken)
    judge_anew.func(good)
    assert left() == [broken]
    assert RollUpDue.objects.filter(pk=other.pk).exists()


def test_a_worker_with_the_library_of_before_leaves_the_client_to_the_others(site: Site) -> None:
    follow_library(AT)
    old = replace(in_force(), sha256="0" * 64)
    with patch.object(anew, "in_force", return_value=old):
        judge_anew.func(left()[0])
    assert len(left()) == 1


def test_a_client_that_left_meanwhile_stays_as_it_was(site: Site) -> None:
    device = plant_device(site, UPS, "192.0.2.10", AT)
    follow_library(AT)
    DeviceVerdicts.objects.filter(device=device).update(library_sha256="0" * 64)
    Client.objects.update(state=ClientState.LEFT)
    judge_anew.func(left()[0])
    assert (left(), DeviceVerdicts.objects.get(device=device).library_sha256) == ([], "0" * 64)


@pytest.mark.parametrize("address", ["/", "/matrix/", "/library/"])
def test_pages_tell_how_far_it_has_come(browser: Browser, site: Site, address: str) -> None:
    for name in ("Alder Street Law", "Fen Dairy"):
        Client.objects.create(name=name)
    begin("library", AT)
    ClientToJudge.objects.filter(pk=left()[0]).delete()
    page = browser.get(address).content.decode()
    assert ("1 of 3 clients" in page, 'value="1"' in page) == (True, True)
    ClientToJudge.objects.all().delete()
    go_on(LATER)
    assert 'id="judged-anew"' not in browser.get(address).content.decode()


def test_programs_are_told_the_same(browser: Browser, site: Site) -> None:
    begin("library", AT)
    told = browser.get("/api/v1/library").json()
    assert told["judged_anew"] == {"asked_at": "2026-11-22T09:00:00Z", "done_count": 0, "clients_count": 1}
    assert (told["sha256"], told["standards_count"]) == (in_force().sha256, len(in_force().library.standards))
    begin("library", LATER)
    ClientToJudge.objects.all().delete()
    go_on(LATER)
    assert browser.get("/api/v1/library").json()["judged_anew"] is None
