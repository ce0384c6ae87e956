"""RouterOS in words: 'print' of single menus and of lists, and whole exports (.rsc), as settings by menu."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.errors import UnexpectedReply
from collectors.replies import TextReplies

EXPORT = "/export"
"""The question whose reply, a whole configuration, stands in for those of single menus."""
_SETTING = re.compile(
    r'!?(?P<name>[a-z][\w.-]*)=(?P<value>"(?:\\.|[^"\\])*"|[^\s"]*)|!(?P<unset>[a-z][\w.-]*)', re.DOTALL
)
_ESCAPE = re.compile(r"\\([0-9A-F]{2}|.)", re.DOTALL)
_ENTRY = re.compile(r"^ *(?P<number>\d+) +(?P<flags>(?:[A-Z*!I]+ +)*)(?=[a-z;!\"])", re.MULTILINE)
_PAIR = re.compile(r"^[ \t]*(?P<name>[a-z][\w -]*?): ?(?P<value>.*?)[ \t\r]*$", re.MULTILINE)
_HEAD = re.compile(r"^# .* by RouterOS (?P<version>\d\S*)", re.MULTILINE)
_FIND = re.compile(r"\[ *find *(?P<what>[^\]]*)\]")
_COMMENT = re.compile(r"^[ \t]*;;; (?P<text>.*)$|;;; (?P<inline>.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """One object of a list, or a menu's settings."""

    settings: Mapping[str, str]
    flags: str = ""
    comment: str | None = None
    stated: bool = True

    def text(self, name: str) -> str | None:
        """Return a setting, None when it is not told or empty."""
        return self.settings.get(name) or None

    def on(self, name: str) -> bool | None:
        """Return whether a setting is yes; None when it is not told."""
        return {"yes": True, "true": True, "no": False, "false": False}.get(self.settings.get(name, ""))

    @property
    def enabled(self) -> bool:
        """Return whether the object is switched on."""
        return "X" not in self.flags and self.on("disabled") is not True


@dataclass
class Menus:
    """What the device said, by menu ('/ip service'); each reply is parsed once."""

    replies: TextReplies
    _export: dict[str, list[Entry]] | None = field(default=None, repr=False)

    @property
    def exported(self) -> bool:
        """Return whether this is an export, in which a setting that has its default may not be stated."""
        return EXPORT in self.replies.replies

    def one(self, menu: str) -> Entry:
        """Return a menu's settings; from an export only what it states, perhaps nothing."""
        if self.exported:
            settings = {
                name: value for entry in self._sections().get(menu, []) for name, value in entry.settings.items()
            }
            return Entry(settings, stated=bool(settings))
        return Entry({found["name"]: found["value"] for found in _PAIR.finditer(self.replies[f"{menu} print"])})

    def many(self, menu: str, properties: str = "") -> list[Entry]:
        """Return a list's objects, in order; an export leaves out those of which nothing was changed."""
        if self.exported:
            return self._sections().get(menu, [])
        return entries(self.replies[question(menu, properties)])

    def head(self) -> str:
        """Return the first lines of an export, which tell model, serial number and version."""
        return self.replies[EXPORT][:600]

    def _sections(self) -> dict[str, list[Entry]]:
        if self._export is None:
            self._export = parse_export(self.replies[EXPORT])
        return self._export


def question(menu: str, properties: str = "") -> str:
    """Return the question for a list; `properties` limits it to these, so that no secret is shown."""
    return f"{menu} print detail without-paging" + (f" proplist={properties}" if properties else "")


def entries(text: str) -> list[Entry]:
    """Return the objects of 'print detail'; raises UnexpectedReply for a text that is no list, nor an empty one."""
    heads = list(_ENTRY.finditer(text))
    if not heads and text.strip() and not re.match(r"\s*(?:Flags|Columns):", text):
        raise UnexpectedReply("is told in another form than a list")
    ends = [head.start() for head in heads[1:]] + [len(text)]
    found = []
    for head, ends_at in zip(heads, ends, strict=False):
        body = text[head.end() : ends_at]
        comment = _COMMENT.search(body)
        said = (comment["text"] or comment["inline"]).strip() if comment else None
        bare = _COMMENT.sub("", body)
        found.append(Entry(settings_of(bare), head["flags"].replace(" ", ""), said or None))
    return found


def settings_of(text: str) -> dict[str, str]:
    """Return 'name=value' pairs, with quotation marks and escapes taken off."""
    return {found["name"]: _plain(found["value"]) for found in _SETTING.finditer(text) if found["name"]}


def _plain(value: str) -> str:
    if not value.startswith('"'):
        return value
    return _ESCAPE.sub(lambda found: _letter(found[1]), value[1:-1])


def _letter(escaped: str) -> str:
    if len(escaped) == 2:
        return chr(int(escaped, 16))
    return {"n": "\n", "r": "\r", "t": "\t", "_": " "}.get(escaped, escaped)


def parse_export(text: str) -> dict[str, list[Entry]]:
    """Return the objects and settings of an export by menu; raises UnexpectedReply when it is none, or may be cut.

    An export has no end mark. One that holds nothing of the menus that come last ('/system', '/tool') is not whole.
    """
    if not _HEAD.search(text):
        raise UnexpectedReply("is no export of RouterOS")
    sections: dict[str, list[Entry]] = {}
    menu = ""
    for line in re.sub(r"\\\r?\n[ \t]*", "", text).splitlines():
        row = line.strip()
        if row.startswith("#error"):
            raise UnexpectedReply("is an export that the device could not finish")
        if not row or row.startswith("#"):
            continue
        if row.startswith("/"):
            menu, _, row = _menu_of(row)
        if row:
            sections.setdefault(menu, []).append(_command(row))
    if not any(
        menu.startswith(("/system identity", "/system clock", "/system routerboard", "/tool")) for menu in sections
    ):
        raise UnexpectedReply("is an export without its last menus, so that it may have been cut")
    return sections


def _menu_of(row: str) -> tuple[str, str, str]:
    """Return the menu and the command behind it, where both stand in one line."""
    found = re.match(r"(?P<menu>/[a-z0-9 -]+?)(?: (?P<verb>set|add)\b(?P<rest>.*))?$", row, re.DOTALL)
    if not found:
        return row, "", ""
    command = f"{found['verb']}{found['rest']}" if found["verb"] else ""
    return found["menu"], "", command


def _command(row: str) -> Entry:
    """Return the object of 'add name=...', 'set telnet disabled=yes' or 'set [ find default=yes ] ...'."""
    verb, _, rest = row.partition(" ")
    found = _FIND.match(rest.strip())
    settings: dict[str, str] = {}
    if found:
        settings = settings_of(found["what"])
        rest = rest.strip()[found.end() :]
    elif verb == "set":
        first, _, more = rest.strip().partition(" ")
        if "=" not in first and not first.startswith("!"):
            settings, rest = {"name": _plain(first)}, more
    settings |= settings_of(rest)
    return Entry(settings, comment=settings.get("comment") or None)


def release_of(version: str | None) -> str | None:
    """Return the release in '7.12.2 (stable)'."""
    found = re.match(r"\d+\.\d+(?:\.\d+)?(?:beta\d+|rc\d+|alpha\d+)?", version or "")
    return found[0] if found else None


def exported_version(head: str) -> str | None:
    """Return the release that an export's first line names."""
    found = _HEAD.search(head)
    return release_of(found["version"]) if found else None
