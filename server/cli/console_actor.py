"""Who acts on the console of the server: somebody who can read its secrets, and may therefore do everything."""

from server.accounts.actor import Actor
from server.accounts.rights import Right
from server.cli.start import whoever


def console_actor() -> Actor:
    """Return the actor of a command."""
    return Actor(name=whoever(), rights=frozenset(Right), all_clients=True, source="console")
