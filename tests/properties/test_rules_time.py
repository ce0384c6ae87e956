"""Verdicts and time: nothing changes before `valid_until`, in any time zone."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rules.evaluate import evaluate
from rules.settings import ClientSettings
from rules.standard import Standard
from tests.unit.rules.random_subjects import AT, subject_for, told_by_two
from tests.unit.rules.words_library import words_library

STANDARDS = words_library().standards
AGREED = ClientSettings({"words.each-of": {"required": ["ips", "support*"]}, "words.agreed": {"locked_room": "no"}})
ZONES = (UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("America/Sao_Paulo"), ZoneInfo("Pacific/Apia"))
FAR = timedelta(days=500)


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda one: one.id)
def test_a_verdict_is_constant_up_to_valid_until(standard: Standard) -> None:
    rng = random.Random(f"time {standard.id}")
    for number in range(60):
        zone = ZONES[number % len(ZONES)]
        subject, at = subject_for(standard, rng), AT + timedelta(seconds=rng.randint(-40, 40) * 86_400 // 7)
        if number % 3 == 0:
            subject = told_by_two(subject, rng)
        verdict = evaluate(standard, subject, at, AGREED, zone)
        assert verdict.evidence
        end = verdict.valid_until
        assert end is None or end > at
        last = at + FAR if end is None else end - timedelta(seconds=1)
        between = [at + (last - at) * rng.random() for _ in range(3)]
        for later in (last, last + timedelta(microseconds=999_999), *between):
            again = evaluate(standard, subject, later, AGREED, zone)
            assert (again.word, again.reason) == (verdict.word, verdict.reason), (subject, at, later, end)


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda one: one.id)
def test_following_valid_until_finds_every_change(standard: Standard) -> None:
    rng = random.Random(f"changes {standard.id}")
    for _ in range(15):
        subject = subject_for(standard, rng)
        at, steps = AT, 0
        samples = sorted(AT + timedelta(seconds=rng.randint(0, 80 * 86_400)) for _ in range(8))
        verdict = evaluate(standard, subject, at, AGREED)
        for sample in samples:
            while verdict.valid_until is not None and verdict.valid_until <= sample:
                at, steps = verdict.valid_until, steps + 1
                verdict = evaluate(standard, subject, at, AGREED)
                assert steps < 500
            direct = evaluate(standard, subject, sample, AGREED)
            assert (direct.word, direct.reason) == (verdict.word, verdict.reason), (at, sample)


def test_the_instant_is_taken_in_whole_seconds() -> None:
    standard = words_library().standard("words.age-instant")
    subject = subject_for(standard, random.Random(1))
    at = datetime(2026, 6, 15, 12, 0, 0, 999_999, tzinfo=UTC)
    assert evaluate(standard, subject, at) == evaluate(standard, subject, at.replace(microsecond=0))
