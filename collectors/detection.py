"""Detection: which driver knows a device, from what it says by itself and, else from a few questions."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from collectors.driver import Matches
from collectors.driver_index import DriverIndex, index_of
from collectors.errors import Unsupported
from collectors.facts.reading import TransportName
from collectors.session import AnyDriver, Hello, Session

SAID_LIMIT_CHARACTERS = 32 * 1024
"""Patterns look at no more of what a device says: its text is hostile until read."""


@dataclass(frozen=True)
class Known:
    """A driver with its name."""

    name: str
    driver: AnyDriver


def named(name: str, transport: TransportName, index: DriverIndex | None = None) -> Known:
    """Return the driver that a person named; raises Unsupported when there is none, or it is of another transport."""
    index = index_of() if index is None else index
    if name not in index:
        raise Unsupported(f"cannot be read: no driver is called {name!r} (there are {', '.join(index)})")
    driver = index[name]
    if transport != driver.TRANSPORT:
        raise Unsupported(f"cannot be read: the driver {name!r} is for {driver.TRANSPORT}, the access is {transport}")
    if not driver.ASKS:
        raise Unsupported(
            f"cannot be read: the driver {name!r} reads files that `datumline replay` is given, no device"
        )
    return Known(name, driver)


def detect(session: Session, transport: TransportName, index: DriverIndex | None = None) -> Known:
    """Return the driver that knows the device; raises Unsupported naming what was seen when none or several do."""
    index = index_of() if index is None else index
    candidates = tuple(Known(name, driver) for name, driver in index.of_transport(transport).items())
    found = _by_snmp(session, candidates) if transport == "snmp" else _by_words(session, candidates)
    if not found and transport not in {"snmp", "ssh"}:  # these protocols alone say what the device is
        found = _first_rank(tuple(known for known in candidates if _fits_all(known.driver.MATCHES)))
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(known.name for known in found)
        raise Unsupported(f"could be read by several drivers ({names}); name one. Seen: {_seen(session.hello)}")
    raise Unsupported(f"is not known to any {transport} driver. Seen: {_seen(session.hello)}")


def _by_snmp(session: Session, candidates: Iterable[Known]) -> tuple[Known, ...]:
    """Return those with the longest sysObjectID prefix, else whose sysDescr fits, else whose probe answers."""
    candidates = tuple(candidates)
    told = session.hello.sys_object_id
    lengths = {known.name: _prefix_length(told, known.driver.MATCHES.sys_object_ids) for known in candidates}
    longest = max(lengths.values(), default=0)
    found = tuple(known for known in candidates if longest and lengths[known.name] == longest)
    fitting = _fitting(found or candidates, _descr_fits(session.hello))
    if not fitting and len(found) > 1:  # an object id that platforms share, such as net-snmp's of every Linux
        plain = (known for known in found if not known.driver.MATCHES.probes and not known.driver.MATCHES.sys_descr)
        return _probed(session, found) or _first_rank(tuple(plain)) or found
    found = _first_rank(fitting or found)
    if len(found) == 1:
        return found
    return _probed(session, found or candidates) or found


def _by_words(session: Session, candidates: Iterable[Known]) -> tuple[Known, ...]:
    """Return those whose words fit and whose questions are not answered otherwise; else those whose questions are."""
    candidates = tuple(candidates)
    answers = _Answers(session)
    worded = _fitting(candidates, _words_fit(session.hello))
    confirmed = tuple(known for known in worded if answers.confirm(known.driver.MATCHES.replies) is not False)
    sure = tuple(known for known in confirmed if answers.confirm(known.driver.MATCHES.replies))
    found = _first_rank(sure or confirmed)
    if found:
        return found
    rest = tuple(known for known in candidates if known not in worded)
    for rank in sorted({known.driver.MATCHES.rank for known in rest}):
        of_rank = (known for known in rest if known.driver.MATCHES.rank == rank)
        found = tuple(known for known in of_rank if answers.confirm(known.driver.MATCHES.replies))
        if found:
            return found
    return ()


class _Answers:
    """The answers to candidates' questions; each question is asked at most once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._told: dict[str, str | None] = {}

    def confirm(self, replies: Mapping[str, str]) -> bool | None:
        """Return whether a reply fits; None when there is nothing to ask, or nothing usable was answered."""
        doubts = False
        for question, pattern in replies.items():
            if question not in self._told:
                self._told[question] = self._session.try_question(question)
            told = self._told[question]
            if told is not None:
                if _found(pattern, told):
                    return True
                doubts = True
        return False if doubts else None


def _probed(session: Session, candidates: Iterable[Known]) -> tuple[Known, ...]:
    """Return the first rank of those of which one probe OID has a value."""
    answered: dict[str, bool] = {}
    for rank in sorted({known.driver.MATCHES.rank for known in candidates}):
        found = []
        for known in candidates:
            probes = known.driver.MATCHES.probes if known.driver.MATCHES.rank == rank else ()
            for oid in probes:
                if oid not in answered:
                    answered[oid] = session.try_question(oid) is not None
                if answered[oid]:
                    found.append(known)
                    break
        if found:
            return tuple(found)
    return ()


def _fitting(candidates: Iterable[Known], fits: Callable[[AnyDriver], bool]) -> tuple[Known, ...]:
    return tuple(known for known in candidates if fits(known.driver))


def _first_rank(found: tuple[Known, ...]) -> tuple[Known, ...]:
    best = min((known.driver.MATCHES.rank for known in found), default=0)
    return tuple(known for known in found if known.driver.MATCHES.rank == best)


def _descr_fits(hello: Hello) -> Callable[[AnyDriver], bool]:
    return lambda driver: any(_found(pattern, hello.sys_descr or "") for pattern in driver.MATCHES.sys_descr)


def _words_fit(hello: Hello) -> Callable[[AnyDriver], bool]:
    def fits(driver: AnyDriver) -> bool:
        matches = driver.MATCHES
        pairs = ((matches.ident, hello.ident), (matches.banner, hello.banner), (matches.prompt, hello.prompt))
        return any(_found(pattern, said) for patterns, said in pairs for pattern in patterns)

    return fits


def _fits_all(matches: Matches) -> bool:
    return matches == Matches(rank=matches.rank)


def _found(pattern: str, said: str) -> bool:
    return re.search(pattern, said[:SAID_LIMIT_CHARACTERS], re.MULTILINE) is not None


def _prefix_length(told: str | None, prefixes: Iterable[str]) -> int:
    """Return the number of arcs of the longest prefix that fits, 0 when none does."""
    arcs = (told or "").strip(".").split(".")
    fits = (prefix.strip(".").split(".") for prefix in prefixes)
    return max((len(prefix) for prefix in fits if arcs[: len(prefix)] == prefix), default=0)


def _seen(hello: Hello) -> str:
    parts = {
        "sysObjectID": hello.sys_object_id,
        "sysDescr": hello.sys_descr,
        "ident": hello.ident,
        "banner": hello.banner,
        "prompt": hello.prompt,
    }
    said = [f"{name} {' '.join(text.split())[:120]!r}" for name, text in parts.items() if text]
    return ", ".join(said) or "nothing that tells a device"
