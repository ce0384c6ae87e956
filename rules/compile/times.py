"""Ages and times left: yes, no, or on both sides; each notes the first second at which it comes out otherwise.

Days of the calendar, months and years count in the site's time zone and the limit day is inside; seconds to weeks
against an instant are exact (lifecycle.md section 1, rules.md section 4).
"""

from datetime import date, datetime, timedelta
from math import ceil, floor

from collectors.facts.scalars import Span
from rules.compile.env import Env
from rules.quantities import DAY_S, Amount, Months, days_from, months_from
from rules.view import CLOCK_ERROR_S

LENGTH = (int, float, Months)


def age_at_most(value: object, length: object, env: Env) -> bool | None:
    """Return whether something is at most that old; None when it lies ahead or on both sides."""
    if not isinstance(length, LENGTH):
        return None
    if isinstance(value, datetime):
        return _young_instant(value, length, env)
    if isinstance(value, Span):
        return _young_span(value, length, env)
    if isinstance(value, date):
        tomorrow = days_from(env.clock.today, 1)  # a day as told in a zone east of the site
        if value > tomorrow:
            env.until(env.clock.begins_s(days_from(value, -1)))
            return None
        return _reaches(value, length, env)
    return False if value == "never" else None


def age_over(value: object, length: object, env: Env) -> bool | None:
    """Return whether something is older than that; never is older than anything."""
    young = age_at_most(value, length, env)
    return None if young is None else not young


def left_at_least(value: object, length: object, env: Env) -> bool | None:
    """Return whether at least that much time is left; what never ends has."""
    if not isinstance(length, LENGTH):
        return None
    if value == "never":
        return True
    if isinstance(value, datetime):
        if isinstance(length, Months):
            return _lasts(env.clock.day_of(value.timestamp()), length, env)
        end_s = value.timestamp() - length
        if env.clock.at_s <= end_s:
            env.until(floor(end_s) + 1)
            return True
        return False
    if isinstance(value, Span):
        return _span_lasts(value, length, env)
    return _lasts(value, length, env) if isinstance(value, date) else None


def at_limit(value: object, length: object, env: Env, ahead: bool) -> bool:
    """Return whether a value lies exactly on the limit, for the check that a standard's cases try it."""
    if not isinstance(length, LENGTH):
        return False
    limit = limit_day(length, env, ahead)
    if isinstance(value, Span):
        return limit in {value.earliest_on, value.latest_on}
    if isinstance(value, datetime):
        if isinstance(length, Months):
            return env.clock.day_of(value.timestamp()) == limit
        return value.timestamp() == env.clock.at_s + (length if ahead else -length)
    return value == limit


def limit_day(length: Amount, env: Env, ahead: bool) -> date:
    """Return the day that lies that far back, or ahead."""
    sign = 1 if ahead else -1
    return _shifted(env.clock.today, length, sign, env)


def _shifted(day: date, length: Amount, sign: int, env: Env) -> date:
    if isinstance(length, Months):
        return months_from(day, sign * length.count)
    if length % DAY_S == 0:
        return days_from(day, sign * int(length // DAY_S))
    return env.clock.day_of(env.clock.at_s + sign * length)


def _young_instant(value: datetime, length: Amount, env: Env) -> bool | None:
    moment_s = value.timestamp()
    if moment_s > env.clock.at_s + CLOCK_ERROR_S:
        env.until(ceil(moment_s) - CLOCK_ERROR_S)
        return None
    if isinstance(length, Months):
        return _reaches(env.clock.day_of(moment_s), length, env)
    if env.clock.at_s - length <= moment_s:
        env.until(floor(moment_s + length) + 1)
        return True
    return False


def _young_span(span: Span, length: Amount, env: Env) -> bool | None:
    early, late = span.earliest_on, span.latest_on
    if early is not None and early > env.clock.today:
        env.until(env.clock.begins_s(early))
        return None
    if early is not None and _reaches(early, length, env):
        return True
    if late is None or _reaches(late, length, env):
        return None
    return False


def _reaches(day: date, length: Amount, env: Env) -> bool:
    """Return whether a day is the limit day or a later one."""
    if day < limit_day(length, env, ahead=False):
        return False
    env.until(_leaves_s(day, length, env))
    return True


def _leaves_s(day: date, length: Amount, env: Env) -> int:
    """Return the second at which a day falls behind the limit."""
    if isinstance(length, Months):
        first = months_from(day, length.count)
        while months_from(first, -length.count) <= day and first < date.max:
            first += timedelta(days=1)
        return env.clock.begins_s(first)
    if length % DAY_S == 0:
        return env.clock.begins_s(days_from(day, int(length // DAY_S) + 1))
    return ceil(env.clock.begins_s(days_from(day, 1)) + length)


def _lasts(day: date, length: Amount, env: Env) -> bool:
    """Return whether a day is the limit day ahead or a later one."""
    if day < limit_day(length, env, ahead=True):
        return False
    env.until(_runs_out_s(day, length, env))
    return True


def _runs_out_s(day: date, length: Amount, env: Env) -> int:
    """Return the first second at which less than that is left until a day."""
    if isinstance(length, Months):
        first = months_from(day, -length.count)
        while first > date.min and months_from(first, length.count) > day:
            first -= timedelta(days=1)
        while months_from(first, length.count) <= day and first < date.max:
            first += timedelta(days=1)
        return env.clock.begins_s(first)
    if length % DAY_S == 0:
        return env.clock.begins_s(days_from(day, 1 - int(length // DAY_S)))
    return ceil(env.clock.begins_s(days_from(day, 1)) - length)


def _span_lasts(span: Span, length: Amount, env: Env) -> bool | None:
    if span.earliest_on is not None and _lasts(span.earliest_on, length, env):
        return True
    if span.latest_on is None or _lasts(span.latest_on, length, env):
        return None
    return False
