"""The spool: what is kept is kept until the server has spoken, whatever happens to the disk below it."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.errors import SpoolFull
from agent.spool import Spool
from agent.spool_file import BALLAST_BYTES
from collectors.link.messages import ReportOutcome
from tests.contract.agent_link.reports import report

MUTATIONS_COUNT = 200
START_S = 5.0
CAP = 1024 * 1024


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    one = Spool(tmp_path / "spool")
    yield one
    one.close()


def stored(*names: str) -> list[ReportOutcome]:
    return [ReportOutcome(report_id=name, outcome="stored") for name in names]


def all_of(spool: Spool) -> list[str]:
    return [one.id for one in spool.oldest(100_000, 1 << 40, 1 << 40)]


def bulky(size: int = 9_000) -> str:
    return b64encode(os.urandom(size)).decode()


def fill(spool: Spool) -> list[str]:
    """Put reports of devices that differ into the spool until it is full, and return their ids."""
    kept: list[str] = []
    for number in range(5_000):
        one = report(text=bulky())
        try:
            spool.put(one, f"device {number}")
        except SpoolFull:
            return kept
        kept.append(one.id)
    raise AssertionError("the spool was never full")


def test_reports_come_out_as_they_went_in_and_oldest_first(spool: Spool) -> None:
    some = [report(number) for number in range(5)]
    for one in some:
        spool.put(one, "a device")
    assert all_of(spool) == [one.id for one in some]
    assert f'"id":"{some[0].id}"'.encode() in spool.oldest(1, 10_000, 10_000)[0].text


def test_a_report_is_there_after_the_process_is_gone(tmp_path: Path) -> None:
    first = Spool(tmp_path)
    one = report()
    first.put(one, "a device")
    second = Spool(tmp_path)
    assert all_of(second) == [one.id]
    first.close()
    second.close()


def test_a_commit_is_on_the_disk_and_not_on_its_way(spool: Spool) -> None:
    with spool._file.reading() as db:
        told = [db.execute(f"pragma {name}").fetchone()[0] for name in ("synchronous", "journal_mode", "auto_vacuum")]
    assert told == [2, "wal", 2]  # full, wal, incremental: the numbers of SQLite's own documentation


def test_only_what_the_server_has_spoken_of_is_forgotten(spool: Spool) -> None:
    some = [report(number) for number in range(3)]
    for one in some:
        spool.put(one, "a device")
    assert spool.settle(stored(some[1].id, report().id)) == 1
    assert all_of(spool) == [some[0].id, some[2].id]


def test_a_rejected_report_is_kept_apart_and_only_the_last_two_hundred(spool: Spool) -> None:
    for number in range(210):
        one = report(number)
        spool.put(one, "a device")
        spool.settle([ReportOutcome(report_id=one.id, outcome="rejected", reason="no such job")])
    assert (spool.count(), spool.rejected_count()) == (0, 200)


def test_a_job_is_done_from_the_moment_its_report_is_kept(spool: Spool) -> None:
    one = report()
    assert not spool.is_done(one.job_id, 1)
    spool.put(one, "a device")
    spool.settle(stored(one.id))
    assert (spool.is_done(one.job_id, 1), spool.is_done(one.job_id, 2)) == (True, False)


def test_what_is_asked_for_is_bounded_but_never_empty(spool: Spool) -> None:
    for _ in range(4):
        spool.put(report(text=bulky()), "a device")
    assert len(spool.oldest(3, 1 << 30, 1 << 30)) == 3
    assert len(spool.oldest(3, 30_000, 1 << 30)) == 2
    assert len(spool.oldest(3, 1 << 30, 10_000)) == 1
    assert len(spool.oldest(3, 1, 1)) == 1


def test_above_the_cap_the_newest_of_each_access_stay_and_what_was_dropped_is_counted(tmp_path: Path) -> None:
    spool = Spool(tmp_path, CAP)
    newest = {}
    for number in range(400):
        one = report(text=bulky())
        subject = f"device {number % 10}"
        spool.put(one, subject)
        newest[subject] = one.id
    told = spool.told()
    assert set(newest.values()) <= set(all_of(spool))
    assert told.dropped_count + told.reports_count == 400
    assert (told.dropped_count > 0, told.bytes <= CAP) == (True, True)
    spool.close()


def test_below_the_cap_nothing_is_thinned_out(spool: Spool) -> None:
    for number in range(300):
        spool.put(report(number), "the same device")
    assert (spool.count(), spool.told().dropped_count) == (300, 0)


def test_a_spool_of_accesses_that_differ_is_full_and_says_so(tmp_path: Path) -> None:
    spool = Spool(tmp_path, CAP)
    kept = fill(spool)
    assert all_of(spool) == kept
    assert spool.settle(stored(*kept[:5])) == 5
    spool.put(report(), "one more device")
    spool.close()


def test_a_full_file_never_grows_above_its_cap(tmp_path: Path) -> None:
    spool = Spool(tmp_path, CAP)
    fill(spool)
    assert (tmp_path / "spool.sqlite").stat().st_size <= CAP
    assert spool.share_used() > 0.9
    spool.close()


def test_an_empty_spool_gives_the_disk_its_room_back(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 16 * CAP)
    for number in range(300):
        spool.put(report(text=bulky()), f"device {number}")
    before = (tmp_path / "spool.sqlite").stat().st_size
    spool.settle(stored(*all_of(spool)))
    assert (tmp_path / "spool.sqlite").stat().st_size < before / 10
    spool.close()


def test_the_ballast_is_real_and_comes_back(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    ballast = tmp_path / "ballast"
    assert (ballast.stat().st_size, ballast.stat().st_blocks * 512 >= BALLAST_BYTES) == (BALLAST_BYTES, True)
    assert spool.make_room()
    one = report()
    spool.put(one, "a device")
    spool.settle(stored(one.id))
    assert ballast.stat().st_size == BALLAST_BYTES
    spool.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of 8 MB of its own; skipped where none can be made."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("a small disk can only be made by root on Linux")
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip(f"a small disk cannot be made here: {made.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_on_a_full_disk_nothing_is_lost_and_what_waits_can_still_be_delivered(small_disk: Path) -> None:
    spool = Spool(small_disk / "spool")
    kept = fill(spool)
    with suppress(OSError), (small_disk / "somebody else").open("wb") as file:
        while True:
            file.write(bytes(4096))
            file.flush()
    assert all_of(spool) == kept
    assert spool.settle(stored(*kept[:20])) == 20
    assert all_of(spool) == kept[20:]
    (small_disk / "somebody else").unlink()
    spool.put(report(), "one more device")
    assert spool.settle(stored(*kept)) == len(kept) - 20
    spool.close()


def test_an_agent_starts_on_a_disk_that_is_full_already(small_disk: Path) -> None:
    first = Spool(small_disk / "spool")
    one = report()
    first.put(one, "a device")
    first.close()
    with suppress(OSError), (small_disk / "somebody else").open("wb") as file:
        while True:
            file.write(bytes(4096))
            file.flush()
    second = Spool(small_disk / "spool")
    assert all_of(second) == [one.id]
    assert second.settle(stored(one.id)) == 1
    second.close()


def damage(path: Path, chance: random.Random) -> str:
    """Spoil a file in one of the ways in which files are spoilt, and say how."""
    raw = bytearray(path.read_bytes())
    how = chance.choice(["flip", "flip", "flip", "cut", "zero", "empty", "page", "text", "head"])
    if how == "flip":
        for _ in range(chance.randint(1, 200)):
            raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    elif how == "cut":
        del raw[chance.randrange(len(raw)) :]
    elif how == "zero":
        raw[:] = bytes(len(raw))
    elif how == "empty":
        raw.clear()
    elif how == "page":
        page = chance.randrange(len(raw) // 4096) * 4096
        raw[page : page + 4096] = os.urandom(4096)
    elif how == "text":
        raw[:] = b"this is no database\n" * 50
    else:
        raw[:100] = os.urandom(100)
    path.write_bytes(raw)
    return how


@pytest.mark.timeout(300)
def test_a_damaged_spool_never_keeps_the_agent_from_starting(tmp_path: Path) -> None:
    seed = random.randrange(1 << 32)
    chance = random.Random(seed)
    whole = Spool(tmp_path / "whole", 4 * CAP)
    kept = set()
    for number in range(60):
        one = report(number, text=bulky(600))
        whole.put(one, f"device {number}")
        kept.add(one.id)
    whole.close()
    longest_s, aside_count = 0.0, 0
    for number in range(MUTATIONS_COUNT):
        folder = tmp_path / f"case {number}"
        folder.mkdir()
        shutil.copyfile(tmp_path / "whole" / "spool.sqlite", folder / "spool.sqlite")
        how = damage(folder / "spool.sqlite", chance)
        began_s = time.monotonic()
        spool = Spool(folder, 4 * CAP, lambda: datetime(2026, 11, 22, tzinfo=UTC))
        longest_s = max(longest_s, time.monotonic() - began_s)
        fresh = report()
        spool.put(fresh, "a device")
        left = all_of(spool)
        assert set(left) - {fresh.id} <= kept, (seed, number, how)
        assert fresh.id in left, (seed, number, how)
        told = spool.told()
        files_count = len(list(folder.glob("damaged-*.sqlite")))
        assert told.set_aside_count == files_count, (seed, number, how)
        aside_count += files_count
        assert spool.settle(stored(*left)) == len(left), (seed, number, how)
        spool.close()
        shutil.rmtree(folder)
    assert aside_count > MUTATIONS_COUNT / 4
    assert longest_s < START_S


def test_what_can_be_read_of_a_damaged_spool_is_taken_over(tmp_path: Path) -> None:
    first = Spool(tmp_path)
    some = [report(number, text=bulky(3_000)) for number in range(50)]
    for one in some:
        first.put(one, "a device")
    first.close()
    raw = bytearray((tmp_path / "spool.sqlite").read_bytes())
    raw[-4096:] = os.urandom(4096)  # one page, near the end
    (tmp_path / "spool.sqlite").write_bytes(raw)
    second = Spool(tmp_path)
    left = all_of(second)
    assert (len(left) >= 40, second.told().set_aside_count) == (True, 1)
    assert second.is_done(some[0].job_id, 1)
    second.close()


def test_a_spool_that_is_damaged_while_it_is_used_is_replaced(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for number in range(20):
        spool.put(report(number), "a device")
    with sqlite3.connect(tmp_path / "spool.sqlite") as other:
        other.execute("drop table reports")
    other.close()
    one = report()
    spool.put(one, "a device")
    assert (all_of(spool), spool.told().set_aside_count) == ([one.id], 1)
    spool.close()


def test_a_row_that_the_disk_has_changed_is_dropped_and_counted(spool: Spool, tmp_path: Path) -> None:
    some = [report(number) for number in range(3)]
    for one in some:
        spool.put(one, "a device")
    with sqlite3.connect(tmp_path / "spool" / "spool.sqlite") as other:
        other.execute("update reports set packed = x'00' where id = ?", (some[1].id,))
    other.close()
    assert all_of(spool) == [some[0].id, some[2].id]
    assert spool.told().dropped_count == 1


def test_the_files_of_a_spool_are_for_its_user_alone(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has access lists instead of modes")
    spool = Spool(tmp_path / "spool")
    spool.put(report(), "a device")
    modes = {file.name: file.stat().st_mode & 0o077 for file in (tmp_path / "spool").iterdir()}
    assert ((tmp_path / "spool").stat().st_mode & 0o077, set(modes.values())) == (0, {0})
    spool.close()
