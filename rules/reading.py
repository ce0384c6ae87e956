"""Reads one entry: texts, settings, rule; each part is held to its own checks and all problems are told together."""

from dataclasses import dataclass, field

from pydantic import ValidationError

from collectors.facts.paths import UnknownFact, resolve
from rules.compile.context import Watch
from rules.entry import Entry
from rules.grammar.read import Reader
from rules.grammar.sentences import Sentence, settings_of, walk
from rules.grammar.settings import Setting, setting
from rules.grammar.values import duration
from rules.problems import Problem, ProblemKind, Refused
from rules.quantities import Months
from rules.standard import Standard, compiled, named_settings, reads_of
from rules.wording import wording_problems
from rules.yaml_texts import Map, Row


@dataclass
class Read:
    """A standard as far as it could be read, and what is wrong with it."""

    standard: Standard | None
    problems: list[Problem] = field(default_factory=list)


@dataclass
class _Reading:
    """One entry being read."""

    written: Map
    file: str
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, kind: ProblemKind, text: str, line: int = 0) -> None:
        name = str(self.written.get("id", ""))
        self.problems.append(Problem(self.file, line or self.written.line, name, kind, text))

    def refused(self, refused: Refused, line: int) -> None:
        self.wrong(refused.kind, refused.text, refused.line or line)


def read_entry(written: Map, file: str) -> Read:
    """Return the standard that an entry means, or None with its problems."""
    reading = _Reading(written, file)
    try:
        entry = Entry.model_validate(written)
    except ValidationError as error:
        for one in error.errors():
            place = ".".join(str(step) for step in one["loc"])
            reading.wrong(ProblemKind.ENTRY, f"{place}: {one['msg']}", _line_of(written, one["loc"]))
        return Read(None, reading.problems)
    settings = _settings(entry, reading)
    reader = Reader(settings)
    where = _sentence(reader, entry.applies_to.where, reading)
    check = _sentence(reader, entry.check, reading)
    fresh_s = _fresh(entry, reading)
    _shown(entry, reading)
    _mode(entry, reading)
    used = _used((where, check), entry, settings, reading)
    for line, text in wording_problems(entry, settings, written):
        reading.wrong(ProblemKind.WORDING, text, line)
    if reading.problems:
        return Read(None, reading.problems)
    try:
        made = compiled(where, check, settings)
    except Refused as refused:
        reading.refused(refused, written.line)
        return Read(None, reading.problems)
    reads = reads_of(used)
    return Read(Standard(entry, settings, where, check, fresh_s, file, written.line, made, reads), reading.problems)


def watched(standard: Standard) -> tuple[Standard, Watch]:
    """Return the standard compiled anew with a watch, which learns what its cases try."""
    watch = Watch()
    made = compiled(standard.where, standard.check, dict(standard.settings), watch)
    parts = (standard.entry, standard.settings, standard.where, standard.check, standard.fresh_s)
    return Standard(*parts, standard.file, standard.line, made, standard.reads), watch


def _settings(entry: Entry, reading: _Reading) -> dict[str, Setting]:
    found = {}
    for name, written in entry.settings.items():
        try:
            found[name] = setting(name, dict(written))
        except Refused as refused:
            reading.refused(refused, written.line)
    return found


def _sentence(reader: Reader, written: Map | None, reading: _Reading) -> Sentence | None:
    if written is None:
        return None
    try:
        return reader.sentence(written)
    except Refused as refused:
        reading.refused(refused, written.line)
        return None


def _fresh(entry: Entry, reading: _Reading) -> int:
    if entry.fresh is None:
        return 0
    line = reading.written.line_of("fresh")
    try:
        length = duration(entry.fresh)
    except Refused as refused:
        reading.refused(refused, line)
        return 0
    if isinstance(length, Months) or length < 60 or not float(length).is_integer():
        reading.wrong(ProblemKind.ENTRY, f"fresh: {entry.fresh!r} is no length such as '2 days'", line)
        return 0
    return int(length)


def _shown(entry: Entry, reading: _Reading) -> None:
    for path in entry.show:
        try:
            resolve(path)
        except UnknownFact as error:
            reading.wrong(ProblemKind.CHECK, f"show: {error}", reading.written.line_of("show"))


def _mode(entry: Entry, reading: _Reading) -> None:
    if entry.mode == "automated" and entry.check is None:
        reading.wrong(ProblemKind.ENTRY, "an automated standard needs a check")
    if entry.mode in {"visual", "interview"} and (entry.check is not None or entry.show):
        reading.wrong(ProblemKind.ENTRY, f"a standard of mode {entry.mode} has neither check nor show")
    if entry.mode == "assisted" and not entry.show:
        reading.wrong(ProblemKind.ENTRY, "an assisted standard needs 'show', the facts that help the person")


def _used(
    tops: tuple[Sentence | None, ...], entry: Entry, settings: dict[str, Setting], reading: _Reading
) -> tuple[Sentence, ...]:
    sentences = tuple(top for top in tops if top is not None)
    named = set(named_settings(entry.question))
    for name in sorted(named - set(entry.settings)):
        line = reading.written.line_of("question")
        reading.wrong(ProblemKind.SETTING, f"the question names ${name}, and there is no such setting", line)
    in_rule = {name for top in sentences for one in walk(top) for name in settings_of(one)}
    whole = len(sentences) == sum(part is not None for part in (entry.check, entry.applies_to.where))
    for name in settings:
        if whole and name not in in_rule:
            line = entry.settings[name].line
            reading.wrong(ProblemKind.SETTING, f"the setting {name} is used nowhere in the rule", line)
    return sentences


def _line_of(written: Map, steps: tuple[int | str, ...]) -> int:
    here: object = written
    line = written.line
    for step in steps:
        if isinstance(here, Map) and isinstance(step, str):
            line = here.line_of(step)
            here = here.get(step)
        elif isinstance(here, Row) and isinstance(step, int) and step < len(here):
            here = here[step]
            line = getattr(here, "line", line)
        else:
            break
    return line
