"""What the server's log keeps of a long traceback."""

import json
import logging

from server.logs import TRACEBACK_LENGTH, JsonLine


def deep(levels: int) -> None:
    # two functions by turns: what calls itself alone is told once, with a count
    deeper(levels)


def deeper(levels: int) -> None:
    if levels == 0:
        raise ValueError("the disk of the server is full")
    deep(levels - 1)


def test_of_a_long_traceback_the_log_keeps_how_it_began_and_what_went_wrong() -> None:
    try:
        deep(60)
    except ValueError as error:
        record = logging.LogRecord(
            "server", logging.ERROR, __file__, 1, "a request failed", (), (type(error), error, None)
        )
    told = json.loads(JsonLine().format(record))["error"]
    assert told.startswith("Traceback")
    assert told.rstrip().endswith("ValueError: the disk of the server is full")
    assert len(told) < TRACEBACK_LENGTH + 100
