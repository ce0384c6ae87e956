"""Settings > People: who is here, with which roles and clients; adding, changing, and the way out."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.accounts import hand_over
from server.accounts.actions import leaving, people
from server.accounts.forms import PersonForm
from server.accounts.models import ApiToken, Departure, DepartureItem, LogIn, User
from server.accounts.people import all_people
from server.accounts.people import people as rows_of
from server.accounts.rights import Role
from server.accounts.routes import SignedIn, posted
from server.accounts.scope import client_choices, client_ids_of
from server.accounts.sessions import sessions_of

PER_PAGE = 50
THINGS_SHOWN = 20


def people_list(request: SignedIn) -> HttpResponse:
    """Show everybody: filters by role and by being here still, and a search."""
    role, state, words = (request.GET.get(name, "") for name in ("role", "state", "q"))
    found = all_people()
    if words:
        found = found.filter(Q(name__icontains=words) | Q(email__icontains=words))
    active, gone = found.filter(is_active=True).count(), found.filter(is_active=False).count()
    found = found.filter(is_active=state != "gone")
    if role in Role.values:
        found = found.filter(roles__role=role)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    title = ngettext("%(n)d person may sign in", "%(n)d people may sign in", active) % {"n": active}
    told: dict[str, object] = {"title": title, "page": page, "rows": rows_of(list(page))}
    told |= {"roles": Role.choices, "role": role}
    told |= {"state": state, "words": words, "active": active, "gone": gone}
    return render(request, "accounts/people.html", told)


def add(request: SignedIn) -> HttpResponse:
    """Add a person; the answer shows the one-time link."""
    form = PersonForm(posted(request), clients=client_choices(request.actor))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        user, link = people.add_person(request.actor, given["email"], given["name"], _place(given))
        return render(request, "accounts/link.html", {"title": _("Hand this link over"), "person": user, "link": link})
    return render(
        request, "accounts/person_add.html", {"title": _("Add a person"), "form": form, "roles": Role.choices}
    )


def person(request: SignedIn, uid: str) -> HttpResponse:
    """Show one person with their way in, and change name, roles and clients."""
    user = person_of(uid)
    first = {"name": user.name, "email": user.email, "roles": user.role_names, "all_clients": user.all_clients}
    first["clients"] = list(user.assignments.values_list("client__uid", flat=True))
    form = PersonForm(posted(request), clients=client_choices(request.actor), user=user, initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            people.change_person(request.actor, user, given["email"], given["name"], _place(given))
        except people.LastAdministrator:
            form.add_error(
                "roles",
                _("This is the last administrator of all clients: somebody must be left who may manage people."),
            )
        else:
            messages.success(request, _("Saved. The rights count from the next click on."))
            return redirect("person", uid=uid)
    told = {
        "title": user.name,
        "person": user,
        "form": form,
        "row": rows_of([user])[0],
        "sessions_count": len(sessions_of(user, None)),
        "tokens": ApiToken.objects.filter(user=user, ended_at=None).order_by("-made_at")[:THINGS_SHOWN],
        "log_ins": LogIn.objects.filter(user=user).order_by("-at")[:THINGS_SHOWN],
        "departures": departures_of(user),
    }
    return render(request, "accounts/person.html", told)


def change_state(request: SignedIn, uid: str) -> HttpResponse:
    """Deactivate, reactivate, or give a new way in."""
    user, what = person_of(uid), request.POST.get("what")
    if what == "deactivate":
        try:
            people.deactivate(request.actor, user)
        except people.LastAdministrator:
            messages.error(
                request,
                _("This is the last administrator of all clients: somebody must be left who may manage people."),
            )
        else:
            messages.success(request, _("%(name)s can no longer sign in.") % {"name": user.name})
        return redirect("person", uid=uid)
    if what == "reactivate" and not user.is_active:
        link = people.reactivate(request.actor, user)
    elif what == "reset" and user.is_active:
        link = people.give_new_way_in(request.actor, user)
    else:
        raise Http404("there is no such action")
    return render(request, "accounts/link.html", {"title": _("Hand this link over"), "person": user, "link": link})


def leave(request: SignedIn, uid: str) -> HttpResponse:
    """Show all that hangs on a person, and hand it over in one action that ends every way in."""
    user = person_of(uid)
    error = ""
    if request.method == "POST":
        to = User.objects.filter(uid=request.POST.get("to", ""), is_active=True).first()
        try:
            if request.POST.get("to") and to is None:
                raise leaving.NobodyToTakeOver
            leaving.leave(request.actor, user, to)
        except people.LastAdministrator:
            error = _("This is the last administrator of all clients: somebody must be left who may manage people.")
        except leaving.NobodyToTakeOver:
            error = _("Choose somebody else who is active.")
        else:
            messages.success(
                request, _("%(name)s has left. What they knew is listed to be changed.") % {"name": user.name}
            )
            return redirect("person", uid=uid)
    told = {
        "title": _("%(name)s leaves") % {"name": user.name},
        "person": user,
        "hanging": [(one, list(one.things)[:THINGS_SHOWN], len(one.things)) for one in hand_over.hanging_on(user)],
        "sessions_count": len(sessions_of(user, None)),
        "tokens_count": ApiToken.objects.filter(user=user, ended_at=None).count(),
        "others": User.objects.filter(is_active=True).exclude(pk=user.pk).order_by("name"),
        "error": error,
    }
    return render(request, "accounts/leaving.html", told)


def tick(request: SignedIn, uid: str) -> HttpResponse:
    """Note that one thing that a former colleague knew was changed."""
    item = DepartureItem.objects.select_related("departure__user").filter(uid=uid).first()
    if item is None:
        raise Http404
    leaving.tick(request.actor, item)
    return redirect("person", uid=item.departure.user.uid)


def departures_of(user: User) -> list[tuple[Departure, list[DepartureItem], int]]:
    """Return the departures of a person, each with its items and how many are left to be changed."""
    found = Departure.objects.filter(user=user).select_related("handed_to").prefetch_related("items").order_by("-at")
    listed = [(one, sorted(one.items.all(), key=lambda item: (item.kind, item.name))) for one in found]
    return [(one, items, sum(item.done_at is None for item in items)) for one, items in listed]


def person_of(uid: str) -> User:
    """Return a person by uid, or 404."""
    user = User.objects.prefetch_related("roles").filter(uid=uid).first()
    if user is None:
        raise Http404
    return user


def _place(given: dict[str, object]) -> people.Place:
    roles, clients = given["roles"], given["clients"]
    ids = client_ids_of(clients) if isinstance(clients, list) else frozenset()
    return people.Place(frozenset(roles if isinstance(roles, list) else ()), bool(given["all_clients"]), ids)
