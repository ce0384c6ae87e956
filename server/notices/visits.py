"""What was not read before a visit: told at once, one time, to who prepares it and to who mends it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.access.models import Access
from server.notices.telling import TEXT_LENGTH, Matter, tell
from server.scans.models import Visit
from server.scans.opening import accesses_to_read
from server.scans.reasons import reason_of
from server.scans.visits import Times, judge, missed, steps_of, to_be_judged

KIND: Final = "pre_visit_scan_failed"


def tell_of_visits(at: datetime) -> int:
    """Tell of the visits whose scans are over and did not read everything; return how many. Again, it tells nothing."""
    return sum(_judged(visit, times, at) for visit, times in to_be_judged(at))


def _judged(visit: Visit, times: Times, at: datetime) -> int:
    with transaction.atomic():
        if not judge(visit, at):
            return 0
        rows = list(missed(visit.site, times, at))
        why = next((slot.why for slot in steps_of(visit).values() if slot.why), "")
        if not rows and accesses_to_read().filter(device__site=visit.site).exists():
            return 0
        tell(_matter(visit, rows, why), at)
        return 1


def _matter(visit: Visit, rows: "Sequence[Access]", why: str) -> Matter:
    devices = {row.device_id for row in rows}
    site, day = visit.site, f"{visit.day:%Y-%m-%d}"
    title = ngettext(
        "%(site)s is visited on %(day)s: %(n)d device was not read",
        "%(site)s is visited on %(day)s: %(n)d devices were not read",
        len(devices),
    )
    title = title if devices else _("%(site)s is visited on %(day)s: nothing could be read")
    title %= {"site": site.name, "day": day, "n": len(devices)}
    key = f"{KIND} {visit.uid} {day}"
    return Matter(KIND, key, title, _list(rows, why), reverse("visit", args=[visit.uid]), site.client)


def _list(rows: "Sequence[Access]", why: str) -> str:
    """Return what failed and why, as much of it as a notice holds; the visit's page lists all."""
    lines = [
        _("%(device)s by %(transport)s: %(reason)s")
        % {"device": row.device.name, "transport": row.transport, "reason": _reason(row)}
        for row in rows
    ]
    told = [why] if why else []
    for at, line in enumerate(lines):
        rest = _("and %(n)d more") % {"n": len(lines) - at}
        if len("; ".join([*told, line, rest])) > TEXT_LENGTH:
            return "; ".join([*told, rest])
        told.append(line)
    return "; ".join(told)


def _reason(row: Access) -> str:
    last = vars(row)
    return str(reason_of(last["last_reason"]).word) if last["last_state"] else _("not tried")
