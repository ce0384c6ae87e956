"""Devices from a CSV file: read whole, every problem with its line and who mends it, nothing applied by halves."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from collectors.facts.plain_text import first_hidden
from rules.kinds import DEVICE_KINDS
from server.access.actions.device import Told
from server.access.addresses import BadAddress, read_address
from server.access.device_forms import check_credential, check_driver, read_roles
from server.access.offered import TRANSPORTS, Offered
from server.clients.actions.device import UNKNOWN_KIND
from server.clients.models import Site

COLUMNS: Final = (
    "name", "site", "kind", "place", "group", "roles", "transport", "address", "port", "driver", "credential",
)  # fmt: skip
ROWS_COUNT: Final = 5_000
FILE_BYTES: Final = 2 * 1024 * 1024
CELL_LENGTH: Final = 600
SAMPLE: Final = (
    ("FW-MAIN", "Main office", "firewall", "server room", "", "edge", "ssh", "192.0.2.1", "", "fortios", "fw-ro"),
    ("FW-MAIN", "Main office", "firewall", "server room", "", "edge", "snmp", "192.0.2.1", "", "", "snmp-ro"),
    ("SRV-FILES", "Main office", "windows server", "", "", "files", "winrm", "srv.example.test", "5986", "", "srv-ro"),
    ("UPS-RACK", "Main office", "ups", "server room", "", "", "snmp", "2001:db8::20", "", "", "snmp-ro"),
)


class NoTable(ValueError):
    """The file is no table that can be read at all; the text says why."""


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong in one line, and who mends it."""

    line: int
    what: str
    who: str


@dataclass
class Row:
    """A device of the file with its accesses."""

    line: int
    name: str
    site: Site
    kind: str
    place: str
    group: str
    roles: tuple[str, ...]
    accesses: list[Told] = field(default_factory=list)


@dataclass(frozen=True)
class Known:
    """What the client has: sites by their folded name, the names of devices and places at each, and what is offered."""

    sites: Mapping[str, Site]
    devices: frozenset[tuple[int, str]]
    places: frozenset[tuple[int, str]]
    offers: Mapping[int, Offered]


