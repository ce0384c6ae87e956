"""`datumline server init`: folder, secrets, database, library, recovery key, first administrator; safe to repeat."""

import base64
import getpass
import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from django.core.exceptions import ImproperlyConfigured, ValidationError

from server.cli.start import Data, refuse, say, start, use_folder


def init(
    data: Data = None,
    url: Annotated[
        str, typer.Option("--url", help="How people and agents reach the server: https://datumline.example.")
    ] = "",
    email: Annotated[str, typer.Option("--email", help="E-mail address of the first administrator.")] = "",
    name: Annotated[str, typer.Option("--name", help="Name of the first administrator.")] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from the first line of stdin.")
    ] = False,
    link: Annotated[
        bool, typer.Option("--link", help="Print a one-time link to set the password instead of asking for one.")
    ] = False,
    recovery_key_file: Annotated[
        Path | None,
        typer.Option("--recovery-key-file", help="Write the recovery key to this new file instead of printing it."),
    ] = None,
) -> None:
    """Set up the server, or bring a server that is set up to this version.

    Makes the data folder (closed to others), the secrets, the database and the recovery key, loads the library and
    adds the first administrator. What exists is kept: it is safe to run again. There is no web page that does this.
    """
    folder = use_folder(data)
    _secrets(folder, url)
    start(data)
    _database()
    standards = _library()
    say(f"The library has {standards} standards.")
    _plans()
    _administrator(email, name, password_stdin=password_stdin, link=link)
    _recovery_key(folder, recovery_key_file)
    say(f"The server is set up in {folder}. Begin it with: datumline server serve")


def _secrets(folder: Path, url: str) -> None:
    """Make folder and secrets, or keep them; a given address is put in place of the former one."""
    from server.installation import make_folder, new_installation, read_installation, write_installation

    if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        refuse(f"{url} is no address like https://datumline.example.")
    try:
        make_folder(folder)
        there = read_installation(folder)
        if there is None:
            write_installation(folder, new_installation(url.rstrip("/")))
            say(f"Made the secrets of this installation in {folder}. Keep the folder closed, and back it up.")
        elif url and url.rstrip("/") != there.public_url:
            write_installation(folder, there.model_copy(update={"public_url": url.rstrip("/")}))
            say(f"The server's address is now {url}.")
    except ImproperlyConfigured as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"{folder} cannot be made: {error.strerror}.")


def _database() -> None:
    from django.core.management import call_command
    from django.db import DatabaseError

    try:
        call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        refuse(f"The database does not take its tables: {type(error).__name__}. Look at DATABASE_URL and at its log.")
    say("The database is of this version.")


def _library() -> int:
    """Return how many standards there are."""
    from rules.problems import LibraryError
    from server.standards.library import in_force

    try:
        return len(in_force().library.standards)
    except LibraryError as error:
        refuse(str(error))


def _plans() -> None:
    """Make the plans that are shipped, where none was ever made."""
    from server.scans.plans import ensure_default_plans

    made = ensure_default_plans()
    if made:
        say(f"{made} scan plans are made, for all clients; look at them under Scans.")


def _administrator(email: str, name: str, *, password_stdin: bool, link: bool) -> None:
    """Add the first administrator, unless somebody may manage people already."""
    from server.accounts import one_time
    from server.accounts.actions.people import Place, add_person, unlock
    from server.accounts.models import OneTimeLink, RoleHeld
    from server.accounts.rights import Role
    from server.cli.console_actor import console_actor

    if RoleHeld.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True).exists():
        if email:
            say("There is an administrator already: nobody was added. Use 'datumline server user add'.")
        return
    email = email or _asked("E-mail address of the first administrator: ")
    name = name or _asked("Name: ")
    password = None if link else _password(email, name, stdin=password_stdin)
    place = Place(frozenset({Role.ADMINISTRATOR}), all_clients=True)
    try:
        user, address = add_person(console_actor(), email, name, place)
    except ValidationError as error:
        refuse(" ".join(error.messages))
    if password is None:
        print(address)
        say(f"{user.email} sets a password with this link within {one_time.INVITATION_LASTS.days} days.")
        return
    user.set_password(password)
    user.save(update_fields=["password"])
    OneTimeLink.objects.filter(user=user).delete()
    unlock(user)
    say(f"{user.email} is an administrator. The second factor is set up at the first sign-in.")


def _asked(question: str) -> str:
    if not sys.stdin.isatty():
        refuse("There is nobody to ask: give --email, --name, and --password-stdin or --link.")
    answer = input(question).strip()
    return answer or _asked(question)


def _password(email: str, name: str, *, stdin: bool) -> str:
    """Return a password that keeps the rules; it is asked for twice, or read from the first line of stdin."""
    from django.contrib.auth.password_validation import validate_password

    from server.accounts.models import User

    if not stdin and not sys.stdin.isatty():
        refuse("There is nobody to ask for a password: give --password-stdin or --link.")
    while True:
        password = sys.stdin.readline().rstrip("\n") if stdin else getpass.getpass("Password (15 or more): ")
        try:
            validate_password(password, User(email=email, name=name))
        except ValidationError as error:
            if stdin:
                refuse(" ".join(error.messages))
            say(" ".join(error.messages))
            continue
        if stdin or getpass.getpass("The same again: ") == password:
            return password
        say("The two differ.")


def _recovery_key(folder: Path, file: Path | None) -> None:
    """Show the private half of the recovery key once and keep the public half; an existing key is kept."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from server.installation import fingerprint, read_installation, write_installation

    there = read_installation(folder)
    if there is None:
        return
    if there.recovery_public_key:
        say(f"The recovery key {fingerprint(there.recovery_public_key)} was shown when it was made, and is not here.")
        return
    key = X25519PrivateKey.generate()
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    _show(base64.b64encode(key.private_bytes_raw()).decode(), fingerprint(public), file)
    write_installation(folder, there.model_copy(update={"recovery_public_key": public}))


def _show(private: str, name: str, file: Path | None) -> None:
    """Print the key or write it to a new file; only after that is its public half put into use."""
    words = (
        f"Recovery key {name}\n"
        "It opens every credential that is sealed from now on. It is shown this once and kept nowhere:\n"
        "print it or put it into your password safe, and never onto this server.\n"
    )
    if file is None:
        print(f"{words}\n{private}\n", flush=True)
        return
    import os

    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        refuse(f"{file} cannot be written: {error.strerror}.")
    with os.fdopen(descriptor, "w", encoding="utf-8") as written:
        written.write(f"{words}\n{private}\n")
    say(f"The recovery key {name} is in {file}: move it off this machine now.")
