"""The library, and how clients stand against it."""

from dataclasses import asdict
from datetime import date
from typing import Annotated

from django.http import Http404
from ninja import Query, Router
from pydantic import AwareDatetime, JsonValue

from rules.settings import AS_SHIPPED
from rules.standard import Standard
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.alignment.anew import progress
from server.alignment.models import ClientStandard, VerdictChange
from server.api.operations import operation
from server.api.shapes import Limit, Paged, PageNumber, Shown, StandardId, Uid, rows_of
from server.clients.models import Client, ClientState
from server.standards.library import in_force
from server.web.client_page import client_seen
from server.web.counts import shown_as
from server.web.standards_pages import over_clients, standards_of

router = Router(tags=["standards"])


class JudgedAnew(Shown):
    """How far it has come that all clients are judged by another library."""

    asked_at: AwareDatetime
    done_count: int
    clients_count: int


class LibraryTold(Shown):
    """The library in force; `judged_anew` is null while no run is under way."""

    standards_count: int
    sha256: str
    lifecycle_as_of: date
    judged_anew: JudgedAnew | None


class StandardTold(Shown):
    """A standard of the library; yes always means aligned."""

    id: str
    section: str
    category: str
    question: str
    priority: str
    mode: str
    kinds: list[str]


class SettingTold(Shown):
    """A setting of a standard, as shipped."""

    name: str
    says: str
    value: JsonValue


class StandardWhole(Shown):
    """A standard with why and how it is asked, its rule in words, its settings and the sections it reads."""

    standard: StandardTold
    why: str
    how: str
    remedy: str
    review: str
    rule: str
    settings: list[SettingTold]
    reads: list[str]


class Summed(Shown):
    """How many clients in scope stand how against a standard."""

    standard: str
    section: str
    question: str
    yes: int
    no: int
    waived: int
    not_applicable: int
    unknown: int
    stale: int


class Stands(Shown):
    """How a client stands against a standard."""

    client: str
    standard: str
    verdict: str
    reason: str
    text: str
    since: AwareDatetime | None


class VerdictChanged(Shown):
    """A verdict over a client or one of its devices became another one."""

    at: AwareDatetime
    client: str
    device: str
    standard: str
    before: str
    after: str
    reason: str
    text: str


def standard_told(one: Standard) -> StandardTold:
    """Return a standard as programs are told, with the settings as shipped."""
    return StandardTold(
        id=one.id, section=one.section, category=one.category, question=one.question_for(AS_SHIPPED.values(one)),
        priority=str(one.priority), mode=str(one.mode), kinds=sorted(one.kinds),
    )  # fmt: skip


@operation(router, "GET", "/library", "api_library", Right.SEE_LIBRARY, LibraryTold)
def library(request: SignedIn) -> LibraryTold:
    """Tell which library is in force, and how far all clients are judged by it."""
    law, run = in_force(), progress()
    return LibraryTold(
        standards_count=len(law.library.standards),
        sha256=law.sha256,
        lifecycle_as_of=min(law.catalogue.as_of_days),
        judged_anew=None if run is None else JudgedAnew(**asdict(run)),
    )


@operation(router, "GET", "/standards", "api_standards", Right.SEE_LIBRARY, Paged[StandardTold])
def standards(
    request: SignedIn,
    section: Annotated[str, Query(max_length=100)] = "",
    page: PageNumber = 1,
    limit: Limit = 50,
) -> Paged[StandardTold]:
    """Return the standards of the library, in its order."""
    found = [one for one in in_force().library.standards if section in {"", one.section}]
    shown = [standard_told(one) for one in found[(page - 1) * limit : page * limit]]
    return Paged(items=shown, count=len(found), page=page, limit=limit)


