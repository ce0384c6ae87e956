"""What a question may say: it can be answered with yes or no, and a number that is a setting stands as `$name`."""

import re
from collections.abc import Iterator, Mapping

from rules.entry import Entry
from rules.grammar.settings import Setting
from rules.quantities import Quantity, Unit
from rules.yaml_texts import Map

_STARTS = ("Is", "Are", "Does", "Do", "Has", "Have", "Was", "Were", "Did", "Will")
_TEXTS = ("question", "why", "how")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def wording_problems(entry: Entry, settings: Mapping[str, Setting], written: Map) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with the texts for people: line and sentence."""
    line = written.line_of("question")
    if entry.question.split(" ", 1)[0] not in _STARTS:
        yield line, f"the question is open: it starts with {', '.join(_STARTS)}, so that yes and no answer it"
    if not entry.question.endswith("?"):
        yield line, "the question does not end with '?'"
    for name, setting in settings.items():
        default = setting.default_quantity
        if default is None:
            continue
        for part in _TEXTS:
            text = str(getattr(entry, part))
            if _says(text, default):
                yield (
                    written.line_of(part),
                    f"{part} says {default.text!r}, which is the setting {name}: write ${name} in the question, "
                    f"and no number elsewhere",
                )


def _says(text: str, default: Quantity) -> bool:
    """Return whether a text holds the setting's number, with its unit where it has one."""
    if default.unit is Unit.COUNT:
        bare = re.sub(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[A-Za-z-]+[0-9][0-9A-Za-z.-]*", " ", text)
        return default.text in _NUMBER.findall(bare)
    spaced = re.escape(default.text).replace(r"\ ", r"[ -]?")
    singular = spaced.removesuffix("s") + "s?" if default.unit is Unit.SECONDS else spaced
    return re.search(rf"(?<![0-9.]){singular}(?![0-9A-Za-z])", text) is not None
