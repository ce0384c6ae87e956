"""SSH: command lines of network devices, and Linux-like systems by one script."""

from collectors.transports.ssh.session import open_session

__all__ = ["open_session"]