@operation(router, "GET", "/standards/{standard_id}", "api_standard", Right.SEE_LIBRARY, StandardWhole)
def standard(request: SignedIn, standard_id: StandardId) -> StandardWhole:
    """Return a standard with its rule in words and its settings as shipped."""
    one = _known(standard_id)
    values = AS_SHIPPED.values(one)
    settings = [
        SettingTold(name=name, says=setting.says, value=_plain(values[name])) for name, setting in one.settings.items()
    ]
    return StandardWhole(
        standard=standard_told(one), why=one.why, how=one.how, remedy=one.remedy, review=one.review,
        rule=one.rule_in_words(), settings=settings, reads=sorted(one.sections),
    )  # fmt: skip


@operation(router, "GET", "/matrix", "api_matrix", Right.SEE_CLIENTS, list[Summed])
def matrix(request: SignedIn, section: Annotated[str, Query(max_length=100)] = "") -> list[Summed]:
    """Return, for each standard, how the clients in scope stand, those with most Nos first."""
    return [
        Summed(
            standard=one.id, section=one.section, question=one.question_for(AS_SHIPPED.values(one)), yes=counts.yes,
            no=counts.no, waived=counts.waived, not_applicable=counts.not_applicable, unknown=counts.unknown,
            stale=counts.stale,
        )
        for one, counts in over_clients(request.actor, section)
    ]  # fmt: skip


@operation(router, "GET", "/standards/{standard_id}/clients", "api_standard_clients", Right.SEE_CLIENTS, Paged[Stands])
def standard_clients(
    request: SignedIn, standard_id: StandardId, page: PageNumber = 1, limit: Limit = 50
) -> Paged[Stands]:
    """Return how every client in scope stands against a standard, by name."""
    _known(standard_id)
    seen = Client.objects.seen_by(request.actor).filter(state=ClientState.ACTIVE)
    told = ClientStandard.objects.filter(standard=standard_id, client__in=seen).select_related("client")
    rows, count = rows_of(told.order_by("client__name"), page, limit)
    items = [
        Stands(
            client=row.client.uid, standard=row.standard, verdict=shown_as(row.verdict, row.reason), reason=row.reason,
            text=row.text, since=row.since,
        )
        for row in rows
    ]  # fmt: skip
    return Paged(items=items, count=count, page=page, limit=limit)


@operation(router, "GET", "/clients/{uid}/standards", "api_client_standards", Right.SEE_CLIENTS, list[Stands])
def client_standards(request: SignedIn, uid: Uid) -> list[Stands]:
    """Return every standard of the library at a client, those that need somebody first."""
    who = client_seen(request.actor, uid)
    return [
        Stands(client=who.uid, standard=r.standard.id, verdict=r.shown, reason="", text=r.text, since=r.since)
        for r in standards_of(who)
    ]


@operation(router, "GET", "/verdict-changes", "api_verdict_changes", Right.SEE_CLIENTS, Paged[VerdictChanged])
def verdict_changes(
    request: SignedIn,
    client: Annotated[str, Query(max_length=26)] = "",
    page: PageNumber = 1,
    limit: Limit = 50,
) -> Paged[VerdictChanged]:
    """Return verdicts that became others, newest first; of a client (uid), or of all in scope."""
    told = VerdictChange.objects.filter(client__in=Client.objects.seen_by(request.actor))
    if client:
        told = told.filter(client__uid=client)
    rows, count = rows_of(told.select_related("client", "device").order_by("-at", "-pk"), page, limit)
    items = [
        VerdictChanged(
            at=row.at, client=row.client.uid, device=row.device.uid if row.device else "", standard=row.standard,
            before=row.before, after=row.after, reason=row.reason, text=row.text,
        )
        for row in rows
    ]  # fmt: skip
    return Paged(items=items, count=count, page=page, limit=limit)


def _known(standard_id: str) -> Standard:
    found = in_force().library.by_id.get(standard_id)
    if found is None:
        raise Http404("there is no such standard")
    return found


def _plain(value: object) -> JsonValue:
    """Return a setting's value as JSON tells it."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return [_plain(one) for one in value] if isinstance(value, (list, tuple, frozenset, set)) else str(value)
