"""The library, to read: its sections with their standards, and one standard with why, how, rule and settings."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rules.settings import AS_SHIPPED
from server.accounts.routes import SignedIn
from server.standards.library import in_force


def library(request: SignedIn) -> HttpResponse:
    """Return the standards by section; no query but that for a run under way."""
    law = in_force()
    text = request.GET.get("q", "").strip().casefold()
    mode = request.GET.get("mode", "")
    chosen = [
        (one, one.question_for(AS_SHIPPED.values(one))) for one in law.library.standards if mode in {"", one.mode}
    ]
    found = [pair for pair in chosen if text in f"{pair[0].id} {pair[1]} {pair[0].category}".casefold()]
    sections = dict.fromkeys(one.section for one, _question in found)
    modes = [one.mode for one in law.library.standards]
    context = {
        "title": _("Library"),
        "heading": ngettext("%(n)d standard in the library", "%(n)d standards in the library", len(modes))
        % {"n": len(modes)},
        "sections": [(name, [pair for pair in found if pair[0].section == name]) for name in sections],
        "filters": [("", len(modes)), *((name, modes.count(name)) for name in dict.fromkeys(modes))],
        "mode": mode,
        "text": request.GET.get("q", ""),
        "as_of": min(law.catalogue.as_of_days),
    }
    return render(request, "standards/library.html", context)


def standard(request: SignedIn, standard_id: str) -> HttpResponse:
    """Return one standard; raises Http404."""
    one = in_force().library.by_id.get(standard_id)
    if one is None:
        raise Http404("there is no such standard")
    values = AS_SHIPPED.values(one)
    context = {
        "title": one.id,
        "standard": one,
        "question": one.question_for(values),
        "rule": one.rule_in_words(),
        "settings": [(name, setting, values[name]) for name, setting in one.settings.items()],
        "reads": sorted(one.sections),
    }
    return render(request, "standards/standard.html", context)
