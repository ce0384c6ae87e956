"""Who acts: a person, a token of theirs, or the server itself; what they may do and at which clients."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from server.accounts.rights import RIGHT_WORDS, Right


class Forbidden(Exception):
    """The actor lacks a right; the text says which."""


class NotThere(Exception):
    """There is no such thing, or none that this actor may know of: both look the same."""


@dataclass(frozen=True)
class Actor:
    """Who acts, as every action sees them."""

    name: str
    rights: frozenset[Right]
    all_clients: bool = False
    client_ids: frozenset[int] = frozenset()
    """Primary keys of the clients in scope, where not all."""
    user_id: int | None = None
    token_uid: str = ""
    source: str = ""
    """The address that the request came from."""
    time_zone: str = "UTC"

    def may(self, right: Right, client_id: int | None = None) -> bool:
        """Return whether the actor has the right, and the client in scope where one is meant."""
        return right in self.rights and (client_id is None or self.sees(client_id))

    def sees(self, client_id: int) -> bool:
        """Return whether a client lies in the actor's scope."""
        return self.all_clients or client_id in self.client_ids

    def need(self, right: Right, client_id: int | None = None) -> None:
        """Raise NotThere for a client out of scope, Forbidden for a lacking right."""
        if client_id is not None and not self.sees(client_id):
            raise NotThere("there is no such client")
        if right not in self.rights:
            raise Forbidden(_("this needs the right to %(right)s") % {"right": RIGHT_WORDS[right]})


SERVER = Actor(name="Datumline", rights=frozenset(Right), all_clients=True)
"""The server itself: schedules, ingest, retention."""
