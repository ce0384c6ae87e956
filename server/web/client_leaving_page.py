"""The page on which a client's contract ends: what ends with it, everything to take along, and a name to be typed."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from server.accounts.acting import acting
from server.accounts.rights import Right
from server.accounts.routes import SignedIn, posted
from server.clients.actions.client import Refused
from server.web.client_leaving import EXPORTED, KEPT_DEFAULT, affected_by, end_client, last_export
from server.web.client_page import client_seen
from server.web.taking_along import tables_of, zipped


class EndForm(forms.Form):
    """Until when what was read is kept, and the client's name."""

    kept_until = forms.DateField(
        label=gettext_lazy("Keep what was read until"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Read-only until then; after this day it is deleted for good."),
    )
    without_export = forms.BooleanField(label=gettext_lazy("Nothing is to be taken along"), required=False)
    name = forms.CharField(
        label=gettext_lazy("Type the client's name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def day(self) -> date:
        """Return until when."""
        day: date = self.cleaned_data["kept_until"]
        return day


def leave(request: SignedIn, uid: str) -> HttpResponse:
    """Show what would end, or end it."""
    client = client_seen(request.actor, uid)
    form = EndForm(posted(request), initial={"kept_until": timezone.localdate() + KEPT_DEFAULT})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            end_client(request.actor, client, told["name"], form.day(), without_export=bool(told["without_export"]))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(name)s has left: nothing of it is read any more.") % {"name": client.name})
            return redirect("client", uid)
    context = {
        "title": client.name, "client": client, "form": form, "affected": affected_by(client),
        "exported": last_export(client),
    }  # fmt: skip
    return render(request, "web/client_leaving.html", context)


def take_along(request: SignedIn, uid: str) -> StreamingHttpResponse:
    """Return everything readable of a client as a zip; names of persons and the log only for who may see them."""
    client = client_seen(request.actor, uid)
    personal, audit = request.actor.may(Right.SEE_PERSONAL), request.actor.may(Right.SEE_AUDIT)
    with acting(request.actor, Right.EXPORT, EXPORTED, client_id=client.pk, client_uid=client.uid, about=client) as act:
        act.details |= {"personal": personal, "audit": audit}
    tables = tables_of(client, personal=personal, audit=audit)
    name = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in client.name)[:60]
    return StreamingHttpResponse(
        zipped(client, tables, personal=personal),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}-{timezone.localdate():%Y-%m-%d}.zip"'},
    )
