"""Fields of forms in our look, with their error beside them; and the way through long lists."""

from django import forms, template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.http import HttpRequest

from server.accounts.brand import Shown, shown_brand

register = template.Library()


@register.inclusion_tag("accounts/parts/field.html")
def field(bound: BoundField, hint: str = "", autocomplete: str = "", kind: str = "") -> dict[str, object]:
    """Return what draws a field: label, input, hint, error, tied together for those who listen to the page."""
    widget = bound.field.widget
    attributes: dict[str, str | bool] = {}
    is_choice = isinstance(widget, forms.CheckboxInput)
    select = isinstance(widget, forms.Select) and not isinstance(widget, forms.CheckboxSelectMultiple)
    attributes["class"] = "form-check-input" if is_choice else "form-select" if select else "form-control"
    if bound.errors:
        attributes["class"] = f"{attributes['class']} is-invalid"
        attributes["aria-invalid"] = "true"
    described = [f"{bound.auto_id}-{part}" for part, there in (("error", bound.errors), ("hint", hint)) if there]
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if autocomplete:
        attributes["autocomplete"] = autocomplete
    if kind:
        attributes["type"] = kind
    return {"field": bound, "input": bound.as_widget(attrs=attributes), "hint": hint, "is_choice": is_choice}


@register.inclusion_tag("accounts/parts/pager.html", takes_context=True)
def pager(context: template.RequestContext, page: Page[object], word: str) -> dict[str, object]:
    """Return what draws the way through a long list, keeping its filters."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    query.pop("page", None)
    kept = f"{query.urlencode()}&" if query else ""
    return {"page": page, "kept": kept, "word": word}


@register.simple_tag
def brand() -> Shown:
    """Return the MSP's brand."""
    return shown_brand()
