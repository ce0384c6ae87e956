"""What all pages draw alike: the marks of verdicts with their words, and ages of facts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from server.accounts.actor import Actor
from server.accounts.hand_over import kind_of
from server.accounts.rights import RIGHT_WORDS, Right
from server.alignment.anew import progress
from server.clients import words
from server.clients.models import Client
from server.standards.words import MODES, PRIORITIES, REVIEWS

register = template.Library()

MARKS: Final = {
    "yes": "yes", "no": "no", "unknown": "unknown", "not applicable": "na", "stale": "stale", "waived": "waived",
    "conflict": "conflict", "eye": "eye", "open": "open",
}  # fmt: skip
DAY_S: Final = 86_400


def word_of(verdict: str) -> str:
    """Return a verdict's word for people."""
    return {
        "yes": _("Yes"),
        "no": _("No"),
        "unknown": _("Unknown"),
        "not applicable": _("Not applicable"),
        "stale": _("Stale"),
        "waived": _("Waived"),
    }.get(verdict, verdict)


@register.simple_tag
def word(verdict: str) -> str:
    """Return a verdict's word."""
    return word_of(verdict)


@register.simple_tag
def mark_class(verdict: str) -> str:
    """Return the class that gives a drawing the colour of a verdict."""
    return f"s-{MARKS.get(verdict, 'open')}"


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changed: object) -> str:
    """Return the page's own query with some values changed; an empty value takes one out."""
    query = context["request"].GET.copy()
    for name, value in changed.items():
        if value in {None, ""}:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


CLIENT_PLACES: Final = (
    ("client", gettext_lazy("Overview"), Right.SEE_CLIENTS),
    ("client_standards", gettext_lazy("Standards"), Right.SEE_CLIENTS),
    ("client_devices", gettext_lazy("Devices"), Right.SEE_CLIENTS),
    ("client_readiness", gettext_lazy("Readiness"), Right.SEE_CLIENTS),
    ("client_plans", gettext_lazy("Plans"), Right.SEE_HEALTH),
    ("client_changes", gettext_lazy("Changes"), Right.SEE_CLIENTS),
    ("client_edit", gettext_lazy("Details"), Right.EDIT_CLIENTS),
)
"""The pages of a client, and the right that each needs."""


@register.inclusion_tag("web/parts/tabs.html", takes_context=True)
def client_tabs(context: template.Context, client: Client, current: str) -> dict[str, object]:
    """Return the tabs of a client's pages, those that this person may open."""
    actor: Actor = context["request"].actor
    open_to_them = [(name, word) for name, word, right in CLIENT_PLACES if actor.may(right)]
    shown = [(word, action_url(name, client.uid), name == current) for name, word in open_to_them]
    return {"tabs": [tab for tab in shown if tab[1]], "says": _("Client")}


@register.inclusion_tag("web/parts/judged_anew.html", takes_context=True)
def judged_anew(context: template.Context) -> dict[str, object]:
    """Return how far it has come that all clients are judged by another library; one query."""
    return {"progress": progress(), "address": context["request"].get_full_path()}


@register.simple_tag
def action_url(name: str, *args: object) -> str:
    """Return the address of an action, '' where this server does not have it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@register.simple_tag
def mark(verdict: str) -> SafeString:
    """Return the mark of a verdict where its word stands beside it."""
    name = MARKS.get(verdict, "open")
    return format_html('<svg class="dl-mark s-{}" aria-hidden="true"><use href="#m-{}"/></svg>', name, name)


@register.simple_tag
def mark_alone(verdict: str) -> SafeString:
    """Return the mark of a verdict that stands for its word."""
    name = MARKS.get(verdict, "open")
    return format_html(
        '<svg class="dl-mark s-{}" role="img" aria-label="{}"><use href="#m-{}"/></svg>', name, word_of(verdict), name
    )


@register.simple_tag
def verdict(word: str) -> SafeString:
    """Return mark and word together."""
    return format_html('<span class="dl-status">{}{}</span>', mark(word), word_of(word))


@register.filter
def kind_word(kind: str) -> str:
    """Return the word for a kind of device."""
    return words.kind_word(kind)


@register.filter
def kind_words(kinds: Iterable[str]) -> str:
    """Return the words for kinds of devices."""
    return ", ".join(words.kind_word(kind) for kind in kinds)


@register.filter
def transport_word(transport: str | None) -> str:
    """Return the word for a way by which devices are read, '' for none."""
    return words.transport_word(transport or "")


@register.filter
def transport_words(transports: Iterable[str]) -> str:
    """Return the words for ways by which devices are read."""
    return ", ".join(words.transport_word(one) for one in transports)


@register.filter
def priority_word(priority: str) -> str:
    """Return the word for how much a standard weighs."""
    return str(PRIORITIES.get(priority, priority))


@register.filter
def mode_word(mode: str) -> str:
    """Return the word for how a standard is answered."""
    return str(MODES.get(mode, mode))


@register.filter
def review_word(review: str) -> str:
    """Return the words for how often a standard is looked at."""
    return str(REVIEWS.get(review, review))


@register.filter
def right_words(rights: Iterable[str]) -> str:
    """Return the words for rights."""
    return ", ".join(str(RIGHT_WORDS.get(right, right)) for right in rights)


@register.filter
def hanging_word(name: str) -> str:
    """Return the words for a kind of things that hang on a person."""
    kind = kind_of(name)
    return str(kind.title) if kind else name


@register.filter
def percent(permille: int) -> str:
    """Return a share in thousandths as percent with one place, never rounded up: 949 is no 95 %."""
    return _("%(n)s %%") % {"n": f"{permille / 10:.1f}"}


@register.filter
def age(at: datetime | None) -> str:
    """Return how long ago: hours for today, days for a fortnight, the date after that; 'never' for nothing."""
    if at is None:
        return _("never")
    passed_s = (timezone.now() - at).total_seconds()
    if passed_s < 60:
        return _("less than a minute ago")
    if passed_s < 3600:
        minutes = int(passed_s // 60)
        return ngettext("%(n)d min ago", "%(n)d min ago", minutes) % {"n": minutes}
    if passed_s < DAY_S:
        hours = int(passed_s // 3600)
        return ngettext("%(n)d h ago", "%(n)d h ago", hours) % {"n": hours}
    if passed_s < 14 * DAY_S:
        days = int(passed_s // DAY_S)
        return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
    return timezone.localtime(at).strftime("%-d %B %Y")
