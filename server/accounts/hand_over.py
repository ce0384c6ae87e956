"""What hangs on a person, told by each app for its own things, so that one action can hand all of it over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from django.utils.functional import Promise

from server.accounts.models import User


@dataclass(frozen=True)
class Thing:
    """One thing that hangs on a person."""

    uid: str
    name: str
    client_uid: str = ""
    link: str = ""


class HangsOn(Protocol):
    """What an app knows of: credentials entered, clients assigned, problems owned."""

    @property
    def name(self) -> str:
        """Return its short name, kept with the ticks: 'credentials'."""

    @property
    def title(self) -> str | Promise:
        """Return its words for people."""

    @property
    def to_be_changed(self) -> bool:
        """Return whether the person knew something that must now be changed, each with a tick."""

    def of(self, user: User) -> Sequence[Thing]:
        """Return what hangs on the person."""

    def hand_over(self, user: User, to: User | None) -> int:
        """Give it to somebody else, or to nobody, inside the action under way; return how many."""

    def ticked(self, uid: str) -> None:
        """Note that one of it was changed."""


_KINDS: Final[dict[str, HangsOn]] = {}


def register(kind: HangsOn) -> None:
    """Make a kind known; called from `AppConfig.ready`, twice is harmless."""
    _KINDS[kind.name] = kind


def kinds() -> Iterator[HangsOn]:
    """Yield the kinds in the order of their names."""
    yield from (_KINDS[name] for name in sorted(_KINDS))


def kind_of(name: str) -> HangsOn | None:
    """Return a kind by its name, if its app is still there."""
    return _KINDS.get(name)


@dataclass(frozen=True)
class Hanging:
    """A kind with what of it hangs on one person."""

    kind: HangsOn
    things: Sequence[Thing]


def hanging_on(user: User) -> list[Hanging]:
    """Return all that hangs on a person, by kind; kinds without anything are left out."""
    found = [Hanging(kind, kind.of(user)) for kind in kinds()]
    return [one for one in found if one.things]
