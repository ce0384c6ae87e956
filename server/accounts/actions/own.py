"""What people do with their own account."""

from typing import Any

from server.accounts import second_factor
from server.accounts.acting import acting
from server.accounts.actor import Actor
from server.accounts.models import User
from server.accounts.rights import Right
from server.accounts.sessions import end_sessions

LOOKS = ("theme", "language", "time_zone", "quiet_from", "quiet_to")


def change_looks(by: Actor, user: User, given: dict[str, Any]) -> None:
    """Change theme, language, time zone and quiet hours."""
    with acting(by, Right.OWN_ACCOUNT, "own account changed", about=user) as act:
        for name in LOOKS:
            setattr(user, name, given[name])
            act.details[name] = str(given[name] or "")
        user.save(update_fields=LOOKS)


def change_password(by: Actor, user: User, password: str, session_key: str | None) -> None:
    """Change the password; every other session of the person ends."""
    with acting(by, Right.OWN_ACCOUNT, "password changed", about=user) as act:
        user.set_password(password)
        user.save(update_fields=["password"])
        act.details["sessions"] = end_sessions(user, but=session_key)


def new_recovery_codes(by: Actor, user: User) -> None:
    """Make fresh recovery codes; the former ones no longer count."""
    with acting(by, Right.OWN_ACCOUNT, "recovery codes made", about=user):
        second_factor.new_recovery_codes(user)


def remove_second_factor(by: Actor, user: User) -> None:
    """Take the second factor away, to set up another at once: until then the session opens nothing else."""
    with acting(by, Right.OWN_ACCOUNT, "second factor removed", about=user):
        second_factor.remove(user)


def end_other_sessions(by: Actor, user: User, session_key: str | None) -> int:
    """Return how many other sessions of the person ended."""
    with acting(by, Right.OWN_ACCOUNT, "other sessions ended", about=user) as act:
        count = end_sessions(user, but=session_key)
        act.details["sessions"] = count
    return count
