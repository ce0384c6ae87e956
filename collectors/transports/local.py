"""The local transport: what psutil tells of the agent's own machine. Nothing leaves the machine and nobody logs on."""

import platform
import socket
from collections.abc import Callable
from datetime import UTC, datetime

import psutil

from collectors.access import Access, Circumstances, Secret
from collectors.facts.gaps import Gap, GapReason
from collectors.replies import JsonReplies, JsonValue
from collectors.session import AnyDriver, Hello


def _volumes() -> JsonValue:
    volumes: list[JsonValue] = []
    for partition in psutil.disk_partitions(all=False):
        row: dict[str, JsonValue] = {
            "mount_point": partition.mountpoint,
            "device": partition.device,
            "file_system": partition.fstype,
            "options": partition.opts,
        }
        try:
            usage = psutil.disk_usage(partition.mountpoint)
        except OSError as error:  # an empty optical drive, a share that is away: named, never left out
            row["error"] = error.strerror or type(error).__name__
        else:
            row |= {"size_bytes": usage.total, "used_bytes": usage.used, "free_bytes": usage.free}
        volumes.append(row)
    return volumes


def _system() -> JsonValue:
    return {
        "system": platform.system(),
        "release": platform.release(),
        "version": platform.version(),
        "machine": platform.machine(),
        "node": socket.gethostname(),
    }


def _os_release() -> JsonValue:
    return dict(platform.freedesktop_os_release())


def _boot() -> JsonValue:
    return {"booted_at": datetime.fromtimestamp(psutil.boot_time(), UTC).isoformat()}


def _memory() -> JsonValue:
    memory = psutil.virtual_memory()
    return {"size_bytes": memory.total, "available_bytes": memory.available, "used_percent": memory.percent}


def _cpu() -> JsonValue:
    return {"count": psutil.cpu_count(), "percent": psutil.cpu_percent(interval=0.2)}


def _interfaces() -> JsonValue:
    counters = psutil.net_io_counters(pernic=True)
    rows: list[JsonValue] = []
    for name, stats in sorted(psutil.net_if_stats().items()):
        seen = counters.get(name)
        rows.append(
            {
                "name": name,
                "up": stats.isup,
                "duplex": int(stats.duplex),
                "speed_mbps": stats.speed,
                "in_errors_count": seen.errin if seen else None,
                "in_packets_count": seen.packets_recv if seen else None,
            }
        )
    return rows


QUESTIONS: dict[str, Callable[[], JsonValue]] = {
    "system": _system,
    "os-release": _os_release,
    "boot": _boot,
    "volumes": _volumes,
    "memory": _memory,
    "cpu": _cpu,
    "interfaces": _interfaces,
}


class LocalSession:
    """The agent's own machine as a session."""

    def __init__(self, circumstances: Circumstances) -> None:
        self._now = circumstances.now
        self.hello = Hello(ident=platform.system(), address="localhost")

    def try_question(self, question: str) -> str | None:
        """Return the answer as text."""
        reply = self._reply(question)
        return None if isinstance(reply, Gap) else str(reply)

    def ask(self, driver: AnyDriver) -> JsonReplies:
        """Return the replies to the driver's questions; one that this machine cannot answer is a gap."""
        return JsonReplies(self._now(), {question: self._reply(question) for question in driver.ASKS}, "localhost")

    def _reply(self, question: str) -> JsonValue | Gap:
        tell = QUESTIONS.get(question)
        if tell is None:
            return Gap(reason=GapReason.UNSUPPORTED, text="is not a question this machine answers")
        try:
            return tell()
        except PermissionError:
            return Gap(reason=GapReason.ACCESS_DENIED, text="may not be read by the agent's account")
        except (OSError, psutil.Error) as error:
            return Gap(reason=GapReason.UNSUPPORTED, text=f"cannot be told by this machine ({type(error).__name__})")

    def close(self) -> None:
        """Nothing to close."""


def open_session(access: Access, secret: Secret, circumstances: Circumstances) -> LocalSession:
    """Return the session with this machine; the address of the access does not matter."""
    return LocalSession(circumstances)
