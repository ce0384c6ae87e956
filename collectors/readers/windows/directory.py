"""The directory as a domain controller holds it: levels, flags of accounts, replication, templates."""

from datetime import UTC, datetime, timedelta

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.sections.accounts import FinePasswordPolicy
from collectors.facts.sections.directory import Controller, Directory, EntraConnect, Replication
from collectors.readers.json_shapes import JsonObject, an_object, flag, moment, name_of, rows, text, texts, whole
from collectors.readers.windows import platform_defaults as defaults
from collectors.readers.windows.asked import ABSENT, absent, extra_rows, stated
from collectors.readers.windows.registry_settings import build_of
from collectors.readers.windows.sddl import enrollers
from collectors.replies import JsonReplies, JsonValue
from collectors.told import told, word

FILETIME_START = datetime(1601, 1, 1, tzinfo=UTC)
NO_FILETIME = {0, 2**63 - 1}
ADMIN_GROUPS = {512, 518, 519, 544}  # RIDs of domain, schema and enterprise administrators, and of Administrators
SCHEMA_ADMINS = 518
DISABLED = 0x2  # userAccountControl
SIGNING = {0: "none", 1: "none", 2: "required"}  # LDAPServerIntegrity; at 1 a client may ask for it
BINDING = {0: "never", 1: "supported", 2: "always"}  # LdapEnforceChannelBinding
MIGRATED, MIGRATING = 48, {16, 32}  # msDFSR-Flags of the global settings: eliminated; prepared, redirected
SUPPLIES_SUBJECT = 0x1  # msPKI-Certificate-Name-Flag: CT_FLAG_ENROLLEE_SUPPLIES_SUBJECT
NEEDS_APPROVAL = 0x2  # msPKI-Enrollment-Flag: CT_FLAG_PEND_ALL_REQUESTS
ENROLL = "0e10c968-78fb-11d2-90d4-00c04f79dc55"
LOGON_USAGES = {"1.3.6.1.5.5.7.3.2", "1.3.6.1.5.2.3.4", "1.3.6.1.4.1.311.20.2.2", "2.5.29.37.0"}
"""Client authentication, PKINIT, smart card logon, any purpose; no usage at all stands for any."""


