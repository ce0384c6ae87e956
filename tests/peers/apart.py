"""Peers in a process of their own: what they do to their interpreter is no matter of whoever talks to them."""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final

START_LIMIT_S: Final = 60.0
Make = tuple[Callable[..., Any], Any]
"""A maker of a peer, found by its name in its module, and the one argument for it."""


@dataclass(frozen=True)
class Where:
    """Where a peer listens."""

    address: str
    port: int


class Apart:
    """The peers of one process, by name."""

    def __init__(self, pipe: Connection, places: Mapping[str, Where]) -> None:
        self.places = places
        self._pipe = pipe

    def logon_counts(self) -> dict[str, int]:
        """Returns how often somebody has tried to log on to each peer so far."""
        self._pipe.send("logons")
        return dict(self._pipe.recv())


@contextmanager
def apart(makers: Mapping[str, Make]) -> Iterator[Apart]:
    """Gives the peers, which listen, and ends them with their process."""
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_serve, args=(theirs, dict(makers)), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(START_LIMIT_S):
            raise RuntimeError(f"the peers did not start within {START_LIMIT_S:.0f} s")
        yield Apart(ours, ours.recv())
    finally:
        ours.close()
        process.join(10)
        if process.is_alive():
            process.kill()
            process.join()
        process.close()


def _serve(pipe: Connection, makers: dict[str, Make]) -> None:
    """Hold the peers open until the other end of the pipe is closed, which its process does when it ends."""
    with ExitStack() as keep:
        peers = {name: keep.enter_context(make(argument)) for name, (make, argument) in makers.items()}
        pipe.send({name: Where(peer.address, peer.port) for name, peer in peers.items()})
        try:
            while pipe.recv():
                pipe.send({name: len(peer.logons) for name, peer in peers.items()})
        except EOFError:
            return
