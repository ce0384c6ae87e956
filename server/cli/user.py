"""`datumline server user add|list|deactivate|reset`: people, from the server's console."""

from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.start import Data, refuse, say, start

if TYPE_CHECKING:
    from server.accounts.models import User

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="E-mail address of the person.")]


@app.command()
def add(
    email: Email,
    name: Annotated[str, typer.Option("--name", help="Name of the person.")],
    role: Annotated[list[str], typer.Option("--role", help="A role; may be given again.")],
    client: Annotated[
        list[str] | None, typer.Option("--client", help="Uid of a client in scope; may be given again. Else all.")
    ] = None,
    data: Data = None,
) -> None:
    """Add a person and print the one-time link by which they set their password."""
    start(data)
    from server.accounts.actions.people import Place, add_person
    from server.accounts.models import User
    from server.accounts.rights import Role
    from server.accounts.scope import client_ids_of
    from server.cli.console_actor import console_actor

    unknown = [one for one in role if one not in Role.values]
    if unknown:
        refuse(f"There is no role {unknown[0]}. Roles: {', '.join(Role.values)}.")
    if User.objects.filter(email=email.casefold()).exists():
        refuse(f"{email} is here already.")
    ids = client_ids_of(client or [])
    if len(ids) != len(set(client or [])):
        refuse("One of these clients is not here.")
    place = Place(frozenset(role), all_clients=not client, client_ids=ids)
    _user, link = add_person(console_actor(), email, name, place)
    print(link)
    say(f"{email} sets a password with this link within 7 days. It is shown once.")


@app.command("list")
def list_people(data: Data = None) -> None:
    """Print people with roles, scope, second factor and last sign-in; tab-separated."""
    start(data)
    from server.accounts.people import people

    for one in people():
        state = "active" if one.user.is_active else "deactivated"
        factor = "second factor" if one.second_factor else "no second factor"
        scope = "all clients" if one.user.all_clients else f"{one.clients_count} clients"
        seen = one.user.last_login.isoformat(timespec="seconds") if one.user.last_login else "never signed in"
        print("\t".join((one.user.email, one.user.name, ",".join(one.user.role_names), scope, state, factor, seen)))


@app.command()
def deactivate(email: Email, data: Data = None) -> None:
    """End every way in of a person at once: sessions, tokens, links."""
    start(data)
    from server.accounts.actions.people import LastAdministrator
    from server.accounts.actions.people import deactivate as end
    from server.cli.console_actor import console_actor

    user = _person(email)
    try:
        end(console_actor(), user)
    except LastAdministrator as error:
        refuse(f"{user.email} is the last administrator: {error}.")
    say(f"{user.email} can no longer sign in. Who left should be handed over on the page People, 'Leaving'.")


@app.command()
def reset(email: Email, data: Data = None) -> None:
    """Print a link for somebody who lost password or phone; lock-out and second factor are taken away."""
    start(data)
    from server.accounts.actions.people import give_new_way_in
    from server.cli.console_actor import console_actor

    user = _person(email)
    if not user.is_active:
        refuse(f"{user.email} is deactivated. Reactivate on the page People first.")
    print(give_new_way_in(console_actor(), user))
    say(f"{user.email} sets password and second factor anew with this link within 24 hours. It is shown once.")


def _person(email: str) -> "User":
    from server.accounts.models import User

    found = User.objects.filter(email=email.casefold()).first()
    if found is None:
        refuse(f"There is no person with the address {email}.")
    return found
