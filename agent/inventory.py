"""The inventory of a site (SITE.toml): its devices with their accesses, the client's parameters, its statements."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from agent.errors import FileProblem, FileRefused
from agent.toml_file import TomlFile, known_as, read_toml, unknown_key
from agent.toml_lines import Place
from collectors.access import Access
from collectors.facts.plain_text import plain_line
from collectors.facts.reading import TransportName
from rules.kinds import DEVICE_KINDS, KINDS
from rules.quantities import months_from
from rules.rollup import Statement

STATEMENT_MONTHS: Final = 12  # a statement that nobody renews is forgotten, not true
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Setting = str | int | float | bool | list[str]
"""The value of a parameter, as it is written in the file."""


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _AccessTable(_Written):
    transport: TransportName
    address: Name = "localhost"
    port: int | None = Field(default=None, ge=1, le=65535)
    credential: Name | None = None
    driver: Name | None = None
    host_key: Name | None = None
    certificate: Name | None = None


class _DeviceTable(_Written):
    name: Name
    device_class: Name | None = Field(default=None, alias="class")
    roles: list[Name] = []
    access: list[_AccessTable] = Field(min_length=1)


class _StatementTable(_Written):
    none: bool
    by: Name
    until: date


class _SiteTable(_Written):
    client: Name
    site: Name
    time_zone: Name = "UTC"
    device: list[_DeviceTable] = []
    parameters: dict[str, dict[str, object]] = {}
    statements: dict[str, _StatementTable] = {}


@dataclass(frozen=True)
class SiteAccess:
    """One access of a device and the name of its credential; the local machine needs none."""

    access: Access
    credential: str | None


@dataclass(frozen=True)
class SiteDevice:
    """A device to be read, with all its accesses."""

    name: str
    device_class: str | None
    roles: tuple[str, ...]
    accesses: tuple[SiteAccess, ...]


@dataclass(frozen=True)
class Site:
    """A client's site as the inventory describes it."""

    client: str
    name: str
    zone: ZoneInfo
    devices: tuple[SiteDevice, ...]
    parameters: Mapping[str, Mapping[str, Setting]] = field(default_factory=dict)
    """By standard: the client's own settings, as written."""
    statements: tuple[Statement, ...] = ()
    """That the client has no device of a kind: by whom, until when."""

    @property
    def full_name(self) -> str:
        """Return client and site together: under this name the agent keeps what it knows of the site's devices."""
        return f"{self.client} {self.name}"

    @property
    def credentials(self) -> frozenset[str]:
        """Return the names of all credentials that the accesses need."""
        return frozenset(one.credential for device in self.devices for one in device.accesses if one.credential)


CheckParameter = Callable[[str, str, Setting], str | None]
"""Says what is wrong with a standard's setting, or nothing."""


def read_site(
    path: Path,
    today: date,
    *,
    drivers: Mapping[str, TransportName],
    check_parameter: CheckParameter = lambda standard, setting, value: None,
) -> Site:
    """Return the site of an inventory file; raises FileRefused with everything that is wrong with it."""
    file = read_toml(path)
    table = known_as(_SiteTable, file, (), file.content, "the inventory")
    problems: list[FileProblem] = []
    zone = _zone(table.time_zone, file, problems)
    _check_names(table, file, problems)
    for number, device in enumerate(table.device):
        _check_device(device, ("device", number), drivers, file, problems)
    for kind, statement in table.statements.items():
        _check_statement(kind, statement, today, file, problems)
    parameters = _parameters(table.parameters, check_parameter, file, problems)
    if problems:
        raise FileRefused(tuple(problems))
    return _site(table, zone, parameters)


def check_credentials(path: Path, site: Site, known: Collection[str]) -> None:
    """Raise FileRefused when an access names a credential that is nowhere."""
    file = read_toml(path)
    problems = [
        file.problem(
            ("device", number, "access", position, "credential"),
            f"device {device.name!r}: no credential is called {one.credential!r}; correct the name, or enter it in the"
            " credentials file, the environment or the key store.",
        )
        for number, device in enumerate(site.devices)
        for position, one in enumerate(device.accesses)
        if one.credential and one.credential not in known
    ]
    if problems:
        raise FileRefused(tuple(problems))


def _site(table: _SiteTable, zone: ZoneInfo, parameters: Mapping[str, Mapping[str, Setting]]) -> Site:
    return Site(
        client=_clean(table.client),
        name=_clean(table.site),
        zone=zone,
        devices=tuple(_device(device) for device in table.device),
        parameters=parameters,
        statements=tuple(
            Statement(_plain(kind), _clean(statement.by), statement.until)
            for kind, statement in table.statements.items()
        ),
    )


