"""`datumline agent credentials`: credentials entered at the site, which no server sees."""

import getpass
import sys
from collections.abc import Callable, Mapping
from ipaddress import ip_network
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from agent.cli.streams import leave, told_to_people, write_document
from collectors.facts.exit_codes import ExitCode
from rules.cli.printing import say

if TYPE_CHECKING:
    from agent.vault import Vault
    from collectors.credentials import Credential
    from collectors.link.messages import Scope

Kind = Literal["snmp", "ssh", "winrm", "nut"]
STDIN_BYTES: Final = 64 * 1024
_WHAT: Final = "what was entered"

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def credentials() -> None:
    """Enter, list and remove credentials at the site: they never leave this machine and win over the server's."""


@app.command("set")
def enter(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name by which jobs call it.")],
    kind: Annotated[Kind, typer.Option("--kind", help="What it is for.")],
    user: Annotated[str | None, typer.Option("--user", help="The account; SNMP 1 and 2c have none.")] = None,
    version: Annotated[str | None, typer.Option("--version", metavar="1|2c|3", help="SNMP: the version.")] = None,
    auth: Annotated[
        str | None, typer.Option("--auth", help="SNMP 3: such as SHA-256. WinRM: ntlm, kerberos, basic, integrated.")
    ] = None,
    privacy: Annotated[str | None, typer.Option("--privacy", help="SNMP 3: such as AES-128.")] = None,
    context: Annotated[str | None, typer.Option("--context", help="SNMP 3: the context.")] = None,
    key_file: Annotated[
        str | None, typer.Option("--key-file", metavar="FILE", help="SSH: a key, not a password.")
    ] = None,
    enable: Annotated[bool, typer.Option("--enable", help="SSH: also ask for an enable password.")] = False,
    scheme: Annotated[str | None, typer.Option("--scheme", metavar="https|http", help="WinRM: the scheme.")] = None,
    certificate: Annotated[str | None, typer.Option("--certificate", help="WinRM: the pin of the certificate.")] = None,
    ca_file: Annotated[str | None, typer.Option("--ca-file", metavar="FILE", help="WinRM: the CA to trust.")] = None,
    ups: Annotated[str | None, typer.Option("--ups", help="NUT: the UPS to read.")] = None,
    realm: Annotated[
        str | None, typer.Option("--realm", help="Where the account lives, see 'credentials.toml'.")
    ] = None,
    network: Annotated[
        list[str] | None, typer.Option("--network", metavar="CIDR", help="Where it may go; may be given again.")
    ] = None,
    ending: Annotated[
        list[str] | None, typer.Option("--name-ending", metavar="NAME", help="Names it may go to; may be given again.")
    ] = None,
    stdin: Annotated[
        bool, typer.Option("--stdin", help="Read the secrets from stdin, as lines such as: password = 'text'")
    ] = False,
) -> None:
    """Enter a credential; its secrets are asked for without showing them, or read from stdin, never from the line.

    Without --network and --name-ending it may go wherever the site's policy lets the agent go.
    """
    with told_to_people():
        given = {
            "kind": kind, "user": user, "version": version, "auth": auth, "privacy": privacy, "context": context,
            "key_file": key_file, "scheme": scheme, "certificate": certificate, "ca_file": ca_file, "ups": ups,
            "realm": realm,
        }  # fmt: skip
        plain = {key: value for key, value in given.items() if value is not None}
        _check_name(name)
        scope = _scope(kind, network or [], ending or [])
        secrets = _from_stdin() if stdin else _asked(secrets_of(plain, enable=enable), getpass.getpass)
        _vault().enter(name, _credential(name, {**plain, **secrets}), scope)
        say(f"The credential {name} is kept on this machine, sealed to the agent's key.")


@app.command("list")
def show() -> None:
    """List the credentials entered at the site: names, kinds and scopes, never a secret."""
    with told_to_people():
        lines = [
            f"{record.name}  {record.kind}  "
            + (", ".join([*map(str, record.scope.networks), *record.scope.names]) or "wherever the policy allows")
            for record in _vault().local()
        ]
        write_document("\n".join(lines or ["No credential was entered here."]) + "\n")


