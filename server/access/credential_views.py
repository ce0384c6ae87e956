"""Pages over credentials: the list, one of them, entering it, entering it again, and one password at many clients."""

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters

from server.access.actions.credential import add_credential, describe, enter_again, renew, resume, withdraw
from server.access.credential_forms import FORMS, SHAPES, CredentialForm, DetailsForm, shape_of
from server.access.credential_lists import (
    counts,
    credentials_seen,
    filters,
    held_by,
    largest_shape,
    shared_names,
    together,
    waiting,
)
from server.access.device_forms import WhyForm
from server.access.models import Credential
from server.access.renew_form import RenewForm
from server.access.scope import allowed_at
from server.access.sealed import NotWhole, recovery_public_key
from server.access.typed import is_valid_once
from server.accounts.routes import SignedIn, posted
from server.clients.actions.client import Refused
from server.clients.models import Client, Site

ROWS_COUNT: Final = 50
RESULTS: Final = "renewed"
"""Where the session keeps what became of each credential until the next page shows it; never a secret."""


def credentials(request: SignedIn) -> HttpResponse:
    """Return the credentials in scope, fifty at a time, by what is to be done."""
    today, text = timezone.localdate(), request.GET.get("q", "").strip()
    chosen = request.GET.get("show", "")
    seen = credentials_seen(request.actor)
    if text:
        seen = seen.filter(Q(name__icontains=text) | Q(client__name__icontains=text) | Q(says__icontains=text))
    numbers, wanted = counts(seen, today), filters(today)
    words = {
        "": _("All"), "paused": _("Paused"), "expires": _("Expire in 30 days"), "change": _("To be changed"),
        "waits": _("Wait for the secret"), "unproven": _("Never proven"), "withdrawn": _("Withdrawn"),
    }  # fmt: skip
    rows = waiting(seen).filter(wanted.get(chosen, wanted[""])).annotate(accesses_count=Count("accesses"))
    ordered = rows.order_by("client__name", "site__name", "name", "pk")
    paused = numbers["paused"]
    context = {
        "title": _("Credentials"),
        "heading": ngettext("%(n)d credential is paused", "%(n)d credentials are paused", paused) % {"n": paused}
        if paused
        else _("No credential is kept here")
        if not numbers[""]
        else ngettext("%(n)d credential", "%(n)d credentials", numbers[""]) % {"n": numbers[""]},
        "page": Paginator(ordered, ROWS_COUNT).get_page(request.GET.get("page")),
        "filters": [(name, words[name], numbers[name]) for name in wanted],
        "chosen": chosen,
        "text": text,
        "today": today,
    }
    return render(request, "access/credentials.html", context)


def credential(request: SignedIn, uid: str) -> HttpResponse:
    """Return one credential with its agents, devices and dates; a POST changes what is said of it."""
    one = get_object_or_404(credentials_seen(request.actor).select_related("entered_by"), uid=uid)
    initial = {"says": one.says, "owner": one.owner_id, "expires_on": one.expires_on}
    form = DetailsForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        return _done(request, lambda: describe(request.actor, one, form.described()), _("Saved."), uid)
    used = one.accesses.select_related("device").order_by("device__name")
    context = {
        "title": one.name,
        "credential": one,
        "form": form,
        "agents": held_by(one),
        "recovery": one.copies.filter(agent=None, version=one.version).exists(),
        "accesses": list(used[:ROWS_COUNT]),
        "accesses_count": used.count(),
        "parts": [(name, value) for name, value in one.account.items() if name != "realm"],
        "shape": SHAPES[shape_of(one)],
        "today": timezone.localdate(),
    }
    return render(request, "access/credential.html", context)


@sensitive_post_parameters()
def new(request: SignedIn, uid: str) -> HttpResponse:
    """Show the form of a new credential of a site, or seal it."""
    client = get_object_or_404(Client.objects.seen_by(request.actor), uid=uid)
    sites = list(client.sites.filter(retired_at=None))
    site = next((one for one in sites if one.uid == request.GET.get("site")), sites[0] if sites else None)
    if site is None:
        messages.info(request, _("A credential belongs to a site: add one first."))
        return redirect("client_edit", uid)
    shape = request.GET.get("kind", "ssh")
    if shape not in FORMS:
        raise Http404("there is no such kind")
    form = FORMS[shape](posted(request), allowed=allowed_at(site), initial={"owner": request.actor.user_id})
    if request.method == "POST" and is_valid_once(request, form):
        made = _made(request, form, site)
        if made is not None:
            messages.success(request, _("%(name)s is sealed. Try it on one device first.") % {"name": made.name})
            return redirect("credential", made.uid)
    return _form_page(request, form, site, sites, shape, None)


