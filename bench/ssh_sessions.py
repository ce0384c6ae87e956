"""What reading five commands of a switch over SSH costs, beside nornir with netmiko, one device at once and twenty."""

from bench import ssh_device
from bench.apart import Spent, spent_apart
from bench.measured import Measured

CLIENTS = "bench.ssh_clients"
ROUNDS = ((1, 3, 2.0), (20, 20, 1.7))
"""Devices at once, devices in all, and how many times as many devices a second the design asks for."""


def measure() -> list[Measured]:
    """Return wall time and processor time a device, and the wrong outputs of both."""
    rows = []
    with ssh_device.running() as where:
        for at_once, devices, times_at_least in ROUNDS:
            both: list[Spent] = [
                spent_apart(
                    CLIENTS, client, where.address, where.port, where.user, where.key_file, devices, at_once, repeats=3
                )
                for client in ("ours", "nornir")
            ]
            ours, theirs = both
            what = f"five commands of a switch by SSH, {at_once} at once"
            peer = f"nornir + netmiko ({theirs.wrong_count} wrong outputs)"
            rows += [
                Measured(what, "ms a device", ours.wall_ms / devices, peer, theirs.wall_ms / devices, times_at_least),
                Measured(what, "ms CPU a device", ours.cpu_ms / devices, peer, theirs.cpu_ms / devices, 1 / 0.6),
                Measured(f"{what}: wrong outputs", "outputs", ours.wrong_count, at_most=0),
            ]
    return rows
