"""Values by their path inside a section, as gaps write it: 'self_test_at', '[Black]', '[Black].left_percent'."""

from collections.abc import Iterable

from collectors.facts.model import Item, Section
from collectors.facts.reading import Value


def value_within(value: Value | None, path: str) -> object:
    """Return what stands at a path inside a section; None where there is nothing."""
    if isinstance(value, Section):
        return _field(value, path)
    for part in value or ():
        if isinstance(part, Item) and (rest := _after_key(part, path)) is not None:
            return _field(part, rest) if rest else part
    return None


def with_only(value: Value, paths: Iterable[str]) -> Value:
    """Return a section without anything but what stands at the paths; objects of a list keep their key."""
    if isinstance(value, Section):
        return type(value).model_validate({name: getattr(value, name) for name in map(_head, paths)})
    kept: list[Item] = []
    wanted = tuple(paths)
    for part in value:
        rests = [rest for path in wanted if isinstance(part, Item) and (rest := _after_key(part, path)) is not None]
        if isinstance(part, Item) and rests:
            fields = {name: getattr(part, name) for name in map(_head, rests) if name}
            kept.append(
                part if "" in rests else type(part).model_validate({part.KEY: getattr(part, part.KEY), **fields})
            )
    return tuple(kept)


def _field(fact: Section | Item, path: str) -> object:
    head = _head(path)
    found = getattr(fact, head) if head in type(fact).model_fields else None
    rest = path[len(head) :]
    return value_within(found, rest) if rest.startswith("[") and isinstance(found, tuple) else found


def _after_key(item: Item, path: str) -> str | None:
    """Return what follows '[key]' and its dot, None when the path leads elsewhere. A key may hold any letters."""
    start = f"[{item.key}]"
    if not path.startswith(start):
        return None
    rest = path[len(start) :]
    return rest.removeprefix(".") if rest == "" or rest.startswith(".") else None


def _head(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]
