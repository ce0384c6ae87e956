"""The outbox: claimed once, tried later, given up with its reason."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from server.accounts.models import User
from server.notices.models import Outgoing, Webhook
from server.notices.outbox import CLAIM, PAUSES_S, Down, Later, Never, send_due
from tests.web.notices.conftest import AT, mail_to, message_to

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def raising(error: BaseException) -> Callable[[Outgoing], None]:
    def send(row: Outgoing) -> None:
        raise error

    return send


def nothing(row: Outgoing) -> None:
    """Take it."""


def test_what_is_due_is_sent_once(told: User) -> None:
    row, later = mail_to(told), mail_to(told, key="m2")
    Outgoing.objects.filter(pk=later.pk).update(due_at=AT + timedelta(hours=1))
    assert send_due({"mail": nothing}, AT) == 1
    assert send_due({"mail": nothing}, AT) == 0
    row.refresh_from_db()
    assert (row.sent_at, row.attempts) == (AT, 1)


def test_two_workers_send_a_row_once(told: User) -> None:
    mail_to(told)
    taken: list[str] = []

    def slow(row: Outgoing) -> None:
        """While this one sends, another worker looks."""
        taken.append(row.uid)
        assert send_due({"mail": slow}, AT) == 0

    assert send_due({"mail": slow}, AT) == 1
    assert len(taken) == 1


def test_two_workers_that_read_the_same_row_do_not_both_claim_it(told: User) -> None:
    first, second = mail_to(told), mail_to(told, key="m2")
    taken: list[str] = []

    def note(row: Outgoing) -> None:
        taken.append(row.uid)

    def slow(row: Outgoing) -> None:
        """Another worker takes the second row after both were read."""
        note(row)
        send_due({"mail": note}, AT)

    send_due({"mail": slow}, AT)
    assert sorted(taken) == sorted([first.uid, second.uid])


def test_a_row_whose_worker_died_is_tried_again(told: User) -> None:
    mail_to(told)
    with pytest.raises(KeyboardInterrupt):
        send_due({"mail": raising(KeyboardInterrupt())}, AT)
    assert send_due({"mail": nothing}, AT + CLAIM - timedelta(seconds=1)) == 0
    assert send_due({"mail": nothing}, AT + CLAIM) == 1


def test_what_is_not_taken_is_tried_later_and_at_last_given_up(told: User) -> None:
    row, at = mail_to(told), AT
    for pause_s in PAUSES_S:
        send_due({"mail": raising(Later("not now"))}, at)
        row.refresh_from_db()
        assert (row.failed_at, row.due_at) == (None, at + timedelta(seconds=pause_s))
        at = row.due_at
    send_due({"mail": raising(Later("not now"))}, at)
    row.refresh_from_db()
    assert (row.failed_at, row.problem) == (at, "not now")


def test_what_is_refused_is_given_up_at_once_and_holds_no_other(told: User) -> None:
    mail_to(told)
    row = mail_to(told, key="m2")
    ways = iter([raising(Never("no such mailbox")), nothing])

    def send(one: Outgoing) -> None:
        next(ways)(one)

    assert send_due({"mail": send}, AT) == 1
    assert Outgoing.objects.exclude(pk=row.pk).get().problem == "no such mailbox"


def test_while_a_mail_server_is_down_one_mail_is_tried_and_none_loses_an_attempt(told: User) -> None:
    for number in range(30):
        mail_to(told, key=f"m{number}")
    tries: list[str] = []

    def down(row: Outgoing) -> None:
        tries.append(row.uid)
        raise Down("no answer", 60)

    send_due({"mail": down}, AT)
    send_due({"mail": down}, AT + timedelta(seconds=30))
    assert len(tries) == 1
    assert set(Outgoing.objects.values_list("attempts", flat=True)) == {0}
    assert send_due({"mail": nothing}, AT + timedelta(minutes=1)) == 30


def test_a_receiver_that_does_not_answer_holds_up_no_other(told: User) -> None:
    slow = Webhook.objects.create(url="https://slow.example/", secret="s")
    quick = Webhook.objects.create(url="https://quick.example/", secret="s")
    for number in range(5):
        message_to(slow, f"s{number}")
        message_to(quick, f"q{number}")
    tries: list[str] = []

    def send(row: Outgoing) -> None:
        tries.append(str(row.webhook))
        if row.webhook_id == slow.pk:
            raise Later("no answer")

    assert send_due({"webhook": send}, AT) == 5
    assert tries.count("slow.example") == 1


def test_a_kind_that_nobody_sends_is_given_up_and_stops_nothing(told: User) -> None:
    row = mail_to(told)
    Outgoing.objects.filter(pk=row.pk).update(kind="pigeon")
    mail_to(told, key="m2")
    assert send_due({"mail": nothing}, AT) == 1
    row.refresh_from_db()
    assert row.failed_at == AT
