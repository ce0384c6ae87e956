"""Limits that the operating system keeps on a child process; this system's module is chosen here (decision 18)."""

import sys

if sys.platform == "win32":
    from collectors.limits.windows import START_METHOD, confine, preload, rearm_cpu
else:
    from collectors.limits.posix import START_METHOD, confine, preload, rearm_cpu

START_ENVIRONMENT = {"MALLOC_ARENA_MAX": "1"}
"""Set before the first child starts: glibc reads it once. One arena keeps many threads from growing many heaps."""

STACK_BYTES = 512 * 1024

__all__ = ["STACK_BYTES", "START_ENVIRONMENT", "START_METHOD", "confine", "preload", "rearm_cpu"]
