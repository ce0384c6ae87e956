"""Problems of scans: take, give, snooze, wake, note."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from collectors.facts.plain_text import plain_text
from server.accounts.acting import acting
from server.accounts.actor import Actor, NotThere
from server.accounts.models import User
from server.accounts.rights import RIGHTS, Right
from server.clients.actions.client import Refused
from server.notices.models import Problem
from server.notices.problems import seen_by

LONGEST: Final = timedelta(days=90)
NOTE_LENGTH: Final = 2_000
ROLES: Final = tuple(role for role, rights in RIGHTS.items() if Right.EDIT_HEALTH in rights)


def problem_for(by: Actor, uid: str) -> Problem:
    """Return a problem that the actor may know of; raises NotThere."""
    found = seen_by(by, timezone.now()).filter(uid=uid).select_related("owner").first()
    if found is None:
        raise NotThere("there is no such problem")
    return found


def who_may_own() -> list[User]:
    """Return the people who may look after a problem, by name."""
    return list(User.objects.filter(is_active=True, roles__role__in=ROLES).distinct().order_by("name"))


def take(by: Actor, uid: str) -> None:
    """Take a problem that nobody has; raises Refused when somebody else was faster."""
    problem = problem_for(by, uid)
    with acting(by, Right.EDIT_HEALTH, "problem taken", about=problem) as act:
        free = Problem.objects.filter(Q(owner=None) | Q(owner_id=by.user_id), pk=problem.pk)
        if free.update(owner_id=by.user_id) != 1:
            raise Refused(_("Somebody else has taken it meanwhile."))
        act.details["cause"] = problem.cause


def give(by: Actor, uid: str, to: User | None) -> None:
    """Give a problem to somebody who may look after it, or to nobody."""
    problem = problem_for(by, uid)
    with acting(by, Right.EDIT_HEALTH, "problem given", about=problem) as act:
        if to is not None and to not in who_may_own():
            raise Refused(_("This person cannot look after problems."))
        before = problem.owner_id
        if Problem.objects.filter(pk=problem.pk, owner_id=before).update(owner=to) != 1:
            raise Refused(_("Somebody else has taken it meanwhile."))
        act.details |= {"from": str(problem.owner or ""), "to": str(to or "")}


def snooze(by: Actor, uid: str, until: datetime) -> None:
    """Hide a problem from the list until an instant within ninety days; it still ends by itself."""
    problem = problem_for(by, uid)
    now = timezone.now()
    with acting(by, Right.EDIT_HEALTH, "problem snoozed", about=problem) as act:
        if not now < until <= now + LONGEST:
            raise Refused(_("Snooze it until a day within the next 90 days."))
        if not Problem.objects.filter(pk=problem.pk, ended_at=None).update(snoozed_until=until):
            raise Refused(_("It has ended by itself."))
        act.details["until"] = until.isoformat(timespec="minutes")


def wake(by: Actor, uid: str) -> None:
    """Show a snoozed problem again."""
    problem = problem_for(by, uid)
    with acting(by, Right.EDIT_HEALTH, "problem woken", about=problem):
        Problem.objects.filter(pk=problem.pk).update(snoozed_until=None)


def note(by: Actor, uid: str, text: str) -> None:
    """Keep a note (internal) at a problem; an empty one takes it away."""
    problem = problem_for(by, uid)
    kept = plain_text(text.strip(), NOTE_LENGTH)
    with acting(by, Right.EDIT_HEALTH, "problem noted", about=problem) as act:
        Problem.objects.filter(pk=problem.pk).update(note=kept)
        act.details |= {"before": problem.note, "after": kept}
