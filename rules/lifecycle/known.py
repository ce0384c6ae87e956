"""Gathers what is known of one firmware's release day: what the device says, and what the catalogue does."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from rules.lifecycle import freshness
from rules.lifecycle.catalogue import Catalogue
from rules.lifecycle.evidence import BUILD_TO_RELEASE_DAYS, Evidence, built, exact
from rules.lifecycle.order.compare import shown
from rules.lifecycle.releases import WINDOWS

ReasonCode = Literal[
    "REPORTED_DATE",
    "HUMAN_DATE",
    "CATALOGUE_DATE",
    "LOWER_BOUND",
    "UPPER_BOUND",
    "NO_VERSION",
    "UNPARSED_VERSION",
    "PRODUCT_NOT_LISTED",
    "VERSION_NOT_LISTED",
    "DATE_IN_FUTURE",
    "DATE_CONFLICT",
    "INTERVAL_CROSSES_LIMIT",
    "CATALOGUE_TOO_OLD",
]


@dataclass(frozen=True)
class Question:
    """What is known of one device's firmware: its version and the days it tells of itself."""

    product: str
    version: str | None = None
    build_on: date | None = None
    released_on: date | None = None
    not_before_on: date | None = None
    released_by: Literal["reported", "person"] = "reported"


def told(asked: Question) -> tuple[list[Evidence], list[Evidence]]:
    """Return what the device or a person says: release days, and the days before which it cannot lie."""
    exacts: list[Evidence] = []
    if asked.released_on:
        who = "a person's release day" if asked.released_by == "person" else "the reported release day"
        exacts.append(exact(asked.released_by, f"{who} {asked.released_on}", asked.released_on))
    if asked.build_on:
        words = f"the reported build day {asked.build_on} (a release follows within {BUILD_TO_RELEASE_DAYS} days)"
        exacts.append(built(words, asked.build_on))
    if not asked.not_before_on:
        return exacts, []
    words = f"the day {asked.not_before_on}, before which it cannot have been made,"
    return exacts, [Evidence("bound", words, earliest_on=asked.not_before_on)]


def listed(asked: Question, at: date, catalogue: Catalogue) -> tuple[list[Evidence], tuple[ReasonCode, str]]:
    """Return what the catalogue says of the version, and why it says no more."""
    version = (asked.version or "").strip()
    if not version:
        return [], ("NO_VERSION", "no version is known")
    product = catalogue.product(asked.product)
    if product is None:
        return [], ("PRODUCT_NOT_LISTED", f"the catalogue has no list of releases of {shown(asked.product)}")
    releases = catalogue.releases(product)
    by = freshness.words(catalogue.releases_as_of_on(product), at)
    release, parsed = releases.find(version), releases.read(version)
    if release:
        days = f"{release.earliest_on} to {release.latest_on}, on which sources disagree,"
        words = f"the release day {days if release.disputed else release.earliest_on} of {shown(version)} in {by}"
        piece = Evidence("catalogue", words, release.earliest_on, release.latest_on, release.disputed)
        return [piece], ("CATALOGUE_DATE", "it is listed")
    if parsed is None:
        return [], ("UNPARSED_VERSION", f"{shown(version)} is not a version of {product.name}")
    found = []
    bounds = releases.bounds(parsed)
    if bounds.after:
        day = bounds.after.latest_on
        found.append(Evidence("bound", f"the day {day} of the older {bounds.after.version} in {by}", earliest_on=day))
    if bounds.before:
        day = bounds.before.earliest_on
        found.append(Evidence("bound", f"the day {day} of the newer {bounds.before.version} in {by}", latest_on=day))
    what = f"the revision of {shown(version)} is not told" if product.id in WINDOWS and parsed.line else ""
    return found, ("VERSION_NOT_LISTED", what or f"{shown(version)} is not among the dated releases in {by}")


def line_start(asked: Question, catalogue: Catalogue) -> list[Evidence]:
    """Return the day on which the version's line began, where the catalogue knows it."""
    product, version = catalogue.product(asked.product), (asked.version or "").strip()
    day = catalogue.line_start_on(product, version) if product and version else None
    return [Evidence("bound", f"the day {day}, on which its line began,", earliest_on=day)] if day else []
