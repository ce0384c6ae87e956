"""`datumline firmware order` and `datumline firmware age`."""

import re
from datetime import date, datetime
from typing import Annotated, NoReturn

import typer

from collectors.facts.exit_codes import ExitCode
from collectors.facts.plain_text import plain_line
from rules.cli.printing import print_document, say
from rules.lifecycle import freshness, store
from rules.lifecycle.advice import advice, words
from rules.lifecycle.age import AgeAnswer, firmware_age
from rules.lifecycle.catalogue import Catalogue
from rules.lifecycle.known import Question
from rules.lifecycle.newer import newer_waiting
from rules.lifecycle.order.compare import compare
from rules.lifecycle.order.schemes import scheme_of
from rules.lifecycle.support import supported

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MONTHS = (1, 600)

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.command()
def order(
    scheme: Annotated[
        str, typer.Argument(metavar="SCHEME|PRODUCT", help="such as fortios, panos, cisco_ios, routeros")
    ],
    a: Annotated[str, typer.Argument(help="a version")],
    b: Annotated[str, typer.Argument(help="another version of the same product")],
) -> None:
    """Say how version A stands to version B: older, equal, newer or incomparable, and why."""
    if scheme_of(scheme) is None:
        product = store.load().product(scheme)
        scheme = product.scheme if product else scheme
    found = compare(scheme, a, b)
    print_document(plain_line(f"{found.relation} ({found.reason})") + "\n")


@app.command()
def age(
    product: Annotated[str, typer.Option(help="the catalogue's id, such as fortios or pan-os; any other is no error")],
    version: Annotated[str | None, typer.Option(help="the installed version")] = None,
    build_date: Annotated[
        str | None, typer.Option(help="the day on which the image was built, as the device says")
    ] = None,
    release_date: Annotated[str | None, typer.Option(help="the day on which the version was released")] = None,
    not_before: Annotated[
        str | None, typer.Option(help="a day before which it cannot be, such as its kernel's")
    ] = None,
    at: Annotated[str | None, typer.Option(help="the day of the question, today if not given")] = None,
    months: Annotated[int, typer.Option(help="how many calendar months old it may be")] = 12,
) -> None:
    """Say whether a firmware is at most so many months old: yes, no or unknown, its release days, and why."""
    asked = Question(
        product=product,
        version=version,
        build_on=_day("--build-date", build_date),
        released_on=_day("--release-date", release_date),
        not_before_on=_day("--not-before", not_before),
    )
    on = _day("--at", at) or datetime.now().astimezone().date()
    if not _MONTHS[0] <= months <= _MONTHS[1]:
        _refuse(f"--months must lie between {_MONTHS[0]} and {_MONTHS[1]}, not {months}")
    catalogue = store.load()
    answer = firmware_age(asked, on, months, catalogue)
    advised = _advised(answer, asked, on, catalogue)
    told = f"{answer.verdict} {_interval(answer)}; {answer.reason_code}: {answer.reason}{advised}"
    print_document(plain_line(told) + "\n")
    _warn_of_age(asked, on, catalogue)


def _interval(answer: AgeAnswer) -> str:
    earliest, latest = answer.earliest_on, answer.latest_on
    if earliest and latest:
        return f"released on {earliest}" if earliest == latest else f"released between {earliest} and {latest}"
    if earliest:
        return f"released on {earliest} or later"
    return f"released on {latest} or earlier" if latest else "release day not known"


def _advised(answer: AgeAnswer, asked: Question, on: date, catalogue: Catalogue) -> str:
    """Return what to do about a no, where the catalogue can tell."""
    newer = newer_waiting(asked.product, asked.version, on, catalogue)
    code = advice(answer, newer, supported(asked.product, asked.version, on, catalogue))
    return f"; {code}: {words(code)}" if code else ""


def _warn_of_age(asked: Question, on: date, catalogue: Catalogue) -> None:
    """Say on stderr that the list of releases of a listed product has grown old."""
    product = catalogue.product(asked.product)
    if product is None:
        return
    as_of_on = catalogue.releases_as_of_on(product)
    if freshness.state(as_of_on, on) != "fresh":
        said = f"{freshness.words(as_of_on, on)} is older than {freshness.WARN_AFTER_DAYS} days"
        say(f"Warning: {said}: run 'datumline catalogue update'.")


def _day(option: str, text: str | None) -> date | None:
    if text is None or not text.strip():
        return None
    try:
        if not _DAY.fullmatch(text.strip()):
            raise ValueError("not written as a day")
        return date.fromisoformat(text.strip())
    except ValueError:
        _refuse(f"{option} must be a day written as 2026-11-21, not {text[:40]!r}")


def _refuse(sentence: str) -> NoReturn:
    say(f"{sentence}.")
    raise typer.Exit(ExitCode.USAGE)
