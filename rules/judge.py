"""Judges all subjects of a client by a library: what `evaluate` and `assess` show, and what the server keeps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo

from collectors.facts.subject import Subject
from rules.evaluate import evaluate_view, instant_of
from rules.kinds import OTHER_KINDS
from rules.lifecycle.catalogue import Catalogue
from rules.lifecycle.derive import derive
from rules.lifecycle.freshness import next_limit_on
from rules.lifecycle.newer import WAIT_DAYS
from rules.loader import Library
from rules.rollup import Judged, RolledUp, Statement, Waiver, roll_up
from rules.settings import ClientSettings, Overrides
from rules.standard import Standard
from rules.verdict import Evidence, Reason, Verdict, Word
from rules.verdicts_document import (
    CountsTold,
    DeviceRead,
    GapTold,
    StandardVerdict,
    SubjectVerdict,
    VerdictsDocument,
)
from rules.view import Clock, View, clock_at

DATED = frozenset({"firmware", "os", "patch", "exchange", "sql"})  # sections that the lifecycle data completes


def judge(
    subjects: Sequence[Subject],
    library: Library,
    at: datetime,
    *,
    client: str,
    zone: tzinfo = UTC,
    catalogue: Catalogue | None = None,
    overrides: Overrides | None = None,
    statements: Sequence[Statement] = (),
    waivers: Sequence[Waiver] = (),
    devices: Sequence[DeviceRead] = (),
) -> VerdictsDocument:
    """Return every standard's verdict over the subjects, rolled up to the client; pure, and without ever raising.

    The client's and the site's own questions are asked of a client and a site over the devices where none is given.
    """
    clock = clock_at(at, zone)
    everyone = related([completed(one, catalogue, clock.today) for one in subjects], client)
    settings = ClientSettings(overrides or {})
    views = [View(one, clock) for one in everyone]
    data_until = data_counts_until(catalogue, clock)
    standards = []
    for standard in library.standards:
        asked = [view for view in views if view.subject.kind in standard.kinds]
        judged = [judge_view(standard, view, settings, data_until) for view in asked]
        result = roll_up(standard, judged, at, statements, waivers, zone)
        waived = {w.device for w in waivers if w.standard == standard.id and w.until >= clock.today}
        standards.append(_told(standard, settings, judged, result, waived))
    return VerdictsDocument(at=clock.at, client=client, standards=tuple(standards), devices=tuple(devices))


def related(subjects: Sequence[Subject], client: str) -> tuple[Subject, ...]:
    """Return the subjects with a client over all devices and a site over its own, each device knowing both."""
    devices = [one for one in subjects if one.kind not in OTHER_KINDS]
    others = {kind: [one for one in subjects if one.kind == kind] for kind in OTHER_KINDS}
    own_client = next(iter(others["client"]), Subject(name=client, kind="client"))
    whole = replace(own_client, devices=own_client.devices or tuple(devices))
    sites = {one.name: one for one in others["site"]}
    for one in devices:
        site = one.parents.get("site")
        if site is not None:
            sites.setdefault(site.name, site)
    if not sites:
        sites = {client: Subject(name=client, kind="site")}
    filled = {name: _with_devices(site, devices, alone=len(sites) == 1) for name, site in sites.items()}
    domains = others["domain"]
    only_site = next(iter(filled.values())) if len(filled) == 1 else None
    known = [_placed(one, whole, filled, only_site, domains) for one in devices]
    placed = [replace(one, parents={"client": whole, **one.parents}) for one in (*filled.values(), *domains)]
    return (*known, *placed, whole)


def _with_devices(site: Subject, devices: Iterable[Subject], *, alone: bool) -> Subject:
    if site.devices:
        return site
    own = [one for one in devices if alone or _site_of(one) == site.name]
    return replace(site, devices=tuple(own))


def _site_of(device: Subject) -> str | None:
    site = device.parents.get("site")
    return None if site is None else site.name


def _placed(
    device: Subject,
    client: Subject,
    sites: Mapping[str, Subject],
    only_site: Subject | None,
    domains: Sequence[Subject],
) -> Subject:
    parents = {"client": client, **device.parents}
    site = sites.get(_site_of(device) or "", only_site)
    if site is not None:
        parents["site"] = site
    if len(domains) == 1:
        parents.setdefault("domain", domains[0])
    return replace(device, parents=parents)


def data_counts_until(catalogue: Catalogue | None, clock: Clock) -> datetime | None:
    """Return the instant at which time alone ages the lifecycle data past a limit; None: never."""
    ends_on = None if catalogue is None else next_limit_on(catalogue.as_of_days, WAIT_DAYS, clock.today)
    return None if ends_on is None else instant_of(clock.begins_s(ends_on))


def completed(subject: Subject, catalogue: Catalogue | None, today: date) -> Subject:
    """Return the subject with what the lifecycle data adds: release days, support ends, newer releases."""
    if catalogue is None or subject.kind in OTHER_KINDS:
        return subject
    return derive(subject, catalogue, today)


def judge_view(standard: Standard, view: View, settings: ClientSettings, data_until: datetime | None) -> Judged:
    """Return what one standard says of one subject; a rule of an assisted standard only leans, a person decides."""
    verdict = evaluate_view(standard, view, settings)
    if data_until is not None and standard.sections & DATED:
        ends = min(end for end in (verdict.valid_until, data_until) if end is not None)
        verdict = replace(verdict, valid_until=ends)
    if standard.mode != "assisted" or verdict.word not in {Word.YES, Word.NO}:
        return Judged(view.subject, verdict)
    leaning = Verdict(Word.UNKNOWN, Reason.PERSON, verdict.valid_until, lambda: _leaning(verdict))
    return Judged(view.subject, leaning, verdict.word)


def _leaning(verdict: Verdict) -> Evidence:
    told = verdict.told()
    return Evidence((f"leans to {verdict.word}, and a person decides", *told.lines), (), told.gaps)


def _told(
    standard: Standard, settings: ClientSettings, judged: Sequence[Judged], result: RolledUp, waived: set[str]
) -> StandardVerdict:
    entry = standard.entry
    return StandardVerdict(
        id=standard.id,
        verdict=result.word,
        reason=result.reason,
        text=result.text,
        question=standard.question_for(settings.values(standard)),
        section=entry.section,
        category=entry.category,
        priority=entry.priority,
        mode=entry.mode,
        remedy=entry.remedy,
        counts=CountsTold(**vars(result.counts)),
        valid_until=result.valid_until,
        subjects=tuple(_subject(one, waived) for one in judged if not one.subject.retired),
    )


def _subject(one: Judged, waived: set[str]) -> SubjectVerdict:
    verdict = one.verdict
    return SubjectVerdict(
        name=one.subject.name,
        kind=one.subject.kind,
        verdict=verdict.word,
        reason=verdict.reason,
        object=verdict.objects[0] if len(verdict.objects) == 1 else None,
        objects=verdict.objects,
        evidence=verdict.evidence,
        gaps=tuple(GapTold(path=path, reason=gap.reason, text=gap.text) for path, gap in verdict.gaps),
        leaning=one.leaning,
        waived=one.subject.name in waived,
        valid_until=verdict.valid_until,
    )
