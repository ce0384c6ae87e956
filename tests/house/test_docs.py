"""The documentation says what the code does: generated parts, names, links, and every command on a page."""

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from collectors.driver_index import drivers
from collectors.facts.exit_codes import ExitCode
from collectors.facts.vocabulary import SECTIONS
from datumline.cli import run
from rules.grammar.sentences import Comparison, ListWord
from rules.library_at import default_library
from tests.house.console import MAKE, NOT_RUN, Console, commands_of, one_line, targets
from tests.house.sources import ROOT, place, tree_of
from tests.peers.snmp_agent import SnmpAgent, snmprec
from tools.docs.commands_part import each_command, options_of
from tools.docs.drivers_part import accounts_page
from tools.docs.pages import pages, rendered

DOCS = ROOT / "docs"
PAGES = {place(page): page for page in pages()}
WITH_COMMANDS = [name for name, page in PAGES.items() if commands_of(page.read_text(encoding="utf-8"))]
LINK = re.compile(r"(?<!\!)\[[^\]]+\]\((?P<target>[^)\s]+)\)")
PICTURE = re.compile(r"\!\[[^\]]*\]\((?P<target>[^)\s]+)\)")
CODE_BLOCK = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
OUR_PATH = re.compile(r"`((?:agent|bench|collectors|datumline|docs|rules|server|tests|tools)/[\w./-]+)`")
ROW = re.compile(r"^\| `(?P<word>[a-z_]+)` \|", re.MULTILINE)
PICTURE_BYTES = 300_000

# In halves, so that this file does not hold them.
ELSEWHERE = tuple(first + second for first, second in (("chat", "gpt"), ("cla", "ude"), ("co", "pilot"), ("L", "LM")))


