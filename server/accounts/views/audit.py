"""The audit log: who did what, when and from where; filters and export."""

from collections.abc import Iterator

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from server.accounts import audit
from server.accounts.acting import acting
from server.accounts.models import AuditEntry
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.accounts.scope import client_choices

PER_PAGE = 50
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AuditForm(forms.Form):
    """What of the log is wanted."""

    person = forms.ChoiceField(label=gettext_lazy("Person"), required=False)
    action = forms.ChoiceField(label=gettext_lazy("Action"), required=False)
    client = forms.ChoiceField(label=gettext_lazy("Client"), required=False)
    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=DAY)
    until = forms.DateField(label=gettext_lazy("To"), required=False, widget=DAY)

    def __init__(self, request: SignedIn) -> None:
        """Offer what the log holds of this actor's scope."""
        super().__init__(request.GET)
        people, actions = audit.names_in(request.actor, "actor"), audit.names_in(request.actor, "action")
        offered = {
            "person": [("", _("Everybody")), *((one, one) for one in people)],
            "action": [("", _("Every action")), *((one, one) for one in actions)],
            "client": [("", _("Every client")), *client_choices(request.actor)],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def wanted(self) -> audit.Filter:
        """Return the filter; what is not valid counts as not given."""
        self.is_valid()
        given = self.cleaned_data
        return audit.Filter(
            person=given.get("person", ""), action=given.get("action", ""), client=given.get("client", ""),
            since=given.get("since"), until=given.get("until"),
        )  # fmt: skip


def audit_log(request: SignedIn) -> HttpResponse:
    """Show the log, newest first."""
    form = AuditForm(request)
    wanted = form.wanted()
    pages = Paginator(audit.entries(request.actor, wanted), PER_PAGE)
    count = vars(pages)["count"] = audit.count_of(request.actor, wanted)  # before it counts by itself
    page = pages.get_page(request.GET.get("page"))
    title = ngettext("%(n)d entry in the audit log", "%(n)d entries in the audit log", count) % {"n": count}
    names = dict(client_choices(request.actor))
    rows = [(entry, names.get(entry.client_uid, ""), _details(entry)) for entry in page]
    told = {"title": title, "form": form, "page": page, "rows": rows, "filtered": wanted != audit.Filter()}
    kept = request.GET.copy()
    kept.pop("page", None)
    return render(request, "accounts/audit.html", {**told, "query": kept.urlencode()})


def export(request: SignedIn) -> HttpResponseBase:
    """Return the filtered log as CSV or JSON lines, oldest first; that it was exported is an entry too."""
    request.actor.need(Right.EXPORT)
    wanted = AuditForm(request).wanted()
    as_csv = request.GET.get("format") == "csv"
    found = audit.entries(request.actor, wanted).order_by("pk")
    last = found.values_list("pk", flat=True).last() or 0
    with acting(request.actor, Right.SEE_AUDIT, "audit log exported") as act:
        act.details.update(entries=found.count(), format="csv" if as_csv else "json lines")
    rows = found.filter(pk__lte=last).iterator(audit.AT_ONCE)
    lines: Iterator[str] = audit.as_csv(rows) if as_csv else audit.as_json_lines(rows)
    response = StreamingHttpResponse(
        lines, content_type="text/csv; charset=utf-8" if as_csv else "application/x-ndjson"
    )
    name = f"audit-{timezone.now():%Y%m%d}.{'csv' if as_csv else 'jsonl'}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _details(entry: AuditEntry) -> list[tuple[str, str]]:
    """Return the details as words: name and value."""
    return [
        (name.replace("_", " "), _shown(value)) for name, value in entry.details.items() if value not in ("", [], {})
    ]


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(_shown(one) for one in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
