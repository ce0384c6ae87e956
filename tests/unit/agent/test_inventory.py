"""SITE.toml: what is right becomes a site; everything that is wrong is told at once, with its line."""

from datetime import date
from pathlib import Path

import pytest

from agent.errors import FileRefused
from agent.inventory import Site, check_credentials, read_site
from agent.toml_file import SIZE_LIMIT_BYTES
from collectors.facts.reading import TransportName

TODAY = date(2026, 11, 21)
DRIVERS: dict[str, TransportName] = {"fortios": "ssh", "apc_powernet": "snmp"}
GOOD = """\
client = "Example Ltd"
site = "Head office"
time_zone = "Europe/Berlin"
[[device]]
name = "fw1"
class = "firewall"
roles = ["internet-edge"]
access = [
  {transport = "snmp", address = "192.0.2.1", credential = "snmp-ro"},
  {transport = "ssh", address = "fw1.example", port = 2222, credential = "fw-ro", driver = "fortios"},
]
[[device]]
name = "here"
access = [{transport = "local"}]
[parameters."servers.free-disk"]
min_percent = 15
[statements.ups]
none = true
by = "the TAM"
until = 2027-06-30
"""


def site_of(tmp_path: Path, text: str | bytes) -> Site:
    file = tmp_path / "site.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def check(standard: str, setting: str, value: object) -> str | None:
        known = standard == "servers.free-disk" and setting == "min_percent"
        return None if known else f"{standard}: there is no such standard or setting"

    return read_site(file, TODAY, drivers=DRIVERS, check_parameter=check)


def refusal(tmp_path: Path, text: str | bytes) -> list[str]:
    with pytest.raises(FileRefused) as refused:
        site_of(tmp_path, text)
    return [str(problem).removeprefix(f"{tmp_path}/") for problem in refused.value.problems]


def test_devices_have_all_their_accesses(tmp_path: Path) -> None:
    site = site_of(tmp_path, GOOD)
    assert [[one.access.transport for one in device.accesses] for device in site.devices] == [
        ["snmp", "ssh"],
        ["local"],
    ]


def test_an_access_keeps_port_driver_and_credential(tmp_path: Path) -> None:
    ssh = site_of(tmp_path, GOOD).devices[0].accesses[1]
    assert (ssh.access.port, ssh.access.driver, ssh.credential) == (2222, "fortios", "fw-ro")


def test_parameters_and_statements_are_kept(tmp_path: Path) -> None:
    site = site_of(tmp_path, GOOD)
    assert site.parameters == {"servers.free-disk": {"min_percent": 15}}
    assert [(one.kind, one.by, one.until) for one in site.statements] == [("ups", "the TAM", date(2027, 6, 30))]


@pytest.mark.parametrize("written", ["linux_server", '"linux server"', '"Linux server"', "linux-server"])
def test_a_kind_of_two_words_may_be_written_as_one(tmp_path: Path, written: str) -> None:
    text = GOOD.replace("[statements.ups]", f"[statements.{written}]")
    assert site_of(tmp_path, text).statements[0].kind == "linux server"


def test_a_file_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    assert site_of(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()).client == "Example Ltd"


def test_a_site_without_devices_is_a_site(tmp_path: Path) -> None:
    assert site_of(tmp_path, 'client = "E"\nsite = "S"\n').devices == ()


