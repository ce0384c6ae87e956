"""What happens in the demo, step by step, through the same actions as on the pages."""

import sys
import time
from collections.abc import Callable, Mapping
from typing import Final

import django

django.setup()

from django.db import close_old_connections  # noqa: E402 - Django must be set up first
from django.utils import timezone  # noqa: E402

from server.accounts.actor import Actor  # noqa: E402
from server.accounts.rights import Right  # noqa: E402
from server.agents.actions import approve, make_token  # noqa: E402
from server.agents.models import Agent  # noqa: E402
from server.alignment.models import ClientStandard  # noqa: E402
from server.clients.models import Client, Device, RollUpDue  # noqa: E402
from server.scans.actions.running import scan_client  # noqa: E402
from server.scans.models import ScanJob  # noqa: E402
from tests.demo.furnishing import add_live_client, enter_credentials, write_policy  # noqa: E402
from tests.demo.people import add_people, code_at, new_seed  # noqa: E402
from tests.demo.processes import PASSWORD, DemoFailed, Processes  # noqa: E402
from tests.demo.recorded import Site  # noqa: E402
from tests.seeding import plant_client  # noqa: E402

OPEN: Final = ("queued", "leased")
LOOK_S: Final = 0.5
HISTORY_OF: Final = "Kestrel Joinery"


class Story:
    """One run of the demo."""

    def __init__(self, processes: Processes, site: Site) -> None:
        self._processes = processes
        self._site = site
        self._by = Actor(name="The demo", rights=frozenset(Right), all_clients=True)
        self._seed = new_seed()
        self._client: Client | None = None
        self._log_ins = add_people(self._seed)

    def begin(self) -> None:
        """Add a client with history, and the one that is read live."""
        plant_client(HISTORY_OF, timezone.now())
        self._client = add_live_client(self._by, self._site)

    def enrol(self, read: Callable[[str], Mapping[str, str]]) -> None:
        """Enrol the agent with a token, and approve it by the fingerprint that it showed."""
        folder = self._processes.folder / "state" / "agent"
        write_policy(self._site, folder)
        token = make_token(self._by, self.client.sites.get())
        told = self._processes.call(
            "agent", "enrol", "--server", self._processes.url, "--token", "-", "--format", "json", stdin=token.token
        )
        agent = Agent.objects.get(site__client=self.client)
        approve(self._by, agent, read(told)["fingerprint"])
        enter_credentials(self._processes, self._site, self._processes.folder)

    def scan(self, within_s: float) -> None:
        """Order a scan of the client, and wait until it is read, judged and rolled up; raises DemoFailed."""
        scan_client(self._by, self.client)
        until_s = time.monotonic() + within_s
        while time.monotonic() < until_s:
            if not self._processes.alive():
                break
            close_old_connections()
            if self._all_read() and not RollUpDue.objects.filter(client=self.client).exists():
                return
            time.sleep(LOOK_S)
        raise DemoFailed(f"the scan was not finished; see {self._processes.folder}/agent.log and server.log")

    def _all_read(self) -> bool:
        return not ScanJob.objects.filter(site__client=self.client, state__in=OPEN).exists()

    def told(self, took_s: float) -> str:
        """Return what a person at the terminal is told."""
        words = list(ClientStandard.objects.filter(client=self.client).values_list("verdict", flat=True))
        read = Device.objects.filter(client=self.client, read_at__isnull=False).count()
        all_of_them = Device.objects.filter(client=self.client).count()
        lines = [
            "",
            f"The first scan is finished, {took_s:.0f} s after the start: {read} of {all_of_them} devices were read.",
            f"{self.client.name}: {words.count('yes')} yes, {words.count('no')} no, {words.count('unknown')} unknown, "
            f"{words.count('not applicable')} not applicable. {HISTORY_OF} has a history to look at.",
            "",
            f"  Open    {self._processes.url}",
            f"  Password of everybody    {PASSWORD}",
            f"  Code of the second factor, now and for half a minute    {code_at(self._seed, time.time())}",
            f"  Or add this seed to an authenticator app    {self._seed}",
            "",
            *(f"  {one.role:<24}{one.email}" for one in self._log_ins),
        ]
        return "\n".join(lines)

    def go_on(self) -> None:
        """Show the code of the second factor as it changes, until Ctrl-C or until something ends by itself."""
        print("\nCtrl-C ends everything.")
        shown = ""
        while self._processes.alive():
            code = code_at(self._seed, time.time())
            if code != shown and sys.stdout.isatty():
                print(f"\r  Code of the second factor: {code}  ", end="", flush=True)
                shown = code
            time.sleep(1)
        raise DemoFailed(f"the server or the agent ended by itself; see {self._processes.folder}")

    @property
    def client(self) -> Client:
        """Return the client that is read live."""
        assert self._client is not None, "the story has not begun"
        return self._client
