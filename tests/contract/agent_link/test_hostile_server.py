"""A captured server: it sends what no honest one sends, and nothing of it reaches a device or ends the agent."""

import socket
import subprocess
import sys
from datetime import timedelta
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from agent.admission import admitted
from agent.errors import AgentError
from agent.policy import SitePolicy
from agent.site import LivePolicy
from agent.vault import Vault
from agent.worker_words import Told
from collectors.credentials import SnmpCommunity
from collectors.link.jobs import DiscoverJob, Job
from collectors.link.messages import Scope, SealedCredential
from collectors.link.sealing import information, seal, told
from tests.contract.agent_link.conftest import MakeAgent
from tests.contract.agent_link.hostile_jobs import NAMES, mutations
from tests.contract.agent_link.played import PlayedAgent, told_of
from tests.house.sources import ROOT
from tests.peers.server_link import SITE_ID

POLICY = """\
networks = ["192.0.2.0/24"]
ports = [161]
transports = ["snmp"]
"""
MUTATIONS_COUNT = 200
MEMORY_BYTES = 200 * 1024 * 1024
CREDENTIAL_IDS = ("01ARZ3NDEKTSV4RRFFQ69G5FA1", "01ARZ3NDEKTSV4RRFFQ69G5FA2", "01ARZ3NDEKTSV4RRFFQ69G5FA3")


def resolved(name: str) -> tuple[str, ...]:
    """Returns what the played name server says; it never asks a real one."""
    address = NAMES.get(name)
    if not address:
        raise socket.gaierror(name)
    return (address,)


def sealed(name: str, network: str, credential_id: str, key: str, site_id: str = SITE_ID) -> dict[str, Any]:
    scope = Scope(networks=(IPv4Network(network),), transports=("snmp",))
    secret = told(SnmpCommunity(kind="snmp", version="2c", community=SecretStr("secret")))
    credential = SealedCredential(
        id=credential_id,
        version=1,
        name=name,
        kind="snmp",
        scope=scope,
        sealed=seal(secret, key, information(site_id, credential_id, 1, "snmp", scope)),
    )
    return credential.model_dump(mode="json")


@pytest.fixture
def guarded(make_agent: MakeAgent, tmp_path: Path) -> PlayedAgent:
    """Return an agent with the real policy, vault and admission; a job counts as executed once it is admitted."""
    agent = make_agent()
    file = tmp_path / "policy.toml"
    file.write_text(POLICY)
    file.chmod(0o644)
    live = LivePolicy(file, agent.time.clock)
    vault = Vault(tmp_path / "vault", agent.api.keys, SITE_ID)
    agent.desk.policy = agent.link.poller.policy = live
    agent.desk.drivers = {"apc_powernet": "snmp", "linux": "ssh", "cisco_ios": "ssh"}
    agent.link.poller.vault = vault
    agent.peer.credentials = [
        sealed("snmp-ro", "192.0.2.0/24", CREDENTIAL_IDS[0], agent.api.keys.sealing_key),
        sealed("snmp-elsewhere", "192.0.9.0/24", CREDENTIAL_IDS[1], agent.api.keys.sealing_key),
        sealed("other-site", "192.0.2.0/24", CREDENTIAL_IDS[2], agent.api.keys.sealing_key, site_id="0" * 26),
    ]
    executed: list[Job] = []  # given to the worker and admitted there

    def answer(job: Job) -> Told:
        if not isinstance(job, DiscoverJob):
            try:
                admitted(job.target, SitePolicy.load(file), vault, resolved)
            except AgentError as error:
                return Told(job_id=job.id, refused=str(error))
        executed.append(job)
        return told_of(job)

    agent.doer.answer = answer
    agent.doer.executed = executed
    return agent


def test_no_changed_job_is_executed_and_the_good_ones_beside_it_are(guarded: PlayedAgent) -> None:
    base = guarded.peer.scan_job()
    changed = list(mutations(base))
    assert len(changed) >= MUTATIONS_COUNT
    good, wrong = [], {}
    for says, job in changed:
        good.append(guarded.peer.scan_job(not_after=(guarded.time.at + timedelta(days=9)).isoformat()))
        if isinstance(job, dict) and job.get("id") == base["id"]:
            job = {**job, "id": guarded.peer.scan_job()["id"]}
            wrong[job["id"]] = says
        guarded.peer.jobs.extend([job, good[-1]])
    guarded.for_(1200)
    executed = {job.id for job in guarded.doer.executed}
    assert [says for job_id, says in wrong.items() if job_id in executed] == []
    assert executed == {one["id"] for one in good}
    assert (len(guarded.peer.stored), guarded.peer.problems) == (len(good), [])


