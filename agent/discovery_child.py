"""A discovery in a process of its own: what strangers send is taken apart there, under limits, and it can be ended."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, field_serializer

from agent.discovery import NotFinished, discover
from agent.errors import AgentError
from agent.policy import SitePolicy
from collectors import limits
from collectors.access import Secret
from collectors.credentials import SnmpCommunity
from collectors.link.jobs import DiscoverJob
from collectors.link.messages import FoundDevice

MEMORY_BYTES: Final = 400 * 1024 * 1024
CPU_S: Final = 300
ANSWER_BYTES: Final = 16 * 1024 * 1024
_POLL_S: Final = 0.5
_END_S: Final = 5.0
_MODULE: Final = "agent.discovery_child"


class Order(BaseModel):
    """What the child is told on its first line: the one place where the community is written out, in memory only."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    job: DiscoverJob
    policy: Path
    policy_sha256: str
    name: str = ""
    version: Literal["1", "2c"] = "2c"
    community: SecretStr = SecretStr("")

    @classmethod
    def of(cls, job: DiscoverJob, policy: SitePolicy, community: Secret | None) -> Self:
        """Return the order; raises NotFinished for a credential that is no community."""
        told = {"job": job, "policy": policy.path.resolve(), "policy_sha256": policy.sha256}
        if community is None:
            return cls.model_validate(told)
        credential = community.credential
        if not isinstance(credential, SnmpCommunity):
            raise NotFinished(f"the credential {community.name!r} is no SNMP community; a discovery logs on nowhere.")
        secret = {"name": community.name, "version": credential.version, "community": credential.community}
        return cls.model_validate({**told, **secret})

    @property
    def secret(self) -> Secret | None:
        """Return the community under its name, None where none was given."""
        if not self.name:
            return None
        return Secret(self.name, SnmpCommunity(kind="snmp", version=self.version, community=self.community))

    @field_serializer("community", when_used="json")
    def _reveal(self, community: SecretStr) -> str:
        return community.get_secret_value()


class Answer(BaseModel):
    """What the child says: what was found, or why it did not finish."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)

    found: tuple[FoundDevice, ...] | None = None
    problem: str = ""


def discover_apart(
    job: DiscoverJob,
    policy: SitePolicy,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    *,
    community: Secret | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[FoundDevice, ...]:
    """Return what `discover` does, from a child process; raises NotAllowed before it starts one, and NotFinished."""
    policy.check_discovery(job)
    policy.check_hours(job, now())
    order = Order.of(job, policy, community)
    root = str(Path(__file__).resolve().parents[1])
    environment = {**os.environ, **limits.START_ENVIRONMENT, "PYTHONPATH": root}
    process = subprocess.Popen(
        [sys.executable, "-m", _MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    said: list[bytes] = []
    reader = threading.Thread(target=_read, args=(process, said), daemon=True)
    reader.start()
    try:
        _order(process, order)
        while reader.is_alive():
            reader.join(_POLL_S)
            if stop() or now() >= job.not_after:
                raise NotFinished("the discovery was ended: it was stopped, or its time was up.")
    finally:
        process.kill()
        process.wait(_END_S)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
    return _answered(b"".join(said))


def _order(process: "subprocess.Popen[bytes]", order: Order) -> None:
    assert process.stdin is not None  # noqa: S101 - it was asked for
    try:
        process.stdin.write(order.model_dump_json().encode() + b"\n")
        process.stdin.flush()
    except OSError as error:
        raise NotFinished(
            "the process of the discovery did not start; its limits or the memory are too small."
        ) from error


def _read(process: "subprocess.Popen[bytes]", said: list[bytes]) -> None:
    assert process.stdout is not None  # noqa: S101 - it was asked for
    with suppress(OSError, ValueError):
        said.append(process.stdout.read(ANSWER_BYTES + 1))


def _answered(raw: bytes) -> tuple[FoundDevice, ...]:
    if not raw or len(raw) > ANSWER_BYTES:
        raise NotFinished("the process of the discovery ended without an answer: memory, time or a defect of ours.")
    try:
        answer = Answer.model_validate_json(raw)
    except ValidationError:
        raise NotFinished("the process of the discovery gave no answer that can be read: a defect of ours.") from None
    if answer.found is None:
        raise NotFinished(answer.problem)
    return answer.found


def main() -> None:
    """Do the discovery that stands on the first line of stdin; end at once when stdin ends: the agent is gone."""
    limits.confine(MEMORY_BYTES)
    limits.rearm_cpu(CPU_S)
    threading.stack_size(limits.STACK_BYTES)
    order = Order.model_validate_json(sys.stdin.buffer.readline(1024 * 1024))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        policy = SitePolicy.load(order.policy)
        if policy.sha256 != order.policy_sha256:
            raise NotFinished("the policy was changed while the discovery began; it will be judged anew.")
        answer = Answer(found=discover(order.job, policy, community=order.secret))
    except AgentError as error:
        answer = Answer(problem=str(error))
    sys.stdout.write(answer.model_dump_json())
    sys.stdout.flush()
    os._exit(0)


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