BROKEN: dict[str, tuple[str | bytes, str]] = {
    "no client": ('site = "S"', "site.toml:1: the inventory: 'client' is missing"),
    "an empty client": (GOOD.replace('"Example Ltd"', '""'), "site.toml:1: the inventory: 'client' must not be empty"),
    "a client that is a number": (
        GOOD.replace('"Example Ltd"', "7"),
        "site.toml:1: the inventory: 'client' must be a text",
    ),
    "an unknown key": (
        GOOD.replace("time_zone =", "timezone ="),
        "site.toml:3: the inventory: unknown key 'timezone'; did",
    ),
    "an unknown table": (GOOD + "[waivers]\n", "site.toml:21: the inventory: unknown key 'waivers'; known are"),
    "an unknown key of a device": (
        GOOD.replace("roles", "rolls"),
        "site.toml:7: the inventory: unknown key 'rolls'; did you mean 'roles'?",
    ),
    "an unknown key of an access": (
        GOOD.replace("port = 2222", "prot = 2222"),
        "site.toml:10: the inventory: unknown key 'prot'; did you mean 'port'?",
    ),
    "an unknown key of a statement": (
        GOOD.replace("by =", "who ="),
        "site.toml:19: the inventory: unknown key 'who'; known are none, by, until.",
    ),
    "no name": (GOOD.replace('name = "fw1"\n', ""), "site.toml:4: the inventory: 'name' is missing"),
    "no access": (
        GOOD.replace('access = [{transport = "local"}]', "access = []"),
        "site.toml:14: the inventory: 'access'",
    ),
    "an access that is a text": (
        GOOD.replace('[{transport = "local"}]', '"local"'),
        "site.toml:14: the inventory: 'access' must be a list",
    ),
    "devices as one table": (
        'client = "E"\nsite = "S"\n[device]\nname = "x"\n',
        "site.toml:3: the inventory: 'device' must be a list",
    ),
    "a name twice": (GOOD.replace('"here"', '"FW1"'), "site.toml:13: device 'FW1': line 5 has the name already"),
    "a name that nobody can see": (
        GOOD.replace('"here"', '"\\u200e"'),
        "site.toml:13: device 2: its name has no visible letter",
    ),
    "a transport that is none": (
        GOOD.replace('"ssh"', '"telnet"'),
        "site.toml:10: the inventory: 'transport' must be one of 'snmp'",
    ),
    "a port that is none": (GOOD.replace("2222", "70000"), "site.toml:10: the inventory: 'port' is too large"),
    "a port in quotes": (GOOD.replace("2222", '"22"'), "site.toml:10: the inventory: 'port' must be a whole number"),
    "no address": (
        GOOD.replace('address = "192.0.2.1", ', ""),
        "site.toml:9: device 'fw1': the snmp access has no 'address'",
    ),
    "no credential": (
        GOOD.replace(', credential = "snmp-ro"', ""),
        "site.toml:9: device 'fw1': the snmp access names no 'credential'",
    ),
    "an unknown driver": (
        GOOD.replace('"fortios"', '"fortyos"'),
        "site.toml:10: device 'fw1': unknown ssh driver 'fortyos'; did you mean 'fortios'",
    ),
    "a driver of another transport": (
        GOOD.replace('"fortios"', '"apc_powernet"'),
        "site.toml:10: device 'fw1': unknown ssh driver",
    ),
    "an unknown class": (
        GOOD.replace('"firewall"', '"firewal"'),
        "site.toml:6: device 'fw1': unknown class 'firewal'; did you mean 'firewall'",
    ),
    "one access twice": (
        GOOD.replace('{transport = "local"}', '{transport = "local"}, {transport = "local"}'),
        "site.toml:14: device 'here': the same access stands here twice",
    ),
    "an unknown time zone": (
        GOOD.replace("Europe/Berlin", "Europe/Berlinn"),
        "site.toml:3: 'time_zone': there is no time zone",
    ),
    "a time zone that is a path": (
        GOOD.replace("Europe/Berlin", "../../etc/passwd"),
        "site.toml:3: 'time_zone': there is no time zone",
    ),
    "an unknown standard": (
        GOOD.replace("servers.free-disk", "servers.full-disk"),
        "site.toml:16: servers.full-disk: there is no such",
    ),
    "an unknown setting": (
        GOOD.replace("min_percent", "minpercent"),
        "site.toml:16: servers.free-disk: there is no such",
    ),
    "a setting that is a day": (GOOD.replace("= 15", "= 2026-01-01"), "site.toml:16: parameter 'min_percent' of"),
    "a statement on no kind": (
        GOOD.replace("statements.ups", "statements.upps"),
        "site.toml:17: statement: unknown kind 'upps'; did you mean 'ups'",
    ),
    "a statement that states nothing": (
        GOOD.replace("none = true", "none = false"),
        "site.toml:18: statement on 'ups': only 'none = true'",
    ),
    "a statement in quotes": (
        GOOD.replace("none = true", 'none = "true"'),
        "site.toml:18: the inventory: 'none' must be true or false",
    ),
    "a statement for too long": (
        GOOD.replace("2027-06-30", "2027-11-22"),
        "site.toml:20: statement on 'ups': 'until' lies more than 12 months",
    ),
    "a statement until a text": (
        GOOD.replace("2027-06-30", '"2027-06-30"'),
        "site.toml:20: the inventory: 'until' must be a day",
    ),
    "a statement by nobody": (GOOD.replace('by = "the TAM"\n', ""), "site.toml:17: the inventory: 'by' is missing"),
    "a key twice": (GOOD.replace("site =", 'client = "F"\nsite ='), "site.toml:2: is not valid TOML here"),
    "a table twice": (GOOD + "[statements.ups]\nnone = true\n", "site.toml:21: is not valid TOML here"),
    "a value without quotes": (
        GOOD.replace('"Example Ltd"', "Example Ltd"),
        "site.toml:1: is not valid TOML here, column 10",
    ),
    "a bracket that never closes": ('client = "E"\nx = [1,\n', "site.toml:2: is not valid TOML here"),
    "a backslash": ('client = "EXAMPLE\\svc"\n', "A backslash in double quotes must be doubled"),
    "no UTF-8": (b'client = "E"\nsite = "M\xfcnchen"\n', "site.toml:2: is not UTF-8 text"),
    "UTF-16": ('client = "E"'.encode("utf-16"), "site.toml:1: is not UTF-8 text"),
    "too large": (b"#" * (SIZE_LIMIT_BYTES + 1), "site.toml: is larger than 2 MB"),
    "nested without end": ("x = " + "[" * 100_000, "site.toml: is nested too deeply"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_inventory_is_refused_with_its_line(tmp_path: Path, case: str) -> None:
    text, expected = BROKEN[case]
    told = refusal(tmp_path, text)
    assert [one for one in told if expected in one], told


def test_all_problems_are_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = GOOD.replace("Europe/Berlin", "Mars").replace('"firewall"', '"wall"').replace("min_percent", "minimum")
    lines = [int(one.split(":")[1]) for one in refusal(tmp_path, text)]
    assert lines == [3, 6, 16]


def test_a_statement_may_last_exactly_twelve_months(tmp_path: Path) -> None:
    assert site_of(tmp_path, GOOD.replace("2027-06-30", "2027-11-21")).statements


def test_a_file_that_is_not_there_names_itself(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"site\.toml: cannot be read"):
        read_site(tmp_path / "site.toml", TODAY, drivers=DRIVERS)


def test_a_credential_that_is_nowhere_is_told_with_the_line_of_its_access(tmp_path: Path) -> None:
    site = site_of(tmp_path, GOOD)
    with pytest.raises(FileRefused, match=r"site.toml:10: device 'fw1': no credential is called 'fw-ro'"):
        check_credentials(tmp_path / "site.toml", site, {"snmp-ro"})