def _parameters(
    written: Mapping[str, Mapping[str, object]], check: CheckParameter, file: TomlFile, problems: list[FileProblem]
) -> dict[str, dict[str, Setting]]:
    good: dict[str, dict[str, Setting]] = {}
    for standard, settings in written.items():
        for setting, value in settings.items():
            if isinstance(value, str | int | float):
                known: Setting = value
            elif isinstance(value, list) and all(isinstance(one, str) for one in value):
                known = [str(one) for one in value]
            else:
                text = (
                    f"parameter {setting!r} of {standard!r} must be a text, a number, true, false, or a list of texts."
                )
                problems.append(file.problem(("parameters", standard, setting), text))
                continue
            wrong = check(standard, setting, known)
            if wrong:
                problems.append(file.problem(("parameters", standard, setting), wrong))
            good.setdefault(standard, {})[setting] = known
    return good


def _device(table: _DeviceTable) -> SiteDevice:
    accesses = (
        SiteAccess(Access.model_validate(one.model_dump(exclude={"credential"})), one.credential)
        for one in table.access
    )
    return SiteDevice(_clean(table.name), table.device_class, tuple(map(_clean, table.roles)), tuple(accesses))


def _zone(name: str, file: TomlFile, problems: list[FileProblem]) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        text = f"'time_zone': there is no time zone {name!r}; use a name such as 'Europe/Berlin'."
        problems.append(file.problem(("time_zone",), text))
    return ZoneInfo("UTC")


def _check_names(table: _SiteTable, file: TomlFile, problems: list[FileProblem]) -> None:
    first: dict[str, int] = {}
    for number, device in enumerate(table.device):
        name = _clean(device.name).casefold()
        place: Place = ("device", number, "name")
        if not name:
            problems.append(file.problem(place, f"device {number + 1}: its name has no visible letter; name it."))
        elif name in first:
            line = file.lines[("device", first[name], "name")]
            problems.append(
                file.problem(place, f"device {device.name!r}: line {line} has the name already; rename one.")
            )
        first.setdefault(name, number)


def _check_device(
    device: _DeviceTable,
    place: Place,
    drivers: Mapping[str, TransportName],
    file: TomlFile,
    problems: list[FileProblem],
) -> None:
    what = f"device {device.name!r}"
    if device.device_class is not None and device.device_class not in DEVICE_KINDS:
        problems.append(file.problem((*place, "class"), unknown_word(device.device_class, DEVICE_KINDS, what, "class")))
    ways: set[tuple[object, ...]] = set()
    for position, one in enumerate(device.access):
        where = (*place, "access", position)
        if one.transport != "local" and one.credential is None:
            problems.append(file.problem(where, f"{what}: the {one.transport} access names no 'credential'; add it."))
        if one.transport != "local" and "address" not in one.model_fields_set:
            problems.append(file.problem(where, f"{what}: the {one.transport} access has no 'address'; add it."))
        if one.driver is not None and drivers.get(one.driver) != one.transport:
            names = tuple(name for name, transport in drivers.items() if transport == one.transport)
            problems.append(
                file.problem((*where, "driver"), unknown_word(one.driver, names, what, f"{one.transport} driver"))
            )
        way = (one.transport, one.address.casefold(), one.port, one.driver)
        if way in ways:
            problems.append(file.problem(where, f"{what}: the same access stands here twice; remove one."))
        ways.add(way)


def _check_statement(
    kind: str, statement: _StatementTable, today: date, file: TomlFile, problems: list[FileProblem]
) -> None:
    what, place = f"statement on {kind!r}", ("statements", kind)
    if _plain(kind) not in KINDS:
        problems.append(file.problem(place, unknown_word(kind, KINDS, "statement", "kind")))
    if not statement.none:
        problems.append(file.problem((*place, "none"), f"{what}: only 'none = true' states anything; remove it."))
    latest = months_from(today, STATEMENT_MONTHS)
    if statement.until > latest:
        text = f"{what}: 'until' lies more than {STATEMENT_MONTHS} months ahead; at most {latest} can be stated."
        problems.append(file.problem((*place, "until"), text))


def unknown_word(word: str, known: Collection[str], what: str, kind: str) -> str:
    """Return the sentence for a value outside a list of words."""
    return unknown_key(word, known, what).replace("unknown key", f"unknown {kind}", 1)


def _plain(kind: str) -> str:
    """Return a kind as the library writes it: 'linux_server' and 'Linux server' are one."""
    return " ".join(kind.casefold().replace("_", " ").replace("-", " ").split())


def _clean(text: str) -> str:
    return plain_line(text)
