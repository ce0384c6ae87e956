"""The folder windows: outputs of commands, policy files and JSON through the replay-only driver, a file at a time."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from collectors import driver_index
from collectors.detection import Known
from collectors.facts.facts import Facts
from collectors.replay import Recorded, replies_of
from tests.corpus import compare
from tests.corpus.fields import OBSERVED_AT, field
from tests.corpus.outcome import Outcome, Place, Result, judge
from tests.corpus.sheet import rows_of

FOLDER, TRANSLATED = "windows", "windows, translated text"
DAY_S, MINUTE_S = 86_400, 60
QUESTIONS = {
    "get_addefaultdomainpasswordpolicy": "Get-ADDefaultDomainPasswordPolicy", "get_hotfix": "Get-HotFix",
    "get_localuser": "Get-LocalUser", "get_mpcomputerstatus": "Get-MpComputerStatus",
    "get_netfirewallprofile": "Get-NetFirewallProfile", "net_accounts": "net accounts", "secedit": "secedit /export",
    "systeminfo": "systeminfo", "w32tm": "w32tm /query /status", "wbadmin": "wbadmin get versions",
    "win32_bios": "Win32_BIOS", "win32_operatingsystem": "Win32_OperatingSystem",
}  # fmt: skip
TEXTS = {"net_accounts", "systeminfo", "w32tm", "wbadmin"}
"""Commands whose words are translated; the others print names of properties, which never are."""
REMARKS = {"trap", "note"}
NOWHERE = {
    "last_sync_error": "the facts hold whether the clock is in step, and with whom",
    "backups": "the facts hold the newest backup, not how many there are",
}
"""Facts that have no place, with the reason."""
TAKEN_AT = {  # from the newest moment in the file; the sheet counts the uptime to ten minutes after the clock in it
    "get_mpcomputerstatus/win10-1607.json": datetime(2017, 9, 14, 7, 7, tzinfo=UTC),
    "win32_operatingsystem/server2016-dc-cim-datetime.json": datetime(2022, 5, 31, 13, 55, 15, tzinfo=UTC),
}
Find = Callable[[Facts], object]


def results(corpus: Path) -> Iterator[Result]:
    """Give what became of every fact of windows/index.csv."""
    known = Known("windows_texts", driver_index.driver("windows_texts"))
    for row in rows_of(corpus / "windows" / "index.csv"):
        kind, file = row["file"].partition("/")[0], row["file"]
        if kind not in QUESTIONS:
            continue
        observed_at = TAKEN_AT.get(file, OBSERVED_AT)
        recorded = Recorded({QUESTIONS[kind]: (corpus / "windows" / file).read_bytes()})
        facts = known.driver.read(replies_of(known, recorded, observed_at))  # type: ignore[arg-type]
        places = _places(observed_at)
        folder = TRANSLATED if kind in TEXTS else FOLDER
        for name, value in json.loads(row["facts_json"] or "{}").items():
            if name in REMARKS:
                continue
            place = places.get(name)
            expected = "" if value is None else value if isinstance(value, str) else json.dumps(value)
            if place is None:
                yield Result(folder, file, name, Outcome.NO_PLACE, expected, reason=NOWHERE.get(name, ""))
            else:
                yield judge(folder, file, name, _meaning(name, expected), place, facts)


def _meaning(name: str, expected: str) -> str:
    """Return 'unlimited' for the sheet's empty age and for a threshold of 0: these are stated, not open."""
    endless = (name == "max_password_age_days" and not expected) or (name == "lockout_threshold" and expected == "0")
    return "unlimited" if endless else expected


def _times(seconds: int) -> compare.Same:
    def same(expected: str, found: object) -> bool:
        return found == expected if expected == "unlimited" else found == int(expected) * seconds

    return same


def _yes(expected: str, found: object) -> bool:
    return {"true": True, "false": False}.get(expected) is found


def _day(expected: str, found: object) -> bool:
    return isinstance(found, datetime) and found.date().isoformat() == expected


def _instant(expected: str, found: object) -> bool:
    """Return whether both are the same minute: starts are kept to the minute."""
    return isinstance(found, datetime) and found.isoformat()[:16] == expected[:16]


def _account(name: str, rid: int | None = None) -> Find:
    def find(facts: Facts) -> object:
        chosen = [one for one in facts.accounts or () if rid is None or one.rid == rid]
        return getattr(chosen[0], name) if chosen else None

    return find


def _role(facts: Facts) -> object:
    primary = "pdc-emulator" in (facts.roles or ())
    return (
        "PRIMARY"
        if primary
        else {"windows server": "SERVER", "windows workstation": "WORKSTATION"}.get(facts.device_class or "")
    )


def _source(facts: Facts) -> object:
    if facts.time and facts.time.kind == "local-clock":
        return "Local CMOS Clock"
    return facts.time.servers[0] if facts.time and facts.time.servers else None


