"""The index of drivers: every module of `collectors.drivers`, found by itself and imported when it is needed."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import ModuleType
from typing import cast, get_args

import collectors.drivers
from collectors.driver import Gentle, Matches
from collectors.facts.reading import TransportName
from collectors.facts.vocabulary import SECTIONS
from collectors.session import AnyDriver

DRIVERS_PACKAGE = collectors.drivers.__name__
_TRANSPORTS = frozenset(get_args(TransportName))


class LoadError(Exception):
    """A module of the drivers' folder is no driver: the text names the file, the attribute, and what it must be."""


class DriverIndex(Mapping[str, AnyDriver]):
    """Drivers by name. Listing the names imports nothing; taking a driver imports and checks its module."""

    def __init__(self, package: str = DRIVERS_PACKAGE) -> None:
        self._package = package
        folders = importlib.import_module(package).__path__
        self._names = tuple(
            sorted(module.name for module in pkgutil.iter_modules(folders) if not module.name.startswith("_"))
        )
        self._taken: dict[str, AnyDriver] = {}

    def __getitem__(self, name: str) -> AnyDriver:
        """Return a driver; raises KeyError for an unknown name, LoadError for a module that is no driver."""
        if name not in self._names:
            raise KeyError(name)
        if name not in self._taken:
            module = importlib.import_module(f"{self._package}.{name}")
            check_driver(module)
            self._taken[name] = cast("AnyDriver", module)
        return self._taken[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return the number of drivers."""
        return len(self._names)

    def of_transport(self, transport: TransportName) -> dict[str, AnyDriver]:
        """Return the drivers of one transport by name; imports all modules."""
        return {name: driver for name, driver in self.items() if transport == driver.TRANSPORT}


@cache
def index_of(package: str = DRIVERS_PACKAGE) -> DriverIndex:
    """Return the one index of a package in this process."""
    return DriverIndex(package)


def drivers() -> Mapping[str, AnyDriver]:
    """Return all our drivers by name."""
    return index_of()


def driver(name: str) -> AnyDriver:
    """Return one of our drivers; raises KeyError for an unknown name."""
    return index_of()[name]


def check_driver(module: ModuleType) -> None:
    """Raise LoadError when a module does not fulfil the contract of a driver."""
    for attribute, (right, must_be) in _CONTRACT.items():
        if not hasattr(module, attribute):
            raise LoadError(f"{module.__file__}: {attribute} is missing; it must be {must_be}")
        value = getattr(module, attribute)
        if attribute == "ASKS" and value == () and getattr(module, "REPLAYS", ()):
            continue  # reads files only, and is never asked live
        if not right(value):
            raise LoadError(f"{module.__file__}: {attribute} must be {must_be}")


def _texts(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(text, str) and text for text in value)


def _needs(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        section in SECTIONS and isinstance(value[section], str) for section in value
    )


_CONTRACT: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "TRANSPORT": (lambda value: value in _TRANSPORTS, f"one of {', '.join(sorted(_TRANSPORTS))}"),
    "TITLE": (lambda value: isinstance(value, str) and bool(value), "a text"),
    "DEVICE_CLASS": (lambda value: value is None or (isinstance(value, str) and bool(value)), "a text or None"),
    "ASKS": (lambda value: _texts(value) and bool(value), "a tuple of at least one text"),
    "PREPARES": (_texts, "a tuple of texts"),
    "NEEDS": (_needs, "a mapping from sections of facts to texts"),
    "GENTLE": (lambda value: isinstance(value, Gentle), "a Gentle"),
    "MATCHES": (lambda value: isinstance(value, Matches), "a Matches"),
    "read": (callable, "a function"),
}
