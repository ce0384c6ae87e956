"""Tokens for programs: made by a person with no more than they have themselves, and ended."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from server.accounts.acting import acting
from server.accounts.actor import Actor, Forbidden, NotThere
from server.accounts.models import ApiToken, User
from server.accounts.rights import Right
from server.accounts.scope import client_ids_of
from server.accounts.token_auth import NEVER, digest, new_token

LONGEST: Final = timedelta(days=366)


class TooLong(ValueError):
    """A token ends within a year."""


def make_token(
    by: Actor, name: str, rights: Iterable[Right], ends_at: datetime, *, clients: Iterable[str] | None = None
) -> tuple[ApiToken, str]:
    """Return a token's row and the token, which is shown once; `clients`: uids, None for all that its maker sees.

    Raises Forbidden for a right that the maker lacks, NotThere for a client out of their scope.
    """
    rights = frozenset(rights)
    if by.token_uid or not rights <= by.rights - NEVER:
        raise Forbidden(_("a token gets no right that its maker lacks"))
    if not timezone.now() < ends_at <= timezone.now() + LONGEST:
        raise TooLong("a token ends within a year")
    listed = None if clients is None else sorted(set(clients))
    if listed is not None:
        known = client_ids_of(listed)
        if len(known) != len(listed) or not all(by.sees(one) for one in known):
            raise NotThere("there is no such client")
    if by.user_id is None:
        raise Forbidden(_("a token has a person as its maker"))
    secret = new_token()
    with acting(by, Right.OWN_ACCOUNT, "token made") as act:
        token = ApiToken.objects.create(
            user=User.objects.get(pk=by.user_id),
            name=name,
            sha256=digest(secret),
            rights=sorted(right.value for right in rights),
            all_clients=listed is None,
            clients=listed or [],
            ends_at=ends_at,
        )
        act.about = token
        act.details.update(rights=token.rights, clients=token.clients, ends_at=ends_at.isoformat())
    return token, secret


def end_token(by: Actor, uid: str) -> None:
    """End a token of one's own, or, with the right to manage people, of anybody; raises NotThere."""
    found = ApiToken.objects.filter(uid=uid, ended_at=None)
    if not by.may(Right.MANAGE_USERS):
        found = found.filter(user_id=by.user_id or 0)
    token = found.first()
    if token is None:
        raise NotThere("there is no such token")
    with acting(by, Right.OWN_ACCOUNT, "token ended", about=token):
        ApiToken.objects.filter(pk=token.pk, ended_at=None).update(ended_at=timezone.now())
