"""What a Windows machine records and runs by itself: audit policy, events, tasks, shadow writers, file screens."""

import csv
import re

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.timekeeping import AuditSetting, EventCount
from collectors.facts.sections.windows import FileScreen, ScheduledTask, ShadowWriter
from collectors.readers.json_shapes import an_object, flag, name_of, rows, text, texts, whole
from collectors.readers.windows.asked import absent, objects, unique
from collectors.readers.windows.audit_names import NAMES, SETTINGS
from collectors.readers.windows.plain_words import plain
from collectors.replies import JsonReplies

GUID_COLUMN, SETTING_COLUMN = 3, 4  # Machine Name, Policy Target, Subcategory, Subcategory GUID, Inclusion Setting, ...
LEVELS = {"1": "critical", "2": "error"}  # warnings are counted only where a disk gives them
DISABLED_TASK = 1  # ScheduledTask.State
STABLE = 1  # VSS_WS_STABLE
_GUID = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?$")
_WRITER, _STATE = re.compile(r":\s*'([^']{1,120})'\s*$"), re.compile(r":\s*\[(\d{1,3})\]")


def read_audit(replies: JsonReplies) -> Part:
    """Return what of each subject is recorded; subjects are known by GUID, settings by words in known languages."""
    settings: list[AuditSetting] = []
    gaps: dict[str, Gap] = {}
    for row in csv.reader(texts(replies["audit"]) or ()):
        found = _GUID.match(row[GUID_COLUMN].strip()) if len(row) > SETTING_COLUMN else None
        if found is None:
            continue
        guid = found[1].upper()
        name, words = NAMES.get(guid, guid), row[SETTING_COLUMN]
        success, failure = SETTINGS.get(plain(words), (None, None))
        settings.append(AuditSetting(name=name, success=success, failure=failure))
        if success is None:
            told = Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {words!r:.40}, words that are not known")
            gaps[f"[{name}].success"] = told
    if not settings:
        raise UnexpectedReply("is no table of the audit policy")
    return Part(tuple(settings), gaps)


def read_events(replies: JsonReplies) -> Part:
    """Return how often each source logged an error in the last 30 days, disks a warning too; partial when capped."""
    block = an_object(replies, "events")
    counts = []
    for row in objects(block.get("counts"), "counts"):
        source, number, level = [*name_of(row, "events", "key").split("|"), "", ""][:3]
        counts.append(
            EventCount.model_validate(
                {
                    "name": f"{source} {number}",
                    "level": LEVELS.get(level),
                    "last_30_days_count": whole(row.get("count")),
                }
            )
        )
    return Part(tuple(sorted(counts, key=lambda count: count.name)), complete=flag(block.get("capped")) is False)


def read_tasks(replies: JsonReplies) -> Part:
    """Return the scheduled tasks that are not Windows' own."""
    tasks: list[ScheduledTask] = []
    for row in rows(replies, "tasks"):
        state = whole(row.get("state"))
        tasks.append(
            ScheduledTask(
                name=unique(name_of(row, "tasks"), [task.name for task in tasks]),
                enabled=None if not state else state != DISABLED_TASK,
                account=text(row.get("account")),
                last_result=whole(row.get("last_result")),
            )
        )
    return Part(tuple(tasks))


def read_shadow_writers(replies: JsonReplies) -> Part:
    """Return the writers of `vssadmin list writers` by the number of their state; the error is in words."""
    writers: list[ShadowWriter] = []
    name, seen_count = None, 0
    for line in texts(replies["shadow-writers"]) or ():
        if found := _WRITER.search(line):
            name, seen_count = unique(found[1], [writer.name for writer in writers]), seen_count + 1
        elif name is not None and (found := _STATE.search(line)):
            writers.append(ShadowWriter(name=name, stable=int(found[1]) == STABLE))
            name = None
    if not writers or len(writers) != seen_count:
        raise UnexpectedReply("is no list of shadow copy writers, each with its state")
    return Part(tuple(writers))


def read_file_screens(replies: JsonReplies) -> Part | None:
    """Return the rules that keep kinds of files out; a machine without the resource manager has none."""
    if absent(replies, "file-screens"):
        return None
    found = rows(replies, "file-screens")
    return Part(tuple(FileScreen(name=name_of(row, "file-screens"), active=flag(row.get("active"))) for row in found))
