"""A standard, loaded: its texts, its rule as sentences, and the closures that answer it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from rules.compile.build import build
from rules.compile.context import Check, Compiling, Slot, Watch
from rules.entry import Entry, Source
from rules.evidence.limits import written
from rules.evidence.rule import in_words
from rules.grammar.sentences import FactRef, OverList, Rise, Sentence, Usually, facts_of, walk
from rules.grammar.settings import Setting, Value
from rules.kinds import DEVICE_KINDS
from rules.yaml_texts import Map

Over = Literal["device", "group", "site", "client"]

_NAMED = re.compile(r"\$([a-z][a-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Compiled:
    """The closures of a standard and the right sides that a client's settings fill."""

    where: Check | None
    check: Check | None
    slots: tuple[Slot, ...]


@dataclass(frozen=True, eq=False)
class Standard:
    """One question of the library with its rule. Loaded once, never changed."""

    entry: Entry
    settings: Mapping[str, Setting]
    where: Sentence | None
    check: Sentence | None
    fresh_s: int
    """The age that its facts may have; 0: what the kind of each section allows."""
    file: str
    line: int
    compiled: Compiled
    reads: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Which fields it reads of which section; '' stands for the list itself, '*' for anything in it."""

    @property
    def id(self) -> str:
        """Return the id: 'ups.runtime'."""
        return self.entry.id

    @property
    def question(self) -> str:
        """Return the question with the settings as `$name`."""
        return self.entry.question

    @property
    def why(self) -> str:
        """Return why it is asked."""
        return self.entry.why

    @property
    def how(self) -> str:
        """Return how a person finds the answer."""
        return self.entry.how

    @property
    def source(self) -> Source:
        """Return where the reason can be read."""
        return self.entry.source

    @property
    def section(self) -> str:
        """Return the section of the library."""
        return self.entry.section

    @property
    def category(self) -> str:
        """Return the category inside the section."""
        return self.entry.category

    @property
    def priority(self) -> str:
        """Return critical, high, medium or low."""
        return self.entry.priority

    @property
    def review(self) -> str:
        """Return how often a person looks at it."""
        return self.entry.review

    @property
    def mode(self) -> str:
        """Return automated, assisted, visual or interview."""
        return self.entry.mode

    @property
    def tags(self) -> tuple[str, ...]:
        """Return the tags."""
        return self.entry.tags

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of subjects that are asked."""
        return self.entry.applies_to.each

    @property
    def over(self) -> Over:
        """Return within what `holds_for` is asked: the device, its group, its site, or the client."""
        if self.entry.over is not None:
            return self.entry.over
        return "device" if self.kinds[0] in DEVICE_KINDS else "site" if self.kinds[0] == "site" else "client"

    @property
    def needs_others(self) -> bool:
        """Return whether it reads facts of another subject: the device's domain, its site or its client."""
        told = [fact for part in (self.where, self.check) if part is not None for fact in facts_of(part)]
        return self.kinds[0] not in DEVICE_KINDS or any(fact.whose not in {"own", "device"} for fact in told)

    @property
    def holds_for(self) -> Literal["every", "any"]:
        """Return whether every one must be aligned, or any one is enough."""
        return self.entry.holds_for

    @property
    def remedy(self) -> str:
        """Return what to do about a no."""
        return self.entry.remedy

    @property
    def show(self) -> tuple[str, ...]:
        """Return the facts that a person is shown."""
        return self.entry.show

    @property
    def cases(self) -> tuple[Map, ...]:
        """Return the cases as written."""
        return self.entry.cases

    @property
    def sections(self) -> frozenset[str]:
        """Return the sections of facts that the rule reads."""
        return frozenset(self.reads)

    def question_for(self, values: Mapping[str, Value | None]) -> str:
        """Return the question with a client's settings filled in."""

        def filled(match: re.Match[str]) -> str:
            value = values.get(match[1], self.settings[match[1]].default)
            return "an agreed value" if value is None else written(value)

        return _NAMED.sub(filled, self.question)

    def rule_in_words(self) -> str:
        """Return the rule as a sentence for the library's page, with the settings as shipped."""
        shown = {name: setting.default for name, setting in self.settings.items() if setting.default is not None}
        if self.check is None:
            return "a person decides"
        rule = in_words(self.check, shown)
        return rule if self.where is None else f"where {in_words(self.where, shown)}: {rule}"

    def history(self) -> tuple[tuple[str, int], ...]:
        """Return which facts the store must keep readings of, and for how many seconds."""
        found = []
        for top in (self.where, self.check):
            for one in walk(top) if top is not None else ():
                if isinstance(one, Rise):
                    found.append((one.counter.path, one.over_s))
                    if one.per is not None:
                        found.append((one.per.path, one.over_s))
                elif isinstance(one, Usually):
                    found.append((one.fact.path, one.over_s))
        return tuple(dict.fromkeys(found))


def named_settings(text: str) -> tuple[str, ...]:
    """Return the settings that a text names as `$name`."""
    return tuple(_NAMED.findall(text))


def compiled(
    where: Sentence | None, check: Sentence | None, settings: dict[str, Setting], watch: Watch | None = None
) -> Compiled:
    """Return the closures of a standard; a watch learns what its cases try."""
    compiling = Compiling(settings, watch)
    made_where = None if where is None else build(where, compiling)
    made_check = None if check is None else build(check, compiling)
    return Compiled(made_where, made_check, tuple(compiling.slots))


def reads_of(sentences: tuple[Sentence, ...]) -> dict[str, frozenset[str]]:
    """Return the fields that sentences read, by section."""
    found: dict[str, set[str]] = {}
    for top in sentences:
        for one in walk(top):
            for fact in facts_of(one):
                found.setdefault(fact.type.section, set()).add(_field(fact))
            if isinstance(one, OverList) and one.objects is None:
                found.setdefault("devices", set()).add("")
    return {section: frozenset(fields) for section, fields in found.items() if section != "devices"}


def _field(fact: FactRef) -> str:
    if fact.type.derived:
        return "*"
    return fact.path.rpartition(".")[2] if "." in fact.path else ""
