"""Knowing less never makes a yes or a no: without a fact, an object or a section it is the same, or unknown."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from collectors.facts.subject import Subject
from rules.cases import AT, case_settings, case_subject
from rules.evaluate import evaluate
from rules.settings import AS_SHIPPED, ClientSettings
from rules.standard import Standard
from rules.verdict import Reason, Verdict, Word
from tests.unit.rules.random_subjects import subject_for, told_by_two, with_less
from tests.unit.rules.words_library import words_library

STANDARDS = words_library().standards
AGREED = ClientSettings({"words.each-of": {"required": ["ips", "support*"]}, "words.agreed": {"locked_room": "no"}})


def told(verdict: Verdict) -> Verdict:
    """Return the verdict after its evidence was put into words, which must always succeed and say something."""
    assert verdict.evidence
    assert (verdict.reason is not None) is (verdict.word is Word.UNKNOWN)
    return verdict


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda one: one.id)
def test_removing_anything_from_a_case_never_makes_another_answer(standard: Standard) -> None:
    rng = random.Random(standard.id)
    for case in standard.cases:
        settings, subject = case_settings(standard, case), case_subject(standard, case)
        before = told(evaluate(standard, subject, AT, settings))
        for _ in range(25):
            after = told(evaluate(standard, with_less(subject, rng), AT, settings))
            assert after.word in {before.word, Word.UNKNOWN}, (case, before.evidence, after.evidence)


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda one: one.id)
def test_removing_step_by_step_from_random_documents_never_makes_another_answer(standard: Standard) -> None:
    rng = random.Random(f"random {standard.id}")
    said: Counter[Word] = Counter()
    for _ in range(150):
        subject = subject_for(standard, rng)
        previous = None
        for _ in range(6):
            verdict = told(evaluate(standard, subject, AT, AGREED))
            said[verdict.word] += 1
            if previous is not None and verdict.word is not previous.word:
                assert verdict.word is Word.UNKNOWN, (subject, previous.evidence, verdict.evidence)
            previous = verdict
            subject = with_less(subject, rng)
    assert len(said) > 1, said


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda one: one.id)
def test_every_yes_and_no_over_old_facts_becomes_unknown(standard: Standard) -> None:
    much_later = AT + timedelta(days=400)
    for case in standard.cases:
        subject, settings = case_subject(standard, case), case_settings(standard, case)
        before = evaluate(standard, subject, AT, settings)
        if before.word in {Word.YES, Word.NO} and _reads_something(subject):
            after = told(evaluate(standard, subject, much_later, settings))
            assert after.word is Word.UNKNOWN
            assert after.reason is Reason.STALE


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda one: one.id)
def test_what_a_client_has_not_agreed_to_never_makes_a_yes(standard: Standard) -> None:
    open_names = [name for name, setting in standard.settings.items() if setting.default is None]
    for case in standard.cases:
        verdict = evaluate(standard, case_subject(standard, case), AT, AS_SHIPPED)
        if open_names:
            assert verdict.word is not Word.YES


def _reads_something(subject: Subject) -> bool:
    return bool(subject.readings) or any(device.readings for device in subject.devices)


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda one: one.id)
def test_a_second_source_never_turns_an_answer_into_its_opposite(standard: Standard) -> None:
    rng = random.Random(f"two {standard.id}")
    words = set()
    for _ in range(60):
        subject = told_by_two(subject_for(standard, rng), rng)
        both = told(evaluate(standard, subject, AT, AGREED))
        alone = {evaluate(standard, only(subject, place), AT, AGREED).word for place in (0, 1)}
        words.add(both.word)
        if alone in ({Word.YES}, {Word.NO}):
            assert both.word in {*alone, Word.UNKNOWN} or _fills_up(standard), (subject, both.evidence)
    assert words


def only(subject: Subject, place: int) -> Subject:
    """Return the subject as one of its two sources tells it."""
    return replace(subject, readings={name: (told[place],) for name, told in subject.readings.items()})


def _fills_up(standard: Standard) -> bool:
    """Return whether objects and fields of two sources together may say what neither says alone."""
    return any("" in fields or len(fields) > 1 for fields in standard.reads.values()) or bool(standard.history())
