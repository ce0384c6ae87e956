"""CDP and LLDP neighbours in the short tables of Cisco-like command lines, whose columns long names push or wrap."""

import re
from collections.abc import Callable, Iterable

from collectors.driver import Part
from collectors.errors import CollectError, NoReply, UnexpectedReply
from collectors.facts.sections.network import Neighbor
from collectors.readers.outputs.cli_words import hindered, unique
from collectors.replies import TextReplies

_CDP_HEADER = re.compile(r"^Device[- ]ID\s+Local Intrfce", re.MULTILINE)
_LOCAL = r"(?:[A-Za-z-]+ ?\d[\w/.:]*)"
_CDP_ROW = re.compile(
    rf"^(?P<name>\S+)?\s*(?<=\s)(?P<local>{_LOCAL})\s+(?P<left>\d{{1,5}})\s+(?P<abilities>(?:[A-Za-z]\s+)*)(?P<rest>\S.*)$"
)
_CDP_ROW_ALONE = re.compile(
    rf"^\s*(?P<local>{_LOCAL})\s+(?P<left>\d{{1,5}})\s+(?P<abilities>(?:[A-Za-z]\s+)*)(?P<rest>\S.*)$"
)
_CDP_ENDS = (
    re.compile(r"^(?P<platform>\S.*?)\s{2,}(?P<port>\S.*)$"),
    re.compile(r"^(?P<platform>\S.*?) (?P<port>(?:[A-Za-z]+ )?[\w/.:-]*\d[\w/.:-]*)$"),
)
_SERIAL = re.compile(r"\([A-Z0-9]{8,16}\)$")  # NX-OS tells its serial number behind its name
_LLDP_HEADER = re.compile(r"^Device ID\s+Local Intf\s+Hold-time", re.MULTILINE)
_LLDP_ROW = re.compile(
    rf"^(?P<name>\S.*?)\s+(?P<local>{_LOCAL})\s+(?P<left>\d{{1,5}})(?P<between>\s+)"
    r"(?:(?P<abilities>[A-Z](?:,[A-Z])*)\s+)?(?P<port>\S.*)$"
)
_OFF = re.compile(
    r"^\W*(?:note: *)?(?:C|LL)DP (?:is )?(?:not (?:enabled|running)|disabled)", re.IGNORECASE | re.MULTILINE
)
_NOISE = re.compile(
    r"^\s*$|Capability [Cc]odes|^\s+.*[A-Za-z] - |^[A-Z] - |^\s*\([A-Z]\)|^Total |^Device[- ]ID|entries"
)


def read_cdp(text: str, name_of: Callable[[str], str]) -> tuple[tuple[Neighbor, ...], bool]:
    """Return CDP's neighbours in order, and whether every line was understood; raises UnexpectedReply for no table."""
    header = _CDP_HEADER.search(text)
    if not header:
        raise UnexpectedReply("is told without CDP's table")
    found: list[Neighbor] = []
    waiting, whole = "", True
    for line in text[header.start() :].expandtabs().splitlines()[1:]:
        if re.match(r"^\s*$|^Total ", line):
            continue
        alone = _CDP_ROW_ALONE.match(line) if waiting else None
        row = alone or _CDP_ROW.match(line)
        ends = next((end for pattern in _CDP_ENDS if row and (end := pattern.match(row["rest"].rstrip()))), None)
        if row is None or ends is None:
            whole = whole and not waiting
            waiting = line.strip()
            continue
        name = waiting if alone else row.groupdict().get("name") or ""
        waiting = ""
        if not name:
            whole = False
            continue
        found.append(
            Neighbor(
                name=_SERIAL.sub("", name),
                local_port=name_of(row["local"].replace(" ", "")),
                port=ends["port"],
                platform=ends["platform"],
            )
        )
    return tuple(found), whole and not waiting


def read_lldp(text: str, name_of: Callable[[str], str]) -> tuple[tuple[Neighbor, ...], bool]:
    """Return LLDP's neighbours in order, and whether every line was understood; raises UnexpectedReply for no table."""
    header = _LLDP_HEADER.search(text)
    if not header:
        raise UnexpectedReply("is told without LLDP's table")
    found, whole = [], True
    for line in text[header.start() :].expandtabs().splitlines()[1:]:
        row = _LLDP_ROW.match(line.rstrip())
        if row:
            local = name_of(row["local"].replace(" ", ""))
            found.append(Neighbor(name=row["name"], local_port=local, port=row["port"]))
        elif not _NOISE.search(line):
            whole = False
    return tuple(found), whole


def read_port_first(text: str, name_of: Callable[[str], str]) -> tuple[list[Neighbor], bool]:
    """Return LLDP's neighbours where our port stands first: 'Port Neighbor-Device-ID Neighbor-Port-ID TTL' (EOS)."""
    header = re.search(r"^Port +Neighbor Device ID +Neighbor Port ID +TTL", text, re.MULTILINE)
    if not header:
        raise UnexpectedReply("is told without LLDP's table")
    found, whole = [], True
    for line in text[header.end() :].splitlines():
        cells = re.split(r" {2,}", line.strip())
        if re.fullmatch(r"[-\s]*", line):
            continue
        if len(cells) == 4 and cells[3].isdecimal():
            found.append(Neighbor(name=cells[1], local_port=name_of(cells[0]), port=cells[2]))
        else:
            whole = False
    return found, whole


def merged(*tables: tuple[Iterable[Neighbor], bool]) -> Part:
    """Return the neighbours of several tables; one heard by both protocols on a port counts once, CDP's words first.

    LLDP cuts names to 20 letters and CDP has no such limit, so that one name may be the begin of the other.
    """
    kept: list[Neighbor] = []
    for neighbors, _ in tables:
        before = list(kept)
        kept += [one for one in neighbors if not any(_same(one, known) for known in before)]
    named = unique(kept, lambda one: one.name, lambda one, name: one.model_copy(update={"name": name}))
    return Part(named, complete=all(whole for _, whole in tables))


def _same(one: Neighbor, other: Neighbor) -> bool:
    names = (one.name.casefold(), other.name.casefold())
    return one.local_port == other.local_port and (names[0].startswith(names[1]) or names[1].startswith(names[0]))


def read_both(replies: TextReplies, cdp: str, lldp: str, name_of: Callable[[str], str]) -> Part:
    """Return the neighbours of CDP's and LLDP's tables; one protocol that is switched off hears none.

    Raises the error of the first one when neither could be read: nothing heard is not nobody there. Without CDP's table
    LLDP's, which has other words for the same ports and cuts names, tells nothing; without LLDP's the list is a part.
    """
    heard: list[tuple[tuple[Neighbor, ...], bool]] = []
    failed: list[CollectError] = []
    for command, read in ((cdp, read_cdp), (lldp, read_lldp)):
        try:
            heard.append(read(replies[command], name_of))
        except CollectError as error:
            failed.append(error)
            if not _silent(replies, command, error):
                if command == cdp:
                    raise
                heard.append(((), False))
    if failed and not any(neighbors or whole for neighbors, whole in heard):
        raise failed[0]
    return merged(*heard)


def _silent(replies: TextReplies, command: str, error: CollectError) -> bool:
    """Return whether a protocol hears nobody for certain: it is off, or unknown to the device, or nobody asked."""
    if isinstance(error, NoReply):
        return hindered(replies, command) is None
    return bool(_OFF.search(replies[command]))