@sensitive_post_parameters()
def again(request: SignedIn, uid: str) -> HttpResponse:
    """Show the form that enters a credential again, or seal its new version."""
    one = get_object_or_404(credentials_seen(request.actor), uid=uid)
    shape = shape_of(one)
    scope = [*one.scope.get("networks", ()), *one.scope.get("names", ())]
    initial = {
        **one.account, "where": "\n".join(scope), "says": one.says, "owner": one.owner_id,
        "expires_on": None if one.expires_on and one.expires_on < timezone.localdate() else one.expires_on,
    }  # fmt: skip
    form = FORMS[shape](posted(request), allowed=allowed_at(one.site), again=one, initial=initial)
    if request.method == "POST" and is_valid_once(request, form) and _entered(request, form, one):
        messages.success(request, _("Sealed anew; every copy of the old version is destroyed."))
        return redirect("credential", uid)
    return _form_page(request, form, one.site, [one.site], shape, one)


def resumed(request: SignedIn, uid: str) -> HttpResponse:
    """Say that what paused a credential is mended."""
    one = get_object_or_404(credentials_seen(request.actor), uid=uid)
    return _with_why(request, uid, lambda why: resume(request.actor, one, why), _("It may be used again."))


def withdrawn(request: SignedIn, uid: str) -> HttpResponse:
    """Destroy every copy of a credential."""
    one = get_object_or_404(credentials_seen(request.actor), uid=uid)
    says = _("Withdrawn: every sealed copy is destroyed, and the agents forget theirs at their next poll.")
    return _with_why(request, uid, lambda why: withdraw(request.actor, one, why), says)


@sensitive_post_parameters()
def renewed(request: SignedIn) -> HttpResponse:
    """Show the names that several sites share, the credentials of one of them, or seal a new secret for the chosen."""
    name, kind = request.GET.get("name", ""), request.GET.get("kind", "")
    results = request.session.pop(RESULTS, None) if request.method == "GET" else None
    if not name:
        names = shared_names(request.actor)
        return render(request, "access/names.html", {"title": _("One password at many clients"), "names": names})
    found = together(request.actor, name, kind)
    if not found:
        raise Http404("no credential has this name")
    shape = largest_shape(found)
    rows = [(one, tuple(sorted(map(str, one.secrets))) == shape and bool(shape)) for one in found]
    form = RenewForm(posted(request), secrets=shape)
    chosen = (
        set(request.POST.getlist("chosen")) if request.method == "POST" else {one.uid for one, fits in rows if fits}
    )
    if request.method == "POST" and is_valid_once(request, form):
        wanted = [one for one, fits in rows if fits and one.uid in chosen]
        if wanted:
            request.session[RESULTS] = _renew(request, wanted, form)
            return redirect(request.get_full_path())
        form.add_error(None, _("Choose at least one."))
    context = {
        "title": name, "name": name, "kind": kind, "rows": rows, "form": form, "chosen": chosen, "results": results,
        "sealed_count": sum(1 for _where, why in results if not why) if results else 0,
    }  # fmt: skip
    return render(request, "access/together.html", context)


def _renew(request: SignedIn, wanted: list[Credential], form: RenewForm) -> list[tuple[str, str]]:
    """Seal the new secret for each in a transaction of its own; return where, and why not ('' where it is)."""
    secrets, told = form.secrets(), []
    form.cleaned_data.clear()
    for one in wanted:
        where = f"{one.client.name}, {one.site.name}"
        try:
            renew(request.actor, one, secrets)
            told.append((where, ""))
        except Refused as refused:
            told.append((where, str(refused)))
    return told


def _made(request: SignedIn, form: CredentialForm, site: Site) -> Credential | None:
    told = form.described()
    name, scope = form.cleaned_data["name"], form.scope
    assert scope is not None  # noqa: S101 - the form is valid
    try:
        return add_credential(request.actor, site, name, scope, form.account(), told)
    except (Refused, NotWhole) as error:
        form.add_error(None, str(error))
        return None
    finally:
        form.cleaned_data.clear()


def _entered(request: SignedIn, form: CredentialForm, one: Credential) -> bool:
    told, scope = form.described(), form.scope
    assert scope is not None  # noqa: S101 - the form is valid
    try:
        enter_again(request.actor, one, scope, form.account(), told)
    except (Refused, NotWhole) as error:
        form.add_error(None, str(error))
        return False
    finally:
        form.cleaned_data.clear()
    return True


def _form_page(
    request: SignedIn, form: CredentialForm, site: Site, sites: list[Site], shape: str, one: Credential | None
) -> HttpResponse:
    context = {
        "title": one.name if one else _("New credential"), "client": site.client, "site": site, "sites": sites,
        "form": form, "shape": shape, "shapes": SHAPES.items(), "credential": one, "allowed": form.allowed,
        "recovery": bool(recovery_public_key()),
    }  # fmt: skip
    return render(request, "access/credential_form.html", context)


def _with_why(request: SignedIn, uid: str, action: Callable[[str], object], says: str) -> HttpResponseRedirect:
    form = WhyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why: the reason stays in the record."))
        return redirect("credential", uid)
    return _done(request, lambda: action(form.cleaned_data["why"]), says, uid)


def _done(request: SignedIn, action: Callable[[], object], says: str, uid: str) -> HttpResponseRedirect:
    try:
        action()
        messages.success(request, says)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("credential", uid)
