"""The commands with hostile texts: from a device over a real socket, from files, and from the command line itself."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest
import yaml

from agent.report.html_page import to_html
from datumline import cli
from tests.contract.agent.test_html_in_a_browser import BROWSER, dom
from tests.hostile.test_outputs import FORGED, FORMULA_BEGINS
from tests.hostile.texts import STEERS, all_payloads, payloads
from tests.peers.ber import OCTETS, Value
from tests.peers.nut import NutPeer
from tests.peers.snmp_agent import SnmpAgent, snmprec
from tests.peers.snmprec import parse_oid
from tests.unit.agent.test_html_page import hostile

Run = Callable[..., tuple[int, str, str]]
SWITCH = Path(__file__).parents[1] / "recordings" / "switch_snmp"
PORT_NAME, PORT_ALIAS = "1.3.6.1.2.1.31.1.1.1.1", "1.3.6.1.2.1.31.1.1.1.18"
NAMES = ("1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.4.0", "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.6.0")
SHORT_BYTES = 900  # of one value: an agent's answer of 1,472 bytes holds it
SAMPLE = tuple(text for texts in payloads().values() for text in texts[::9])


@pytest.fixture
def run(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DATUMLINE_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("DATUMLINE_CATALOGUE_DIR", str(tmp_path / "catalogue"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "log"))
    credentials = tmp_path / "credentials.toml"
    credentials.write_text('[ro]\nkind = "snmp"\nversion = "2c"\ncommunity = "public"\n[nut]\nkind = "nut"\n')
    credentials.chmod(0o600)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(arguments)
        told = capfdbinary.readouterr()
        return code, told.out.decode(), told.err.decode()

    return run


@pytest.fixture(scope="module")
def switch() -> Iterator[SnmpAgent]:
    """Give a switch with a port for each payload of the sample, whose name and place are payloads too."""
    values = dict(snmprec(yaml.safe_load(next(SWITCH.glob("*.yaml")).read_text(encoding="utf-8"))["snmprec"]))
    texts = [text.encode("utf-8", "surrogatepass")[:SHORT_BYTES] for text in SAMPLE]
    for number, text in enumerate(texts, 1000):
        values[parse_oid(f"{PORT_ALIAS}.{number}")] = Value(OCTETS, text)
        values[parse_oid(f"{PORT_NAME}.{number}")] = Value(OCTETS, text[:60])
    for oid in NAMES:
        values[parse_oid(oid)] = Value(OCTETS, "\x1b]0;owned\x07sw\u202e1\nERROR agent: forged".encode())
    with SnmpAgent(values) as agent:
        yield agent


def at(agent: SnmpAgent, folder: Path) -> tuple[str, ...]:
    return (
        agent.address,
        "--port",
        str(agent.port),
        "--credentials",
        str(folder / "credentials.toml"),
        "--credential",
        "ro",
    )


def neutral(told: str) -> None:
    assert STEERS.search(told) is None
    assert not [line for line in told.split("\n") if line.strip().startswith(FORGED)]


def test_collect_prints_a_neutral_document(run: Run, switch: SnmpAgent, tmp_path: Path) -> None:
    code, out, err = run("collect", *at(switch, tmp_path), "--driver", "switch_snmp")
    ports = json.loads(out)["sections"]["interfaces"]["value"]
    assert (code, len(ports) > len(SAMPLE)) == (0, True)
    neutral(out)
    neutral(err)


def test_collect_prints_a_neutral_table(run: Run, switch: SnmpAgent, tmp_path: Path) -> None:
    code, out, err = run("collect", *at(switch, tmp_path), "--driver", "switch_snmp", "--format", "table")
    assert (code, "sw1" in out) == (0, True)
    neutral(out.partition("\n")[2] + err)


def test_record_writes_a_neutral_file_that_replays(run: Run, switch: SnmpAgent, tmp_path: Path) -> None:
    output = tmp_path / "recording.yaml"
    code, _, err = run("record", *at(switch, tmp_path), "--driver", "switch_snmp", "--output", str(output))
    told = output.read_text(encoding="utf-8")
    assert code == 0
    neutral(told + err)
    replayed = tmp_path / "agent.snmprec"
    replayed.write_text(yaml.safe_load(told)["snmprec"], encoding="utf-8")
    code, out, err = run("replay", "--driver", "switch_snmp", "--snmp", str(replayed), "--format", "table")
    assert code == 0
    neutral(out.partition("\n")[2] + err)


@pytest.mark.parametrize("form", ["table", "html"])
def test_assess_gives_a_neutral_checklist(run: Run, switch: SnmpAgent, tmp_path: Path, form: str) -> None:
    access = f'{{transport = "snmp", address = "{switch.address}", port = {switch.port}, credential = "ro"}}'
    site = tmp_path / "site.toml"
    site.write_text(f'client = "Example"\nsite = "Office"\n[[device]]\nname = "sw"\naccess = [{access}]\n')
    _, out, err = run("assess", str(site), "--credentials", str(tmp_path / "credentials.toml"), "--format", form)
    neutral(out.replace("\r\n", "\n") + err)
    assert not [cell for cell in re.findall(r'"([^"]*)"', out) if form == "csv" and cell.startswith(FORMULA_BEGINS)]


def test_collect_and_record_of_a_ups_are_neutral(run: Run, tmp_path: Path) -> None:
    words = [text.replace("\n", " ").encode("utf-8", "replace").decode()[:300] for text in SAMPLE]
    dump = "ups.status: OL\nbattery.charge: 100\n" + "".join(f"ups.x{n}: {text}\n" for n, text in enumerate(words))
    with NutPeer({"ups": dump + "ups.model: \x1b[31mred\u202e\nups.serial: \x9b2J<b>\n"}) as peer:
        where = (peer.address, "--port", str(peer.port), "--credentials", str(tmp_path / "credentials.toml"))
        code, out, err = run("collect", *where, "--credential", "nut", "--format", "table")
        neutral(out + err)
        recorded, _, err = run("record", *where, "--credential", "nut", "--output", str(tmp_path / "r.yaml"))
    neutral((tmp_path / "r.yaml").read_text(encoding="utf-8") + err)
    assert (code, recorded) == (0, 0)


def test_evaluate_of_a_document_with_hostile_words_is_neutral(run: Run, tmp_path: Path) -> None:
    texts = [text for text in all_payloads() if len(text) < 5_000]
    ports = [
        {"name": f"p{n} {text}"[:900].encode("utf-8", "replace").decode(), "up": True} for n, text in enumerate(texts)
    ]
    source = {"transport": "snmp", "driver": "switch_snmp"}
    section = {"read_at": "2026-11-21T03:00:00Z", "source": source, "value": ports}
    document = {
        "format": "datumline.facts/1",
        "observed_at": "2026-11-21T03:00:00Z",
        "device": {"name": "\x1b[2Jsw\u202e", "class": "switch", "transport": "snmp"},
        "sections": {"interfaces": section},
        "gaps": {"volumes": {"reason": "not told", "text": "\x1b]0;x\x07is not told\nERROR forged"}},
    }
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(document), encoding="ascii")
    code, out, err = run("evaluate", str(file), "--format", "table")
    assert code == 0
    neutral(out + err)


@pytest.mark.parametrize("kind", payloads())
def test_a_document_that_is_wrong_at_a_hostile_place_is_refused_neutrally(run: Run, tmp_path: Path, kind: str) -> None:
    for number, text in enumerate(payloads()[kind]):
        key = text[:3_000].encode("utf-8", "replace").decode()
        wrong = {
            "gaps": {key: {"reason": key, "text": 1}},
            "sections": {"identity": {"value": {key: 1}, "read_at": key}},
        }
        document = {"format": "datumline.facts/1", "observed_at": "2026-11-21T03:00:00Z", "device": {"name": "d"}}
        file = tmp_path / f"{number}.json"
        file.write_text(
            json.dumps(document | ({"gaps": wrong["gaps"]} if number % 2 else {"sections": wrong["sections"]}))
        )
        code, out, err = run("evaluate", str(file))
        assert (code, out, len(err) < 2_000) == (2, "", True), err[:200]
        neutral(err)


@pytest.mark.parametrize(
    "command",
    [
        ("collect", "--credential", "ro", "--"),
        ("collect", "192.0.2.1", "--credential"),
        ("replay", "--driver"),
        ("replay", "--driver", "cisco_ios", "--reply"),
        ("replay", "--driver", "switch_snmp", "--snmp"),
        ("trust", "forget", "--"),
        ("trust", "replaced", "--"),
        ("trust", "release", "somebody", "--"),
        ("evaluate", "--"),
        ("library", "check", "--"),
        ("firmware", "order", "fortios", "1", "--"),
        ("firmware", "age", "--product", "fortios", "--version"),
        ("catalogue", "update", "--"),
        ("assess", "--"),
    ],
)
def test_a_hostile_word_on_the_command_line_is_no_defect_and_steers_nothing(run: Run, command: tuple[str, ...]) -> None:
    for text in SAMPLE:
        if "://" in text:
            continue  # an address, which would be asked
        word = os.fsdecode(os.fsencode(text.encode("utf-8", "replace").decode().replace("\0", "")))[:2_000]
        code, out, err = run(*command, word)
        assert (code in {0, 2}, "defect" in err) == (True, False), (word, code, err[:300])
        assert STEERS.search(out + err) is None


def test_drivers_and_holds_are_neutral(run: Run) -> None:
    for command in (("drivers",), ("drivers", "--format", "json"), ("trust", "holds"), ("catalogue", "show")):
        code, out, err = run(*command)
        assert code == 0
        neutral(out + err)


@pytest.mark.skipif(not BROWSER, reason="no Chromium is installed")
def test_no_payload_runs_in_a_browser_even_without_the_policy(tmp_path: Path) -> None:
    watch = "<script>window.alert = () => document.documentElement.setAttribute('data-ran', '1');</script>"
    pages = [to_html(hostile(text)) for texts in payloads().values() for text in texts if len(text) < 500]
    bodies = [page.partition("<main>")[2].partition("</main>")[0] for page in pages]
    file = tmp_path / "page.html"
    whole = f"<!doctype html><html><head>{watch}</head><body><main>{''.join(bodies)}</main></body></html>"
    file.write_text(whole.replace("<details", "<details open"), encoding="utf-8")
    seen = unescape(dom(file).partition("<body>")[0])
    assert 'data-ran="1"' not in seen


@pytest.mark.skipif(not BROWSER, reason="no Chromium is installed")
def test_no_payload_makes_the_browser_speak_to_anybody(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    texts = [
        text
        for kind in ("markup in text", "markup in attributes", "URL, script and style")
        for text in payloads()[kind]
    ]
    file.write_text(to_html(hostile(" ".join(texts))), encoding="utf-8")
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    logged = subprocess.run(
        [*command, "--enable-logging=stderr", "--dump-dom", file.as_uri()],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert ("Content Security Policy" in logged.stderr, "example.com" in logged.stderr) == (False, False)
