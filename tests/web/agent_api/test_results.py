"""Reports as the server takes them: once each, from their own agent, into the device of their job."""

import pytest

from server.access.models import Access
from server.clients.models import Device
from server.readings.models import CurrentReadings, FeedEntry, SectionChange
from server.readings.models import Report as StoredReport
from server.readings.subject import current_of
from server.scans.models import ScanJob
from tests.web.agent_api.conftest import MakeJob
from tests.web.agent_api.fake_agent import FakeAgent, firmware_document, report

pytestmark = pytest.mark.django_db


def version_of(device: Device) -> object:
    subject = current_of([device.pk])[device.pk].subject("d")
    return subject.readings["firmware"][0].value.version  # type: ignore[union-attr]


def test_a_report_becomes_what_stands_of_its_device(agent: FakeAgent, make_job: MakeJob, device: Device) -> None:
    job = make_job(agent)
    assert agent.outcomes(report(job.uid, firmware_document("2.0.1"))) == [("stored", "")]
    device.refresh_from_db()
    assert (version_of(device), device.kind, device.read_at is not None) == ("2.0.1", "switch", True)