def text_of(name: str) -> str:
    return PAGES[name].read_text(encoding="utf-8")


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as Markdown viewers make them."""
    heads = re.findall(r"^#+ (.+)$", CODE_BLOCK.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.replace("`", "").lower()).strip().replace(" ", "-") for head in heads}


def links(name: str) -> Iterator[tuple[str, Path, str]]:
    """Yield what a page links to inside the project: as written, the file, and the anchor."""
    text = CODE_BLOCK.sub("", text_of(name))
    for found in (*LINK.finditer(text), *PICTURE.finditer(text)):
        target, _, anchor = found["target"].partition("#")
        if not target.startswith(("http://", "https://", "mailto:")):
            yield found["target"], (PAGES[name].parent / target).resolve() if target else PAGES[name], anchor


def words_of_the_grammar() -> set[str]:
    """Return the keys that the reader of checks looks for in an entry, read from its code."""
    found = {str(one) for one in Comparison} | set(get_args(ListWord))
    for file in ("read.py", "right.py"):
        for node in ast.walk(tree_of(ROOT / "rules" / "grammar" / file)):
            found |= set(_looked_for(node))
    return found - {"yes", "no"}


def _looked_for(node: ast.AST) -> Iterator[str]:
    """Yield a constant that is looked for in a map: written["x"], "x" in written, written.get("x"), {"x", "y"}."""
    candidates: list[ast.expr] = []
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        candidates = [node.slice]
    elif (
        isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.In)
        and ast.unparse(node.comparators[0]) == "written"
    ):
        candidates = [node.left]
    elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"written.get", "part", "_alone"}:
        candidates = list(node.args)
    elif isinstance(node, ast.Set):
        candidates = list(node.elts)
    elif isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple):
        candidates = list(node.iter.elts)
    for candidate in candidates:
        if isinstance(candidate, ast.Constant) and isinstance(candidate.value, str):
            yield candidate.value


@pytest.mark.parametrize("name", PAGES)
def test_the_generated_parts_are_up_to_date(name: str) -> None:
    text = text_of(name)
    assert text == rendered(text), "run: python -m tools.docs"


def test_every_part_that_begins_on_a_page_ends_there() -> None:
    marks = re.compile(r"^<!-- (begin|end) ([a-z-]+)", re.MULTILINE)
    found = {name: marks.findall(text_of(name)) for name in PAGES}
    pairs = {name: (some[::2], some[1::2]) for name, some in found.items()}
    wrong = [
        name
        for name, (begins, ends) in pairs.items()
        if begins != [("begin", word) for _, word in ends] or any(mark != "end" for mark, _ in ends)
    ]
    assert not wrong


def test_every_word_of_a_check_is_explained() -> None:
    explained = set(ROW.findall(text_of("docs/reference/operators.md")))
    assert words_of_the_grammar() == explained


def test_every_setting_is_listed() -> None:
    text = text_of("docs/reference/settings.md")
    wanted = [(one.id, setting) for one in default_library().standards for setting in one.settings]
    assert not [pair for pair in wanted if f"| `{pair[0]}` | `{pair[1]}` |" not in text]


def test_every_standard_is_listed() -> None:
    text = text_of("docs/reference/standards.md")
    assert not [one.id for one in default_library().standards if f"`{one.id}`" not in text]


def test_every_command_and_option_is_listed() -> None:
    text = text_of("docs/reference/commands.md")
    for name, function, _ in each_command():
        chapter = text.partition(f"\n## datumline {name}\n")[2].partition("\n## ")[0]
        assert chapter, name
        assert not [option for option, _, _ in options_of(function) if option.replace("|", "\\|") not in chapter], name


def test_every_exit_code_is_listed() -> None:
    text = text_of("docs/reference/exit-codes.md")
    assert not [code for code in ExitCode if f"| {int(code)} |" not in text]


def test_every_section_of_facts_is_listed() -> None:
    text = text_of("docs/reference/facts.md")
    assert not [section for section in SECTIONS if f"\n### {section}\n" not in text]


def test_the_account_of_every_driver_is_described_on_one_page() -> None:
    described = {name: accounts_page(name, driver) for name, driver in drivers().items()}
    assert not {
        name: page for name, page in described.items() if f"`{name}`" not in text_of(f"docs/accounts/{page}.md")
    }
    for page in (DOCS / "accounts" / f"{stem}.md" for stem in set(described.values())):
        said = {name for name in drivers() if f"| `{name}` |" in page.read_text(encoding="utf-8")}
        assert said == {name for name, its_page in described.items() if its_page == page.stem}


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str) -> None:
    wrong = []
    for written, file, anchor in links(name):
        text = file.read_text(encoding="utf-8") if file.suffix == ".md" and file.exists() else ""
        if not file.exists() or (anchor and text and anchor not in anchors(text)):
            wrong.append(written)
    assert not wrong


def test_every_page_can_be_reached_from_the_first() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in seen and page.suffix == ".md" and place(page) in PAGES:
            seen.add(page)
            waiting += [file for _, file, _ in links(place(page))]
    assert {place(page) for page in seen} == set(PAGES) - {"CHANGELOG.md"}


@pytest.mark.parametrize("name", PAGES)
def test_every_file_that_a_page_names_is_there(name: str) -> None:
    assert not [path for path in OUR_PATH.findall(text_of(name)) if not (ROOT / path).exists()]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_a_title_and_names_no_tool_that_wrote_it(name: str) -> None:
    text = text_of(name)
    assert text.startswith("# ")
    assert not [word for word in ELSEWHERE if re.search(rf"\b{word}\b", text, re.IGNORECASE if word != "LLM" else 0)]


def test_pictures_are_small() -> None:
    assert not [file.name for file in (DOCS / "pictures").glob("*") if file.stat().st_size > PICTURE_BYTES]


@pytest.mark.parametrize("name", WITH_COMMANDS)
def test_every_make_target_on_a_page_exists(name: str) -> None:
    named = [found["target"] for command in commands_of(text_of(name)) if (found := MAKE.match(command.line))]
    assert set(named) <= targets()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", WITH_COMMANDS)
def test_the_commands_on_a_page_do_what_it_shows(name: str, tmp_path: Path) -> None:
    if shutil.which("bash") is None:
        pytest.skip("the commands are written for a POSIX shell, and bash is not installed")
    commands = [one for one in commands_of(text_of(name)) if not (NOT_RUN.match(one.line) or MAKE.match(one.line))]
    expects_a_code = {number - 1 for number, one in enumerate(commands) if one.line == "echo $?"}
    recording = (DOCS / "examples" / "ups1.snmprec").read_text(encoding="utf-8")
    with SnmpAgent(snmprec(recording), community="example-ro") as agent:
        console = Console(tmp_path, agent.address, agent.port)
        for number, command in enumerate(commands):
            ended = console.run(command)
            assert ended.code == 0 or number in expects_a_code, f"{command.line}\n{ended.output}"
            missing = [line for line in command.shown if one_line(line) not in one_line(ended.output)]
            assert not missing, f"{command.line}\n{ended.output}"


@pytest.mark.parametrize("name", [name for name, _, _ in each_command()])
def test_a_command_takes_the_options_that_its_page_lists(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*name.split(), "--help"]) == 0
    helped = capsys.readouterr().out
    chapter = text_of("docs/reference/commands.md").partition(f"\n## datumline {name}\n")[2].partition("\n## ")[0]
    listed = set(re.findall(r"^\| `(--[a-z-]+)", chapter, re.MULTILINE))
    assert {option for option in listed if f"{option} " not in helped and f"{option}\n" not in helped} == set()
