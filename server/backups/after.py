"""What is done after a restore: what was handed out since the backup must not come back to life unseen."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from server.accounts.acting import acting
from server.accounts.actor import Actor
from server.accounts.models import ApiToken, Beat, FailedLogIns, OneTimeLink, User
from server.accounts.rights import Right
from server.agents.models import Agent, AgentState, EnrolmentToken
from server.background.queue import queue


@dataclass(frozen=True)
class Restored:
    """What was ended, and what a person should look at."""

    made_at: datetime
    sessions: int
    links: int
    enrolment_tokens: int
    tasks: int
    people: int
    api_tokens: int
    agents: int


def settle(by: Actor, made_at: datetime) -> Restored:
    """End what must not live twice, give running work back, and write the restore into the audit log."""
    now = timezone.now()
    with acting(by, Right.MANAGE_SERVER, "server restored") as act:
        sessions = Session.objects.count()
        Session.objects.all().delete()
        UserSession.objects.all().delete()
        FailedLogIns.objects.all().delete()
        Beat.objects.all().delete()
        found = Restored(
            made_at=made_at,
            sessions=sessions,
            links=OneTimeLink.objects.filter(used_at=None).update(used_at=now),
            enrolment_tokens=EnrolmentToken.objects.filter(used_at=None, ends_at__gt=now).update(ends_at=now),
            tasks=queue().give_all_back(),
            people=User.objects.filter(is_active=True).count(),
            api_tokens=ApiToken.objects.filter(ended_at=None, user__is_active=True).count(),
            agents=Agent.objects.filter(state=AgentState.APPROVED).count(),
        )
        act.details.update(
            backup_of=made_at.isoformat(),
            sessions=found.sessions,
            links=found.links,
            enrolment_tokens=found.enrolment_tokens,
            tasks=found.tasks,
        )
    return found


def words(found: Restored) -> list[str]:
    """Return what the restore means, sentence by sentence."""
    since = found.made_at.isoformat(timespec="minutes")
    return [
        f"The server is as it was on {since}. What was entered, read and signed after that is not here.",
        "Readings that agents delivered after that were taken and are gone: agents keep nothing that was taken. The "
        "next scan reads every device anew; changes in between are seen as one change.",
        f"{found.agents} approved agents go on: their counters are ahead of the stored ones. Agents that enrolled or "
        "changed their keys after the backup are strangers now and enrol again.",
        "Credentials that were entered or changed after the backup are missing or old: enter them again.",
        f"Ended: {found.sessions} sessions, {found.links} one-time links, {found.enrolment_tokens} enrolment tokens. "
        f"Given back: {found.tasks} tasks.",
        f"Look at the {found.people} people who may sign in and at {found.api_tokens} tokens: who was deactivated, and "
        "what was ended, after the backup is alive again. The same holds for agents that were revoked.",
    ]
