"""Limits of a child process on Windows: the system has no setrlimit, so the pool's deadlines alone end a child.

A job object would cap memory as well; it needs a Windows machine to be tried on and is not claimed here.
"""

from collections.abc import Sequence
from multiprocessing.context import BaseContext
from typing import Final, Literal

START_METHOD: Final[Literal["spawn"]] = "spawn"


def preload(context: BaseContext, modules: Sequence[str]) -> None:
    """Do nothing: a spawned child imports what it needs itself."""


def confine(memory_bytes: int) -> None:
    """Do nothing: the pool recycles a child that has grown, and kills one that does not answer."""


def rearm_cpu(budget_s: int) -> None:
    """Do nothing: the pool kills a child that does not answer by its deadline."""
