"""Backups that Windows Server Backup and Veeam tell of; a machine without them has nothing to say."""

from datetime import datetime

from collectors.driver import Part
from collectors.facts.gaps import NOT_TOLD, Gap
from collectors.facts.sections.protection import Backup, BackupJob, BackupStore
from collectors.readers.json_shapes import an_object, flag, moment, name_of, rows, text, whole
from collectors.readers.windows.asked import absent, stated
from collectors.replies import JsonReplies, JsonValue
from collectors.told import told, word

DAY_S = 86_400
RESULTS = {0: "success", 1: "warning", 2: "failed", -1: "never-run"}  # Veeam.Backup.Model.CBaseSession: None is -1
NO_DATE_BEFORE_YEAR = 1980  # a .NET date that was never set is of the year 1


def read_backup(replies: JsonReplies) -> Part | None:
    """Return the machine's own backup; 'never' when it has not succeeded yet, or no version holds the system state."""
    if absent(replies, "backup"):
        return None
    block = an_object(replies, "backup")

    def system_state() -> datetime | str | None:
        return "never" if stated(block, "system_state_at") is None else ever(block["system_state_at"])

    return told(
        Backup, {"last_success_at": lambda: ever(block.get("last_success_at")), "system_state_at": system_state}
    )


def ever(value: JsonValue) -> datetime | str | None:
    """Return a moment, 'never' for the date that stands for none; None when it is not told."""
    at = moment(value)
    return "never" if at is not None and at.year < NO_DATE_BEFORE_YEAR else at


def read_backup_jobs(replies: JsonReplies) -> Part | None:
    """Return Veeam's jobs; how long points are kept is told in days only for jobs that count days."""
    if absent(replies, "backup-jobs"):
        return None
    jobs: list[BackupJob] = []
    gaps: dict[str, Gap] = {}
    for row in rows(replies, "backup-jobs"):
        name = name_of(row, "backup-jobs")
        result = word(whole(row.get("last_result"), lowest=-1), RESULTS, "result of a job")
        days = whole(row.get("keep_days")) if text(row.get("keep_kind")) == "Days" else None
        success = moment(row.get("last_success_at"))
        jobs.append(
            BackupJob.model_validate(
                {
                    "name": name,
                    "last_success_at": success or ("never" if result == "never-run" else None),
                    "last_result": result if isinstance(result, str) else None,
                    "encrypted": flag(row.get("encrypted")),
                    "enabled": flag(row.get("enabled")),
                    "retention_s": None if days is None else days * DAY_S,
                    "warnings_count": whole(row.get("warnings")),
                }
            )
        )
        if not isinstance(result, str):
            gaps[f"[{name}].last_result"] = result or NOT_TOLD
        elif success is None and result != "never-run":
            gaps[f"[{name}].last_success_at"] = NOT_TOLD
    return Part(tuple(jobs), gaps)


def read_backup_stores(replies: JsonReplies) -> Part | None:
    """Return Veeam's repositories; one that keeps nothing unchangeable has 0 seconds."""
    if absent(replies, "backup-stores"):
        return None
    stores = []
    for row in rows(replies, "backup-stores"):
        days = whole(row.get("immutable_days"))
        kept = flag(row.get("immutable"))
        stores.append(
            BackupStore(
                name=name_of(row, "backup-stores"),
                size_bytes=whole(row.get("size_bytes")),
                free_bytes=whole(row.get("free_bytes")),
                immutable_s=0 if kept is False else days * DAY_S if kept and days is not None else None,
            )
        )
    return Part(tuple(stores))
