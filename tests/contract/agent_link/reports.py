"""Reports for the tests of spool and delivery."""

from datetime import UTC, datetime

from collectors.link.canonical import digest_of_report
from collectors.link.ids import new_id
from collectors.link.messages import Report

AT = datetime(2026, 11, 15, 9, 0, tzinfo=UTC)


def report(number: int = 0, text: str | None = None, at: datetime = AT) -> Report:
    """Returns a report with a document that says its number."""
    document = text if text is not None else f'{{"number":{number}}}'
    return Report(
        id=new_id(at), job_id=new_id(at), attempt=1, ended_at=at, sha256=digest_of_report(document), document=document
    )
