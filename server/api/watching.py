"""What happened: the feed of changes, the audit log, and the server's own health."""

from typing import Annotated

from ninja import Query, Router
from pydantic import AwareDatetime, JsonValue

from server.accounts import audit
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.api.operations import operation
from server.api.shapes import PLAIN, Day, Limit, Paged, PageNumber, Shown, Sought, rows_of
from server.clients.models import Client
from server.health import checks
from server.readings.feed import sentence
from server.readings.models import FeedEntry
from server.web.search_page import found_for

router = Router(tags=["watching"])


class News(Shown):
    """Something that changed at a client."""

    at: AwareDatetime
    client: str
    device: str
    kind: str
    text: str


class Entry(Shown):
    """An entry of the audit log."""

    at: AwareDatetime
    actor: str
    token: str
    source: str
    action: str
    object_kind: str
    object_uid: str
    object_name: str
    client: str
    details: JsonValue
    sha256: str


class Thing(Shown):
    """A client, a device or a standard whose name holds the words."""

    kind: str
    id: str
    name: str
    client: str


class Checked(Shown):
    """One thing that the server needs for its work."""

    name: str
    ok: bool
    says: str


@operation(router, "GET", "/feed", "api_feed", Right.SEE_CLIENTS, Paged[News])
def feed(
    request: SignedIn, client: Annotated[str, Query(max_length=26)] = "", page: PageNumber = 1, limit: Limit = 50
) -> Paged[News]:
    """Return what changed at the clients in scope, newest first; at one (uid), or at all."""
    told = FeedEntry.objects.filter(client__in=Client.objects.seen_by(request.actor))
    if client:
        told = told.filter(client__uid=client)
    if not request.actor.may(Right.SEE_PERSONAL):
        told = told.filter(personal=False)
    rows, count = rows_of(told.select_related("client", "device").order_by("-at", "-pk"), page, limit)
    items = [
        News(
            at=row.at, client=row.client.uid, device=row.device.uid if row.device else "", kind=row.kind,
            text=sentence(row),
        )
        for row in rows
    ]  # fmt: skip
    return Paged(items=items, count=count, page=page, limit=limit)


@operation(router, "GET", "/search", "api_search", Right.SEE_CLIENTS, list[Thing])
def search(request: SignedIn, q: Sought) -> list[Thing]:
    """Return clients, devices (by name or address) and standards that hold the words; at most 20 of each."""
    found = found_for(request.actor, q)
    told = [Thing(kind="client", id=one.uid, name=one.name, client=one.uid) for one in found.clients]
    told += [Thing(kind="device", id=one.uid, name=one.name, client=one.client.uid) for one in found.devices]
    return told + [Thing(kind="standard", id=name, name=text, client="") for name, text in found.standards]


@operation(router, "GET", "/audit", "api_audit", Right.SEE_AUDIT, Paged[Entry])
def audit_log(
    request: SignedIn,
    client: Annotated[str, Query(max_length=26)] = "",
    action: Annotated[str, Query(max_length=100, pattern=PLAIN)] = "",
    since: Day | None = None,
    until: Day | None = None,
    page: PageNumber = 1,
    limit: Limit = 50,
) -> Paged[Entry]:
    """Return the audit log, newest first, of the clients in scope."""
    found = audit.entries(request.actor, audit.Filter(action=action, client=client, since=since, until=until))
    rows, count = rows_of(found, page, limit)
    items = [
        Entry(
            at=row.at, actor=row.actor, token=row.token_uid, source=row.source, action=row.action,
            object_kind=row.object_kind, object_uid=row.object_uid, object_name=row.object_name, client=row.client_uid,
            details=row.details, sha256=row.sha256,
        )
        for row in rows
    ]  # fmt: skip
    return Paged(items=items, count=count, page=page, limit=limit)


@operation(router, "GET", "/health", "api_health", Right.MANAGE_SERVER, list[Checked])
def health(request: SignedIn) -> list[Checked]:
    """Return each thing that the server needs for its work, and whether it is there."""
    return [Checked(name=one.name, ok=one.ok, says=one.says) for one in checks()]
