"""Lists of any length, fifty rows at a time."""

from typing import TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

ROWS_COUNT = 50
T = TypeVar("T", bound=Model)


def page_of(request: HttpRequest, rows: QuerySet[T], rows_count: int = ROWS_COUNT) -> Page[T]:
    """Return the page of rows that the address asks for; one beyond the end is the last."""
    return Paginator(rows, rows_count).get_page(request.GET.get("page"))