def at_of(filetime: JsonValue) -> datetime | None:
    """Return a moment from 100-ns steps since 1601, to the second; None for 'never' and a missing one."""
    steps = whole(filetime)
    if steps is None or steps in NO_FILETIME:
        return None
    try:
        return FILETIME_START + timedelta(seconds=steps // 10_000_000)
    except OverflowError as error:
        raise UnexpectedReply(f"is told as {steps}, which is no moment") from error


def read_directory(replies: JsonReplies) -> Part | None:
    """Return what is true of the whole domain; machines that are no controllers have nothing to say."""
    if absent(replies, "directory"):
        return None
    block = an_object(replies, "directory")
    return told(
        Directory,
        {
            "domain_level": lambda: whole(block.get("domain_level")),
            "forest_level": lambda: whole(block.get("forest_level")),
            "recycle_bin": lambda: flag(block.get("recycle_bin")),
            "machine_account_quota_count": lambda: whole(block.get("machine_quota")),
            "krbtgt_set_at": lambda: at_of(block.get("krbtgt_set")),
            "privileged_accounts": lambda: _members(replies, ADMIN_GROUPS),
            "schema_admins": lambda: _members(replies, {SCHEMA_ADMINS}),
            "unmapped_subnets": lambda: NOT_TOLD,
            "no_preauth_accounts": lambda: texts(block.get("no_preauth")),
            "gpo_backup_at": lambda: NOT_TOLD,
            "fsmo_answering": lambda: tuple(sorted(texts(replies["operation-masters"]) or ())),
            "weak_encryption_accounts": lambda: texts(block.get("weak_encryption")),
            "unconstrained_accounts": lambda: texts(block.get("unconstrained")),
            "no_password_accounts": lambda: texts(block.get("no_password")),
            "reversible_accounts": lambda: texts(block.get("reversible")),
            "risky_templates": lambda: _risky_templates(replies),
        },
    )


def _members(replies: JsonReplies, groups: set[int]) -> tuple[str, ...]:
    """Return the enabled members of any of these groups, also through other groups."""
    found = []
    for row in rows(replies, "privileged"):
        held = row.get("groups")
        enabled = not (whole(row.get("flags")) or 0) & DISABLED
        if enabled and isinstance(held, list) and groups & {rid for rid in held if isinstance(rid, int)}:
            found.append(name_of(row, "privileged"))
    return tuple(sorted(found))


def _risky_templates(replies: JsonReplies) -> tuple[str, ...]:
    """Return published templates by which every user can get a logon certificate in any name, without approval."""
    found = []
    for row in rows(replies, "templates"):
        usages = set(texts(stated(row, "usages")) or ())
        free = not (whole(row.get("enrollment_flags")) or 0) & NEEDS_APPROVAL and not (
            whole(row.get("signatures")) or 0
        )
        flags, rights = whole(row.get("name_flags"), lowest=-(2**31)), text(row.get("sddl"))
        if flags is None or rights is None:
            raise UnexpectedReply(f"are not certain: of {name_of(row, 'templates')!r:.60} not all is told")
        named = flags & SUPPLIES_SUBJECT
        if free and named and (not usages or usages & LOGON_USAGES) and enrollers(rights, ENROLL):
            found.append(name_of(row, "templates"))
    return tuple(sorted(found))


def read_controller(replies: JsonReplies) -> Part | None:
    """Return what this controller demands; tests of `dcdiag` are told in translated words, and not read."""
    if absent(replies, "controller"):
        return None
    block = an_object(replies, "controller")
    build = build_of(block)
    translated = Gap(reason=GapReason.NOT_TOLD, text="is told in translated words only")

    def signing() -> str | Gap | None:
        if block.get("signing") == ABSENT:
            return defaults.ldap_signing(build)
        return word(whole(block.get("signing")), SIGNING, "level of signing")

    def binding() -> str | Gap | None:
        if block.get("channel_binding") == ABSENT:
            return defaults.channel_binding(build)
        return word(whole(block.get("channel_binding")), BINDING, "level of binding")

    return told(
        Controller,
        {
            "answers": lambda: flag(block.get("answers")),
            "ldap_signing": signing,
            "channel_binding": binding,
            "failed_tests": lambda: translated,
            "sysvol": lambda: _sysvol(block),
        },
    )


def _sysvol(block: JsonObject) -> str | Gap | None:
    """Return by what SYSVOL is copied, from the directory's settings of DFS replication: without them it is FRS."""
    if flag(block.get("dfsr_there")) is False:
        return "frs"
    flags = whole(block.get("dfsr_flags"))
    if flags is None:
        return None
    if flags == MIGRATED:
        return "dfsr"
    return "migrating" if flags in MIGRATING else "frs" if flags == 0 else word(flags, {}, "state of the migration")


def read_replication(replies: JsonReplies) -> Part | None:
    """Return the partners, each with the worst of its partitions."""
    if absent(replies, "replication"):
        return None
    worst: dict[str, Replication] = {}
    for row in rows(replies, "replication"):
        entries = name_of(row, "replication", "partner").split(",")
        name = entries[1].removeprefix("CN=") if len(entries) > 1 else entries[0]
        at, failures = moment(row.get("last_success_at")), whole(row.get("failures"))
        before = worst.get(name)
        if before and isinstance(before.last_success_at, datetime) and at:
            at = min(at, before.last_success_at)
        if before and before.failures_count is not None and failures is not None:
            failures = max(failures, before.failures_count)
        worst[name] = Replication(name=name, failures_count=failures, last_success_at=at)
    return Part(tuple(worst.values()))


def read_fine_policies(replies: JsonReplies) -> Part | None:
    """Return the policies that stand above the general one, and whether they hold for administrators."""
    if absent(replies, "fine-policies"):
        return None
    admins = _admin_sids(replies)
    policies = []
    for row in rows(replies, "fine-policies"):
        subjects = set(texts(row.get("applies_to")) or ())
        groups = {sid for sid in subjects if sid.rpartition("-")[2] in {str(rid) for rid in ADMIN_GROUPS}}
        age = whole(row.get("max_age_s"), lowest=-(2**63))
        policies.append(
            FinePasswordPolicy.model_validate(
                {
                    "name": name_of(row, "fine-policies"),
                    "precedence": whole(row.get("precedence")),
                    "applies_to_admins": True
                    if groups or subjects & admins
                    else (False if admins and subjects else None),
                    "min_length_count": whole(row.get("min_length")),
                    "max_age_s": None if age is None else "unlimited" if age <= 0 else age,
                }
            )
        )
    return Part(tuple(policies))


def _admin_sids(replies: JsonReplies) -> set[str]:
    members, _ = extra_rows(replies, "privileged")
    return {text(row.get("sid")) or "" for row in members}


def read_entra_connect(replies: JsonReplies) -> Part | None:
    """Return the synchronisation with Entra ID: its last run counts when it succeeded."""
    if absent(replies, "entra-connect"):
        return None
    block = an_object(replies, "entra-connect")
    staging = flag(block.get("staging"))

    def version() -> str | None:
        for row in rows(replies, "software"):
            if name_of(row, "software") in {"Microsoft Azure AD Connect", "Microsoft Entra Connect Sync"}:
                return text(row.get("version"))
        return None

    return told(
        EntraConnect,
        {
            "sync_enabled": lambda: None if staging is None else flag(block.get("enabled")) and not staging,
            "last_sync_at": lambda: moment(block.get("last_end_at")) if block.get("last_result") == "success" else None,
            "version": version,
        },
    )