@app.command()
def remove(name: Annotated[str, typer.Argument(metavar="NAME", help="As `list` shows it.")]) -> None:
    """Remove a credential entered at the site; one of the server with the same name counts from then on."""
    with told_to_people():
        if not _vault().remove(name):
            leave(
                f"No credential called {name!r} was entered here; see 'datumline agent credentials list'.",
                ExitCode.USAGE,
            )
        say(f"The credential {name} is removed.")


def secrets_of(plain: Mapping[str, str], *, enable: bool) -> tuple[str, ...]:
    """Return the keys that must be asked for, by what was given on the line."""
    if plain["kind"] == "snmp":
        if plain.get("version") == "3":
            return tuple(key for word, key in (("auth", "auth_key"), ("privacy", "privacy_key")) if word in plain)
        return ("community",)
    if plain["kind"] == "ssh":
        return ("passphrase" if "key_file" in plain else "password", *(("enable_password",) if enable else ()))
    if plain["kind"] == "winrm":
        return () if plain.get("auth") == "integrated" else ("password",)
    return ("password",) if "user" in plain else ()


def _asked(keys: tuple[str, ...], ask: Callable[[str], str]) -> dict[str, str]:
    """Return what a person types, each twice; an empty passphrase is none."""
    if keys and not sys.stdin.isatty():
        leave("There is no terminal to ask on; give the secrets by --stdin, never on the line.", ExitCode.USAGE)
    told = {}
    for key in keys:
        words = key.replace("_", " ")
        typed = ask(f"{words}: ")
        if ask(f"{words} again: ") != typed:
            leave(f"The two entries of the {words} differ; nothing was kept.", ExitCode.USAGE)
        if typed or key != "passphrase":
            told[key] = typed
    return told


def _from_stdin() -> dict[str, str]:
    """Return the secrets of lines as in credentials.toml; no error quotes them."""
    from agent.toml_file import decoded, parse_toml

    raw = sys.stdin.buffer.read(STDIN_BYTES + 1)
    if len(raw) > STDIN_BYTES:
        leave("More came through stdin than a credential can be.", ExitCode.USAGE)
    content = parse_toml("stdin", decoded("stdin", raw)).content
    if not all(isinstance(value, str) for value in content.values()):
        leave("stdin: each line is a key and a text, such as: password = 'text'", ExitCode.USAGE)
    return {key: str(value) for key, value in content.items()}


def _credential(name: str, keys: Mapping[str, str]) -> "Credential":
    from agent.credentials import credential_of
    from agent.toml_file import TomlFile

    return credential_of(TomlFile(_WHAT, {name: keys}, {}), name, keys)


def _check_name(name: str) -> None:
    from pydantic import TypeAdapter, ValidationError

    from collectors.link.jobs import CredentialName

    try:
        TypeAdapter(CredentialName).validate_python(name)
    except ValidationError:
        leave(f"{name!r} cannot be a name: letters, digits, blanks and ._@- only, 100 at most.", ExitCode.USAGE)


def _scope(kind: Kind, networks: list[str], endings: list[str]) -> "Scope":
    from pydantic import ValidationError

    from collectors.link.messages import Scope

    try:
        return Scope(networks=tuple(map(ip_network, networks)), names=tuple(endings), transports=(kind,))
    except (ValueError, ValidationError):
        leave(
            "--network is a network such as 192.168.10.0/24, --name-ending an ending such as example.test.",
            ExitCode.USAGE,
        )


def _vault() -> "Vault":
    from datetime import UTC, datetime

    from agent.home import the_home
    from agent.keys import own_keys
    from agent.platform import private_file
    from agent.vault import Vault

    home = the_home()
    new = [path for path in (home.folder, home.keys) if not path.exists()]
    keys = own_keys(home.keys, datetime.now(UTC))
    for path in new:
        private_file.hand_over(path)
    return Vault(home.vault, keys)
