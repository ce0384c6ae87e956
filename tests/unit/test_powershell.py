"""The PowerShell that goes to Windows machines: it parses, and it changes nothing."""

import re

import pytest
import tree_sitter
import tree_sitter_powershell

from collectors import driver_index
from collectors.transports.winrm import script
from collectors.transports.winrm.session import OWN_BLOCKS

LANGUAGE = tree_sitter.Language(tree_sitter_powershell.language())
WINRM_DRIVERS = sorted(driver_index.index_of().of_transport("winrm"))
SCRIPTS = {"detection": OWN_BLOCKS} | {name: getattr(driver_index.driver(name), "BLOCKS", {}) for name in WINRM_DRIVERS}
CHANGING = re.compile(
    r"\b(Set|New|Remove|Add|Clear|Enable|Disable|Start|Stop|Restart|Invoke|Install|Uninstall|Update|Rename|Move|Copy|Out|Export|"
    r"Register|Unregister|Suspend|Resume|Grant|Revoke|Reset|Format|Initialize|Import)-\w+"
)
HARMLESS = {"New-Object"}
HARMLESS_OBJECTS = {
    "Microsoft.Update.AutoUpdate", "Microsoft.Update.Session", "Security.Principal.SecurityIdentifier",
    "Data.SqlClient.SqlConnection", "Xml.XmlDocument", "Net.Sockets.TcpClient",
}  # fmt: skip
PROGRAMS = {"auditpol.exe /get", "vssadmin.exe list", "w32tm.exe /query"}
CAST = re.compile(r"\[(?:int|long|bool|double|single|decimal)\](.*)")
CASTS_OF_WHAT_IS_THERE = (
    "(Test-Path", "$stored", "$rid", "$Matches[", "$counts[$key]", "$warnings[", "$reader[", "$status }",
)  # fmt: skip
"""What may be cast: it is never null, was looked at before, is our own count, or is a DBNull, whose cast fails."""
CHANGING_SQL = re.compile(
    r"\b(INSERT|UPDATE|DELETE|ALTER|CREATE|DROP|EXEC|MERGE|GRANT|BACKUP|RESTORE)\s", re.IGNORECASE
)


def errors_in(text: str) -> list[str]:
    root = tree_sitter.Parser(LANGUAGE).parse(text.encode()).root_node
    if not root.has_error:
        return []
    nodes, wrong = [root], []
    while nodes:
        node = nodes.pop()
        if node.is_error or node.is_missing:
            wrong.append(f"{node.start_point}: {text.encode()[node.start_byte : node.end_byte][:80]!r}")
        nodes.extend(node.children)
    return wrong or ["has an error"]


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_whole_script_parses(name: str) -> None:
    assert errors_in(script.script_of(SCRIPTS[name], "0" * 24)) == []


def test_the_bootstrap_parses_and_its_command_line_is_short_enough_for_cmd() -> None:
    assert errors_in(script.BOOTSTRAP) == []
    assert len(f"powershell.exe -NoProfile -NonInteractive -EncodedCommand {script.encoded_bootstrap()}") < 8_191


def test_the_parser_sees_a_broken_script() -> None:
    assert errors_in("Invoke-Block 'os' { Get-Thing | }") != []


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_block_holds_a_command_that_changes_the_machine(name: str) -> None:
    for block, body in SCRIPTS[name].items():
        found = {match[0] for match in CHANGING.finditer(body)} - HARMLESS
        assert found == set(), block
        made = set(re.findall(r"New-Object (?:-ComObject )?([\w.]+)", body))
        assert made <= HARMLESS_OBJECTS, block
        assert "::new(" not in body, block
        assert set(re.findall(r"\w+\.exe \S+", body)) <= PROGRAMS, block


def test_what_is_asked_of_sql_server_only_selects() -> None:
    text = driver_index.driver("windows_server").BLOCKS["sql"].partition('$text = "')[2].partition('"')[0]  # type: ignore[attr-defined]
    assert text.startswith("SELECT ")
    assert not CHANGING_SQL.search(text)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_list_is_never_returned_bare_because_powershell_takes_it_apart(name: str) -> None:
    for block, body in SCRIPTS[name].items():
        assert not re.search(r"return (,|@\(|\[object\[\]\])", body), block


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_ascii_so_that_no_code_page_changes_it(name: str) -> None:
    assert script.script_of(SCRIPTS[name], "0" * 24).isascii()


def test_at_least_two_drivers_speak_to_windows() -> None:
    assert len(WINRM_DRIVERS) >= 2


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_cast_turns_a_property_that_is_not_told_into_a_number_or_a_no(name: str) -> None:
    for block, body in SCRIPTS[name].items():
        casts = {found[1].strip() for found in CAST.finditer(body)}
        assert {cast for cast in casts if not cast.startswith(CASTS_OF_WHAT_IS_THERE)} == set(), block


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_list_is_never_the_value_of_an_if_because_powershell_takes_it_apart(name: str) -> None:
    for block, body in SCRIPTS[name].items():
        assert not re.search(r"= if \([^\n]*@\(", body), block
