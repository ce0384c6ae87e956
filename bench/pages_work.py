"""The work of the page benchmark: `python -m bench.pages_work` prints its figures as JSON."""

import json
import os
import shutil
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import django

FEW, MANY = 20, 200
ROUNDS: Final = 12
ASKED: Final = 2
"""Times that a page is asked for in a turn, after one that is not counted."""


def main() -> int:
    """Print for each page its queries and its processor time."""
    django.setup()
    from django.core.management import call_command

    from bench.pages_filled import write_library

    folder = Path(os.environ["DATUMLINE_SERVER_DATA"])
    write_library(Path(os.environ["DATUMLINE_SERVER_LIBRARY"]))
    call_command("migrate", verbosity=0)
    began_s = time.perf_counter()
    pages, files, queries_few = _filled(folder)
    built_s = time.perf_counter() - began_s
    figures = {name: _figures(url, files, queries_few[name]) for name, url in pages.items()}
    sizes = {name: path.stat().st_size / 1e6 for name, path in files.items()}
    print(json.dumps({"pages": figures, "built_s": built_s, "sizes_mb": sizes}))
    return 0


def _filled(folder: Path) -> tuple[dict[str, str], dict[str, Path], dict[str, int]]:
    """Return the pages' addresses, a database of one year and one of three, and the queries with few clients."""
    from django.conf import settings
    from django.utils import timezone

    from bench.pages_filled import WEEKS_A_YEAR, add_clients, add_weeks, sample
    from server.notices.problems import gather
    from server.scans.plans import put_in_place

    like = sample()
    clients = [like.client, *add_clients(like, 1, FEW)]
    add_weeks(like, clients, 0, WEEKS_A_YEAR)
    put_in_place([like.plan], timezone.now())
    gather(timezone.now())
    pages = _pages(like)
    few = {name: _queries(url) for name, url in pages.items()}
    more = add_clients(like, FEW, MANY)
    add_weeks(like, more, 0, WEEKS_A_YEAR)
    put_in_place([like.plan], timezone.now())
    gather(timezone.now())
    three = Path(str(settings.DATABASES["default"]["NAME"]))
    _settled()
    one = folder / "one-year.sqlite3"
    shutil.copy(three, one)
    add_weeks(like, [*clients, *more], WEEKS_A_YEAR, 3 * WEEKS_A_YEAR)
    _settled()
    return pages, {"one": one, "three": three}, few


def _settled() -> None:
    """Bring all that was written into the one file, and let go of it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _pages(like: Any) -> dict[str, str]:
    """Return the address of each page, in the order of the navigation."""
    from django.urls import reverse

    from server.notices.models import Problem

    device = next(one for one in like.devices if one.name == "SRV-FILES")
    own, standard = [like.client.uid], ["windows.password-length"]
    return {
        "home": reverse("home"),
        "clients": reverse("clients"),
        "a client": reverse("client", args=own),
        "a client's standards": reverse("client_standards", args=own),
        "a client's devices": reverse("client_devices", args=own),
        "a client's changes": reverse("client_changes", args=own),
        "a client's readiness": reverse("client_readiness", args=own),
        "a device": reverse("device", args=[device.uid]),
        "devices": reverse("devices"),
        "matrix": reverse("matrix"),
        "one standard, all clients": reverse("matrix_standard", args=standard),
        "scans": reverse("scans"),
        "scans that failed": reverse("scan_failures"),
        "scan health": reverse("problems"),
        "a problem": reverse("problem", args=[Problem.objects.order_by("-devices_count")[0].uid]),
        "new since Monday": reverse("changes"),
        "agents": reverse("agents"),
        "library": reverse("library"),
        "audit log": reverse("audit"),
        "search": f"{reverse('search')}?q=harbour",
    }


def _browser() -> Any:
    from server.accounts.models import RoleHeld, User
    from server.accounts.rights import Role
    from tests.web.conftest import signed_in

    user, new = User.objects.get_or_create(
        email="administrator@msp.test", defaults={"name": "Administrator", "all_clients": True}
    )
    if new:
        RoleHeld.objects.create(user=user, role=Role.ADMINISTRATOR)
    browser = signed_in(user)
    browser.defaults["SERVER_NAME"] = "localhost"
    return browser


def _queries(url: str) -> int:
    """Return how many queries a page makes; the first time may fill a cache and does not count."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = _browser()
    _asked(browser, url)
    with CaptureQueriesContext(connection) as told:
        _asked(browser, url)
    return len(told)


def _asked(browser: Any, url: str) -> None:
    response = browser.get(url)
    assert response.status_code == 200, (url, response.status_code)


def _figures(url: str, files: dict[str, Path], few: int) -> dict[str, Any]:
    """Return the queries of a page, the least processor time over three years, and how one year goes into it.

    That is the median over rounds in which both are measured one after the other: what others do on the machine costs
    both about as much.
    """
    counts: dict[str, int] = {}
    for name, file in files.items():
        with _database(file):
            counts[name] = _queries(url)
    rounds = []
    for number in range(ROUNDS):
        turn = list(files.items())[:: -1 if number % 2 else 1]
        rounds.append({name: _spent_ms(url, file) for name, file in turn})
    least_ms = min(one["three"] for one in rounds)
    ratio = statistics.median(one["one"] / one["three"] for one in rounds)
    return {"queries": [few, counts["one"], counts["three"]], "one_ms": least_ms * ratio, "three_ms": least_ms}


def _spent_ms(url: str, file: Path) -> float:
    with _database(file):
        browser = _browser()
        _asked(browser, url)
        before_s = time.process_time()
        for _time in range(ASKED):
            _asked(browser, url)
        return (time.process_time() - before_s) / ASKED * 1000


@contextmanager
def _database(file: Path) -> Iterator[None]:
    """Have the server use another file for a while."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = file
    try:
        yield
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
