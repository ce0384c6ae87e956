"""Unknown questions are grouped by what would mend them, with who must act."""

from agent.checklist import DeviceLine, Question
from agent.mending import ACTS, NOT_REACHED, mends_of
from collectors.facts.gaps import Gap, GapReason
from rules.verdict import Reason, Word
from tests.unit.agent.lists import NOT_TOLD, UNREACHED, device, question, row


def unknown(
    name: str, subject: str, gap: Gap | None = None, reason: Reason = Reason.GAP, evidence: str = "e"
) -> Question:
    gaps = () if gap is None else (("ups.runtime_s", gap),)
    return question(name, Word.UNKNOWN, (row(Word.UNKNOWN, subject, (evidence,), reason, gaps),), reason=reason)


def told(*questions: Question, devices: tuple[DeviceLine, ...] = ()) -> list[tuple[int, str]]:
    found = mends_of(questions, devices)
    return [(mend.questions_count, mend.what) for mend in found]


def test_an_unread_device_is_one_cause_for_all_its_questions() -> None:
    unread = device("hv01", UNREACHED, read=False)
    questions = [unknown(f"q{number}", "hv01", UNREACHED) for number in range(22)]
    assert told(*questions, devices=(unread,)) == [(22, "1 device unread: not reached")]


def test_the_most_questions_come_first() -> None:
    unread = device("hv01", UNREACHED, read=False)
    questions = [unknown("a", "ups1", NOT_TOLD), unknown("b", "hv01"), unknown("c", "hv01")]
    assert [count for count, _ in told(*questions, devices=(unread,))] == [2, 1]


def test_a_credential_on_hold_is_told_apart_from_a_refusal() -> None:
    held = Gap(reason=GapReason.CREDENTIAL_ON_HOLD, text="was not tried")
    denied = Gap(reason=GapReason.ACCESS_DENIED, text="refused the account")
    devices = (device("a", held, read=False), device("b", denied, read=False))
    assert {what for _, what in told(unknown("q", "a"), unknown("r", "b"), devices=devices)} == {
        "1 device unread: credential on hold",
        "1 device unread: access denied",
    }


def test_an_access_that_failed_beside_others_is_one_cause() -> None:
    partly = device("fw1", UNREACHED)
    questions = [unknown("a", "fw1", UNREACHED), unknown("b", "fw1", UNREACHED), unknown("c", "fw1", NOT_TOLD)]
    assert told(*questions, devices=(partly,)) == [
        (2, "an access of 1 device: not reached"),
        (1, "facts that 1 device did not tell"),
    ]


def test_values_to_be_agreed_are_counted_once_each() -> None:
    questions = [
        unknown("a", "ups1", reason=Reason.NOT_AGREED, evidence="approved time servers is not agreed yet"),
        unknown("b", "ups2", reason=Reason.NOT_AGREED, evidence="approved time servers is not agreed yet"),
        unknown("c", "ups2", reason=Reason.NOT_AGREED, evidence="approved tools is not agreed yet"),
    ]
    assert told(*questions) == [(3, "2 values to be agreed with the client")]


def test_a_missing_kind_of_device_asks_for_a_device_or_a_statement() -> None:
    (mend,) = mends_of([question("a", Word.UNKNOWN, reason=Reason.NO_DEVICE)], [])
    assert (mend.details, "[statements" in mend.who) == (("ups",), True)


def test_an_interrupted_run_asks_to_be_run_again() -> None:
    unread = device("sw1", NOT_REACHED, read=False)
    (mend,) = mends_of([unknown("a", "sw1", NOT_REACHED)], [unread])
    assert (mend.what, "run it again" in mend.who) == ("1 device unread: the run was interrupted", True)


def test_questions_with_an_answer_need_no_mending() -> None:
    answered = [question("a", Word.YES), question("b", Word.NO), question("c", Word.NOT_APPLICABLE)]
    assert mends_of(answered, [device()]) == ()


def test_long_lists_of_details_are_cut_with_a_count() -> None:
    questions = [unknown(f"q{number}", f"ups{number}", NOT_TOLD) for number in range(9)]
    (mend,) = mends_of(questions, [])
    assert (len(mend.details), mend.details[-1]) == (7, "and 3 more")


def test_every_reason_of_unknown_is_mended_by_somebody() -> None:
    questions = [unknown(str(reason), "ups1", reason=reason) for reason in Reason]
    assert all(mend.who for mend in mends_of(questions, []))


def test_every_reason_of_a_gap_names_who_must_act() -> None:
    assert set(ACTS) == set(GapReason)
