"""A list asked all at once says the same as its objects asked one by one: verdict, reason, time and evidence."""

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from collectors.facts.facts import Facts
from collectors.facts.merge import subject_of
from collectors.facts.reading import Device, Source, snapshot_of
from collectors.facts.sections.windows import Service
from collectors.facts.subject import Subject
from rules.cases import AT, case_settings, case_subject
from rules.compile import columns, joined_looks, looks, sifting_at_once
from rules.evaluate import evaluate_view
from rules.library_at import default_library
from rules.settings import AS_SHIPPED, ClientSettings
from rules.standard import Standard
from rules.verdict import Evidence, Reason, Word
from rules.view import FOR_EVER_S, View, clock_at
from tests.unit.rules.random_sentences import random_standard, with_long_lists
from tests.unit.rules.random_subjects import subject_for, told_by_two, with_less
from tests.unit.rules.words_library import words_library

LIKE = next(one for one in words_library().standards if "windows server" in one.kinds)
SHIPPED = default_library().standards
ZONES = (UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Apia"))
RECORDED = sorted((Path(__file__).parents[1] / "recordings").glob("*/*.yaml"))
ALWAYS, NEVER = 0, 10**9

Said = tuple[Word, Reason | None, datetime | None, Evidence]


@contextmanager
def lists_at_once_from(fewest: int) -> Iterator[None]:
    """Ask lists at once from that many objects on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sifting_at_once, "FEWEST", fewest)
        yield


def said(
    standards: Iterable[Standard], subject: Subject, at: datetime, zone: tzinfo, settings: ClientSettings, fewest: int
) -> list[Said]:
    """Return what standards say of a subject that they see together."""
    with lists_at_once_from(fewest):
        view = View(subject, clock_at(at, zone))
        verdicts = [evaluate_view(standard, view, settings) for standard in standards]
        return [(one.word, one.reason, one.valid_until, one.told()) for one in verdicts]


def differing(
    standards: Iterable[Standard],
    subject: Subject,
    at: datetime = AT,
    zone: tzinfo = UTC,
    settings: ClientSettings = AS_SHIPPED,
) -> list[tuple[Standard, Said, Said]]:
    """Return where the two ways differ."""
    asked = tuple(standards)
    at_once, one_by_one = (said(asked, subject, at, zone, settings, fewest) for fewest in (ALWAYS, NEVER))
    return [(standard, *both) for standard, *both in zip(asked, at_once, one_by_one, strict=True) if both[0] != both[1]]  # type: ignore[misc]


def random_difference(seed: int) -> list[tuple[Standard, Said, Said]]:
    """Return where the two ways differ about random standards over one random subject."""
    rng = random.Random(seed)
    standards = [random_standard(LIKE, rng) for _ in range(3)]
    reads = {name: fields for standard in standards for name, fields in standard.reads.items()}
    subject = with_long_lists(subject_for(replace(standards[0], reads=reads), rng), rng)
    if rng.random() < 0.2:
        subject = told_by_two(subject, rng)
    if rng.random() < 0.2:
        subject = with_less(subject, rng)
    at = AT + timedelta(seconds=rng.randint(0, 8) * 86_400 // 7)
    return differing(standards, subject, at, rng.choice(ZONES))


@given(st.integers(min_value=0, max_value=2**32))
def test_random_sentences_say_the_same_of_random_subjects(seed: int) -> None:
    assert not random_difference(seed)


@pytest.mark.parametrize("standard", [*words_library().standards, *SHIPPED], ids=lambda one: one.id)
def test_a_standard_says_the_same_of_its_cases(standard: Standard) -> None:
    for case in standard.cases:
        settings, subject = case_settings(standard, case), case_subject(standard, case)
        for at in (AT, AT + timedelta(hours=30)):
            assert not differing([standard], subject, at, settings=settings)


@pytest.mark.parametrize("standard", SHIPPED, ids=lambda one: one.id)
def test_a_standard_says_the_same_of_random_subjects(standard: Standard) -> None:
    rng = random.Random(standard.id)
    for _ in range(10):
        assert not differing([standard], with_long_lists(subject_for(standard, rng), rng))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_library_says_the_same_of_a_recorded_device(path: Path) -> None:
    recording = yaml.safe_load(path.read_text(encoding="utf-8"))
    facts = Facts.model_validate(recording.get("facts", {})).model_copy(
        update={"device_class": recording.get("device_class"), "incomplete": frozenset(recording.get("incomplete", []))}
    )
    taken = snapshot_of(facts, Device(name="it"), Source(transport="ssh", driver=path.parent.name), AT)
    for kind in sorted({kind for standard in SHIPPED for kind in standard.kinds}):
        assert not differing(SHIPPED, subject_of([taken], name="it", kind=kind))


def what_follows_the_first_is_asked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sifting_at_once, "up_to", lambda _one: -1)


def except_is_ignored(patch: pytest.MonkeyPatch) -> None:
    right = joined_looks.counted
    patch.setattr(sifting_at_once, "counted", lambda where, _out, compiling: right(where, None, compiling))


def what_was_decided_is_asked_again(patch: pytest.MonkeyPatch) -> None:
    right = joined_looks._all_of

    def all_of(parts: tuple[looks.Look, ...]) -> looks.Look:
        joined = right(parts)
        return lambda table, env, asked: ([part(table, env, asked) for part in parts], joined(table, env, asked))[1]

    patch.setattr(joined_looks, "_all_of", all_of)


def a_missing_text_is_another_text(patch: pytest.MonkeyPatch) -> None:
    right = looks._same
    patch.setattr(looks, "_same", lambda *told, negated: right(*told, negated=negated)._replace(unknown=0))


def limits_are_never_left(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(looks, "_soonest_s", lambda *_: FOR_EVER_S)


def a_future_moment_is_young(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(looks, "CLOCK_ERROR_S", 10**9)


def unlimited_is_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(columns._AS_NUMBERS, "unlimited", 0.0)


def never_lies_ahead(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(columns._AS_MOMENTS, "never", float(FOR_EVER_S))


MISTAKES = (
    what_follows_the_first_is_asked,
    except_is_ignored,
    what_was_decided_is_asked_again,
    a_missing_text_is_another_text,
    limits_are_never_left,
    a_future_moment_is_young,
    unlimited_is_nothing,
    never_lies_ahead,
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: one.__name__)
def test_a_mistake_in_asking_at_once_is_noticed(
    mistake: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    mistake(monkeypatch)
    assert any(random_difference(seed) for seed in range(400))


def test_a_long_list_that_fails_is_told_by_its_first_objects_and_their_number() -> None:
    standard = next(one for one in SHIPPED if one.id == "windows.autostart-services")
    services = tuple(Service(name=f"service{n}", state="stopped", start="automatic") for n in range(2000))
    facts = Facts(device_class="windows server", services=services)
    taken = snapshot_of(facts, Device(name="it"), Source(transport="winrm", driver="windows_server"), AT)
    subject = subject_of([taken], name="it")
    assert not differing([standard], subject)
    told = said([standard], subject, AT, UTC, AS_SHIPPED, ALWAYS)[0]
    assert told[0] is Word.NO
    assert len(told[3].objects) == 2000
