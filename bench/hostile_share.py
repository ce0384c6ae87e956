"""300 simulated devices, a fifth of them hostile: how much later the other 240 are read than in a run without attacks.

Run it alone: `python -m bench hostile`. Peers and pool share this machine's processors.
"""

import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bench.measured import Measured, table
from collectors.access import Access, Secret
from collectors.credentials import NutAccount, SnmpCommunity, SshAccount, WinrmAccount
from collectors.facts.reading import TransportName
from collectors.first_contact import PinStore
from collectors.ledger import LogonLedger
from collectors.pool.job import Job
from collectors.pool.parent import Pool
from tests.demo.recorded import PASSWORD, USER, WINDOWS_USER, replies_in
from tests.peers.nut import NutPeer
from tests.peers.powershell import PowerShell
from tests.peers.snmp_agent import SnmpAgent, snmprec
from tests.peers.ssh_cli import STYLES, SshCliPeer
from tests.peers.winrm import WinrmPeer

DEVICES_COUNT = 300
EVERY = 5
"""Every fifth device is hostile."""
LONGER = 1.2
"""How many times as long it may take with attacks."""
ANSWER_S = 0.02
"""How long an agent thinks about an answer; a device in life needs 5 to 200 ms."""
ATTACKS: dict[TransportName, tuple[str, ...]] = {
    "snmp": ("silent", "endless", "drip_wrong_id", "flood", "long_oids", "lying_length", "same_oid", "huge_values"),
    "ssh": ("silent", "banner_flood", "endless_output", "drip_output"),
    "winrm": ("endless_receive", "drip", "endless_body"),
    "nut": ("drip", "endless_list", "silent"),
}
SHARES: tuple[TransportName, ...] = (*("snmp",) * 22, "ssh", "ssh", "ssh", "ssh", "winrm", "nut", "nut", "nut", "nut")
DRIVERS: dict[TransportName, str] = {
    "snmp": "cisco_ios_snmp", "ssh": "cisco_ios", "winrm": "windows_server", "nut": "nut_ups"
}  # fmt: skip
SECRETS: dict[TransportName, Secret] = {
    "snmp": Secret("snmp", SnmpCommunity(kind="snmp", version="2c", community=SecretStr("public"))),
    "ssh": Secret("ssh", SshAccount(kind="ssh", user=USER, password=SecretStr(PASSWORD), realm="device")),
    "winrm": Secret(
        "winrm",
        WinrmAccount(kind="winrm", user=WINDOWS_USER, password=SecretStr(PASSWORD), scheme="http", realm="device"),
    ),
    "nut": Secret("nut", NutAccount(kind="nut")),
}


def peer_of(transport: TransportName, mischief: Any) -> Any:
    """Return a simulated device, hostile where it has a mischief."""
    match transport:
        case "snmp":
            values = snmprec(replies_in("cisco_ios_snmp/access_switch", "snmprec"))
            return SnmpAgent(values, mischief=mischief, delay_s=ANSWER_S)
        case "ssh":
            told = {command: str(text) for command, text in replies_in("cisco_ios/iosxe_switch", "replies").items()}
            style = STYLES["cisco_ios"]
            return SshCliPeer(style, told, user=USER, password=PASSWORD, starts_enabled=True, mischief=mischief)
        case "winrm":
            blocks = replies_in("windows_server/well_kept", "replies")
            return WinrmPeer(PowerShell(blocks), users={WINDOWS_USER: PASSWORD}, mischief=mischief)
        case _:
            variables = replies_in("nut_ups/usb_ups_asks_for_a_battery", "replies")["LIST VAR"]
            return NutPeer({"ups": "".join(f"{n}: {text}\n" for n, text in variables.items())}, mischief=mischief)


def done_s(*, hostile: bool) -> float:
    """Return the seconds until the honest 240 of 300 devices were read; raises RuntimeError when one was not."""
    jobs, honest = [], set()
    with ExitStack() as keep:
        for number in range(DEVICES_COUNT):
            transport = SHARES[number % len(SHARES)]
            attacked = number % EVERY == EVERY - 1
            attacks = ATTACKS[transport]
            mischief = attacks[number // EVERY % len(attacks)] if hostile and attacked else None
            peer = keep.enter_context(peer_of(transport, mischief))
            access = Access(transport=transport, address=peer.address, port=peer.port, driver=DRIVERS[transport])
            jobs.append(Job(str(number), f"device-{number}", access, SECRETS[transport]))
            if not attacked:
                honest.add(str(number))
        folder = Path(keep.enter_context(tempfile.TemporaryDirectory()))
        ledger, pins = keep.enter_context(closing(LogonLedger(folder))), keep.enter_context(closing(PinStore(folder)))
        pool = keep.enter_context(Pool(ledger, pins, preload=("snmp", "ssh", "winrm", "nut")))
        began_s = time.perf_counter()
        with closing(pool.outcomes(jobs)) as outcomes:  # type: ignore[type-var]
            for outcome in outcomes:
                if outcome.job.id not in honest:
                    continue
                honest.remove(outcome.job.id)
                if outcome.snapshot.problem is not None:
                    raise RuntimeError(f"{outcome.job.name}: {outcome.snapshot.problem.text}")
                if not honest:
                    break
        return time.perf_counter() - began_s


def measure() -> list[Measured]:
    """Return the row of the table: with attacks it may take 1.2 times as long as without."""
    clean_s, hostile_s = done_s(hostile=False), done_s(hostile=True)
    what = "240 honest devices read beside 60 hostile ones"
    row = Measured(
        what, "s", hostile_s, "the same 240 beside 60 honest ones", clean_s, times_at_least=round(1 / LONGER, 2)
    )
    return [row]


if __name__ == "__main__":
    print(table(measure()))
