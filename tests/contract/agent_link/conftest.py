"""A server, and agents enrolled with it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.contract.agent_link.played import PlayedAgent, played_agent
from tests.peers.server_link import ServerPeer

MakeAgent = Callable[..., PlayedAgent]


@pytest.fixture
def peer() -> Iterator[ServerPeer]:
    with ServerPeer() as server:
        yield server


@pytest.fixture
def make_agent(peer: ServerPeer, tmp_path: Path) -> Iterator[MakeAgent]:
    """Return a function that enrols an agent with the server; its settings are those of `played_agent`."""
    with ExitStack() as stack:

        def make(server: ServerPeer = peer, **settings: object) -> PlayedAgent:
            return played_agent(server, tmp_path, stack, **settings)  # type: ignore[arg-type]

        yield make


@pytest.fixture
def agent(make_agent: MakeAgent) -> PlayedAgent:
    return make_agent()
