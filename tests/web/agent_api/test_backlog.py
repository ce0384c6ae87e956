"""An agent that was cut off for days delivers all it kept: each report once, in any order, however often it is sent.

DATUMLINE_BACKLOG says how many reports (default 560; a week of 200 devices, four times a day, is 5,600).
"""

import os
import random
from datetime import timedelta

import pytest
from django.utils import timezone

from server.access.models import Access
from server.agents.models import Agent
from server.alignment.models import DeviceVerdicts
from server.clients.models import Device, Site
from server.readings.models import Report as StoredReport
from server.readings.subject import current_of
from server.scans.models import ScanJob
from tests.web.agent_api.fake_agent import FakeAgent, firmware_document, report

COUNT = int(os.environ.get("DATUMLINE_BACKLOG", "560"))
DEVICES = max(1, COUNT // 28)
AT_ONCE = 20


@pytest.mark.django_db
@pytest.mark.timeout(120 + COUNT // 5)
def test_a_backlog_is_delivered_once_whatever_comes_twice_or_late(agent: FakeAgent, site: Site) -> None:
    row, now = Agent.objects.get(uid=agent.uid), timezone.now()
    devices = Device.objects.bulk_create(
        [Device(client=site.client, site=site, name=f"SW-{number}") for number in range(DEVICES)]
    )
    ways = Access.objects.bulk_create(
        [Access(device=one, transport="snmp", address=f"10.0.{n // 250}.{n % 250}") for n, one in enumerate(devices)]
    )
    reports = []
    for number in range(COUNT):
        place, at = number % DEVICES, now - timedelta(days=7) + timedelta(minutes=number)
        job = ScanJob.objects.create(
            site=site, device=devices[place], access=ways[place], agent=row, state="expired", not_after=at
        )
        reports.append(report(job.uid, firmware_document(f"1.{number // DEVICES}", at)))
    sent = [*reports, *reports[: COUNT // 10]]
    random.Random(7).shuffle(sent)
    outcomes: list[str] = []
    for begin in range(0, len(sent), AT_ONCE):
        if begin % (40 * AT_ONCE) == 0:
            Agent.objects.filter(pk=row.pk).update(allowance_at=now - timedelta(hours=1))
        outcomes += [outcome for outcome, _why in agent.outcomes(*sent[begin : begin + AT_ONCE])]
    assert (outcomes.count("stored"), outcomes.count("duplicate")) == (COUNT, COUNT // 10)
    assert StoredReport.objects.filter(outcome="stored").count() == COUNT
    newest = {one.pk: f"1.{(COUNT - 1 - place) // DEVICES}" for place, one in enumerate(devices)}
    standing = current_of([one.pk for one in devices])
    told = {pk: current.subject("d").readings["firmware"][0].value.version for pk, current in standing.items()}  # type: ignore[union-attr]
    assert told == newest
    assert DeviceVerdicts.objects.count() == DEVICES
