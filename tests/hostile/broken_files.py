"""Files as users and accidents break them: what any file can suffer, and what is wrong for one kind of file alone."""

import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.sound_library import LIBRARY

Content = bytes | str
MANY: Final = 100_000

SITE: Final = """\
client = "Example Ltd"
site = "Head office"
[[device]]
name = "fw1"
access = [{transport = "snmp", address = "192.0.2.1", credential = "ro"}]
[statements.ups]
none = true
by = "the TAM"
until = 2027-06-30
"""
CREDENTIALS: Final = """\
[ro]
kind = "snmp"
version = "2c"
community = "Canary-11"
[fw]
kind = "ssh"
user = "audit"
password = "Canary-12"
"""
FACTS: Final = json.dumps(
    {
        "format": "datumline.facts/1",
        "observed_at": "2026-11-21T03:00:00Z",
        "device": {"name": "ups1", "class": "ups", "transport": "snmp"},
        "sections": {
            "ups": {
                "read_at": "2026-11-21T03:00:00Z",
                "source": {"transport": "snmp", "driver": "ups_mib"},
                "value": {"runtime_s": 600},
            }
        },
        "gaps": {"volumes": {"reason": "not told", "text": "is not told"}},
    },
    indent=1,
)
SNMPREC: Final = "1.3.6.1.2.1.1.1.0|4|UPS\n1.3.6.1.2.1.1.5.0|4|ups1\n1.3.6.1.2.1.33.1.2.3.0|2|30\n"
NUT: Final = "ups.status: OL\nbattery.charge: 100\nbattery.runtime: 1740\n"


@dataclass(frozen=True)
class Broken:
    """One broken file: what lies there, and what must be told of it."""

    what: str
    content: Content | Callable[[Path], None]
    line: int | None = None
    """The line that must be named; None where there is none."""
    codes: frozenset[int] = field(default=frozenset({2}))


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)