def _profiles(expected: str, found: object) -> bool:
    told = {profile.name.title(): profile.enabled for profile in found} if isinstance(found, tuple) else {}
    return bool(json.loads(expected) == told)


def _age(path: str, observed_at: datetime) -> Find:
    def find(facts: Facts) -> object:
        at = field(path)(facts)
        return (observed_at - at).days if isinstance(at, datetime) else None

    return find


def _full_scan(observed_at: datetime) -> Find:
    """Return the age of a scan that is not the day's quick one: only the newest of both is kept."""
    return lambda facts: _age("antivirus.last_scan_at", observed_at)(facts) or None


def _covers(facts: Facts) -> object:
    return facts.backup.system_state_at == facts.backup.last_success_at if facts.backup else None


def _version(expected: str, found: object) -> bool:
    return (
        isinstance(found, str)
        and expected.startswith(f"{found} ")
        and expected.endswith(f" {found.rpartition('.')[2]}")
    )


def _joined(expected: str, found: object) -> bool:
    """Return whether a configuration or domain, as the sheet has it, means the domain membership that was read."""
    return found is (expected != "WORKGROUP" and "Standalone" not in expected)


def _places(observed_at: datetime) -> Mapping[str, Place]:
    def place(path: str, same: compare.Same = compare.text, find: Find | None = None) -> Place:
        return Place(path, find or field(path), same)

    count = compare.number(0)
    return {
        "min_password_age_days": place("password_policy.min_age_s", _times(DAY_S)),
        "max_password_age_days": place("password_policy.max_age_s", _times(DAY_S)),
        "min_password_length": place("password_policy.min_length_count", count),
        "password_history": place("password_policy.history_count", count),
        "complexity": place("password_policy.complexity", _yes),
        "reversible_encryption": place("password_policy.reversible", _yes),
        "lockout_threshold": place("lockout.threshold_count", _times(1)),
        "lockout_duration_minutes": place("lockout.duration_s", _times(MINUTE_S)),
        "lockout_window_minutes": place("lockout.window_s", _times(MINUTE_S)),
        "guest_enabled": place("accounts", _yes, _account("enabled", 501)),
        "role": place("roles", find=_role),
        "synchronised": place("time.synchronised", _yes),
        "source": place("time.servers", find=_source),
        "stratum": place("time.stratum", count),
        "phase_offset_seconds": place("time.offset_s", count),
        "last_backup_utc": place("backup.last_success_at", _instant),
        "last_backup_covers_system_state": place("backup.system_state_at", _yes, _covers),
        "antivirus_enabled": place("antivirus.running", _yes),
        "realtime_enabled": place("antivirus.realtime", _yes),
        "signature_age_days": place("antivirus.signatures_at", count, _age("antivirus.signatures_at", observed_at)),
        "full_scan_age_days": place("antivirus.last_scan_at", count, _full_scan(observed_at)),
        "caption": place("os.product"),
        "os_caption": place("os.product"),
        "os_name": place("os.product"),
        "build": place("os.build"),
        "version": place("os.version"),
        "os_version": place("os.version", _version),
        "product_type": place("roles", find=lambda facts: (facts.roles or ("",))[0].replace("-", "_")),
        "uptime_seconds": place(
            "os.booted_at",
            compare.number(60),
            lambda facts: (
                (observed_at - facts.os.booted_at).total_seconds()
                if facts.os and isinstance(facts.os.booted_at, datetime)
                else None
            ),
        ),
        "last_boot_utc": place("os.booted_at", _instant),
        "profiles": place("firewall_profiles", _profiles, lambda facts: facts.firewall_profiles),
        "hotfixes": place("software", compare.length, lambda facts: facts.software),
        "newest": place("patch.last_success_at", _day),
        "newest_id": place("software", find=lambda facts: (facts.software or (None,))[0]),
        "bios_version": place("firmware.version"),
        "manufacturer": place("firmware.product"),
        "serial": place("identity.serial"),
        "virtual": place("identity.form", lambda _, found: found == "virtual"),
        "enabled": place("accounts", _yes, _account("enabled")),
        "password_required": place("accounts", _yes, _account("password_required")),
        "password_never_expires": place("accounts", lambda e, f: _yes(e, f is False), _account("password_expires")),
        "rid": place("accounts", count, _account("rid")),
        "builtin_administrator": place("accounts", find=_account("name", 500)),
        "guest": place("accounts", find=_account("name", 501)),
        "host_name": place("identity.name"),
        "os_configuration": place("identity.domain_joined", _joined),
        "domain": place("identity.domain_joined", _joined),
        "system_manufacturer": place("identity.vendor"),
        "system_model": place("identity.model"),
        "total_physical_memory_mb": place("hardware.memory_bytes", _times(1024 * 1024)),
    }
