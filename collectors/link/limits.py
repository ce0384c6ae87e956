"""The bounds of what agent and server take from each other, checked before anything is parsed (security.md 4.9)."""

from typing import Final

PROTOCOL: Final = 1
PROTOCOLS: Final = (1,)
"""What this version speaks; an agent one version newer or older goes on working."""

BODY_BYTES: Final = 1024 * 1024
UNPACKED_BYTES: Final = 8 * 1024 * 1024
WINDOW_BYTES: Final = 8 * 1024 * 1024
REPORT_BYTES: Final = 4 * 1024 * 1024
REPLY_BYTES: Final = 4 * 1024 * 1024
REPORTS_COUNT: Final = 20
JOBS_COUNT: Final = 50
FOUND_COUNT: Final = 5_000
"""Devices that one discovery may report."""

CLOCK_S: Final = 300
"""How far the clocks of agent and server may lie apart for a request to be taken."""
FUTURE_S: Final = 600
"""How far ahead of the server a reading may claim to be before it is clamped and flagged."""

POLL_S: Final = 60
POLL_WATCHED_S: Final = 5
WATCHED_S: Final = 15 * 60
POLL_IDLE_S: Final = 300
LEASE_S: Final = 15 * 60
REQUESTS_A_MINUTE: Final = 10
REQUESTS_BURST: Final = 60
REQUESTS_A_MINUTE_BACKLOG: Final = 60
"""While an agent declares a backlog (decision 21)."""
