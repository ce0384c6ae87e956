"""Clients of the SSH benchmark: each function makes the act of reading so many devices, so many at once."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any, cast

from bench.ssh_device import COMMANDS, LEAST_CHARACTERS, NAME

logging.disable(logging.CRITICAL)

PATIENCE_S = 60


def _wrong(outputs: Sequence[str]) -> int:
    """Return how many outputs are not the whole output: a stale prompt ends a read too early."""
    return sum(len(output) < LEAST_CHARACTERS or f"{NAME}#" in output for output in outputs)


def ours(address: str, port: int, user: str, key_file: str, devices: int, at_once: int) -> Callable[[], int]:
    """Return the act of our sessions."""
    from collectors.access import Access, Secret
    from collectors.credentials import SshAccount
    from collectors.driver import Gentle
    from collectors.session import AnyDriver
    from collectors.transports.ssh.session import open_session
    from tests.contract.open_circumstances import circumstances

    made = SimpleNamespace(
        ASKS=COMMANDS,
        PREPARES=("terminal length 0", "terminal width 511"),
        NETMIKO="cisco_ios",
        GENTLE=Gentle(questions_per_s=10_000),
        TRANSPORT="ssh",
        TITLE="A switch",
    )
    access = Access(transport="ssh", address=address, port=port, driver="cisco_ios")
    secret = Secret("bench", SshAccount(kind="ssh", user=user, key_file=key_file))

    def read(_: int) -> int:
        session = open_session(access, secret, circumstances(timeout_s=PATIENCE_S))
        try:
            replies = session.ask(cast(AnyDriver, made)).replies
        finally:
            session.close()
        return _wrong([reply if isinstance(reply := replies[command], str) else "" for command in COMMANDS])

    def act() -> int:
        with ThreadPoolExecutor(at_once) as threads:
            return sum(threads.map(read, range(devices)))

    return act


def nornir(address: str, port: int, user: str, key_file: str, devices: int, at_once: int) -> Callable[[], int]:
    """Return the act of nornir with netmiko, in its own threads."""
    from nornir.core import Nornir
    from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
    from nornir.core.plugins.connections import ConnectionPluginRegister
    from nornir.plugins.runners import ThreadedRunner
    from nornir_netmiko.tasks import netmiko_send_command

    ConnectionPluginRegister.auto_register()
    extras = {
        "use_keys": True,
        "key_file": key_file,
        "allow_agent": False,
        "conn_timeout": PATIENCE_S,
        "banner_timeout": PATIENCE_S,
        "auth_timeout": PATIENCE_S,
    }

    def read(task: Any) -> int:
        return _wrong(
            [
                task.run(netmiko_send_command, command_string=command, read_timeout=PATIENCE_S)[0].result
                for command in COMMANDS
            ]
        )

    def act() -> int:
        hosts = Hosts()
        for number in range(devices):
            hosts[f"device{number}"] = Host(
                name=f"device{number}",
                hostname=address,
                port=port,
                username=user,
                platform="cisco_ios",
                connection_options={"netmiko": ConnectionOptions(extras=extras)},
            )
        inventory = Inventory(hosts=hosts, groups=Groups(), defaults=Defaults())
        run = Nornir(inventory=inventory, runner=ThreadedRunner(num_workers=at_once))
        results = run.run(task=read)
        run.close_connections()
        failed = len(results.failed_hosts) * len(COMMANDS)
        wrong = [int(result[0].result) for name, result in results.items() if name not in results.failed_hosts]
        return failed + sum(wrong)

    return act
