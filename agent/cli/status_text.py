"""How the agent is, as lines for an operator."""

from datetime import datetime

from agent.status import Running, Status, ago
from collectors.facts.plain_text import plain_line

_SHOWN = 300


def status_text(status: Status, at: datetime) -> str:
    """Return the lines: what is, then what to do."""
    if not status.enrolled:
        lines = [("Enrolled", "no")]
    else:
        lines = [
            ("Enrolled", f"{status.client}, {status.site}, as {status.agent_id} of {status.server}"),
            ("Fingerprint", status.fingerprint or "no keys"),
            ("State", _state(status)),
            ("Server", _server(status)),
            *(_of_running(status.running, at) if status.running else []),
        ]
    lines += [("To do", text) for text in status.to_do] or [("To do", "nothing")]
    return "".join(f"{name:<12} {plain_line(text, _SHOWN)}\n" for name, text in lines)


def _state(status: Status) -> str:
    running = "runs" if status.runs else "no agent runs"
    return f"{'waits for approval' if status.state == 'pending' else status.state}; {running}"


def _server(status: Status) -> str:
    if status.reachable is None:
        return "not asked"
    return "answers" if status.reachable else (status.reachable_problem or "does not answer")


def _of_running(running: Running, at: datetime) -> list[tuple[str, str]]:
    last = "never" if running.last_success_at is None else f"{ago(running.last_success_at, at)} ago"
    lines = [
        ("Last success", f"{last}; started {ago(running.started_at, at)} ago, process {running.pid}"),
        *([("Problem", f"{running.problem} ({running.failures_count} times in a row)")] if running.problem else []),
        ("Clock", f"the server is {running.clock_ahead_s:+g} s from this machine"),
        ("Jobs", f"{running.jobs_count} in hand"),
        ("Spool", _spool(running, at)),
        ("Policy", _policy(running)),
    ]
    lines += [
        (
            "On hold",
            f"{one.credential}: refused by {one.device} {ago(one.since, at)} ago; {one.waiting_count} devices wait",
        )
        for one in running.on_hold
    ]
    return lines


def _spool(running: Running, at: datetime) -> str:
    spool = running.spool
    oldest = f", the oldest from {ago(spool.oldest_at, at)} ago" if spool.oldest_at else ""
    lost = f"{spool.dropped_count} dropped, {running.rejected_count} rejected, {spool.set_aside_count} files set aside"
    return f"{spool.reports_count} reports{oldest}; {_mb(spool.bytes)} of {_mb(spool.capacity_bytes)}; {lost}"


def _policy(running: Running) -> str:
    policy = running.policy
    parts = (
        ", ".join(map(str, policy.networks)) or "no networks",
        f"ports {', '.join(map(str, policy.ports)) or 'none'}",
        ", ".join(policy.transports) or "no transports",
        policy.hours or "always",
        f"sha256 {policy.sha256[:12]}",
    )
    return "; ".join(parts)


def _mb(size_bytes: int) -> str:
    return f"{size_bytes / 1024**2:.1f} MB"
