"""From verdicts to the checklist: the document of the rules, with the library's texts and what the run was like."""

from agent.assess import ReadDevice, SiteReading
from agent.checklist import Checklist, DeviceLine, Problem, Question, Row, sections_of
from agent.mending import mends_of
from collectors.facts.gaps import Gap
from rules.lifecycle import freshness
from rules.lifecycle.catalogue import Catalogue
from rules.loader import Library
from rules.verdicts_document import StandardVerdict, SubjectVerdict, VerdictsDocument


def checklist_of(
    document: VerdictsDocument, reading: SiteReading, library: Library, catalogue: Catalogue, library_name: str
) -> Checklist:
    """Return the checklist of a document that was judged by this library over this reading."""
    questions = [_question(one, library) for one in document.standards]
    devices = [_device(device) for device in reading.devices]
    today = document.at.astimezone(reading.site.zone).date()
    notes = []
    if freshness.state(catalogue.as_of_on, today) != "fresh":
        words = freshness.words(catalogue.as_of_on, today)
        notes.append(
            f"Versions and support ends are judged by {words}: bring it up to date ('datumline catalogue update')."
        )
    return Checklist(
        client=document.client,
        site=reading.site.name,
        at=document.at,
        zone=reading.site.zone,
        sections=sections_of(questions),
        devices=tuple(devices),
        mends=mends_of(questions, devices),
        began_at=reading.began_at,
        interrupted=reading.interrupted,
        library=library_name,
        notes=tuple(notes),
    )


def _question(told: StandardVerdict, library: Library) -> Question:
    standard = library.standard(told.id)
    return Question(
        id=told.id,
        text=told.question,
        section=told.section,
        category=told.category,
        priority=told.priority,
        word=told.verdict,
        reason=told.reason,
        outcome=told.text,
        rows=tuple(_row(one) for one in told.subjects),
        valid_until=told.valid_until,
        kinds=standard.kinds,
        why=standard.why,
        how=standard.how,
        remedy=told.remedy,
        source_title=standard.source.title,
        source_url=standard.source.url,
    )


def _row(told: SubjectVerdict) -> Row:
    return Row(
        subject=told.name,
        kind=told.kind,
        word=told.verdict,
        reason=told.reason,
        evidence=told.evidence,
        valid_until=told.valid_until,
        object=told.object,
        gaps=tuple((gap.path, Gap(reason=gap.reason, text=gap.text)) for gap in told.gaps),
    )


def _device(device: ReadDevice) -> DeviceLine:
    told = device.told
    return DeviceLine(
        name=told.name,
        device_class=told.device_class,
        read=told.read,
        sections_count=told.sections,
        gaps_count=told.gaps,
        problems=tuple(Problem(transport, gap) for transport, gap in device.problems),
    )
