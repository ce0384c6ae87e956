"""Every reader of what strangers send, over spoiled examples; and every input that once brought one down."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile.fuzz import CRASHES, SEEDS, TARGETS, Target

COUNT = 120  # examples of one target, a few seconds at most; HYPOTHESIS_PROFILE=soak runs more
FEW = frozenset({"rule_library", "facts_document"})  # the slow ones
PIECES = (
    b"\0", b"\xff" * 9, b"\x1b[", b"\xc2\x9b", b"\xe2\x80\xae", b"\xed\xa0\x80", b"-1", b"9" * 30, b"9" * 5_000, b"NaN",
    b"1e999", b"null", b"true", b"{}", b"[]", b"[" * 300, b'{"a":' * 300, b'"', b"'", b"\\", b"\\u0000", b"\\ud800",
    b",", b":", b";", b"=", b"#", b"\n", b"\r\n", b"\t", b" " * 200, b"|", b".", b"0.", b"%s", b"{0}", b"&a", b"*a",
    b"!!x", b"---\n", b"<<: ", b"<!DOCTYPE a>", b"</", b"<![CDATA[", b"\x30\x84\xff\xff\xff\xff", b"\x30\x80",
    b"\x02\x00",
    b"\x04\x82\x7f\xff", b"2026-02-30", b"0000-00-00", "\u0661\u0662".encode(), "\u00b2".encode(), "\u2028".encode(),
    b"END", b"BEGIN", b"ERR ", b"VAR ups",
)  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """Give a seed after a few cuts, repeats and insertions."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        upto = min(len(data), at + draw(st.integers(0, 40)))
        change = draw(st.sampled_from(("cut", "insert", "repeat", "flip", "end")))
        if change == "cut":
            data = data[:at] + data[upto:]
        elif change == "insert":
            data = data[:at] + draw(st.sampled_from(PIECES) | st.binary(max_size=12)) + data[upto:]
        elif change == "repeat":
            data = data[:at] + data[at:upto] * draw(st.integers(2, 50)) + data[upto:]
        elif change == "flip" and at < len(data):
            data = data[:at] + bytes((data[at] ^ draw(st.integers(1, 255)),)) + data[at + 1 :]
        elif change == "end":
            data = data[:at]
    return data


def fuzzed(target: Target) -> Callable[[], None]:
    soak = settings.get_current_profile_name() == "soak"
    count = settings().max_examples if soak else COUNT // 4 if target.__name__ in FEW else COUNT
    seeds = SEEDS[target]()

    # The same inputs in each run of the tests; new ones are tried by `make soak`, where a find stops nobody.
    @settings(
        max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=not soak
    )
    @given(st.binary(max_size=200) | spoiled(seeds))
    def run(data: bytes) -> None:
        assert target(data) in {True, False}  # read or refused, never brought down

    return run


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", TARGETS)
def test_no_input_brings_a_reader_down(name: str) -> None:
    fuzzed(TARGETS[name])()


@pytest.mark.parametrize("name", TARGETS)
def test_what_a_reader_is_for_is_read(name: str) -> None:
    read = [TARGETS[name](seed) for seed in SEEDS[TARGETS[name]]()]
    assert read[0], "a target that refuses its own sound example tries nothing but refusals"


@pytest.mark.parametrize("file", sorted(CRASHES.glob("*/*")), ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_once_brought_a_reader_down_does_so_no_more(file: Path) -> None:
    assert TARGETS[file.parent.name](file.read_bytes()) in {True, False}
