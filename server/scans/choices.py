"""Rules as people choose and read them: each day, on weekdays, once a week, once a month, or by a rule of their own."""

import re
from dataclasses import dataclass
from datetime import time
from typing import Final, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

How = Literal["daily", "weekdays", "weekly", "monthly", "rule"]

HOWS: Final = (
    ("daily", gettext_lazy("Every day")),
    ("weekdays", gettext_lazy("Monday to Friday")),
    ("weekly", gettext_lazy("Once a week")),
    ("monthly", gettext_lazy("Once a month")),
    ("rule", gettext_lazy("By a rule (RFC 5545)")),
)
DAYS: Final = (
    ("MO", gettext_lazy("Monday")),
    ("TU", gettext_lazy("Tuesday")),
    ("WE", gettext_lazy("Wednesday")),
    ("TH", gettext_lazy("Thursday")),
    ("FR", gettext_lazy("Friday")),
    ("SA", gettext_lazy("Saturday")),
    ("SU", gettext_lazy("Sunday")),
)
NTHS: Final = (
    ("1", gettext_lazy("first")),
    ("2", gettext_lazy("second")),
    ("3", gettext_lazy("third")),
    ("4", gettext_lazy("fourth")),
    ("-1", gettext_lazy("last")),
)
_SIMPLE: Final = re.compile(
    r"FREQ=(?P<frequency>DAILY|WEEKLY|MONTHLY);(?:BYDAY=(?P<nth>-1|[1-4])?(?P<days>[A-Z,]+);)?"
    r"BYHOUR=(?P<hour>\d+);BYMINUTE=(?P<minute>\d+)"
)
_WEEKDAYS: Final = "MO,TU,WE,TH,FR"


@dataclass(frozen=True)
class Choice:
    """A rule as a form offers it."""

    how: How
    at: time = time(20)
    day: str = "SU"
    nth: str = "1"
    rule: str = ""


def rule_of(choice: Choice) -> str:
    """Return the rule that a choice means."""
    days = {
        "daily": "FREQ=DAILY",
        "weekdays": f"FREQ=WEEKLY;BYDAY={_WEEKDAYS}",
        "weekly": f"FREQ=WEEKLY;BYDAY={choice.day}",
        "monthly": f"FREQ=MONTHLY;BYDAY={choice.nth}{choice.day}",
    }.get(choice.how)
    return choice.rule if days is None else f"{days};BYHOUR={choice.at.hour};BYMINUTE={choice.at.minute}"


def choice_of(rule: str) -> Choice:
    """Return the choice that says the same as a rule; where none does, the rule itself."""
    found = _SIMPLE.fullmatch(rule)
    if not found:
        return Choice("rule", rule=rule)
    frequency, nth, days = found["frequency"], found["nth"], found["days"]
    at = time(int(found["hour"]), int(found["minute"]))
    if frequency == "DAILY" and days is None:
        return Choice("daily", at, rule=rule)
    if frequency == "WEEKLY" and nth is None and days == _WEEKDAYS:
        return Choice("weekdays", at, rule=rule)
    if days not in dict(DAYS) or (frequency == "MONTHLY") != (nth is not None) or frequency == "DAILY":
        return Choice("rule", rule=rule)
    if frequency == "WEEKLY":
        return Choice("weekly", at, days, rule=rule)
    return Choice("monthly", at, days, nth or "1", rule=rule)


def in_words(rule: str) -> str:
    """Return when a rule is due, as a part of a sentence: 'every day at 20:00'."""
    choice = choice_of(rule)
    named = {"at": f"{choice.at:%H:%M}", "day": dict(DAYS)[choice.day], "nth": dict(NTHS)[choice.nth], "rule": rule}
    match choice.how:
        case "daily":
            return _("every day at %(at)s") % named
        case "weekdays":
            return _("Monday to Friday at %(at)s") % named
        case "weekly":
            return _("every %(day)s at %(at)s") % named
        case "monthly":
            return _("the %(nth)s %(day)s of each month at %(at)s") % named
    return _("by the rule %(rule)s") % named
