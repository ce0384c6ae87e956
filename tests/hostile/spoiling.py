"""Right inputs of the fuzz targets, spoiled: cut, repeated, and with what readers stumble over put in between."""

from hypothesis import strategies as st

from tests.hostile.fuzz import SEEDS, Target

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


def inputs(target: Target) -> st.SearchStrategy[bytes]:
    """Return what a target is given: any short bytes, and its seeds spoiled."""
    return st.binary(max_size=200) | spoiled(SEEDS[target]())
