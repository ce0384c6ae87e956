"""Counts of verdicts as every page shows them: in one order, stale apart from unknown, coverage beside them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from rules.verdict import Reason, Word
from server.alignment.models import WeeklySummary
from server.clients.models import ClientSet

ORDER = ("yes", "no", "waived", "not applicable", "unknown", "stale")
"""The order everywhere: in bars, legends and filters."""


@dataclass(frozen=True)
class Segment:
    """A piece of a bar: its verdict, how many, where it begins and how wide it is, in percent."""

    verdict: str
    count: int
    x: str
    width: str


@dataclass(frozen=True)
class Counts:
    """How many standards, or devices, came out how."""

    yes: int = 0
    no: int = 0
    waived: int = 0
    not_applicable: int = 0
    unknown: int = 0
    stale: int = 0

    @property
    def total(self) -> int:
        """Return all of them."""
        return self.yes + self.no + self.waived + self.not_applicable + self.unknown + self.stale

    @property
    def asked(self) -> int:
        """Return those that apply."""
        return self.total - self.not_applicable

    @property
    def known(self) -> int:
        """Return those that are measured."""
        return self.yes + self.no + self.waived

    @property
    def not_known(self) -> int:
        """Return those that nobody measured, and those that were measured too long ago."""
        return self.unknown + self.stale

    @property
    def coverage_percent(self) -> int | None:
        """Return the share of those that apply and are measured, in percent rounded down; None when none applies."""
        return self.known * 100 // self.asked if self.asked else None

    @property
    def by_verdict(self) -> tuple[tuple[str, int], ...]:
        """Return the counts in the order of all pages."""
        told = (self.yes, self.no, self.waived, self.not_applicable, self.unknown, self.stale)
        return tuple(zip(ORDER, told, strict=True))

    @property
    def segments(self) -> tuple[Segment, ...]:
        """Return the pieces of a bar, a small gap between them."""
        total, at, pieces = self.total or 1, 0.0, []
        for verdict, count in self.by_verdict:
            width = count * 100 / total
            if count:
                pieces.append(Segment(verdict, count, f"{at:.2f}%", f"{max(width - 0.5, 0.4):.2f}%"))
            at += width
        return tuple(pieces)


def standing(clients: ClientSet) -> dict[int, Counts]:
    """Return how each client stands, by primary key: one query for one small row of each (`WeeklySummary`)."""
    newest = WeeklySummary.objects.filter(client=OuterRef("pk")).order_by("-week_on").values("pk")[:1]
    rows = WeeklySummary.objects.filter(pk__in=clients.order_by().annotate(newest=Subquery(newest)).values("newest"))
    return {
        row.client_id: Counts(
            row.yes, row.no, row.waived, row.not_applicable, unknown=row.unknown - row.stale, stale=row.stale
        )
        for row in rows
    }


def together(all_: Iterable[Counts]) -> Counts:
    """Return the sum of counts."""
    told = [[number for _verdict, number in one.by_verdict] for one in all_]
    return Counts(*(sum(column) for column in zip(*told, strict=True)))


def shown_as(verdict: str, reason: str) -> str:
    """Return under which mark a verdict is shown: unknown because it is too old is stale."""
    return "stale" if verdict == Word.UNKNOWN and reason == Reason.STALE else verdict


def count(verdicts: Iterable[tuple[str, str]]) -> Counts:
    """Return the counts of verdicts with their reasons."""
    return summed((verdict, reason, 1) for verdict, reason in verdicts)


def summed(verdicts: Iterable[tuple[str, str, int]]) -> Counts:
    """Return the counts of verdicts with their reasons that the database has counted already."""
    told: dict[str, int] = {}
    for verdict, reason, number in verdicts:
        shown = shown_as(verdict, reason)
        told[shown] = told.get(shown, 0) + number
    return Counts(
        yes=told.get("yes", 0),
        no=told.get("no", 0),
        waived=told.get("waived", 0),
        not_applicable=told.get("not applicable", 0),
        unknown=told.get("unknown", 0),
        stale=told.get("stale", 0),
    )
