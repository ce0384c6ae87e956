"""`datumline replay`: the same facts from recorded replies, without a network."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from agent.cli import options
from agent.cli.collect import Form, FormOption, end_with, show_facts
from agent.cli.streams import leave, told_to_people
from collectors.facts.exit_codes import ExitCode
from rules.cli.printing import say


def replay(
    driver: Annotated[str, typer.Option("--driver", metavar="NAME", help="The driver, see 'datumline drivers'.")],
    reply: Annotated[
        list[str] | None, typer.Option("--reply", metavar="COMMAND=FILE", help="A recorded reply; may be given again.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="The reply to the driver's configuration command.")
    ] = None,
    snmp: Annotated[Path | None, typer.Option("--snmp", metavar="FILE.snmprec", help="A recorded SNMP agent.")] = None,
    nut: Annotated[Path | None, typer.Option("--nut", metavar="FILE.dev", help="Recorded NUT variables.")] = None,
    observed_at: Annotated[
        str | None, typer.Option("--observed-at", metavar="INSTANT", help="When it was recorded; else now.")
    ] = None,
    form: FormOption = Form.JSON,
) -> None:
    """Read the same facts from recorded replies, without a network; exit codes as those of collect."""
    with told_to_people():
        from collectors import replay as replaying

        recorded = replaying.Recorded(
            replies=dict(_reply(given) for given in reply or ()),
            config=_content(config),
            snmp=_content(snmp),
            nut=_content(nut),
        )
        at = options.instant(observed_at, "--observed-at") or datetime.now(UTC)
        try:
            snapshot = replaying.replay(driver, recorded, at)
        except replaying.BrokenRecording as error:
            files = {"snmp": snmp, "nut": nut, **dict(map(split_reply, reply or ()))}
            leave(f"{files.get(error.given) or config}: {error}", ExitCode.USAGE)
        except replaying.ReplayError as error:
            leave(str(error), ExitCode.USAGE)
        if recorded.snmp:
            count, first = replaying.malformed_lines(recorded.snmp)
            if count:
                say(f"{snmp}: {first}. {count} such lines are left aside; correct them if the device said them.")
        for question in replaying.unread(driver, recorded):
            say(f"The driver {driver} does not read a reply to {question!r} (see 'datumline drivers'): left aside.")
        show_facts(snapshot, form)
        end_with(snapshot)


def _reply(given: str) -> tuple[str, bytes]:
    """Return a command and what the file of its reply holds."""
    command, file = split_reply(given)
    return command, _content(Path(file)) or b""


def split_reply(given: str) -> tuple[str, str]:
    """Return command and file of 'COMMAND=FILE', split at the last '='; leaves with USAGE for anything else."""
    command, sign, file = given.rpartition("=")
    if not sign or not command or not file:
        leave(f'--reply: {given!r} is not COMMAND=FILE, such as "show version=version.txt".', ExitCode.USAGE)
    return command, file


def _content(file: Path | None) -> bytes | None:
    """Return a file's bytes, one more than may be replayed at most; leaves with USAGE when it cannot be read."""
    from collectors.replay import SIZE_LIMIT_BYTES
    from rules.given_file import read_given

    if file is None:
        return None
    try:
        return read_given(file, SIZE_LIMIT_BYTES)
    except OSError as error:
        leave(f"{file} cannot be read ({error.strerror}); check the path and your rights.", ExitCode.USAGE)
