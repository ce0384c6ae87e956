"""Readiness: which accesses work, what stays unknown because others do not, and what would mend them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collectors.facts.gaps import GapReason
from rules.loader import Library
from rules.settings import ClientSettings
from rules.verdict import Word
from server.access.mending import family_of, mending_for
from server.access.mending.block import Mending
from server.access.models import Access, AccessState
from server.access.offered import TRANSPORTS
from server.accounts.routes import SignedIn
from server.alignment.judging import settings_of
from server.alignment.packed import Kept, unpacked
from server.clients.models import Device, DeviceState
from server.clients.words import transport_word
from server.standards.library import in_force
from server.web.client_page import client_seen
from server.web.device_page import device_seen
from server.web.paging import page_of

ICONS: Final = {
    AccessState.UNTRIED: "bi-circle ink-3",
    AccessState.WORKS: "bi-check-lg s-yes",
    AccessState.CLOSED: "bi-door-closed s-stale",
    AccessState.REFUSED: "bi-shield-lock s-no",
    AccessState.RIGHT_MISSING: "bi-key s-stale",
    AccessState.OTHER: "bi-exclamation-triangle s-stale",
}
"""No marks: those speak of alignment alone."""
MENDABLE: Final = {
    GapReason.ACCESS_DENIED, GapReason.CREDENTIAL_ON_HOLD, GapReason.UNREACHABLE, GapReason.IDENTITY_CHANGED,
}  # fmt: skip
"""Gaps that another state of an access would fill."""


@dataclass(frozen=True)
class AccessRow:
    """An access of a device, and what is unknown because of it."""

    access: Access
    icon: str
    over: str
    questions: tuple[str, ...]
    mend: str
    """The anchor of what would mend it, '' where nothing is to be mended."""


@dataclass(frozen=True)
class DeviceRow:
    """A device with its accesses."""

    device: Device
    accesses: tuple[AccessRow, ...]
    unknown_count: int
    """Questions that stay unknown because of its accesses."""


@dataclass(frozen=True)
class Mend:
    """What would mend accesses of one platform that went wrong alike."""

    anchor: str
    mending: Mending
    commands: str
    devices: tuple[str, ...]


def client_readiness(request: SignedIn, uid: str) -> HttpResponse:
    """Return the readiness of a client's devices, fifty at a time; the number of queries does not grow with them."""
    who = client_seen(request.actor, uid)
    seen = Device.objects.filter(client=who, state=DeviceState.IN_USE)
    chosen, over = request.GET.get("show", ""), request.GET.get("over", "")
    known = Access.objects.filter(device=OuterRef("pk"), **({"transport": over} if over in TRANSPORTS else {}))
    fails = Exists(known.exclude(state__in=[AccessState.WORKS, AccessState.UNTRIED]))
    filters = {
        "": Q(),
        "fails": Q(fails=True),
        "untried": Q(untried=True),
        "works": Q(works=True, fails=False),
        "none": Q(reached=False),
    }
    says = {
        "": _("All"),
        "fails": _("Do not work"),
        "untried": _("Not tried"),
        "works": _("Work"),
        "none": _("Without an access"),
    }
    marked = seen.annotate(
        fails=fails,
        untried=Exists(known.filter(state=AccessState.UNTRIED)),
        works=Exists(known.filter(state=AccessState.WORKS)),
        reached=Exists(Access.objects.filter(device=OuterRef("pk"))),
    )
    counts = marked.aggregate(**{f"count_{name}": Count("pk", filter=one) for name, one in filters.items()})
    page = page_of(request, joined(marked.filter(filters.get(chosen, Q())).order_by("-fails", "name", "pk")))
    rows, mends = rows_of(page.object_list, in_force().library, settings_of(who.pk))
    states = Access.objects.filter(device__in=seen).values_list("transport", "state").annotate(count=Count("pk"))
    context = {
        "title": who.name,
        "client": who,
        "says": _says(counts["count_fails"], counts["count_"]),
        "page": page,
        "rows": rows,
        "mends": mends,
        "filters": [(name, says[name], counts[f"count_{name}"]) for name in filters],
        "chosen": chosen,
        "over": over,
        "transports": _transports(states.order_by("transport")),
    }
    return render(request, "web/readiness.html", context)


def device_readiness(request: SignedIn, uid: str) -> HttpResponse:
    """Return the readiness of one device."""
    one = device_seen(request.actor, uid)
    devices = list(joined(Device.objects.filter(pk=one.pk)))
    rows, mends = rows_of(devices, in_force().library, settings_of(one.client_id))
    context = {"title": one.name, "device": one, "client": one.client, "rows": rows, "mends": mends}
    return render(request, "web/device_readiness.html", context)


