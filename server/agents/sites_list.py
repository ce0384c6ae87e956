"""A pasted list of sites: each line a client and a site, as spreadsheets and RMM exports write them."""

import csv
import io
from dataclasses import dataclass
from typing import Final

from server.accounts.actor import Actor
from server.clients.models import ClientState, Site

LINES_COUNT: Final = 5_000
_SEPARATORS: Final = (";", "\t", ",")
_HEADS: Final = frozenset({"client", "customer", "company"})


@dataclass(frozen=True)
class SitesFound:
    """The sites of a list, each once, and the lines that name none."""

    sites: tuple[Site, ...]
    unknown: tuple[str, ...]
    too_many: bool = False


def sites_of(text: str, by: Actor) -> SitesFound:
    """Return the sites that a list names, of the clients in scope; one query. A line is 'client;site'."""
    rows = _rows(text)
    known = Site.objects.filter(retired_at=None, client__state=ClientState.ACTIVE).select_related("client")
    if not by.all_clients:
        known = known.filter(client_id__in=by.client_ids)
    by_name = {(one.client.name.casefold(), one.name.casefold()): one for one in known}
    only: dict[str, list[Site]] = {}
    for one in by_name.values():
        only.setdefault(one.client.name.casefold(), []).append(one)
    found: dict[int, Site] = {}
    unknown: list[str] = []
    site: Site | None
    for cells in rows[:LINES_COUNT]:
        client, name = cells[0].casefold(), cells[1].casefold() if len(cells) > 1 else ""
        single = only.get(client, [])
        site = by_name.get((client, name)) or (single[0] if not name and len(single) == 1 else None)
        if site is None:
            unknown.append("; ".join(cells)[:200])
        else:
            found[site.pk] = site
    return SitesFound(tuple(found.values()), tuple(unknown), len(rows) > LINES_COUNT)


def _rows(text: str) -> list[list[str]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = next((one for one in _SEPARATORS if one in first), ";")
    rows: list[list[str]] = []
    for cells in csv.reader(io.StringIO(text.replace("\0", "")), delimiter=separator):
        told = [cell.strip() for cell in cells]
        if told and told[0] and not (not rows and told[0].casefold() in _HEADS):
            rows.append(told)
    return rows
