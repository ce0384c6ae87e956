"""What the loader refuses: each mistake with file, line and standard."""

from pathlib import Path

import pytest

from rules.loader import load
from rules.problems import LibraryError
from tests.sound_library import LIBRARY

CHECK = "  check: {fact: ups.runtime_s, at_least: $low}\n"
AUTO = "    - {facts: {ups: {}}, verdict: unknown}\n"


def problems_of(text: str, tmp_path: Path) -> str:
    (tmp_path / "ups.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(LibraryError) as error:
        load(tmp_path)
    return str(error.value)


def test_a_sound_library_loads(tmp_path: Path) -> None:
    (tmp_path / "ups.yaml").write_text(LIBRARY, encoding="utf-8")
    library = load(tmp_path)
    question = library.standard("ups.runtime").question_for({})
    assert question == "Does every UPS carry its present load for at least 10 minutes?"
    assert library.standard("ups.runtime").rule_in_words() == "runtime is at least 10 minutes"


def test_a_directory_without_standards_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"holds no file that ends in \.yaml"):
        load(tmp_path)


def test_a_file_whose_name_ends_otherwise_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "more.yml").write_text(LIBRARY, encoding="utf-8")
    assert "more.yml: is not read" in problems_of(LIBRARY, tmp_path)


MISTAKES = [
    ("a misspelt fact", "ups.runtime_s, at", "ups.runtme_s, at", "has no fact 'runtme_s'"),
    ("an unknown section", "ups.runtime_s, at", "upss.runtime_s, at", "there is no section 'upss'"),
    (
        "a wrong unit",
        "default: 10 minutes, from: 3 minutes, to: 4 hours",
        "default: 10 %, from: 3 %, to: 40 %",
        "is a time",
    ),
    ("a number without a unit", "at_least: $low", "at_least: 600", "is a time, such as"),
    ("a comparison that does not fit", "at_least: $low", "age_at_most: $low", "age_at_most does not fit"),
    ("a word the device never says", CHECK, "  check: {fact: ups.battery, is: weak}\n", "is never 'weak', only normal"),
    ("a flag that is no yes or no", CHECK, "  check: {fact: ups.battery_replace_due, is: maybe}\n", "is yes or no"),
    ("two comparisons", "at_least: $low", "at_least: $low, at_most: 1 hour", "one comparison is wanted"),
    ("an unknown word", CHECK, "  check: {fakt: ups.runtime_s, at_least: $low}\n", "no known word in: fakt, at_least"),
    ("a part that is not understood", "at_least: $low}", "at_least: $low, over: 1 day}", "'over' is not understood"),
    (
        "a list without a word for it",
        CHECK,
        "  check: {fact: phases.load_percent, at_most: 80 %}\n",
        "reaches into a list",
    ),
    ("an unknown setting", "at_least: $low", "at_least: $lower", "there is no setting 'lower'"),
    ("a setting the question invents", "least $low?", "least $lo?", "the question names $lo"),
    ("a setting used nowhere", "at_least: $low", "at_least: 5 minutes", "setting low is used nowhere"),
    ("a default out of bounds", "default: 10 minutes", "default: 1 minute", "outside 3 minutes to 4 hours"),
    ("a setting without bounds", "from: 3 minutes, to: 4 hours, ", "", "wanted: default, from, to, says"),
    ("an open question", "Does every UPS carry", "How long does every UPS carry", "the question is open"),
    ("a question without its mark", "least $low?", "least $low.", "does not end with '?'"),
    (
        "a number in the question",
        "least $low?",
        "least 10 minutes?",
        "question says '10 minutes', which is the setting low",
    ),
    ("a number in the why", "several minutes", "10 minutes", "why says '10 minutes'"),
    (
        "a missing source",
        '  source: {title: "RFC 1628", url: "https://www.rfc-editor.org/rfc/rfc1628"}\n',
        "",
        "source",
    ),
    ("an empty source", "https://www.rfc-editor.org/rfc/rfc1628", "", "source.url"),
    ("an unknown key", "  tags: [ups]", "  tag: [ups]", "tag: Extra inputs"),
    ("an unknown kind", "each: ups", "each: toaster", "toaster is no kind of subject"),
    ("an unknown priority", "priority: high", "priority: urgent", "priority"),
    ("a missing check", CHECK, "", "an automated standard needs a check"),
    ("no unknown case", AUTO, "", "there is no case with the verdict 'unknown'"),
    (
        "no case at the limit",
        "runtime_s: 600 seconds",
        "runtime_s: 601 seconds",
        "no case has the value exactly at the limit",
    ),
    ("a case with a wrong fact", "runtime_s: 599 seconds", "runtme_s: 599 seconds", "has no fact 'runtme_s'"),
    ("a case with a wrong unit", "runtime_s: 599 seconds", "runtime_s: 599", "is in s, not 599"),
    ("a case with an unknown verdict", "verdict: unknown", "verdict: perhaps", "is none of the four"),
    ("a case with an unknown part", "verdict: unknown", "verdict: unknown, fact: 1", "'fact' is no part of a case"),
    ("no cases", LIBRARY[LIBRARY.index("  cases:") :], "", "there are no cases"),
    ("an anchor", "  tags: [ups]", "  tags: &t [ups]", "an anchor is not allowed"),
    ("a key twice", "  mode: automated\n", "  mode: automated\n  mode: visual\n", "'mode' stands twice"),
]


