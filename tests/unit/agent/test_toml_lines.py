"""The line of each key in a TOML text is found, however the text is written."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from agent.toml_lines import Place, lines_of

WRITTEN = '''# a comment with [brackets] and "quotes"
client = "Example = [Ltd]"   # more
"quoted key" = 1
a.b."c.d" = 2

[[device]]
name = """two
lines # no comment"""
access = [
  {transport = "snmp", address = "192.0.2.1"},   # first
  # between
  {transport = "ssh",
},
]
[[device]]
name = 'second'
[device.more]
x = [1, [2,
 3], "]"]
[parameters."servers.free-disk"]
min_percent = 15
'''


def test_keys_of_tables_arrays_and_inline_tables_have_their_line() -> None:
    text = WRITTEN.replace('"ssh",\n}', '"ssh"}')
    tomllib.loads(text)
    lines = lines_of(text)
    expected: dict[Place, int] = {
        ("client",): 2,
        ("quoted key",): 3,
        ("a", "b", "c.d"): 4,
        ("device", 0): 6,
        ("device", 0, "name"): 7,
        ("device", 0, "access"): 9,
        ("device", 0, "access", 0, "address"): 10,
        ("device", 0, "access", 1, "transport"): 12,
        ("device", 1, "name"): 15,
        ("device", 1, "more", "x", 1, 1): 18,
        ("parameters", "servers.free-disk"): 19,
        ("parameters", "servers.free-disk", "min_percent"): 20,
    }
    assert {place: lines.get(place) for place in expected} == expected


KEYS = st.text(alphabet="abc", min_size=1, max_size=3)
TEXTS = st.text(alphabet="ab]},=#'\"\\[{ ", max_size=8)
LEAVES = st.integers(0, 99) | TEXTS
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))


def written(value: object) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, list):
        return "[" + ",\n ".join(map(written, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {written(one)}" for key, one in value.items()) + "}"
    return str(value)


def places(value: object, at: Place = ()) -> set[Place]:
    found = {at}
    if isinstance(value, dict):
        for key, one in value.items():
            found |= places(one, (*at, key))
    if isinstance(value, list):
        for number, one in enumerate(value):
            found |= places(one, (*at, number))
    return found


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_every_place_of_a_valid_text_has_a_line(document: dict[str, object]) -> None:
    text = "".join(f"{key} = {written(value)}\n" for key, value in document.items())
    assert places(tomllib.loads(text)) == set(lines_of(text))


@given(st.dictionaries(KEYS, st.integers(0, 9), min_size=1, max_size=6))
def test_the_line_of_a_plain_key_is_the_one_it_stands_on(document: dict[str, int]) -> None:
    text = "".join(f"{key} = {value}\n" for key, value in document.items())
    assert [lines_of(text)[(key,)] for key in document] == list(range(1, len(document) + 1))