def test_a_refused_job_is_told_with_its_reason_and_without_its_words(guarded: PlayedAgent) -> None:
    job = guarded.peer.scan_job(command="rm -rf /")
    guarded.peer.jobs.append(job)
    guarded.for_(20)
    (told,) = [poll.refused for poll in guarded.peer.agent.polls if poll.refused]
    assert told == {job["id"]: "not understood: scan.command: Extra inputs are not permitted"}


def test_a_replayed_job_is_not_done_again(guarded: PlayedAgent) -> None:
    job = guarded.peer.scan_job()
    guarded.peer.jobs.append(job)
    guarded.for_(100)
    for _ in range(5):
        guarded.peer.jobs.append(job)
        guarded.for_(100)
    assert (len(guarded.doer.executed), len(guarded.peer.stored)) == (1, 1)


def test_a_job_that_comes_twice_in_one_answer_is_done_once(guarded: PlayedAgent) -> None:
    job = guarded.peer.scan_job()
    guarded.peer.jobs.extend([job] * 40)
    guarded.for_(100)
    assert len(guarded.doer.executed) == 1


def test_a_credential_under_the_name_of_another_opens_for_nothing_outside_its_own_scope(guarded: PlayedAgent) -> None:
    elsewhere = sealed("snmp-ro", "192.0.9.0/24", CREDENTIAL_IDS[0], guarded.api.keys.sealing_key)
    guarded.peer.credentials = [
        {**elsewhere, "scope": {"networks": ["192.0.2.0/24"], "names": [], "transports": ["snmp"]}}
    ]
    guarded.peer.jobs.append(guarded.peer.scan_job())
    guarded.for_(100)
    assert guarded.doer.executed == []


@pytest.mark.parametrize("count", [51, 1_000, 10_000])
def test_a_list_without_measure_is_cut(guarded: PlayedAgent, count: int) -> None:
    guarded.peer.poll_extra = {"jobs": [guarded.peer.scan_job(target={"address": "10.0.0.1"}) for _ in range(count)]}
    guarded.turns(2)
    assert len(guarded.desk.refused) <= 50


@pytest.mark.parametrize(
    "extra",
    [
        {"epoch": 0},
        {"epoch": "2"},
        {"next_poll_s": 0},
        {"next_poll_s": 10**9},
        {"state": "root"},
        {"protocol": "1"},
        {"server_time": "yesterday"},
        {"update": "https://example.test/agent.py"},
        {"jobs": {}},
        {"jobs": "all"},
        {"credentials": {}},
        {"cancelled": ["../x"]},
        {"withdrawn": "*"},
    ],
    ids=str,
)
def test_an_answer_with_one_wrong_word_gives_no_work(guarded: PlayedAgent, extra: dict[str, Any]) -> None:
    guarded.peer.poll_extra = {"jobs": [guarded.peer.scan_job()], **extra}
    guarded.turns(2)
    assert (guarded.doer.executed, guarded.link.problem is not None) == ([], True)


def test_an_epoch_that_no_signature_can_carry_is_passed_over(guarded: PlayedAgent) -> None:
    guarded.peer.misbehave("poll", lambda peer, _: peer.refusal(409, "again", epoch=10**12))
    guarded.for_(200)
    assert guarded.link.poller.state == "approved"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1990-01-01T00:00:00Z"])
def test_a_moment_outside_reason_is_not_believed(guarded: PlayedAgent, moment: str) -> None:
    guarded.peer.poll_extra = {"server_time": moment}
    guarded.turns(2)
    assert guarded.time.clock.now().year == 2026


LARGE = """
from pathlib import Path
from agent.asked import read_poll_reply
from collectors.link.limits import REPLY_BYTES
filler = b",".join([b'{"kind":"scan","x":[' + b"{}," * 5_000 + b"{}]}"] * 200)[: REPLY_BYTES - 100]
for body in (
    b'{"jobs":[' + filler,
    b'{"jobs":[' + filler.rpartition(b",{")[0] + b"]}",
    b'{"jobs":[' + b"{}," * 1_000_000 + b"{}]}",
    b'{"jobs":[' + b"{}," * 300_000 + b"{}]}",
    b'{"a":' * 500_000,
    b"[" * 3_000_000,
    b'["' + b"a" * (REPLY_BYTES - 10) + b'"]',
    b'{"protocol":1,"cancelled":[' + b'"01ARZ3NDEKTSV4RRFFQ69G5FAV",' * 100_000 + b'""]}',
    b"9" * (REPLY_BYTES - 1),
    b" " * (REPLY_BYTES + 1),
):
    assert read_poll_reply(body) is None
(most,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
print(most.split()[1])  # kB, of this program alone
"""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is of Linux")
def test_answers_as_large_as_they_may_be_leave_the_agent_small() -> None:
    done = subprocess.run([sys.executable, "-c", LARGE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) * 1024 < MEMORY_BYTES
