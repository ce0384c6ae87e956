"""The work of the ingest benchmark: a real web process that takes signed reports of one large server.

`python -m bench.ingest_work PORT` prints its figures as JSON; its environment names the database and the address.
"""

import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import django
import psutil
import requests
import zstandard

from bench import rules_work
from bench.measured import cpu_s
from collectors.facts.document import parse, to_json
from collectors.facts.merge import subject_of
from collectors.facts.reading import Device as ReadDevice
from collectors.facts.reading import Source, snapshot_of
from collectors.facts.sections.storage import Volume
from collectors.facts.sections.system import Load, Os

REPORTS = 220
BATCHES = 10
DAYS = 90
DEVICES = 8


def document(day: int, at: datetime, seed: int = 0) -> str:
    """Return the document of a large server on a day: what changes by itself changes, the rest seldom."""
    chance = random.Random(day * 1_000 + seed)
    facts = rules_work.facts()
    told = rules_work.values()
    volumes = tuple(
        Volume(name=one["name"], size_bytes=1000 * rules_work.GIB, free_bytes=chance.randrange(10**9, 10**12))
        for one in told["volumes"]
    )
    interfaces = tuple(
        one.model_copy(update={"in_errors_count": (one.in_errors_count or 0) + day * 3})
        for one in facts.interfaces or ()
    )
    changed = {
        "volumes": volumes,
        "interfaces": interfaces,
        "load": Load(cpu_percent=chance.uniform(1, 99), memory_used_percent=chance.uniform(1, 99)),
        "os": Os(product="Windows Server 2022", revision=2715 + day // 30, booted_at=at - timedelta(days=day % 30 + 1)),
    }
    source = Source(transport="winrm", driver="windows_server")
    snapshot = snapshot_of(facts.model_copy(update=changed), ReadDevice(name="server", transport="winrm"), source, at)
    return to_json(snapshot)


def main() -> int:
    """Print the figures."""
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    port = int(sys.argv[1])
    documents = [document(day, datetime.now(UTC) - timedelta(days=REPORTS - day)) for day in range(REPORTS)]
    figures: dict[str, float] = {"document_kb": len(documents[0]) / 1000, "full_bytes": len(documents[0])}
    figures |= _over_http(port, documents)
    figures |= _naive(documents[:20])
    figures |= _stored()
    print(json.dumps(figures))
    return 0


class Least:
    """What parsing, judging in words and compressing costs, without a database."""

    def __init__(self) -> None:
        """Load the library, and warm up."""
        from server.standards.library import in_force

        self.law, self.at = in_force(), datetime.now(UTC)
        self.standards_count = sum(1 for one in self.law.alone if "windows server" in one.kinds)

    def __call__(self, text: str) -> None:
        """Do it once."""
        from server.alignment.judging import judge_alone, kept_all

        subject = subject_of([parse(text)], name="server", kind="windows server")
        kept_all(judge_alone(subject, self.law, _no_settings(), self.at, ZoneInfo("UTC")))
        zstandard.ZstdCompressor(level=3).compress(text.encode())

    def ms(self, documents: list[str]) -> float:
        """Return the cost of one document on average."""
        before_s = cpu_s()
        for text in documents:
            self(text)
        return (cpu_s() - before_s) / len(documents) * 1000


def _no_settings() -> Any:
    from rules.settings import ClientSettings

    return ClientSettings({})


def _seeded() -> tuple[Any, Any, Any]:
    from server.agents.models import Agent
    from server.clients.models import Client, Device, Site
    from tests.web.agent_api.fake_agent import FakeAgent

    client = Client.objects.create(name=f"Client {Client.objects.count()}")
    site = Site.objects.create(client=client, name="Main office")
    device = Device.objects.create(client=client, site=site, name="server", kind="windows server")
    agent = FakeAgent()
    row = Agent.objects.create(
        site=site, name="a", state="approved", signing_key=agent.signing_key, sealing_key=agent.sealing_key
    )
    agent.uid = row.uid
    return agent, row, device


def _jobs(row: Any, device: Any, count: int) -> list[str]:
    """Return jobs that the agent has under way, each over an access of its own: an access has one open job."""
    from server.access.models import Access
    from server.scans.models import ScanJob

    later = datetime.now(UTC) + timedelta(hours=1)
    ways = Access.objects.bulk_create(
        [Access(device=device, transport="winrm", address=f"192.0.2.{n}", port=n) for n in range(count)]
    )
    made = [
        ScanJob(
            site=row.site, device=device, access=way, agent=row, state="leased", leased_until=later, not_after=later
        )
        for way in ways
    ]
    return [one.uid for one in ScanJob.objects.bulk_create(made)]


def _over_http(port: int, documents: list[str]) -> dict[str, float]:
    from tests.web.agent_api.fake_agent import report

    agent, row, device = _seeded()
    jobs = _jobs(row, device, REPORTS + 20 * BATCHES)
    told = [[report(jobs[place], text)] for place, text in enumerate(documents)]
    batched = [
        [report(jobs[REPORTS + 20 * batch + place], documents[place]) for place in range(20)]
        for batch in range(BATCHES)
    ]
    least = Least()
    least(documents[0])
    least_ms, ours_ms = [], []
    with _served(port) as server, requests.Session() as session:
        _sent(session, port, agent, row, told[:20])
        for begin in range(20, REPORTS, 20):  # in turn: a machine that others use is now slow, now fast
            least_ms.append(least.ms(documents[begin : begin + 20]))
            turn = told[begin : begin + 20]
            ours_ms.append(_spent(server, partial(_sent, session, port, agent, row, turn)) / len(turn) * 1000)
        batched_s = _spent(server, partial(_sent, session, port, agent, row, batched))
    return {
        "ours_ms": statistics.median(ours_ms),
        "least_ms": statistics.median(least_ms),
        "batched_ms": batched_s / (BATCHES * 20) * 1000,
        "standards": least.standards_count,
    }


def _sent(session: requests.Session, port: int, agent: Any, row: Any, deliveries: list[list[Any]]) -> None:
    from collectors.link.canonical import canonical_json
    from collectors.link.messages import PACKED
    from collectors.link.packing import packed
    from server.agents.models import Agent

    for place, reports in enumerate(deliveries):
        if place % 40 == 0:  # an agent with a backlog may ask once a second, a benchmark must not wait for it
            Agent.objects.filter(pk=row.pk).update(allowance_at=datetime.now(UTC) - timedelta(hours=1))
        body = packed(canonical_json({"reports": reports}))
        headers = agent.signed("/v1/results", body, PACKED)
        answer = session.post(f"http://127.0.0.1:{port}/agent/v1/results", data=body, headers=headers, timeout=60)
        answer.raise_for_status()
        outcomes = [one["outcome"] for one in answer.json()["outcomes"]]
        assert outcomes == ["stored"] * len(reports), answer.text


@contextmanager
def _served(port: int) -> Iterator[psutil.Process]:
    command = [sys.executable, "-m", "server.cli.web_process", "--address", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen([*command, "--threads", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            _until_it_answers(port)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


def _until_it_answers(port: int) -> None:
    for _ in range(300):
        try:
            requests.get(f"http://127.0.0.1:{port}/agent/v1/time", timeout=5)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the web process does not answer")


def _spent(server: psutil.Process, act: Any) -> float:
    def used_s() -> float:
        family = [server, *server.children(recursive=True)]
        return sum(sum(one.cpu_times()[:2]) for one in family)

    before_s = used_s()
    act()
    return used_s() - before_s


def _naive(documents: list[str]) -> dict[str, float]:
    """Return what the usual way costs: each scan as JSON, each verdict a row with its evidence, written one by one."""
    from django.db import connection, models, transaction

    from server.alignment.judging import judge_alone, kept_all
    from server.clients.models import Device
    from server.standards.library import in_force

    class NaiveScan(models.Model):
        device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+")
        told = models.JSONField()
        objects: ClassVar[models.Manager[Any]] = models.Manager()

        class Meta:
            app_label = "readings"

    class NaiveVerdict(models.Model):
        device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+")
        standard = models.CharField(max_length=100)
        word = models.CharField(max_length=20)
        evidence = models.JSONField()
        objects: ClassVar[models.Manager[Any]] = models.Manager()

        class Meta:
            app_label = "readings"
            unique_together = (("device", "standard"),)

    with connection.schema_editor() as editor:
        editor.create_model(NaiveScan)
        editor.create_model(NaiveVerdict)
    _agent, _row, device = _seeded()
    law, now = in_force(), datetime.now(UTC)

    def once(text: str) -> None:
        with transaction.atomic():
            subject = subject_of([parse(text)], name="server", kind="windows server")
            NaiveScan.objects.create(device=device, told=json.loads(text))
            judged = judge_alone(subject, law, _no_settings(), now, ZoneInfo("UTC"))
            for standard, kept in kept_all(judged).items():
                NaiveVerdict.objects.update_or_create(
                    device=device, standard=standard, defaults={"word": kept.word, "evidence": list(kept.evidence)}
                )

    once(documents[0])
    before_s = cpu_s()
    for text in documents[1:]:
        once(text)
    return {"naive_ms": (cpu_s() - before_s) / (len(documents) - 1) * 1000}


def _stored() -> dict[str, float]:
    """Return what a day of a device leaves in the database, after retention and without empty pages."""
    from django.conf import settings
    from django.db import connection

    from collectors.link.messages import ResultsRequest
    from server.agent_api.ingest import take
    from server.readings.models import Report as StoredReport
    from tests.web.agent_api.fake_agent import report

    file = Path(str(settings.DATABASES["default"]["NAME"]))

    def size() -> int:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return file.stat().st_size

    devices = [_seeded() for _ in range(DEVICES)]
    jobs = [_jobs(row, device, 1 + DAYS) for _agent, row, device in devices]
    begun = datetime.now(UTC) - timedelta(days=DAYS + 1)
    for place, (_agent, row, _device) in enumerate(devices):
        _taken(take, ResultsRequest, row, report(jobs[place][0], document(0, begun, place)), begun)
    before = size()
    for day in range(1, DAYS + 1):
        at = begun + timedelta(days=day)
        for place, (_agent, row, _device) in enumerate(devices):
            _taken(take, ResultsRequest, row, report(jobs[place][day], document(day, at, place)), at)
    after = size()
    StoredReport.objects.all().delete()
    bare = size()
    days = DEVICES * DAYS
    return {"day_and_report_bytes": (after - before) / days, "day_bytes": (bare - before) / days}


def _taken(take: Any, request: Any, row: Any, told: dict[str, Any], at: datetime) -> None:
    outcome = take(row, request.model_validate_json(json.dumps({"reports": [told]})), at).outcomes[0]
    assert outcome.outcome == "stored", outcome


if __name__ == "__main__":
    sys.exit(main())
