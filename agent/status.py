"""How the agent is: what the running one writes down, and what an operator is told of it, with what to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from pydantic import AwareDatetime

from agent.enrolled import Enrolment
from agent.own_file import Kept
from collectors.facts.exit_codes import ExitCode
from collectors.link.messages import OnHold, Policy, Spool, State

SILENT_S: Final = 900.0
"""After so long without a word of the server an operator should look."""
CLOCK_S: Final = 60.0
SPOOL_SHARE: Final = 0.8


class Running(Kept):
    """What the running agent writes after each contact with the server. Moments are those of the host's clock."""

    format: Literal["datumline.agent-status/1"] = "datumline.agent-status/1"
    pid: int
    boot_id: str
    agent_version: str
    started_at: AwareDatetime
    updated_at: AwareDatetime
    state: State
    last_success_at: AwareDatetime | None = None
    failures_count: int = 0
    problem: str | None = None
    """What went wrong last; nothing once it goes well again."""
    clock_ahead_s: float = 0.0
    """How far the server's time is ahead of this machine's."""
    jobs_count: int = 0
    worker_pid: int | None = None
    rejected_count: int = 0
    spool: Spool
    policy: Policy
    on_hold: tuple[OnHold, ...] = ()


class Status(Kept):
    """The whole picture, as `datumline agent status --format json` prints it."""

    enrolled: bool
    server: str | None = None
    agent_id: str | None = None
    client: str | None = None
    site: str | None = None
    fingerprint: str | None = None
    state: State | None = None
    runs: bool = False
    reachable: bool | None = None
    """None: it was not tried."""
    reachable_problem: str | None = None
    running: Running | None = None
    to_do: tuple[str, ...] = ()
    exit_code: int = 0


@dataclass(frozen=True)
class Seen:
    """What was found out about this machine's agent."""

    enrolment: Enrolment | None
    fingerprint: str | None
    running: Running | None
    runs: bool
    reachable: bool | None
    reachable_problem: str | None


def status_of(seen: Seen, at: datetime) -> Status:
    """Return the picture with what to do, most urgent first, and the exit code for monitors.

    0 all is well; 2 not enrolled, or no agent runs; 3 the server does not answer; 4 a person must act on the server.
    """
    enrolment = seen.enrolment
    if enrolment is None:
        to_do: tuple[str, ...] = ("Enrol this machine: datumline agent enrol --server URL --token TOKEN.",)
        return Status(enrolled=False, fingerprint=seen.fingerprint, to_do=to_do, exit_code=ExitCode.USAGE)
    state = seen.running.state if seen.running is not None and seen.runs else enrolment.state
    told = [*_of_server(state), *_of_way(seen, at), *_of_machine(seen)]
    code = next((code for code, _ in told if code), ExitCode.DONE)
    return Status(
        enrolled=True,
        server=enrolment.server,
        agent_id=enrolment.agent_id,
        client=enrolment.client,
        site=enrolment.site,
        fingerprint=seen.fingerprint,
        state=state,
        runs=seen.runs,
        reachable=seen.reachable,
        reachable_problem=seen.reachable_problem,
        running=seen.running,
        to_do=tuple(text for _, text in told),
        exit_code=code,
    )


_OF_STATE: Final[dict[State, str]] = {
    "pending": "On the server's page of agents, compare the fingerprint and approve this agent.",
    "restored or cloned": (
        "This agent's counter was seen before: the machine was restored, or runs twice. End the other one if there is"
        " one, then confirm this agent on the server."
    ),
    "revoked": "This agent was revoked. If that was a mistake: datumline agent enrol --anew with a new token.",
}


def _of_server(state: State) -> list[tuple[ExitCode, str]]:
    return [(ExitCode.ACCESS_DENIED, _OF_STATE[state])] if state in _OF_STATE else []


def _of_way(seen: Seen, at: datetime) -> list[tuple[ExitCode, str]]:
    if not seen.runs:
        return [(ExitCode.USAGE, "No agent runs on this machine: start its service, or 'datumline agent run'.")]
    running = seen.running
    if seen.reachable is False:
        return [(ExitCode.UNREACHABLE, f"{seen.reachable_problem} Look at the network, the proxy and the server.")]
    if running is None:
        return []
    since = running.last_success_at or running.started_at
    if (at - since).total_seconds() > SILENT_S:
        why = running.problem or "It has not asked."
        return [(ExitCode.UNREACHABLE, f"The server has not taken a request for {ago(since, at)}: {why}")]
    return []


def _of_machine(seen: Seen) -> list[tuple[ExitCode, str]]:
    running = seen.running
    if running is None:
        return []
    told = []
    if abs(running.clock_ahead_s) > CLOCK_S:
        told.append("Set this machine's clock: readings carry the server's time, logs and certificates do not.")
    if running.spool.capacity_bytes and running.spool.bytes / running.spool.capacity_bytes > SPOOL_SHARE:
        told.append("The spool is nearly full: nothing more is read until reports can be delivered.")
    if running.spool.set_aside_count:
        told.append("A spool file was damaged and moved aside: look at the disk of this machine.")
    if running.rejected_count:
        told.append("The server rejected reports, which are kept apart: look at the log, and tell us.")
    told += [
        f"Enter the credential {one.credential} anew, or try it on one device: {one.device} refused it."
        for one in running.on_hold
    ]
    return [(ExitCode.DONE, text) for text in told]


def ago(moment: datetime, at: datetime) -> str:
    """Return how long ago something was, in words that a person reads at a glance."""
    seconds = max(0, round((at - moment).total_seconds()))
    for size, word in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {word}{'s' if count > 1 else ''}"
    return f"{seconds} s"
