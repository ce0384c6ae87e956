"""Where what was stored is handed on to be judged: the one place that knows who judges."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Final, Protocol, cast

JUDGING: Final = "server.alignment.judging"


class JudgeDevice(Protocol):
    """Judges one device by the library in force, and writes its verdicts; a transaction of its own."""

    def __call__(self, device_pk: int, at: datetime) -> object:
        """Judge the device as it stands."""


@cache
def _judge_device() -> JudgeDevice | None:
    if find_spec(JUDGING) is None:
        return None
    return cast("JudgeDevice", import_module(JUDGING).judge_device)


def judge(device_pks: Iterable[int], at: datetime) -> None:
    """Judge devices that changed, each once."""
    judge_device = _judge_device()
    for pk in sorted(set(device_pks)) if judge_device is not None else ():
        cast("JudgeDevice", judge_device)(pk, at)
