"""The vocabulary keeps its own rules: names and types agree, groups and volatile fields exist, all of it has words."""

import pytest

from collectors.facts.facts import Facts
from collectors.facts.model import Fact
from collectors.facts.nouns import BY_NAME, BY_PATH
from collectors.facts.paths import FactKind, FactType, UnknownFact, every_fact, fields_of, resolve, unit_of
from collectors.facts.statements import ALIKE, STATEMENTS
from collectors.facts.vocabulary import KINDS, PERSONAL_FIELDS, SECTIONS, is_personal
from collectors.facts.words import noun, statement

EVERY = tuple(every_fact())
OBJECTS = [here for here in EVERY if here.model is not None]
IDENTIFIERS = {  # numbers without a unit: they name something or are a level
    "anonymous_restriction", "dh_group", "domain_level", "dotnet_release", "forest_level", "ike_version", "last_result",
    "lm_level", "native_vlan", "number", "port", "precedence", "revision", "rid", "ssh_version", "stratum", "vlan",
}  # fmt: skip
BY_ENDING = {"_at": FactKind.INSTANT, "_on": FactKind.DAY}


def path_of(here: FactType) -> str:
    return here.path


@pytest.mark.parametrize("here", EVERY, ids=path_of)
def test_a_name_that_ends_in_a_unit_is_a_number(here: FactType) -> None:
    assert unit_of(here.path) is None or here.kind is FactKind.NUMBER


@pytest.mark.parametrize("here", [here for here in EVERY if here.kind is FactKind.NUMBER], ids=path_of)
def test_a_number_says_its_unit_or_is_an_identifier(here: FactType) -> None:
    assert (here.unit is None) == (here.name in IDENTIFIERS)


@pytest.mark.parametrize("here", EVERY, ids=path_of)
def test_a_name_ends_in_at_or_on_exactly_when_it_is_a_moment_or_a_day(here: FactType) -> None:
    endings = {kind for ending, kind in BY_ENDING.items() if here.name.endswith(ending)}
    assert endings == ({here.kind} & set(BY_ENDING.values()))


@pytest.mark.parametrize("here", OBJECTS, ids=path_of)
def test_groups_and_volatile_fields_are_fields(here: FactType) -> None:
    model = here.model or Fact
    named = {*model.VOLATILE, *(name for group in model.TOGETHER for name in group)}
    assert named <= set(fields_of(here.path))


@pytest.mark.parametrize("here", OBJECTS, ids=path_of)
def test_every_section_and_object_says_in_a_sentence_what_it_is_and_who_can_give_it(here: FactType) -> None:
    sentence, _, source = (here.model.__doc__ or "").partition("\n\n")
    assert sentence.endswith(".")
    assert source.strip().startswith("From: ")


@pytest.mark.parametrize("here", OBJECTS, ids=path_of)
def test_nothing_has_a_default_that_a_device_did_not_state(here: FactType) -> None:
    fields = (here.model or Fact).model_fields
    told = {name: field.default for name, field in fields.items() if not field.is_required() and name != "partial"}
    assert set(told.values()) <= {None}


@pytest.mark.parametrize("here", [here for here in EVERY if here.kind is FactKind.BOOLEAN], ids=path_of)
def test_a_yes_and_a_no_say_different_things(here: FactType) -> None:
    assert statement(here.path, True) != statement(here.path, False)


@pytest.mark.parametrize("here", EVERY, ids=path_of)
def test_every_fact_has_a_noun_in_plain_words(here: FactType) -> None:
    assert noun(here.path).strip()
    assert "_" not in noun(here.path)


@pytest.mark.parametrize("here", [here for here in EVERY if here.unit], ids=path_of)
def test_every_number_with_a_unit_has_a_noun_of_its_own(here: FactType) -> None:
    assert here.name in BY_NAME or here.path in BY_PATH


def test_no_words_are_left_over() -> None:
    paths = {here.path for here in EVERY}
    assert {*STATEMENTS, *BY_PATH} <= paths
    assert set(BY_NAME) <= {here.name for here in EVERY}
    assert {*ALIKE, *ALIKE.values()} <= set(SECTIONS)


def test_every_section_of_the_tree_has_a_kind() -> None:
    assert set(KINDS) == set(Facts.model_fields) - {"device_class", "gaps", "incomplete", "marks"}


def test_a_misspelt_fact_is_answered_with_the_names_that_would_be_right() -> None:
    with pytest.raises(UnknownFact) as caught:
        resolve("ups.runtime")
    assert "runtime_s" in caught.value.known


def test_a_bare_name_belongs_to_the_object_of_its_list() -> None:
    assert resolve("taken_at", within="vms.checkpoints") == resolve("vms.checkpoints.taken_at")


def test_a_fact_has_no_facts_inside() -> None:
    with pytest.raises(UnknownFact):
        resolve("ups.runtime_s.more")


def test_what_speaks_of_the_object_itself_is_no_fact() -> None:
    with pytest.raises(UnknownFact):
        resolve("volumes.partial")


def test_a_derived_fact_is_resolved_like_any_other() -> None:
    assert (resolve("volumes.free_percent").unit, resolve("volumes.free_percent").derived) == ("percent", True)


def test_accounts_are_personal_and_so_is_the_contact_of_a_device() -> None:
    assert is_personal("accounts.last_logon_at")
    assert is_personal("identity.contact")
    assert not is_personal("identity.serial")


def test_personal_fields_are_facts() -> None:
    assert all(resolve(path) for path in PERSONAL_FIELDS)
