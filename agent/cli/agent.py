"""`datumline agent`: enrol this machine with a server, run the agent, show how it is; the site's own parts.

Only what a command needs is imported when it runs: an idle agent stays small.
"""

import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from agent.cli.agent_credentials import app as credentials_app
from agent.cli.agent_policy import app as policy_app
from agent.cli.streams import leave, told_to_people, write_document
from collectors.facts.exit_codes import ExitCode
from rules.cli.printing import say

if TYPE_CHECKING:
    from agent.enrolled import Enrolment
    from agent.status import Seen

TOKEN_VARIABLE: Final = "DATUMLINE_AGENT_TOKEN"  # noqa: S105 - the name of the variable
TOKEN_BYTES: Final = 1_000
_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz234567")

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


class EnrolForm(StrEnum):
    """How the result of an enrolment is printed."""

    TEXT = "text"
    JSON = "json"


@app.callback()
def agent() -> None:
    """Be the agent of a server: enrol this machine, run, show how it is."""


@app.command()
def enrol(
    server: Annotated[
        str | None, typer.Option("--server", metavar="URL", help="The server's address: https://datumline.example.")
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(
            "--token",
            metavar="TOKEN",
            help=f"The token of the site; '-' reads it from stdin, left out from {TOKEN_VARIABLE}.",
        ),
    ] = None,
    ca_file: Annotated[
        Path | None, typer.Option("--ca-file", metavar="FILE", help="The server's own authority, in PEM.")
    ] = None,
    proxy: Annotated[
        str | None,
        typer.Option("--proxy", metavar="URL", help="The proxy to the server; '' none; left out: the system's."),
    ] = None,
    anew: Annotated[bool, typer.Option("--anew", help="Forget an earlier enrolment and its keys.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the fingerprint alone.")] = False,
    form: Annotated[EnrolForm, typer.Option("--format", help="How the result is printed.")] = EnrolForm.TEXT,
) -> None:
    """Enrol this machine. It reads nothing before a person has compared its fingerprint on the server and approved it.

    May be repeated: an enrolled machine says so again. Where the site has no policy file yet, a first one is written
    with what each key means: this machine's own private networks, and nothing public.

    Exit codes: 0 enrolled, also when approval is still to come; 2 the command line or the agent's own files; 3 the
    server does not answer; 4 the server refuses the token.
    """
    with told_to_people():
        from agent.enrolment import enrolled, forget
        from agent.home import runs, the_home

        home = the_home()
        if anew and runs(home):
            leave("The agent runs: end its service before it is enrolled anew.", ExitCode.USAGE)
        if anew:
            forget(home)
        known = enrolled(home)
        if known is None:
            if server is None:
                leave("--server is missing: give the server's address.", ExitCode.USAGE)
            known = _enrolled(server, _token(token), ca_file, proxy)
        elif server is not None and server.rstrip("/") != known.server.rstrip("/"):
            leave(f"This machine is enrolled with {known.server}; --anew forgets that.", ExitCode.USAGE)
        _show_enrolment(known, quiet=quiet, form=form)
        _write_policy(quiet=quiet)


@app.command()
def run(
    policy: Annotated[
        Path | None, typer.Option("--policy", metavar="FILE", help="The site's policy; else where it usually lies.")
    ] = None,
    spool_mb: Annotated[
        int, typer.Option("--spool-mb", min=1, max=1_000_000, metavar="N", help="The cap of the spool, in MB.")
    ] = 1024,
) -> None:
    """Run the agent until it is told to end (SIGTERM, Ctrl-C). Its log goes to stderr.

    Exit codes: 0 ended cleanly; 2 not enrolled, running already, or a wrong file; 4 revoked: it must not be restarted.
    """
    with told_to_people(log=True):
        from agent.clock import Clock
        from agent.errors import Revoked
        from agent.home import the_home
        from agent.policy_file import policy_path
        from agent.run import run_agent
        from agent.site import the_site

        home, clock = the_home(), Clock()
        try:
            run_agent(
                home, the_site(policy or policy_path(home), clock), capacity_bytes=spool_mb * 1024 * 1024, clock=clock
            )
        except Revoked as error:
            leave(str(error), ExitCode.ACCESS_DENIED)


