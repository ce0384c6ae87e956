"""The shipped library: its standards by section, and the settings of each."""

from itertools import groupby

from rules.evidence.limits import written
from rules.grammar.settings import Setting
from rules.library_at import default_library
from tools.docs.markdown import code, table


def standards() -> str:
    """Return the standards by section and category."""
    chapters = []
    for section, of_section in groupby(default_library().standards, key=lambda one: one.section):
        chapters.append(f"## {section}")
        for category, found in groupby(of_section, key=lambda one: one.category):
            rows = [
                (code(one.id), one.question_for({}), ", ".join(one.kinds), one.priority, one.review, one.mode)
                for one in found
            ]
            heads = ("Standard", "Question, as shipped", "Asked of", "Priority", "Review", "Mode")
            chapters.append(f"### {category}\n\n{table(heads, rows)}")
    return "\n\n".join(chapters)


def settings() -> str:
    """Return every setting of every standard with default and bounds."""
    rows = [
        (code(one.id), code(name), setting.says, _default(setting), _bounds(setting))
        for one in default_library().standards
        for name, setting in one.settings.items()
    ]
    return table(("Standard", "Setting", "Means", "Default", "Permitted"), rows)


def _default(setting: Setting) -> str:
    return "to be agreed" if setting.default is None else written(setting.default)


def _bounds(setting: Setting) -> str:
    if setting.kind == "agreement":
        return "yes or no"
    if setting.kind == "list":
        return f"a list: {setting.noun}"
    if setting.low is None or setting.high is None:
        return ""
    return f"{setting.low.text} to {setting.high.text}"