def rows_of(
    devices: Iterable[Device], library: Library, settings: ClientSettings
) -> tuple[list[DeviceRow], list[Mend]]:
    """Return the devices with what is unknown because of each access, and what would mend them; no query."""
    rows = []
    mends: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for device in devices:
        accesses = sorted(device.accesses.all(), key=lambda one: (one.transport, one.address, one.pk))
        told = _unknown(device, accesses, library, settings)
        shown = []
        for access in accesses:
            family, account = family_of(access.transport, access.driver, device.kind), _account(access)
            mended = mending_for(family, access.state)
            if mended is not None:
                mends[family, access.state, account].append(device.name)
            anchor = _anchor(family, access.state, account) if mended is not None else ""
            over = transport_word(access.transport)
            shown.append(AccessRow(access, ICONS[AccessState(access.state)], over, told[access.pk], anchor))
        together = {question for questions in told.values() for question in questions}
        rows.append(DeviceRow(device, tuple(shown), len(together)))
    return rows, _mends(mends)


def _unknown(
    device: Device, accesses: Sequence[Access], library: Library, settings: ClientSettings
) -> dict[int, tuple[str, ...]]:
    """Return by access the questions that stay unknown because of it.

    A gap names its reason and its text, which are the failing access's own where its text is the same; else every
    access that fails for this reason is taken. A device that was never read owes all that its kind is asked.
    """
    failing = [one for one in accesses if one.state not in {AccessState.WORKS, AccessState.UNTRIED}]
    row = getattr(device, "verdicts", None)
    found: dict[int, dict[str, None]] = {one.pk: {} for one in accesses}
    if device.read_at is None:
        asked = [one.question_for(settings.values(one)) for one in library.standards if device.kind in one.kinds]
        return {pk: tuple(asked) for pk in found}
    kept: Mapping[str, Kept] = unpacked(row.packed) if row is not None else {}
    for name, verdict in kept.items():
        standard = library.by_id.get(name)
        if standard is None or verdict.word is not Word.UNKNOWN:
            continue
        for _path, gap in verdict.gaps:
            if gap.reason not in MENDABLE:
                continue
            exactly = [one for one in failing if one.text and (gap.text in one.text or one.text in gap.text)]
            alike = [one for one in failing if one.reason == gap.reason]
            for one in exactly or alike:
                found[one.pk][standard.question_for(settings.values(standard))] = None
    return {pk: tuple(questions) for pk, questions in found.items()}


def _mends(found: Mapping[tuple[str, str, str], Sequence[str]]) -> list[Mend]:
    made = []
    for (family, state, account), names in found.items():
        mending = mending_for(family, state)
        if mending is not None:
            devices = tuple(dict.fromkeys(names))
            made.append(Mend(_anchor(family, state, account), mending, mending.filled(account), devices))
    return sorted(made, key=lambda one: (-len(one.devices), one.anchor))


def _account(access: Access) -> str:
    return str(access.credential.account.get("user", "")) if access.credential is not None else ""


def _anchor(family: str, state: str, account: str) -> str:
    letters = "".join(letter if letter.isalnum() else "-" for letter in account)
    return f"mend-{family}-{state}-{letters}".rstrip("-")


def joined(devices: QuerySet[Device]) -> QuerySet[Device]:
    """Return devices with all that readiness asks for."""
    accesses = Prefetch("accesses", Access.objects.select_related("credential"))
    return devices.select_related("client", "site", "verdicts").prefetch_related(accesses)


def _transports(states: Iterable[tuple[str, str, int]]) -> list[tuple[str, str, int, int]]:
    """Return by transport its word, how many of its accesses work, and how many there are."""
    works: dict[str, int] = defaultdict(int)
    all_: dict[str, int] = defaultdict(int)
    for transport, state, count in states:
        all_[transport] += count
        works[transport] += count if state == AccessState.WORKS else 0
    return [(name, transport_word(name), works[name], all_[name]) for name in all_]


def _says(fails_count: int, devices_count: int) -> str:
    if not devices_count:
        return _("no device yet")
    if not fails_count:
        return _("every access that was tried works")
    return ngettext(
        "%(n)d of %(all)d devices has an access that does not work",
        "%(n)d of %(all)d devices have an access that does not work",
        fails_count,
    ) % {"n": fails_count, "all": devices_count}
