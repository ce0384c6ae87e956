"""The agent's commands against devices on loopback: the document is on stdout, the rest on stderr, secrets nowhere."""

import csv
import io
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import openpyxl
import pytest

from datumline import cli
from tests.peers.nut import NutPeer
from tests.peers.ports import free_port
from tests.sound_library import LIBRARY

ROOT = Path(__file__).parents[3]
CANARY = "Canary-91c5"
DUMP = (
    "ups.status: OL\nbattery.charge: 100\nbattery.runtime: 1740\nups.load: 23\nups.mfr: APC\nups.model: Back-UPS 900\n"
)
CREDENTIALS = f"""\
[nut]
kind = "nut"
[sw]
kind = "ssh"
user = "audit"
password = "{CANARY}"
[snmp]
kind = "snmp"
version = "2c"
community = "{CANARY}"
"""


@dataclass(frozen=True)
class Ran:
    """What a command left with, and what it wrote."""

    code: int
    out: str
    err: str


class Command:
    """Runs `datumline` in this process, with the files of a test."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys
        (folder / "library").mkdir()
        (folder / "library" / "power.yaml").write_text(LIBRARY, encoding="utf-8")
        self.credentials = folder / "credentials.toml"
        self.credentials.write_text(CREDENTIALS, encoding="utf-8")
        self.credentials.chmod(0o600)

    def __call__(self, *arguments: str) -> Ran:
        code = cli.run(arguments)
        told = self._capsys.readouterr()
        return Ran(code, told.out, told.err)

    def site(self, *devices: str) -> str:
        file = self.folder / "site.toml"
        parts = [f'[[device]]\nname = "d{number}"\naccess = [{one}]\n' for number, one in enumerate(devices)]
        file.write_text('client = "Example Ltd"\nsite = "Head office"\n' + "".join(parts), encoding="utf-8")
        return str(file)

    def assess(self, site: str, *more: str) -> Ran:
        known = ("--credentials", str(self.credentials), "--library", str(self.folder / "library"))
        return self("assess", site, *known, *more)


@pytest.fixture
def datumline(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("DATUMLINE_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("DATUMLINE_CATALOGUE_DIR", str(tmp_path / "catalogue"))
    return Command(tmp_path, capsys)


@pytest.fixture
def ups() -> Iterator[NutPeer]:
    with NutPeer({"ups": DUMP}) as peer:
        yield peer


def nut(peer: NutPeer) -> str:
    return f'{{transport = "nut", address = "{peer.address}", port = {peer.port}, credential = "nut"}}'


def closed() -> str:
    port = free_port("127.0.0.1", kind="tcp")
    return f'{{transport = "ssh", address = "127.0.0.1", port = {port}, credential = "sw"}}'


def collected(datumline: Command, peer: NutPeer, *more: str) -> Ran:
    where = ("--port", str(peer.port), "--credentials", str(datumline.credentials), "--credential", "nut")
    return datumline("collect", peer.address, *where, *more)


def test_collect_prints_one_facts_document(datumline: Command, ups: NutPeer) -> None:
    ran = collected(datumline, ups)
    document = json.loads(ran.out)
    assert (ran.code, document["format"], document["sections"]["ups"]["value"]["runtime_s"]) == (
        0,
        "datumline.facts/1",
        1740,
    )


def test_collect_as_a_table_is_in_words_without_colour(datumline: Command, ups: NutPeer) -> None:
    ran = collected(datumline, ups, "--format", "table")
    assert (ran.code, "runtime" in ran.out, "29 minutes" in ran.out, "\x1b" in ran.out) == (0, True, True, False)


def test_a_closed_port_is_unreachable_and_still_a_document(datumline: Command) -> None:
    port = str(free_port("127.0.0.1", kind="tcp"))
    where = ("--credentials", str(datumline.credentials), "--credential", "sw")
    ran = datumline("collect", "127.0.0.1", "--port", port, *where)
    assert (ran.code, json.loads(ran.out)["gaps"]["*"]["reason"]) == (3, "unreachable")
    assert "Who must act: the network" in ran.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("collect", "192.0.2.1"), "--credential is missing"),
        (("collect", "192.0.2.1", "--credential", "absent"), "No credential is called 'absent'"),
        (("collect", "https://192.0.2.1/x", "--credential", "sw"), "is no address or DNS name"),
        (("collect", "192.0.2.1", "--credential", "sw", "--transport", "snmp"), "is for ssh, not for snmp"),
        (("collect", "192.0.2.1", "--credential", "nut", "--driver", "nutups"), "did you mean 'nut_ups'"),
        (("collect", "192.0.2.1", "--credential", "nut", "--driver", "apc_powernet"), "reads over snmp, not over nut"),
    ],
)
def test_options_that_contradict_are_a_usage_error(
    datumline: Command, arguments: tuple[str, ...], sentence: str
) -> None:
    ran = datumline(*arguments, "--credentials", str(datumline.credentials))
    assert (ran.code, ran.out, sentence in ran.err) == (2, "", True)


def test_a_state_directory_that_cannot_be_used_stops_before_anything_is_sent(
    datumline: Command, ups: NutPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATUMLINE_STATE_DIR", str(datumline.credentials))
    ran = collected(datumline, ups)
    assert (ran.code, "DATUMLINE_STATE_DIR" in ran.err, list(ups.received)) == (2, True, [])


def test_assess_prints_one_verdicts_document(datumline: Command, ups: NutPeer) -> None:
    ran = datumline.assess(datumline.site(nut(ups)), "--format", "json")
    document = json.loads(ran.out)
    assert (ran.code, document["format"], document["client"]) == (0, "datumline.verdicts/1", "Example Ltd")
    assert [(one["id"], one["verdict"]) for one in document["standards"]] == [("ups.runtime", "yes")]


def test_assess_as_a_table_tells_the_news_first(datumline: Command, ups: NutPeer) -> None:
    ran = datumline.assess(datumline.site(nut(ups)))
    assert ran.out.splitlines()[0] == "1 device, 1 standard: all that apply are aligned"


def test_progress_is_a_line_a_device_on_stderr(datumline: Command, ups: NutPeer) -> None:
    ran = datumline.assess(datumline.site(nut(ups), '{transport = "local"}'))
    assert sorted(line.split()[1] for line in ran.err.splitlines() if line.startswith("[")) == ["d0:", "d1:"]


def test_a_parameter_of_the_client_decides(datumline: Command, ups: NutPeer) -> None:
    site = datumline.site(nut(ups))
    with Path(site).open("a", encoding="utf-8") as file:
        file.write('[parameters."ups.runtime"]\nlow = "30 minutes"\n')
    ran = datumline.assess(site, "--fail-on", "no")
    assert (ran.code, "must be at least 30 minutes" in ran.out) == (9, True)


def test_a_parameter_outside_its_bounds_is_refused_with_its_line(datumline: Command, ups: NutPeer) -> None:
    site = datumline.site(nut(ups))
    with Path(site).open("a", encoding="utf-8") as file:
        file.write('[parameters."ups.runtime"]\nlow = "1 minutes"\n')
    ran = datumline.assess(site)
    assert (ran.code, ran.out, "site.toml:7: ups.runtime:" in ran.err) == (2, "", True)


def test_a_statement_makes_a_question_not_applicable(datumline: Command) -> None:
    site = datumline.site('{transport = "local"}')
    with Path(site).open("a", encoding="utf-8") as file:
        file.write('[statements.ups]\nnone = true\nby = "the TAM"\nuntil = 2026-12-31\n')
    document = json.loads(datumline.assess(site, "--format", "json", "--at", "2026-11-21T12:00:00Z").out)
    assert document["standards"][0]["verdict"] == "not applicable"


def test_a_device_without_a_reading_ends_with_8_and_is_named(datumline: Command, ups: NutPeer) -> None:
    ran = datumline.assess(datumline.site(nut(ups), closed()))
    assert (ran.code, "not read  SSH refuses connections" in ran.out) == (8, True)


def test_html_goes_to_a_file_and_the_news_to_stderr(datumline: Command, ups: NutPeer) -> None:
    output = datumline.folder / "report.html"
    ran = datumline.assess(datumline.site(nut(ups)), "--format", "html", "--output", str(output))
    assert (ran.code, ran.out, output.read_text(encoding="utf-8")[:15]) == (0, "", "<!doctype html>")
    assert "all that apply are aligned. Written to" in ran.err


def test_csv_on_stdout_has_no_mark_and_a_file_has_one(datumline: Command, ups: NutPeer) -> None:
    site, output = datumline.site(nut(ups)), datumline.folder / "report.csv"
    shown = datumline.assess(site, "--format", "csv").out
    datumline.assess(site, "--format", "csv", "--output", str(output))
    assert next(csv.reader(io.StringIO(shown)))[0] == "client"
    assert output.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_workbook_is_written_to_a_file(datumline: Command, ups: NutPeer) -> None:
    output = datumline.folder / "report.xlsx"
    ran = datumline.assess(datumline.site(nut(ups)), "--format", "xlsx", "--output", str(output))
    assert (ran.code, ran.out, openpyxl.load_workbook(output).sheetnames) == (0, "", ["Summary", "Answers"])


def test_a_workbook_without_a_file_is_refused_before_anything_is_read(datumline: Command, ups: NutPeer) -> None:
    ran = datumline.assess(datumline.site(nut(ups)), "--format", "xlsx")
    assert (ran.code, ran.out, "--output" in ran.err, list(ups.received)) == (2, "", True, [])


def test_no_secret_stands_in_a_workbook(datumline: Command, ups: NutPeer) -> None:
    output = datumline.folder / "report.xlsx"
    port = free_port("127.0.0.1", kind="udp")
    snmp = f'{{transport = "snmp", address = "127.0.0.1", port = {port}, credential = "snmp"}}'
    datumline.assess(datumline.site(nut(ups), closed(), snmp), "--format", "xlsx", "--output", str(output))
    with zipfile.ZipFile(output) as book:
        assert not [name for name in book.namelist() if CANARY.encode() in book.read(name)]


def test_an_output_that_cannot_be_written_says_so_and_leaves_nothing(datumline: Command, ups: NutPeer) -> None:
    output = datumline.folder / "absent" / "report.html"
    ran = datumline.assess(datumline.site(nut(ups)), "--format", "html", "--output", str(output))
    assert (ran.code, "cannot be written" in ran.err) == (2, True)


def test_a_library_with_an_error_is_refused_before_anything_is_read(datumline: Command, ups: NutPeer) -> None:
    (datumline.folder / "library" / "power.yaml").write_text(LIBRARY.replace("runtime_s", "runtimes"), encoding="utf-8")
    ran = datumline.assess(datumline.site(nut(ups)))
    assert (ran.code, "power.yaml:" in ran.err, list(ups.received)) == (2, True, [])


def test_a_credential_that_is_nowhere_is_refused_before_anything_is_read(datumline: Command, ups: NutPeer) -> None:
    site = datumline.site(nut(ups), closed().replace('"sw"', '"absent"'))
    ran = datumline.assess(site)
    assert (ran.code, "no credential is called 'absent'" in ran.err, list(ups.received)) == (2, True, [])


@pytest.mark.parametrize("form", ["table", "json", "csv", "html"])
def test_no_secret_stands_in_any_output_or_log(
    datumline: Command, ups: NutPeer, form: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    port = free_port("127.0.0.1", kind="udp")
    snmp = f'{{transport = "snmp", address = "127.0.0.1", port = {port}, credential = "snmp"}}'
    ran = datumline.assess(datumline.site(nut(ups), closed(), snmp), "--format", form)
    assert CANARY not in ran.out + ran.err + caplog.text
    kept = b"".join(file.read_bytes() for file in (datumline.folder / "state").rglob("*") if file.is_file())
    assert CANARY.encode() not in kept


def test_no_secret_stands_in_the_log_that_is_asked_for(datumline: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {**os.environ, "DATUMLINE_LOG": "DEBUG"}
    command = ["assess", datumline.site(closed()), "--credentials", str(datumline.credentials)]
    done = subprocess.run(
        [sys.executable, "-m", "datumline", *command, "--library", str(datumline.folder / "library")],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, CANARY in done.stdout + done.stderr) == (8, False)


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_an_interrupted_assessment_prints_what_was_read(datumline: Command, ups: NutPeer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        waiting = f'{{transport = "ssh", address = "127.0.0.1", port = {silent.getsockname()[1]}, credential = "sw"}}'
        command = ["assess", datumline.site(nut(ups), waiting), "--credentials", str(datumline.credentials)]
        process = subprocess.Popen(
            [sys.executable, "-m", "datumline", *command, "--library", str(datumline.folder / "library")],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
            # A shell that starts something in the background has it ignore SIGINT, and that is passed on.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - nothing is held here
        )  # fmt: skip
        assert process.stderr is not None
        first = process.stderr.readline()
        time.sleep(0.2)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, first.startswith("[1/2] d0"), "Interrupted" in err) == (130, True, True)
    assert "all that apply are aligned" in out.splitlines()[0]


def test_replay_gives_the_same_facts_without_a_network(datumline: Command) -> None:
    dump = datumline.folder / "ups.dev"
    dump.write_text(DUMP, encoding="utf-8")
    ran = datumline("replay", "--driver", "nut_ups", "--nut", str(dump), "--observed-at", "2026-11-21T03:00:00Z")
    document = json.loads(ran.out)
    assert (ran.code, document["observed_at"], document["sections"]["ups"]["value"]["runtime_s"]) == (
        0,
        "2026-11-21T03:00:00Z",
        1740,
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--driver", "absent"), "No driver is called 'absent'"),
        (("--driver", "nut_ups"), "give"),
        (("--driver", "nut_ups", "--nut", "absent.dev"), "absent.dev cannot be read"),
        (("--driver", "cisco_ios", "--reply", "show version"), "is not COMMAND=FILE"),
        (("--driver", "nut_ups", "--nut", __file__, "--observed-at", "yesterday"), "is no instant"),
    ],
)
def test_a_replay_that_cannot_be_is_a_usage_error(
    datumline: Command, arguments: tuple[str, ...], sentence: str
) -> None:
    ran = datumline("replay", *arguments)
    assert (ran.code, ran.out, sentence in ran.err) == (2, "", True)


def test_a_reply_splits_at_its_last_equals_sign(datumline: Command) -> None:
    from agent.cli.replay import split_reply

    assert split_reply("show run | include a=b=/tmp/file.txt") == ("show run | include a=b", "/tmp/file.txt")


def test_drivers_shows_all_that_is_sent_and_the_rights(datumline: Command) -> None:
    ran = datumline("drivers")
    assert (ran.code, "LIST VAR" in ran.out, "\x1b" in ran.out) == (0, True, False)


def test_drivers_as_data_names_the_options_of_replay(datumline: Command) -> None:
    known = {one["name"]: one for one in json.loads(datumline("drivers", "--format", "json").out)["drivers"]}
    assert known["nut_ups"]["replay"] == ["--driver nut_ups", "--nut FILE.dev"]
    assert set(known["nut_ups"]) >= {"asks", "prepares", "needs", "gentle", "transport", "title"}


def test_record_writes_a_recording_for_a_person_to_check(datumline: Command, ups: NutPeer) -> None:
    output = datumline.folder / "recording.yaml"
    where = ("--port", str(ups.port), "--credentials", str(datumline.credentials), "--credential", "nut")
    ran = datumline("record", ups.address, *where, "--output", str(output))
    assert (ran.code, ran.out, "Look through it" in ran.err) == (0, "", True)
    assert "battery.runtime" in output.read_text(encoding="utf-8")


def test_record_never_overwrites(datumline: Command) -> None:
    ran = datumline("record", "127.0.0.1", "--credential", "nut", "--output", str(datumline.credentials))
    assert (ran.code, "exists already" in ran.err) == (2, True)


def test_record_without_a_reply_ends_as_collect_does_and_writes_nothing(datumline: Command) -> None:
    output, port = datumline.folder / "recording.yaml", str(free_port("127.0.0.1", kind="tcp"))
    where = ("--port", port, "--credentials", str(datumline.credentials), "--credential", "nut")
    ran = datumline("record", "127.0.0.1", *where, "--output", str(output))
    assert (ran.code, output.exists()) == (3, False)
