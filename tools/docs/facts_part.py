"""The vocabulary of facts: every section with its fields, how long it stays fresh, and who fills it."""

from collections.abc import Iterator

from collectors.facts.paths import FactKind, FactType, fields_of, resolve
from collectors.facts.vocabulary import FRESH_FOR, KINDS, PERSONAL_FIELDS
from tools.docs.drivers_part import drivers_that_fill
from tools.docs.markdown import code, codes, table


def facts() -> str:
    """Return a chapter a section."""
    return "\n\n".join(_chapter(section) for section in KINDS)


def freshness() -> str:
    """Return how long a reading makes a yes or a no, by kind of section."""
    rows = (
        (code(kind), f"{days.days} days", codes(name for name, one in KINDS.items() if one.freshness is kind))
        for kind, days in FRESH_FOR.items()
    )
    return table(("Kind", "Fresh for", "Sections"), rows)


def personal() -> str:
    """Return the sections and the single fields that may tell of a person."""
    whole = [(code(name), "the whole section", codes(fields_of(name))) for name, kind in KINDS.items() if kind.personal]
    single = [(code(path.partition(".")[0]), "one field", code(path)) for path in sorted(PERSONAL_FIELDS)]
    return table(("Section", "What is personal", "Fields"), [*whole, *single])


def _chapter(section: str) -> str:
    here, kind = resolve(section), KINDS[section]
    words = [f"version {kind.version}", f"{kind.freshness}, fresh {FRESH_FOR[kind.freshness].days} days"]
    if here.kind is FactKind.OBJECTS and here.model is not None:
        words.insert(0, f"list, key {code(getattr(here.model, 'KEY', 'name'))}")
    elif here.kind is not FactKind.SECTION:
        words.insert(0, here.kind.value)
    if kind.personal:
        words.append("personal")
    given = codes(drivers_that_fill(section)) or "no driver yet"
    rows = [(code(fact.path.partition(".")[2]), _kind(fact), _remarks(fact)) for fact in _below(section)]
    shown = f"\n\n{table(('Field', 'Kind', 'Remarks'), rows)}" if rows else ""
    return f"### {section}\n\n{'; '.join(words)}. Filled by: {given}.{shown}"


def _below(path: str) -> Iterator[FactType]:
    for name in fields_of(path):
        here = resolve(f"{path}.{name}")
        yield here
        yield from _below(here.path)


def _kind(fact: FactType) -> str:
    if fact.kind is FactKind.WORD:
        return f"one of {codes(fact.words)}"
    if fact.kind is FactKind.OBJECTS and fact.model is not None:
        return f"list of objects, key {code(getattr(fact.model, 'KEY', 'name'))}"
    unit = f", {fact.unit}" if fact.unit else ""
    also = [word for word, may in (("never", fact.never), ("unlimited", fact.unlimited)) if may]
    return f"{fact.kind.value}{unit}{''.join(f' or {code(word)}' for word in also)}"


def _remarks(fact: FactType) -> str:
    words = []
    if fact.derived:
        words.append("worked out from the others")
    if fact.volatile:
        words.append("changes by itself")
    if fact.path in PERSONAL_FIELDS:
        words.append("personal")
    return ", ".join(words)
