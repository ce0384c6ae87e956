"""Lists of any length, fifty rows at a time."""

from typing import TYPE_CHECKING, TypeVar

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

if TYPE_CHECKING:
    from django.core.paginator import _SupportsPagination

ROWS_COUNT = 50
T = TypeVar("T")


def page_of(request: HttpRequest, rows: "_SupportsPagination[T]", rows_count: int = ROWS_COUNT) -> Page[T]:
    """Return the page of rows that the address asks for; one beyond the end is the last."""
    return Paginator(rows, rows_count).get_page(request.GET.get("page"))
