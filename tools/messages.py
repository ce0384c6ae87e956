"""`python -m tools.messages`: gathers every string for people from the server's code and templates, for translators.

It writes `server/locale/django.pot`, brings the `django.po` of each language up to date with it, and compiles each to
the `.mo` that the server reads. Django's own parser reads the templates, `ast` the code; besides them only Babel is
needed.
"""

import ast
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import django
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.template import Template
from django.template.base import FilterExpression, Node, NodeList, TextNode, Token, Variable
from django.template.engine import Engine
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.functional import Promise

ROOT: Final = Path(__file__).resolve().parent.parent
SERVER: Final = ROOT / "server"
LOCALE: Final = SERVER / "locale"
TEMPLATE: Final = LOCALE / "django.pot"
WIDTH: Final = 120
HEAD: Final = """# Strings of Datumline's server, for translators; `make messages` writes this file.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
ONE: Final = frozenset({"_", "gettext", "gettext_lazy", "gettext_noop"})
MANY: Final = frozenset({"ngettext", "ngettext_lazy"})
IN_CONTEXT: Final = frozenset({"pgettext", "pgettext_lazy"})


class NotPlain(ValueError):
    """A string for people is made by a call that holds no plain text: nobody could translate it."""


@dataclass(frozen=True)
class Message:
    """A string as a translator gets it."""

    text: str
    many: str = ""
    context: str = ""


def messages() -> Iterator[tuple[str, Message]]:
    """Give every string for people with the file that holds it; raises NotPlain, which names file and line."""
    for file in sorted(SERVER.rglob("*.py")):
        if "migrations" not in file.parts:
            name = file.relative_to(ROOT).as_posix()
            for message in of_python(file.read_text(encoding="utf-8"), name):
                yield name, message
    for file in sorted(SERVER.rglob("templates/**/*")):
        if file.is_file():
            for message in of_template(file.read_text(encoding="utf-8")):
                yield file.relative_to(ROOT).as_posix(), message


def of_python(source: str, name: str = "") -> Iterator[Message]:
    """Give the strings of Python code."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        wanted = 1 if called in ONE else 2 if called in MANY | IN_CONTEXT else 0
        if not wanted:
            continue
        texts = [
            one.value for one in node.args[:wanted] if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        if len(texts) < wanted:
            raise NotPlain(f"{name}, line {node.lineno}: {called} is not given a plain text")
        if called in IN_CONTEXT:
            yield Message(texts[1], context=texts[0])
        else:
            yield Message(texts[0], *texts[1:])


def of_template(source: str) -> Iterator[Message]:
    """Give the strings of a template."""
    for node in _below(Template(source, engine=Engine.get_default()).nodelist):
        if isinstance(node, BlockTranslateNode):
            context = _literal(node.message_context) if node.message_context else ""
            yield Message(_told(node, node.singular), _told(node, node.plural) if node.plural else "", context)
        elif isinstance(node, TranslateNode):
            text = _literal(node.filter_expression)
            if text:
                yield Message(text, context=_literal(node.message_context) if node.message_context else "")
        yield from (Message(text) for text in _marked(node))


def _below(nodes: NodeList) -> Iterator[Node]:
    """Give every node of a template, those inside others too."""
    for node in nodes:
        yield node
        for name in dict.fromkeys((*node.child_nodelists, "nodelist")):
            yield from _below(getattr(node, name, None) or NodeList())


def _told(node: BlockTranslateNode, tokens: list[Token]) -> str:
    told: str = node.render_token_list(tokens)[0]
    return told


def _literal(expression: FilterExpression | Variable) -> str:
    """Return the plain text that stands in an expression, '' for a variable."""
    inside = expression.var if isinstance(expression, FilterExpression) else expression
    if isinstance(inside, Variable):
        return str(inside.literal) if isinstance(inside.literal, str) else ""
    return str(inside)


def _marked(node: Node) -> Iterator[str]:
    """Give the texts in `_("...")` among the arguments of a tag and of its filters."""
    for value in [] if isinstance(node, TextNode) else _values(vars(node).values()):
        if isinstance(value, FilterExpression):
            given = (one for _function, arguments in value.filters for _is_variable, one in arguments)
            for one in (value.var, *given):
                if isinstance(one, Promise):  # what is put off is the translation of this text
                    yield str(vars(one)["_args"][0])


def _values(given: object) -> Iterator[object]:
    for one in given if not isinstance(given, str | bytes) and hasattr(given, "__iter__") else ():
        if isinstance(one, list | tuple) and not isinstance(one, NodeList):
            yield from _values(one)
        elif isinstance(one, dict):
            yield from _values(one.values())
        else:
            yield one


def template_text() -> str:
    """Return the catalogue for translators, the strings in the order of the alphabet, without a date or line number."""
    catalogue = _catalogue()
    out = io.BytesIO()
    write_po(out, catalogue, width=WIDTH, sort_output=True, omit_header=True, include_lineno=False)
    return HEAD + out.getvalue().decode()


def _catalogue() -> Catalog:
    catalogue = Catalog(project="Datumline", charset="utf-8")
    for file, one in messages():
        flags = ("python-format",) if "%(" in one.text + one.many else ()
        catalogue.add(
            (one.text, one.many) if one.many else one.text,
            context=one.context or None,
            locations=[(file, 0)],
            flags=flags,
        )
    return catalogue


def update() -> list[Path]:
    """Write the catalogue and bring every language up to date; return the files that changed."""
    LOCALE.mkdir(exist_ok=True)
    changed = [TEMPLATE] if _write(TEMPLATE, template_text().encode()) else []
    for file in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        with file.open("rb") as given:
            told = read_po(given, locale=file.parent.parent.name)
        told.update(_catalogue(), no_fuzzy_matching=True)
        written, compiled = io.BytesIO(), io.BytesIO()
        write_po(written, told, width=WIDTH, sort_output=True, include_lineno=False, ignore_obsolete=True)
        write_mo(compiled, told)
        changed += [file] if _write(file, written.getvalue()) else []
        binary = file.with_suffix(".mo")
        changed += [binary] if _write(binary, compiled.getvalue()) else []
    return changed


def _write(file: Path, content: bytes) -> bool:
    if file.is_file() and file.read_bytes() == content:
        return False
    file.write_bytes(content)
    return True


def main() -> None:
    """Write what changed and tell which files."""
    django.setup()
    for file in update():
        sys.stdout.write(f"{file.relative_to(ROOT).as_posix()}\n")


if __name__ == "__main__":
    main()
