"""Updates that Windows knows of and has not installed."""

from collectors.driver import Part
from collectors.facts.sections.patches import MissingPatch
from collectors.readers.json_shapes import moment, name_of, rows, text, texts
from collectors.readers.windows.asked import unique
from collectors.replies import JsonReplies, JsonValue

SEVERITIES = {"Critical": "critical", "Important": "important", "Moderate": "moderate", "Low": "low", "": "unrated"}
"""IUpdate.MsrcSeverity: English in every language."""


def _severity(value: JsonValue) -> str | None:
    return None if value is None else SEVERITIES.get(text(value) or "")


def read_missing(replies: JsonReplies) -> Part:
    """Return the updates that the machine's last search found missing, by article, else by title."""
    missing: list[MissingPatch] = []
    for row in rows(replies, "missing-updates"):
        articles = texts(row.get("articles")) or ()
        label = f"KB{articles[0]}" if articles else name_of(row, "missing-updates", "title")
        at = moment(row.get("released_at"))
        missing.append(
            MissingPatch.model_validate(
                {
                    "name": unique(label, [patch.name for patch in missing]),
                    "severity": _severity(row.get("severity")),
                    "released_on": at.date() if at else None,
                }
            )
        )
    return Part(tuple(missing))
