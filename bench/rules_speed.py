"""What judging one Windows server costs, beside plain Python functions that give no evidence and know no unknown."""

from collections.abc import Callable
from datetime import UTC, datetime

from bench.measured import Measured, cpu_ms
from collectors.facts.facts import Facts
from collectors.facts.merge import subject_of
from collectors.facts.reading import Device, Source, snapshot_of
from collectors.facts.sections.accounts import Lockout, PasswordPolicy
from collectors.facts.sections.storage import Volume
from collectors.facts.sections.windows import Service, Smb
from rules.evaluate import evaluate
from rules.library_at import default_library

AT = datetime(2026, 11, 21, tzinfo=UTC)
TIMES = 200
GIB = 1024**3


def _facts() -> Facts:
    volumes = tuple(
        Volume(name=f"{letter}:", kind="fixed", role="data", size_bytes=500 * GIB, free_bytes=200 * GIB)
        for letter in "CDEFGH"
    )
    services = tuple(Service(name=f"service{n}", state="running", start="automatic") for n in range(180))
    return Facts(
        volumes=volumes,
        services=services,
        password_policy=PasswordPolicy(min_length_count=14),
        lockout=Lockout(threshold_count=5, duration_s=900),
        smb=Smb(v1_enabled=False),
        device_class="windows server",
    )


def measure() -> list[Measured]:
    """Return the cost of the shipped library on one server, against lambdas over the same values."""
    facts = _facts()
    snapshot = snapshot_of(facts, Device(name="srv"), Source(transport="winrm", driver="windows_server"), AT)
    subject = subject_of([snapshot], name="srv")
    standards = [one for one in default_library().standards if "windows server" in one.kinds]
    plain: list[Callable[[], bool]] = [
        lambda: all(v.free_bytes / v.size_bytes >= 0.2 for v in facts.volumes or () if v.free_bytes and v.size_bytes),
        lambda: (facts.password_policy or PasswordPolicy()).min_length_count == 14,
        lambda: not (facts.smb or Smb()).v1_enabled,
    ]
    ours = cpu_ms(lambda: [evaluate(one, subject, AT) for _ in range(TIMES) for one in standards])
    theirs = cpu_ms(lambda: [one() for _ in range(TIMES) for one in plain])
    return [
        Measured(
            f"one standard of {len(standards)} with its evidence",
            "us CPU",
            ours * 1000 / TIMES / len(standards),
            "a lambda without evidence",
            theirs * 1000 / TIMES / len(plain),
        )
    ]
