"""Instances of SQL Server: what the registry tells, and what an instance answers when the account may log on."""

from datetime import datetime

from collectors.driver import Part
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.virtualization import Sql, SqlDatabase
from collectors.readers.json_shapes import JsonObject, an_object, moment, name_of, rows, text, whole
from collectors.readers.windows.asked import absent, gap_of, objects, stated
from collectors.readers.windows.host import KIB
from collectors.replies import JsonReplies, JsonValue

MIB = 1024 * 1024
NO_CAP_MB = 2**31 - 1  # the default of 'max server memory (MB)'
RECOVERY = {1: "full", 2: "bulk-logged", 3: "simple"}  # sys.databases.recovery_model
LOGIN_FAILED = {18452, 18456, 229, 916, 4060}  # SQL Server's error numbers for logons and permissions
NEVER_CHECKED_YEAR = 1900  # LastGoodCheckDbTime of a database that was never checked


def read_sql(replies: JsonReplies) -> Part | None:
    """Return the instances with their databases; the memory left is what the cap does not let the instance take."""
    if absent(replies, "sql"):
        return None
    found = [_instance(replies, row) for row in rows(replies, "sql")]
    gaps = {f"[{sql.name}].databases": gap for sql, gap in found if gap}
    return Part(tuple(sql for sql, _ in found), gaps)


def _instance(replies: JsonReplies, row: JsonObject) -> tuple[Sql, Gap | None]:
    name = name_of(row, "sql")
    cap_mb = whole(row.get("memory_mb"))
    version = text(row.get("version")) or text(row.get("patch_level"))
    if stated(row, "databases") is None:
        return Sql(name=name, version=version), _refused(whole(row.get("error")))
    endless = cap_mb == NO_CAP_MB
    cap = None if cap_mb is None or endless else cap_mb * MIB
    return Sql(
        name=name,
        version=version,
        max_memory_bytes="unlimited" if endless else cap,
        memory_left_for_system_bytes=0 if endless else _left(replies, cap),
        databases=tuple(_database(database) for database in objects(row["databases"], "databases")),
    ), None


def _left(replies: JsonReplies, cap: int | None) -> int | None:
    if cap is None or gap_of(replies, "os"):
        return None
    kib = whole(an_object(replies, "os").get("memory_kib"))
    return None if kib is None else max(kib * KIB - cap, 0)


def _database(row: JsonObject) -> SqlDatabase:
    checked = moment(row.get("checked_at"))
    return SqlDatabase.model_validate(
        {
            "name": name_of(row, "sql"),
            "recovery": RECOVERY.get(whole(row.get("recovery")) or 0),
            "last_full_backup_at": _ever(stated(row, "full_at")),
            "last_log_backup_at": _ever(stated(row, "log_at")),
            "last_check_at": "never" if checked and checked.year <= NEVER_CHECKED_YEAR else checked,
        }
    )


def _ever(value: JsonValue) -> datetime | str:
    """Return when the history holds a backup, 'never' when it holds none."""
    return moment(value) or "never"


def _refused(error: int | None) -> Gap:
    if error in LOGIN_FAILED:
        return Gap(
            reason=GapReason.ACCESS_DENIED, text="may not be read with this account: it lacks a right on the instance"
        )
    return Gap(
        reason=GapReason.UNREACHABLE, text=f"could not be read: the instance did not answer (error {error or 0})"
    )
