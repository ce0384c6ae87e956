"""One server, one agent and a small simulated site: started, asked, killed and started again by the tests."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil
import trustme

from tests.demo.furnishing import enter_credentials, write_policy
from tests.demo.processes import PASSWORD, Processes, end, enrolled
from tests.demo.recorded import ServedAccess, Site
from tests.e2e.spool_history import SpoolHistory
from tests.house.sources import ROOT
from tests.peers.ports import free_port, loopback_address

WITHIN_S: Final = 180.0
LOST_AFTER_S: Final = 20.0
PARTS: Final = {"web": "server.cli.web_process", "worker": "run_worker", "scheduler": "run_schedules"}
"""The server's processes by a word of their command line."""


def small_site(stack: ExitStack) -> Site:
    """Return a site of two UPS by SNMP, one by NUT, and the machine itself."""
    site = Site(stack)
    site.add("ups-rack", site.snmp("apc_powernet/smart_ups_on_line"))
    site.add("ups-hall", site.snmp("ups_mib/single_phase"))
    site.add("ups-office", site.nut("nut_ups/usb_ups_asks_for_a_battery"))
    site.add("this-machine", ServedAccess("local", "localhost", 1, "local"))
    return site


@dataclass
class Rig:
    """The processes of one test."""

    stack: ExitStack
    folder: Path
    site: Site
    database_url: str = ""
    tls: bool = False
    proxy: str | None = ""
    processes: Processes = field(init=False)
    begun: Mapping[str, str] = field(init=False)
    _clerk: subprocess.Popen[str] = field(init=False)
    _tls_options: tuple[str, ...] = ()
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def set_up(self) -> None:
        """Run `server init` and `server serve`, enter the client, enrol, approve and run the agent."""
        address = loopback_address() if self.tls else "127.0.0.1"
        more = {"DATABASE_URL": self.database_url} if self.database_url else {}
        self.processes = Processes(self.stack, self.folder, free_port(address), address, more=more)
        if self.tls:
            self._make_certificate(address)
        self.processes.call(
            *("server", "init", "--url", self.processes.url, "--email", "first@msp.example", "--name", "First"),
            *("--password-stdin", "--recovery-key-file", str(self.folder / "recovery.key")),
            stdin=f"{PASSWORD}\n",
        )
        self.start_server()
        self._start_clerk()
        self.begun = self.ask("begin", devices=[asdict(one) for one in self.site.devices])
        self._enrol()
        self.start_agent()

    def _make_certificate(self, address: str) -> None:
        authority = trustme.CA()
        made = authority.issue_cert(address)
        certificate, key = self.folder / "server.pem", self.folder / "server.key"
        for number, part in enumerate(made.cert_chain_pems):
            part.write_to_path(str(certificate), append=number > 0)
        made.private_key_pem.write_to_path(str(key))
        self.processes.authority = self.folder / "authority.pem"
        authority.cert_pem.write_to_path(str(self.processes.authority))
        self._tls_options = ("--certificate", str(certificate), "--key", str(key))

    def _enrol(self) -> None:
        home = self.folder / "state" / "agent"
        write_policy(self.site, home)
        trusted = ("--ca-file", str(self.processes.authority)) if self.processes.authority else ()
        way = ("--proxy", self.proxy) if self.proxy is not None else ()
        told = self.processes.call(
            *("agent", "enrol", "--server", self.processes.url, "--token", "-", "--format", "json", *trusted, *way),
            stdin=self.begun["token"],
        )
        self.ask("let in", fingerprint=enrolled(told)["fingerprint"])
        enter_credentials(self.processes, self.site, self.folder)

    def start_server(self, *, ready: bool = True) -> None:
        """Start the server's process tree, and return when it is ready, or at once."""
        listen = f"{self.processes.address}:{self.processes.port}"
        self._running["server"] = self.processes.start(
            "server", "server", "serve", "--listen", listen, *self._tls_options
        )
        if ready:
            self.processes.wait_until_ready()

    def start_agent(self) -> None:
        """Start the agent; what its spool takes and gives is noted from the first report on."""
        SpoolHistory.prepare(self.spool.parent)
        self._running["agent"] = self.processes.start("agent", "agent", "run")

    def stop(self, name: str) -> None:
        """End the server or the agent as an operator does."""
        process = self._running.pop(name)
        end(process)
        self.processes.forget(process)

    def kill(self, part: str) -> bool:
        """Kill the agent, the server's tree or one of its processes by SIGKILL; return whether there was one."""
        if part in self._running:
            process = self._running.pop(part)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            self.processes.forget(process)
            return True
        server = psutil.Process(self._running["server"].pid)
        found = [one for one in server.children() if any(PARTS[part] in word for word in one.cmdline())]
        for one in found:
            one.kill()
        return bool(found)

    def keep_running(self) -> None:
        """Start the server's tree and the agent again where they are not there, as systemd would."""
        for name in ("server", "agent"):
            process = self._running.get(name)
            if process is not None and process.poll() is not None:
                self.processes.forget(self._running.pop(name))
        if "server" not in self._running:
            self.start_server(ready=False)
        if "agent" not in self._running:
            self.start_agent()

    @property
    def spool(self) -> Path:
        """Return the agent's spool."""
        return self.folder / "state" / "agent" / "spool" / "spool.sqlite"

    @property
    def spool_history(self) -> SpoolHistory:
        """Return what the agent's spool has taken and given so far."""
        return SpoolHistory(self.spool)

    def _start_clerk(self) -> None:
        self._clerk = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.clerk"],
            env=self.processes.environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.stack.callback(self._end_clerk)

    def _end_clerk(self) -> None:
        assert self._clerk.stdin is not None
        assert self._clerk.stdout is not None
        self._clerk.stdin.close()
        self._clerk.wait(20)
        self._clerk.stdout.close()

    def ask(self, what: str, **told: object) -> dict[str, Any]:
        """Return the clerk's answer; raises ClerkFailed."""
        assert self._clerk.stdin is not None
        assert self._clerk.stdout is not None
        self._clerk.stdin.write(json.dumps({"do": what, **told}) + "\n")
        self._clerk.stdin.flush()
        answer: dict[str, Any] = json.loads(self._clerk.stdout.readline())
        if "failed" in answer:
            raise ClerkFailed(f"{what}: {answer['failed']}")
        return answer

    def until_quiet(self, *, lose: bool = False, within_s: float = WITHIN_S) -> None:
        """Return when no job, report or roll-up waits. `lose`: leases end each 20 s, not after a quarter of an hour."""
        lost_s = time.monotonic()

        def quiet() -> bool:
            nonlocal lost_s
            if lose:
                self.keep_running()
                if time.monotonic() > lost_s + LOST_AFTER_S:
                    lost_s = time.monotonic()
                    self.ask("lose")
            waits = self.ask("waits")
            nothing = not any(waits[name] for name in ("jobs", "roll-ups", "due slots"))
            return nothing and not self.spool_history.waiting

        self.until(quiet, "the scan is read, delivered and judged", within_s)

    def until(self, true: Callable[[], bool], what: str, within_s: float = WITHIN_S) -> None:
        """Return when something is true; raises AssertionError with the ends of both logs."""
        until_s = time.monotonic() + within_s
        while time.monotonic() < until_s:
            if true():
                return
            time.sleep(0.5)
        raise AssertionError(f"not within {within_s:.0f} s: {what}; {self.ask('waits')}\n{self.logs()}")

    def logs(self) -> str:
        """Return the ends of the logs."""
        return "\n".join((self.folder / f"{name}.log").read_text()[-3000:] for name in ("server", "agent"))


class ClerkFailed(AssertionError):
    """What was asked of the server's database failed."""
