"""The commands with all their arguments and options, as their functions declare them."""

import importlib
import inspect
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import typer

from datumline.commands import COMMANDS, Command
from tools.docs.markdown import code, table

_SHOWN_AS: Final = {int: "N", float: "S", str: "TEXT", Path: "FILE"}


def commands() -> str:
    """Return a chapter a command."""
    return "\n\n".join(_chapter(name, function, row) for name, function, row in each_command())


def each_command() -> Iterator[tuple[str, Callable[..., object], Command]]:
    """Yield every command and sub-command with the function behind it and its row of the table."""
    for row in COMMANDS:
        known: object = getattr(importlib.import_module(row.module), row.attribute)
        if isinstance(known, typer.Typer):
            yield from _commands_in(known, row.name, row)
        elif callable(known):
            yield row.name, known, row


def _commands_in(group: typer.Typer, name: str, row: Command) -> Iterator[tuple[str, Callable[..., object], Command]]:
    """Yield the commands of a group, and those of the groups in it."""
    for one in group.registered_commands:
        if one.callback is not None:
            yield f"{name} {one.name or one.callback.__name__}", one.callback, row
    for inner in group.registered_groups:
        if inner.typer_instance is not None:
            yield from _commands_in(inner.typer_instance, f"{name} {inner.name}", row)


def options_of(function: Callable[..., object]) -> tuple[tuple[str, str, str], ...]:
    """Return name, meaning and default of every argument and option of a command."""
    hints = get_type_hints(function, include_extras=True)
    found = []
    for name, parameter in inspect.signature(function).parameters.items():
        plain, info = get_args(hints[name])[:2] if get_origin(hints[name]) is Annotated else (hints[name], None)
        found.append((_name(name, plain, info), getattr(info, "help", None) or "", _default(parameter.default, info)))
    return tuple(found)


def _chapter(name: str, function: Callable[..., object], row: Command) -> str:
    says = " ".join((inspect.getdoc(function) or row.says).split())
    needs = f" Needs the extra {code(row.extra)}." if row.extra else ""
    options = options_of(function)
    rows = [(code(option), meaning, default) for option, meaning, default in options]
    shown = table(("Argument or option", "Meaning", "Default"), rows) if rows else "No options."
    return f"## datumline {name}\n\n{says}{needs}\n\n{shown}"


def _name(name: str, plain: Any, info: object) -> str:
    # typer takes the first declared name of an annotated option for its default
    told = (getattr(info, "default", None), *(getattr(info, "param_decls", None) or ()))
    declared = [word for word in told if isinstance(word, str) and word.startswith("--")]
    metavar = getattr(info, "metavar", None)
    if type(info).__name__ == "ArgumentInfo":
        return str(metavar or name.upper())
    option = ", ".join(declared) or f"--{name.replace('_', '-')}"
    kinds = [kind for kind in _alternatives(plain) if kind is not type(None)]
    if kinds == [bool]:
        return option
    return f"{option} {metavar or _words(kinds[0])}"


def _words(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return "|".join(map(str, get_args(kind)))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "|".join(str(one.value) for one in kind)
    return _SHOWN_AS.get(kind, "TEXT")


def _alternatives(plain: Any) -> tuple[Any, ...]:
    return get_args(plain) if get_origin(plain) in {Union, UnionType} else (plain,)


def _default(default: object, info: object) -> str:
    if default is inspect.Parameter.empty:
        return "required"
    if isinstance(default, Enum):
        return code(str(default.value))
    if default is None or default is False or default == "":
        return "optional" if type(info).__name__ == "ArgumentInfo" else "not set"
    return code(str(default))