@pytest.mark.parametrize(("old", "new", "says"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES])
def test_a_mistake_is_refused(old: str, new: str, says: str, tmp_path: Path) -> None:
    assert old in LIBRARY
    told = problems_of(LIBRARY.replace(old, new), tmp_path)
    assert says in told
    assert told.startswith("ups.yaml:")


def test_the_line_and_the_standard_are_named(tmp_path: Path) -> None:
    told = problems_of(LIBRARY.replace("ups.runtime_s, at", "ups.runtme_s, at"), tmp_path)
    assert told.startswith("ups.yaml:15: ups.runtime: no such fact:")


def test_all_problems_are_told_together(tmp_path: Path) -> None:
    wrong = LIBRARY.replace("least $low?", "least $low").replace("ups.runtime_s, at", "ups.runtme_s, at")
    assert len(problems_of(wrong, tmp_path).splitlines()) == 2


def test_one_id_in_two_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(LIBRARY, encoding="utf-8")
    assert "ups.yaml:1: ups.runtime: the id stands already in other.yaml, line 1" in problems_of(LIBRARY, tmp_path)


def test_too_many_standards_in_one_file_are_refused(tmp_path: Path) -> None:
    many = "".join(LIBRARY.replace("ups.runtime\n", f"ups.runtime-{n}\n") for n in range(16))
    assert problems_of(many, tmp_path) == "ups.yaml:1: holds 16 standards, more than 15: split it by category"


LISTED = """\
  check:
    every: phases
    has: {fact: load_percent, at_most: $most}
  remedy: Move load, or add a battery pack.
  cases:
    - {facts: {phases: [{name: "1", load_percent: 80 %}]}, verdict: yes}
    - {facts: {phases: [{name: "1", load_percent: 81 %}]}, verdict: no}
    - {facts: {}, verdict: unknown}
    - {facts: {phases: []}, partial: [phases], verdict: unknown}
    - {facts: {phases: []}, verdict: not applicable}
"""


@pytest.mark.parametrize(
    ("left_out", "says"),
    [
        ("partial: [phases]", "no case has a partly read list"),
        ("verdict: not applicable", "there is no case with the verdict 'not applicable'"),
    ],
)
def test_a_list_needs_its_own_cases(left_out: str, says: str, tmp_path: Path) -> None:
    head = LIBRARY[: LIBRARY.index("  check:")].replace("$low", "$most")
    head = head.replace(
        "low: {default: 10 minutes, from: 3 minutes, to: 4 hours", "most: {default: 80 %, from: 5 %, to: 95 %"
    )
    kept = "".join(line + "\n" for line in LISTED.splitlines() if left_out not in line)
    assert says in problems_of(head + kept, tmp_path)


def test_a_branch_that_no_case_takes_is_told(tmp_path: Path) -> None:
    check = """\
  check:
    choose:
      - when: {fact: ups.output, is: bypass}
        then: {fact: ups.battery, is: normal}
      - otherwise: {fact: ups.runtime_s, at_least: $low}
"""
    told = problems_of(LIBRARY.replace(CHECK, check), tmp_path)
    assert "no case takes the branch: choose in line" in told