def _link_to(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


def _forbidden(path: Path) -> None:
    path.write_bytes(b"x")
    path.chmod(0)


# What may lie at a path in place of a file that can be read.
PLACES: Final[Mapping[str, Callable[[Path], None]]] = {
    "nothing": lambda path: None,
    "a directory": lambda path: path.mkdir(),
    "a pipe that nobody writes to": os.mkfifo,
    "a link to nothing": _link_to("absent"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to an endless device": _link_to("/dev/zero"),
    "a link to random bytes": _link_to("/dev/urandom"),
    "a link to a directory": _link_to("/"),
    "100 MB of nothing": _sparse,
    **({} if os.geteuid() == 0 else {"a file without rights": _forbidden}),
}


def zipped(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a", content)
    return file.getvalue()


def spoiled(good: str) -> dict[str, bytes]:
    """Return what any text file can become: none of these is a file of any kind of ours."""
    raw = good.encode()
    middle = len(raw) // 2
    return {
        "an empty file": b"",
        "blanks": b" \n\t\n " * 50,
        "NULs": b"\0" * 1000,
        "a NUL before it": b"\0" + raw,
        "a NUL in a word": raw[: middle - 3] + b"\0" + raw[middle - 3 :],
        "UTF-32": good.encode("utf-32"),
        "a letter in Latin-1": raw[:middle] + b"\xfc" + raw[middle:],
        "a broken UTF-8 sequence": raw[:middle] + b"\xe2\x28\xa1" + raw[middle:],
        "an overlong UTF-8 sequence": b"\xc0\xaf" + raw,
        "half a character in UTF-8": b"\xed\xa0\x80" + raw,
        "packed with gzip": gzip.compress(raw, mtime=0),
        "packed with zip": zipped(raw),
        "a gzip bomb": gzip.compress(b" " * 10_000_000, mtime=0),
        "a program": b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 4,
        "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
        "a web page": b"<!doctype html><html><body>Not found</body></html>\n",
        "random bytes": bytes((number * 7919) % 251 for number in range(5_000)),
        "an escape before it": b"\x1b[31m\x07" + raw,
        "deep brackets": b"[" * MANY,
        "deep braces": b'{"a":' * MANY,
        "one endless line": b"x" * 3_000_000,
        "a conflict of a merge": b"<<<<<<< HEAD\n" + raw + b"=======\n" + raw + b">>>>>>> other\n",
    }


def _site(old: str, new: str) -> str:
    assert old in SITE
    return SITE.replace(old, new)


TOML: Final[tuple[Broken, ...]] = (
    Broken("a key twice", "a = 1\na = 2\n", 2),
    Broken("a table twice", "[a]\nb = 1\n[a]\nc = 1\n", 3),
    Broken("a number of 5,000 digits", f"a = {'9' * 5_000}\n", 1),
    Broken("a deep list", f"a = {'[' * MANY}{']' * MANY}\n"),
    Broken("deep tables in a line", "a = " + "{b = " * MANY + "1" + "}" * MANY),
    Broken("a key of 100,000 parts", f"{'a.' * MANY}a = 1\n", 1),
    Broken("a header of 100,000 parts", f"[{'a.' * MANY}a]\n", 1),
    Broken("a quote that stays open", 'x = "abc\n', 1),
    Broken("a text of lines that stays open", 'x = 1\ny = """abc\n'),
    Broken("a backslash", 'x = "EXAMPLE\\svc"\n', 1),
    Broken("half a character", 'x = "\\ud800"\n', 1),
    Broken("YAML", "client: Example\nsite: Office\n", 1),
    Broken("JSON", '{"client": "Example"}\n', 1),
    Broken("INI", "[a]\nb = c d\n", 2),
    Broken("a control character", 'a = "b"\nc = "\x07"\n', 2),
    Broken("UTF-16 of a Windows shell", SITE.encode("utf-16")),
    Broken("3 MB of comments", "# x\n" * 800_000),
)
SITES: Final[tuple[Broken, ...]] = (
    *TOML,
    Broken("not a number", _site("[[device]]", "[parameters.a]\nb = nan\n[[device]]"), 4),
    Broken("endless", _site("[[device]]", "[parameters.a]\nb = inf\n[[device]]"), 4),
    Broken("a day in a parameter", _site("[[device]]", "[parameters.a]\nb = 2026-01-01\n[[device]]"), 4),
    Broken("a table in a parameter", _site("[[device]]", "[parameters.a.b]\nc = 1\n[[device]]"), 3),
    Broken("no client", _site('client = "Example Ltd"\n', ""), 1),
    Broken("a client of one million letters", _site("Example Ltd", "x" * 1_000_000), 1),
    Broken("a name that nobody sees", _site('"fw1"', '"\\u200b\\u2060"'), 4),
    Broken("a name of a thousand letters", _site('"fw1"', f'"{"x" * 1_000}"'), 4),
    Broken("devices as a number", 'client = "E"\nsite = "S"\ndevice = 7\n', 3),
    Broken("devices as texts", 'client = "E"\nsite = "S"\ndevice = ["fw1"]\n', 3),
    Broken("a device in a device", _site('name = "fw1"', 'name = "fw1"\ndevice = []'), 5),
    Broken("an access without transport", _site('transport = "snmp", ', ""), 5),
    Broken("a transport that is none", _site('"snmp"', '"telnet"'), 5),
    Broken("a port of too many digits", _site('address = "192.0.2.1"', f'address = "x", port = {"9" * 30}'), 5),
    Broken("a port below one", _site('address = "192.0.2.1"', 'address = "x", port = -1'), 5),
    Broken("a port with a comma", _site('address = "192.0.2.1"', 'address = "x", port = 22.5'), 5),
    Broken("an address that is a list", _site('"192.0.2.1"', '["192.0.2.1"]'), 5),
    Broken("a time zone outside the folder", _site("[[device]]", 'time_zone = "../../../etc/passwd"\n[[device]]'), 3),
    Broken("a time zone that is a directory", _site("[[device]]", 'time_zone = "Europe"\n[[device]]'), 3),
    Broken("an absolute time zone", _site("[[device]]", 'time_zone = "/etc/localtime"\n[[device]]'), 3),
    Broken("a time zone with a NUL", _site("[[device]]", 'time_zone = "a\\u0000b"\n[[device]]'), 3),
    Broken("a time zone of 10,000 letters", _site("[[device]]", f'time_zone = "{"x" * 10_000}"\n[[device]]'), 3),
    Broken("a statement without an end", _site("until = 2027-06-30\n", ""), 6),
    Broken("a statement for ever", _site("2027-06-30", "9999-12-31"), 9),
    Broken("a day in quotes", _site("2027-06-30", '"2027-06-30"'), 9),
    Broken("a day in no calendar", _site("2027-06-30", "2027-02-30"), 9),
    Broken("a statement on a kind that is none", _site("statements.ups", "statements.toaster"), 6),
    Broken("none as a word", _site("none = true", 'none = "true"'), 7),
    Broken("an unknown standard", _site("[[device]]", '[parameters."no.such"]\nx = 1\n[[device]]'), 4),
    Broken("a secret in the inventory", _site('credential = "ro"', 'password = "x"'), 5),
    Broken("100,000 unknown keys", "".join(f"k{number} = 1\n" for number in range(MANY)), 1),
    Broken(
        "10,000 devices of one name", SITE + '[[device]]\nname = "x"\naccess = [{transport = "local"}]\n' * 10_000, 14
    ),
)
SECRETS: Final[tuple[Broken, ...]] = (
    *TOML,
    Broken("a key outside a table", 'password = "Canary-1"\n', 1),
    Broken("no kind", '[ro]\ncommunity = "Canary-1"\n', 1),
    Broken("a kind that is none", '[ro]\nkind = "telnet"\n', 2),
    Broken("a kind that is a list", '[ro]\nkind = ["snmp"]\n', 2),
    Broken("no version", '[ro]\nkind = "snmp"\ncommunity = "Canary-1"\n', 1),
    Broken("a version without quotes", '[ro]\nkind = "snmp"\nversion = 2\ncommunity = "Canary-1"\n', 3),
    Broken("a community that is a number", '[ro]\nkind = "snmp"\nversion = "2c"\ncommunity = 12345\n', 4),
    Broken("an empty community", '[ro]\nkind = "snmp"\nversion = "2c"\ncommunity = ""\n', 1),
    Broken("a misspelt key", '[ro]\nkind = "snmp"\nversion = "2c"\ncomunity = "Canary-1"\n', 1),
    Broken("a secret as a key", '[ro]\nkind = "snmp"\nversion = "2c"\ncommunity = "x"\nCanary-1 = 1\n', 5),
    Broken(
        "privacy without auth",
        '[ro]\nkind = "snmp"\nversion = "3"\nuser = "u"\nprivacy = "DES"\nprivacy_key = "Canary-1"\n',
        1,
    ),
    Broken(
        "an auth that is none",
        '[ro]\nkind = "snmp"\nversion = "3"\nuser = "u"\nauth = "ROT13"\nauth_key = "Canary-1"\n',
        5,
    ),
    Broken("neither password nor key", '[ro]\nkind = "ssh"\nuser = "u"\n', 1),
    Broken(
        "basic over http",
        '[ro]\nkind = "winrm"\nuser = "u"\npassword = "Canary-1"\nauth = "basic"\nscheme = "http"\n',
        1,
    ),
    Broken("a table in a password", '[ro]\nkind = "ssh"\nuser = "u"\n[ro.password]\nx = "Canary-1"\n', 4),
    Broken("another table that is wrong", CREDENTIALS + '[bad]\nkind = "none"\n', 10),
)


def _yaml(old: str, new: str) -> str:
    assert old in LIBRARY
    return LIBRARY.replace(old, new)


_ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)
LIBRARIES: Final[tuple[Broken, ...]] = (
    Broken("a bomb of aliases", _ALIASES, 1),
    Broken("an alias", "- &a x\n- *a\n", 1),
    Broken("an anchor", _yaml("tags: [ups]", "tags: &t [ups]"), 11),
    Broken("a tag", _yaml("tags: [ups]", "tags: !!python/tuple [ups]"), 11),
    Broken("a tag that runs", "- !!python/object/apply:os.system ['id']\n", 1),
    Broken("a merged key", _yaml("tags: [ups]", "<<: {a: b}"), 11),
    Broken("a key twice", _yaml("mode: automated", "mode: automated\n  mode: visual"), 11),
    Broken("two documents", LIBRARY + "---\n- x\n", 21),
    Broken("a tab before a key", _yaml("  tags: [ups]", "\ttags: [ups]"), 11),
    Broken("a key that is a list", "- [a]: b\n", 1),
    Broken("a map in place of a list", "id: ups.runtime\n", 1),
    Broken("a text in place of a list", "standards\n", 1),
    Broken("texts in place of standards", "- a\n- b\n", 1),
    Broken("an open quote", _yaml('"RFC 1628"', '"RFC 1628')),
    Broken("a value that is missing", _yaml("section: Power Management", "section:"), 6),
    Broken("deep lists", "- " * 1_000 + "x\n", 1),
    Broken("deep brackets that are closed", "[" * 5_000 + "]" * 5_000, 1),
    Broken("300,000 values", "- x\n" * 300_000),
    Broken("a number that is not", _yaml("default: 10 minutes", "default: .nan"), 14),
    Broken("a number without an end", _yaml("default: 10 minutes", "default: 1e999 minutes"), 14),
    Broken("a number of 5,000 digits", _yaml("default: 10 minutes", f"default: {'9' * 5_000} minutes"), 14),
    Broken("a letter that nobody sees", _yaml("Does every UPS", "Does every \u200bUPS"), 2),
    Broken("a letter that turns the line", _yaml("Power Management", '"Power \\u202e Management"'), 6),
    Broken("an escape in a text", _yaml('"RFC 1628"', '"RFC\\e[31m"'), 5),
    Broken("half a character", _yaml('"RFC 1628"', '"RFC \\uD800"'), 5),
    Broken("an address that runs", _yaml("https://www.rfc-editor.org/rfc/rfc1628", "javascript:alert(1)"), 5),
    Broken("an id with a path", _yaml("id: ups.runtime", "id: ../../etc"), 1),
    Broken("a question of 100,000 letters", _yaml("present load", "x " * 50_000), 2),
    Broken("1,000 standards", LIBRARY * 1_000, 1),
)


def _json(old: str, new: str) -> str:
    assert old in FACTS
    return FACTS.replace(old, new)


DOCUMENTS: Final[tuple[Broken, ...]] = (
    Broken("no object", "[]", 1),
    Broken("a word", "null", 1),
    Broken("not a number", _json("600", "NaN"), 17),
    Broken("endless", _json("600", "Infinity"), 17),
    Broken("a number without an end", _json("600", "1e999"), 17),
    Broken("a number of 5,000 digits", _json("600", "9" * 5_000), 17),
    Broken("a key twice", _json('"gaps": {', '"gaps": {}, "gaps": {'), 21),
    Broken("half a character", _json('"ups1"', '"\\ud800"'), 5),
    Broken("deep lists", _json("600", "[" * 500 + "]" * 500), 17),
    Broken("a comma too many", FACTS[:-1] + ",}", 27),
    Broken("a quote that stays open", _json('"ups1"', '"ups1'), 5),
    Broken("a comment", "// x\n" + FACTS, 1),
    Broken("one quotes", FACTS.replace('"', "'"), 2),
    Broken("another format", _json("datumline.facts/1", "datumline.verdicts/1"), 2),
    Broken("a later format", _json("datumline.facts/1", "datumline.facts/9"), 2),
    Broken("no format", _json('"format": "datumline.facts/1",', ""), 1),
    Broken("no instant", _json('"observed_at": "2026-11-21T03:00:00Z",', ""), 1),
    Broken(
        "an instant without zone",
        _json('"observed_at": "2026-11-21T03:00:00Z"', '"observed_at": "2026-11-21T03:00:00"'),
        3,
    ),
    Broken("an instant outside the calendar", _json("2026-11-21T03:00:00Z", "0001-01-01T00:00:00+14:00"), 3),
    Broken("a day in the year 0", _json("2026-11-21T03:00:00Z", "0000-00-00T00:00:00Z"), 3),
    Broken(
        "a device that is a text",
        _json('{\n  "name": "ups1",\n  "class": "ups",\n  "transport": "snmp"\n }', '"ups1"'),
        4,
    ),
    Broken("an unknown field of a section", _json('"runtime_s"', '"runtimes"'), 17),
    Broken("a text in place of a number", _json("600", '"600"'), 17),
    Broken("yes in place of a number", _json("600", "true"), 17),
    Broken("a list in place of a section", _json('{\n    "runtime_s": 600\n   }', "[]"), 16),
    Broken(
        "an unknown transport", _json('"transport": "snmp",\n    "driver"', '"transport": "telnet",\n    "driver"'), 13
    ),
    Broken("an unknown reason", _json('"not told"', '"because"'), 23),
    Broken("a version that is a text", _json('"value": {', '"version": "1", "value": {'), 16),
    Broken("a version below one", _json('"value": {', '"version": -1, "value": {'), 16),
    Broken("a million values", json.dumps({"format": "datumline.facts/1", "x": [0] * 1_000_001})),
    Broken("17 MB", json.dumps({"format": "datumline.facts/1", "x": "x" * 17_000_000})),
)
CATALOGUES: Final[tuple[Broken, ...]] = (
    Broken("no object", "[]"),
    Broken("another document", FACTS),
    Broken("not a number", '{"products": NaN}'),
    Broken("a broken number", '{"products": 1.5}'),
    Broken("a number of 5,000 digits", f'{{"products": {"9" * 5_000}}}'),
    Broken("a key twice", '{"products": [],\n"products": []}', 2),
    Broken("a broken number below", '{"products": [{\n"id": "x",\n"cycles": 1.5}]}', 3),
    Broken("an endless number below", '{"products": [],\n\n"meta": {"generated": Infinity}}', 3),
    Broken(
        "a field that none has", '{"meta": {"generated": "2026-11-01", "data_as_of": "2026-11-01"},\n"products": 7}', 2
    ),
    Broken("200,000 keys and one twice", "{" + ",".join(f'"k{n}": 1' for n in range(200_000)) + ', "k0": 1}'),
    Broken("no meta", '{"products": []}'),
    Broken("an empty meta", '{"meta": {}, "products": []}'),
    Broken("products as a number", '{"meta": {"generated": "2026-11-01", "data_as_of": "2026-11-01"}, "products": 7}'),
    Broken("a day after today", '{"meta": {"generated": "2999-01-01", "data_as_of": "2999-01-01"}, "products": []}'),
    Broken("an old day", '{"meta": {"generated": "2001-01-01", "data_as_of": "2001-01-01"}, "products": []}'),
    Broken("a comma too many", '{\n"products": [],\n}', 3),
    Broken(
        "half a character",
        '{"meta": {"generated": "2026-11-01", "data_as_of": "2026-11-01", "what": "\\ud800"}, "products": []}',
    ),
    Broken(
        "a letter that turns the line",
        '{"meta": {"generated": "2026-11-01", "data_as_of": "2026-11-01", "what": "\\u202e"}, "products": []}',
    ),
)
READ_OR_NOT: Final = frozenset({0, 2, 5, 6})
RECORDED: Final[tuple[Broken, ...]] = (
    Broken("a line too long", "1.3.6.1.2.1.1.1.0|4|" + "x" * 200_000, codes=READ_OR_NOT),
    Broken("300,000 lines", SNMPREC * 100_000, 200_001),
    Broken("OIDs of 1,000 arcs", f"1{'.3' * 1_000}|4|x\n"),
    Broken("arcs of 100 digits", f"1.3.{'9' * 100}|4|x\n"),
    Broken("types that are none", "1.3.6.1.2.1.1.1.0|99|x\n"),
    Broken("odd hexadecimal", "1.3.6.1.2.1.1.1.0|4x|abc\n"),
    Broken("a variation of a simulator", "1.3.6.1.2.1.1.1.0|4:writecache|value=x\n"),
    Broken("numbers of 5,000 digits", f"1.3.6.1.2.1.1.3.0|67|{'9' * 5_000}\n"),
    Broken("negative counters", "1.3.6.1.2.1.1.3.0|65|-1\n"),
    Broken("not a number", "1.3.6.1.2.1.1.3.0|2|NaN\n"),
    Broken("lists of no columns", "1.3.6.1.2.1.1.1.0\n"),
    Broken("one wrong line among right ones", SNMPREC + "1.3.6|what\n", 4, frozenset({0})),
)
