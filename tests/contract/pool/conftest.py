"""A pool over played devices, with the agent's state in a folder of the test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from collectors.access import Access, Secret
from collectors.collect import Equipment
from collectors.credentials import SshAccount
from collectors.first_contact import NewKey, PinStore
from collectors.ledger import LogonLedger
from collectors.pool.job import Job
from collectors.pool.parent import Pool, Progress
from collectors.pool.sizes import Sizes

PLAYED = Equipment({"ssh": "tests.contract.pool.played"}, "tests.contract.pool.drivers")
SECRET = Secret("ssh-ro", SshAccount(kind="ssh", user="audit", password=SecretStr("the right one")))

MakePool = Callable[..., Pool]


def job(play: str, *, timeout_s: float = 20, port: int | None = None, name: str | None = None) -> Job:
    """Return the job of a played device."""
    access = Access(transport="ssh", address=play, port=port)
    return Job(play, name or play, access, SECRET, timeout_s)


@pytest.fixture
def said() -> list[NewKey]:
    """What was said at first contact."""
    return []


@pytest.fixture
def pool_of(tmp_path: Path, said: list[NewKey]) -> Iterator[MakePool]:
    """Make pools that end with the test."""
    with ExitStack() as stack:

        def make(on_progress: Callable[[Progress], None] = lambda _: None, **sizes: float) -> Pool:
            ledger = stack.enter_context(closing(LogonLedger(tmp_path)))
            pins = stack.enter_context(closing(PinStore(tmp_path, said.append)))
            chosen = Sizes(**{"grace_s": 0.5, **sizes})  # type: ignore[arg-type]
            return stack.enter_context(Pool(ledger, pins, sizes=chosen, equipment=PLAYED, on_progress=on_progress))

        yield make