@dataclass(frozen=True)
class Plan:
    """What an import would do: the devices in the file's order, and every problem by its line."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]

    @property
    def accesses_count(self) -> int:
        """Return how many accesses the devices have together."""
        return sum(len(row.accesses) for row in self.rows)


def read_text(content: bytes) -> str:
    """Return the text of a file: UTF-8 with or without a mark, or Windows-1252; raises NoTable."""
    if len(content) > FILE_BYTES:
        raise NoTable(_("The file is larger than 2 MB: split it."))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(content, "utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decoded(content, "cp1252")


def plan_of(text: str, known: Known) -> Plan:
    """Return what a text would add; raises NoTable when it is no table with these columns."""
    lines = _lines(text)
    head = [cell.strip().casefold() for cell in lines[0][1]]
    unknown = [name for name in head if name and name not in COLUMNS]
    if "name" not in head or unknown or len(set(head)) != len(head):
        wrong = ", ".join(unknown)[:200] or _("none, but 'name' is missing or a column stands twice")
        columns = ", ".join(COLUMNS)
        raise NoTable(
            _("The first line names the columns: %(columns)s. Not known: %(unknown)s.")
            % {"columns": columns, "unknown": wrong}
        )
    found: dict[tuple[int, str], Row] = {}
    problems: list[Problem] = []
    for line, cells in lines[1:]:
        if len(cells) > len(head):
            problems.append(_of_file(line, _("more cells than columns: is a separator missing its quotes?")))
            continue
        told = dict(zip(head, (cell.strip() for cell in cells), strict=False))
        problems += _read(line, {name: told.get(name, "") for name in COLUMNS}, known, found)
    return Plan(tuple(found.values()), tuple(sorted(problems)))


def _lines(text: str) -> list[tuple[int, list[str]]]:
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max((";", ",", "\t"), key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append((reader.line_num, cells))
            if len(lines) > ROWS_COUNT + 1:
                raise NoTable(_("The file has more than 5,000 rows: split it."))
    except csv.Error as error:
        raise NoTable(_("Line %(line)d cannot be read: a quote is not closed.") % {"line": reader.line_num}) from error
    if len(lines) < 2:
        raise NoTable(_("The file holds no device."))
    return lines


def _read(line: int, told: Mapping[str, str], known: Known, found: dict[tuple[int, str], Row]) -> list[Problem]:
    wrong = [*_cells(line, told)]
    site = known.sites.get(told["site"].casefold()) if told["site"] else _only(known)
    if site is None:
        what = _("no site is called %(name)s") if told["site"] else _("the client has several sites: name one")
        return [*wrong, Problem(line, what % {"name": told["site"]}, _("whoever keeps the client: add the site"))]
    key = (site.pk, told["name"])
    row = found.get(key)
    if row is None:
        row = _device(line, told, site, known, wrong)
        found[key] = row
    elif any(told[name] and told[name] != _as_text(row, name) for name in ("kind", "place", "group", "roles")):
        wrong.append(_of_file(line, _("line %(line)d says other things of this device") % {"line": row.line}))
    if told["transport"] or told["address"]:
        _add_access(line, told, row, known.offers.get(site.pk, Offered()), wrong)
    elif row.line != line:
        wrong.append(_of_file(line, _("the device stands in line %(line)d already") % {"line": row.line}))
    return wrong


def _device(line: int, told: Mapping[str, str], site: Site, known: Known, wrong: list[Problem]) -> Row:
    kind, roles = told["kind"].casefold() or UNKNOWN_KIND, ()
    if not told["name"]:
        wrong.append(_of_file(line, _("the name is missing")))
    if (site.pk, told["name"]) in known.devices:
        wrong.append(_of_file(line, _("the site has a device of this name already: change it on its page")))
    if kind not in {UNKNOWN_KIND, *DEVICE_KINDS}:
        wrong.append(_of_file(line, _("no kind is called %(kind)s") % {"kind": told["kind"]}))
    if told["place"] and (site.pk, told["place"]) not in known.places:
        what = _("the site has no place called %(name)s") % {"name": told["place"]}
        wrong.append(Problem(line, what, _("whoever keeps the client: add the place at the site")))
    try:
        return Row(line, told["name"], site, kind, told["place"], told["group"], read_roles(told["roles"]))
    except ValidationError as error:
        wrong.append(_of_file(line, " ".join(error.messages)))
    return Row(line, told["name"], site, kind, told["place"], told["group"], roles)


def _add_access(line: int, told: Mapping[str, str], row: Row, offered: Offered, wrong: list[Problem]) -> None:
    transport = told["transport"].casefold()
    if transport not in TRANSPORTS:
        wrong.append(_of_file(line, _("the transport is one of %(all)s") % {"all": ", ".join(TRANSPORTS)}))
        return
    address = "localhost"
    try:
        address = read_address(told["address"]) if transport != "local" else address
        port = int(told["port"] or 0)
        if not 0 <= port <= 65535 or (told["port"] and not told["port"].isdecimal()):
            raise ValueError
    except BadAddress as error:
        wrong.append(_of_file(line, f"{told['address'] or _('no address')}: {error}"))
        return
    except ValueError:
        wrong.append(_of_file(line, _("the port is a number from 1 to 65535")))
        return
    for check, value in ((check_driver, told["driver"]), (check_credential, told["credential"])):
        try:
            check(value, transport, offered)
        except ValidationError as error:
            who = (
                _("whoever keeps the site's agent") if check is check_driver and offered.drivers else _("you: the file")
            )
            wrong.append(Problem(line, f"{value}: {' '.join(error.messages)}", who))
    if any((one.transport, one.address, one.port) == (transport, address, port) for one in row.accesses):
        wrong.append(_of_file(line, _("the same access stands twice")))
        return
    row.accesses.append(Told(transport, address, port, told["driver"], told["credential"]))


def _cells(line: int, told: Mapping[str, str]) -> Iterable[Problem]:
    for name, value in told.items():
        limit = 200 if name in {"name", "site", "place", "group"} else CELL_LENGTH
        if len(value) > limit:
            yield _of_file(line, _("%(column)s is longer than %(n)d characters") % {"column": name, "n": limit})
        if "\n" in value or first_hidden(value):
            yield _of_file(line, _("%(column)s holds a letter that cannot be seen") % {"column": name})


def _only(known: Known) -> Site | None:
    return next(iter(known.sites.values())) if len(known.sites) == 1 else None


def _as_text(row: Row, name: str) -> str:
    return ", ".join(row.roles) if name == "roles" else str(getattr(row, name))


def _of_file(line: int, what: str) -> Problem:
    return Problem(line, what, _("you: the file"))


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise NoTable(_("The file is no text: save it as CSV in UTF-8.")) from error
