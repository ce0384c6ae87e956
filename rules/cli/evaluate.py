"""`datumline evaluate`: facts documents in, verdicts out; without any network."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from collectors.facts.document import DocumentError, parse
from collectors.facts.exit_codes import ExitCode
from collectors.facts.identity import same_devices
from collectors.facts.merge import subject_of
from collectors.facts.reading import Snapshot
from collectors.facts.subject import Subject
from rules.cli.printing import print_document, say
from rules.cli.table import print_table
from rules.given_file import read_given
from rules.judge import judge
from rules.library_at import library_at
from rules.lifecycle import store
from rules.problems import LibraryError
from rules.verdicts_document import DeviceRead, ProblemTold, to_json

MAX_BYTES = 64_000_000  # one facts document; the largest recorded server gives about 300 kB


class Format(StrEnum):
    """How to print."""

    JSON = "json"
    TABLE = "table"


def evaluate(
    facts: Annotated[list[Path], typer.Argument(metavar="FACTS.json ...", help="documents of `datumline collect`")],
    library: Annotated[Path | None, typer.Option(metavar="DIR", help="a library other than the shipped one")] = None,
    at: Annotated[str | None, typer.Option(metavar="INSTANT", help="judge at this instant instead of now")] = None,
    same_device: Annotated[bool, typer.Option("--same-device", help="all documents are of one device")] = False,
    client: Annotated[str, typer.Option(metavar="NAME", help="the client's name in the document")] = "",
    format: Annotated[Format, typer.Option("--format", help="json or table")] = Format.JSON,
) -> None:
    """Judge facts documents by the standards: documents of one device are merged, different devices rolled up."""
    instant = _instant(at)
    try:
        standards = library_at(library)
    except LibraryError as error:
        say(f"{error}\nThe library's author must mend this, or name another directory.")
        raise typer.Exit(ExitCode.USAGE) from error
    snapshots = [_snapshot(path) for path in facts]
    together = (tuple(snapshots),) if same_device else same_devices(snapshots)
    subjects = [_subject(some) for some in together]
    document = judge(
        subjects,
        standards,
        instant,
        client=client or "this client",
        catalogue=store.load(),
        devices=[_read(subject, some) for subject, some in zip(subjects, together, strict=True)],
    )
    if format is Format.JSON:
        print_document(to_json(document, indent=2) + "\n")
    else:
        print_table(document)


def _instant(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no instant such as 2026-11-21T03:15:00Z", param_hint="--at") from error
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)


def _snapshot(path: Path) -> Snapshot:
    try:
        content = read_given(path, MAX_BYTES)
    except OSError as error:
        raise _bad_file(path, error.strerror or "cannot be read", "Check the path and your rights.") from error
    if len(content) > MAX_BYTES:
        raise _bad_file(path, f"is larger than {MAX_BYTES} bytes", "Give the document that `datumline collect` wrote.")
    try:
        return parse(content)
    except DocumentError as error:
        raise _bad_file(path, str(error), "Whoever made it must collect it again, or mend it.", error.line) from error


def _bad_file(path: Path, problem: str, advice: str, line: int = 0) -> typer.Exit:
    say(f"{path}:{line}: {problem}. {advice}" if line else f"{path}: {problem}. {advice}")
    return typer.Exit(ExitCode.USAGE)


def _subject(snapshots: Sequence[Snapshot]) -> Subject:
    return subject_of(snapshots, name=snapshots[0].device.name)


def _read(subject: Subject, snapshots: Sequence[Snapshot]) -> DeviceRead:
    problem = next((one.problem for one in snapshots if one.problem is not None), None)
    return DeviceRead(
        name=subject.name,
        device_class=subject.kind,
        read=bool(subject.readings),
        sections=len(subject.readings),
        gaps=len(subject.gaps),
        problem=None if problem is None else ProblemTold(reason=problem.reason, text=problem.text),
    )
