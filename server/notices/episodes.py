"""What goes on is told once, when it begins: an episode ends when it is over, and the next one is told again."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction

from server.notices.models import Episode
from server.notices.telling import Matter, tell

About = Callable[[str], Matter]
"""Returns what is told of something; it is given the key of its episode."""


def follow(kind: str, now_on: Mapping[str, About], at: datetime) -> int:
    """Open an episode for each thing that is new among those going on, and tell of it; end those that are over.

    Returns how many began. Two that follow at once tell once.
    """
    known = dict(Episode.objects.filter(kind=kind, ended_at=None).values_list("about", "pk"))
    over = [key for about, key in known.items() if about not in now_on]
    Episode.objects.filter(pk__in=over, ended_at=None).update(ended_at=at)
    return sum(_begin(kind, about, matter, at) for about, matter in now_on.items() if about not in known)


def _begin(kind: str, about: str, matter: About, at: datetime) -> int:
    with transaction.atomic():
        _row, new = Episode.objects.get_or_create(kind=kind, about=about, ended_at=None, defaults={"began_at": at})
        if new:
            tell(matter(f"{kind} {about} {at:%Y%m%dT%H%M%S}"), at)
    return int(new)
