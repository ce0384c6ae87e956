"""Devices from a CSV file: a preview with every problem, then all or nothing; and a sample to begin with."""

import csv
import io
from typing import Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from server.access.actions import importing
from server.access.import_file import COLUMNS, FILE_BYTES, SAMPLE, NoTable, Plan, plan_of, read_text
from server.accounts.routes import SignedIn, posted
from server.clients.actions.client import Refused
from server.clients.models import Client

PROBLEMS_SHOWN: Final = 200
ROWS_SHOWN: Final = 50


class FileForm(forms.Form):
    """The file, or its text as the preview hands it on."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
        help_text=gettext_lazy("At most 5,000 rows; separated by commas, semicolons or tabs."),
    )
    text = forms.CharField(required=False, strip=False, max_length=FILE_BYTES, widget=forms.HiddenInput)


def import_devices(request: SignedIn, uid: str) -> HttpResponse:
    """Show the form, the preview of a file, or add its devices."""
    client = get_object_or_404(Client.objects.seen_by(request.actor), uid=uid)
    form, plan, text = FileForm(posted(request), request.FILES if request.method == "POST" else None), None, ""
    if request.method == "POST":
        try:
            text = _text(form)
            plan = plan_of(text, importing.known_of(client))
        except NoTable as error:
            form.add_error("file", str(error))
        if plan is not None and "add" in request.POST and not plan.problems:
            try:
                count = importing.import_devices(request.actor, client, plan, text)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                says = ngettext("%(n)d device is there.", "%(n)d devices are there.", count) % {"n": count}
                messages.success(request, says)
                return redirect("client_devices", uid)
    context = {"title": _("Devices from a file"), "client": client, "form": form, "columns": COLUMNS, "text": text}
    return render(request, "access/import.html", {**context, **_shown(plan)})


def sample(request: SignedIn, uid: str) -> HttpResponse:
    """Return a sample file with every column."""
    get_object_or_404(Client.objects.seen_by(request.actor), uid=uid)
    page = io.StringIO()
    csv.writer(page).writerows((COLUMNS, *SAMPLE))
    headers = {"Content-Disposition": 'attachment; filename="devices-sample.csv"'}
    return HttpResponse(page.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers)


def _text(form: FileForm) -> str:
    if not form.is_valid():
        raise NoTable(_("The file cannot be taken: is it larger than 2 MB?"))
    file = form.cleaned_data["file"]
    if file is None:
        if not form.cleaned_data["text"]:
            raise NoTable(_("Choose a file."))
        return str(form.cleaned_data["text"])
    if file.size > FILE_BYTES:
        raise NoTable(_("The file is larger than 2 MB: split it."))
    return read_text(file.read())


def _shown(plan: Plan | None) -> dict[str, object]:
    if plan is None:
        return {"plan": None}
    return {
        "plan": plan,
        "rows": plan.rows[:ROWS_SHOWN],
        "problems": plan.problems[:PROBLEMS_SHOWN],
        "more_problems": max(0, len(plan.problems) - PROBLEMS_SHOWN),
        "more_rows": max(0, len(plan.rows) - ROWS_SHOWN),
    }