@app.command()
def status(
    form: Annotated[EnrolForm, typer.Option("--format", help="How it is shown.")] = EnrolForm.TEXT,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the server whether it answers.")] = False,
) -> None:
    """Show how the agent is and what to do.

    Exit codes: 0 all is well; 2 not enrolled, or no agent runs; 3 the server does not answer; 4 a person must act on
    the server.
    """
    with told_to_people():
        from datetime import UTC, datetime

        from agent.cli.status_text import status_text
        from agent.status import status_of

        told = status_of(_seen(offline=offline), datetime.now(UTC))
        if form is EnrolForm.JSON:
            write_document(told.model_dump_json(indent=2) + "\n")
        else:
            write_document(status_text(told, datetime.now(UTC)))
        raise typer.Exit(told.exit_code)


def _enrolled(server: str, token: str, ca_file: Path | None, proxy: str | None) -> "Enrolment":
    from agent.clock import Clock
    from agent.enrolment import enrol as enrol_now
    from agent.errors import ServerRefused, ServerUnavailable
    from agent.home import the_home
    from agent.server_line import Road

    road = Road(server.rstrip("/"), None if ca_file is None else str(ca_file.resolve()), proxy)
    if road.problem:
        leave(f"--server: {road.problem}.", ExitCode.USAGE)
    try:
        enrolment, _ = enrol_now(the_home(), road, token, Clock())
    except ServerUnavailable as error:
        leave(f"{error} Nothing is lost: run the same command again.", ExitCode.UNREACHABLE)
    except ServerRefused as error:
        leave(
            f"{error} A token is for one site and one machine, and for a limited time: ask for a new one.",
            ExitCode.ACCESS_DENIED,
        )
    return enrolment


def _write_policy(*, quiet: bool) -> None:
    """Write the first policy of the site where there is none; one that is there is never touched."""
    from agent.home import the_home
    from agent.policy_file import own_networks, policy_path, write_default

    path = policy_path(the_home())
    try:
        is_new = write_default(path, own_networks())
    except OSError as error:
        say(f"{path} cannot be written ({error.strerror}): the agent reads no device until the site's policy is there.")
        return
    if is_new and not quiet:
        say(f"A first policy is written to {path}: this machine's own private networks. Look at it before you approve.")


def _token(given: str | None) -> str:
    """Return the token from the option, stdin or the environment; leaves with USAGE."""
    if given == "-":
        given = sys.stdin.read(TOKEN_BYTES)
    told = (given or os.environ.get(TOKEN_VARIABLE) or "").strip().replace("-", "").lower()
    if not told:
        leave(f"--token is missing: give it, '-' to read it from stdin, or set {TOKEN_VARIABLE}.", ExitCode.USAGE)
    if len(told) != 32 or not set(told) <= _LETTERS:
        leave("The token is not one: it has 32 letters and digits (a to z, 2 to 7).", ExitCode.USAGE)
    return told


def _show_enrolment(enrolment: "Enrolment", *, quiet: bool, form: EnrolForm) -> None:
    from agent.home import the_home
    from agent.run import enrolled_keys

    fingerprint = enrolled_keys(the_home())[1].fingerprint
    if form is EnrolForm.JSON:
        told = enrolment.model_dump(mode="json", include={"server", "agent_id", "client", "site", "state"})
        write_document(json.dumps({**told, "fingerprint": fingerprint}) + "\n")
        return
    if quiet:
        write_document(f"{fingerprint}\n")
        return
    write_document(
        f"Enrolled for {enrolment.client}, {enrolment.site}, as agent {enrolment.agent_id} of {enrolment.server}.\n"
        f"Fingerprint: {fingerprint}\n"
    )
    if enrolment.state == "pending":
        say("It waits for a person, who compares this fingerprint on the server's page of agents and approves it.")


def _seen(*, offline: bool) -> "Seen":
    from agent.clock import Clock
    from agent.enrolled import read_enrolment
    from agent.errors import AgentError
    from agent.home import runs, the_home
    from agent.keys import read_keys
    from agent.own_file import read_own
    from agent.server_api import ServerApi
    from agent.server_line import Road
    from agent.status import Running, Seen

    home = the_home()
    enrolment, keys = read_enrolment(home.enrolment), read_keys(home.keys)
    reachable, problem = None, None
    if enrolment is not None and keys is not None and not offline:
        road = Road(enrolment.server, enrolment.ca_file, enrolment.proxy)
        api = ServerApi(road, keys, enrolment.agent_id, None, Clock(), whole_s=15.0, silent_s=10.0)
        try:
            api.time()
            reachable = True
        except AgentError as error:
            reachable, problem = False, str(error)
        finally:
            api.close()
    return Seen(
        enrolment, keys.fingerprint if keys else None, read_own(home.status, Running), runs(home), reachable, problem
    )


app.add_typer(credentials_app, name="credentials")
app.add_typer(policy_app, name="policy")
