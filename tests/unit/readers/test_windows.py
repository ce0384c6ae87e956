"""What Windows blocks mean: descriptors, defaults of the platform, roles that are not there, numbers at the edge."""

from datetime import UTC, datetime

import pytest

from collectors.drivers import windows_server, windows_workstation
from collectors.errors import UnexpectedReply
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap, GapReason
from collectors.readers.windows import platform_defaults
from collectors.readers.windows.audit_names import NAMES, SETTINGS
from collectors.readers.windows.directory import at_of
from collectors.readers.windows.sddl import may_write, open_to_everyone
from collectors.readers.windows.software import PROTECTION_SERVICES, REMOTE_TOOLS
from collectors.replies import JsonReplies, JsonValue

AT = datetime(2026, 11, 21, 3, tzinfo=UTC)
LACKING = Gap(reason=GapReason.UNSUPPORTED, text="cannot be told by this Windows")


def read(blocks: dict[str, JsonValue | Gap]) -> Facts:
    return windows_server.read(JsonReplies(AT, blocks))


@pytest.mark.parametrize(
    ("sddl", "is_open"),
    [
        ("O:BAG:DUD:(A;;FA;;;WD)", True),
        ("D:PAI(A;OICI;0x1301bf;;;AU)", True),
        ("D:(A;;0x1200a9;;;WD)", False),
        ("D:(A;;FA;;;BA)(A;;FA;;;S-1-5-21-1-2-3-1104)", False),
        ("D:(A;;FA;;;S-1-5-21-1-2-3-513)", True),
        ("D:(D;;FA;;;WD)(A;;FA;;;WD)", False),
        ("D:NO_ACCESS_CONTROL", True),
        ("O:BAG:DU", None),
        ("", None),
    ],
)
def test_a_descriptor_is_open_when_all_users_may_change_something(sddl: str, is_open: bool | None) -> None:
    assert open_to_everyone(sddl) is is_open


@pytest.mark.parametrize(("rights", "writes"), [("FR", False), ("FA", True), ("0x120089", False), ("0x10000000", True)])
def test_rights_are_letters_or_a_number(rights: str, writes: bool) -> None:
    assert may_write(rights) is writes


def test_a_role_that_is_not_there_leaves_no_section_and_no_gap() -> None:
    facts = read({"sql": None, "vms": None, "backup": None, "directory": None})
    assert not {"sql", "vms", "backup", "directory"} & set(facts.gaps)
    assert (facts.sql, facts.vms, facts.backup, facts.directory) == (None, None, None, None)


def test_a_role_whose_block_failed_leaves_its_gap() -> None:
    facts = read({"sql": LACKING, "vms": Gap(reason=GapReason.ACCESS_DENIED, text="may not be read")})
    assert facts.gaps["sql"] == LACKING
    assert facts.gaps["vms"].reason is GapReason.ACCESS_DENIED


def volume(**more: JsonValue) -> JsonValue:
    return [{"letter": "C:", "drive_type": 3, "size_bytes": 10, "free_bytes": 5, "is_system_drive": True, **more}]


def test_a_server_without_bitlockers_feature_encrypts_nothing_with_it() -> None:
    facts = read({"volumes": volume(), "encryption": LACKING, "features": ["FS-FileServer"]})
    assert facts.volumes
    assert facts.volumes[0].encrypted is False


@pytest.mark.parametrize("features", [["BitLocker"], Gap(reason=GapReason.ACCESS_DENIED, text="may not be read")])
def test_encryption_is_open_when_the_feature_is_there_or_unknown(features: JsonValue | Gap) -> None:
    facts = read({"volumes": volume(), "encryption": LACKING, "features": features})
    assert facts.volumes
    assert facts.volumes[0].encrypted is None
    assert facts.gaps["volumes[C:].encrypted"] == LACKING


@pytest.mark.parametrize("block", ["encryption", "shadow-copies"])
def test_a_block_that_only_adds_to_volumes_takes_none_of_them_away(block: str) -> None:
    facts = read({"volumes": volume(device="x"), block: "no list"})
    assert facts.volumes
    assert facts.volumes[0].size_bytes == 10


def test_defender_with_another_product_in_its_place_is_not_told_as_the_product() -> None:
    services: JsonValue = [{"name": "CSFalconService", "state": "Running", "start": "Auto"}]
    facts = read({"antivirus": LACKING, "services": services})
    assert facts.antivirus
    assert (facts.antivirus.product, facts.antivirus.running) == ("CrowdStrike Falcon", True)
    assert facts.antivirus.realtime is None


def test_without_defender_and_without_another_product_nothing_is_said() -> None:
    facts = read({"antivirus": LACKING, "services": []})
    assert facts.antivirus is None
    assert facts.gaps["antivirus"] == LACKING


def test_the_security_centre_of_a_workstation_names_other_products() -> None:
    center: JsonValue = [{"name": "Other Guard", "state": 266240}, {"name": "Old Guard", "state": 262144}]
    facts = windows_workstation.read(JsonReplies(AT, {"antivirus": LACKING, "security-center": center}))
    assert facts.antivirus
    assert (facts.antivirus.product, facts.antivirus.active_products_count) == ("Other Guard", 1)


@pytest.mark.parametrize(
    ("build", "offered"), [(9600, ("SSL3.0",)), (14393, ()), (20348, ()), (7601, None), (26100, None)]
)
def test_protocols_without_any_value_are_those_of_the_build(build: int, offered: tuple[str, ...] | None) -> None:
    usual = platform_defaults.tls_versions(build)
    protocols: JsonValue = [{"name": name, "enabled": "absent", "off_by_default": "absent"} for name in usual]
    facts = read({"tls": {"build": str(build), "protocols": protocols}})
    if offered is None:
        assert facts.tls is None
        assert facts.gaps["tls.enabled_protocols"].reason is GapReason.NOT_TOLD
    else:
        newest = ("TLS1.3",) if build >= platform_defaults.SERVER_2022 else ()
        expected = (*offered, "TLS1.0", "TLS1.1", "TLS1.2", *newest)
        assert facts.tls
        assert facts.tls.enabled_protocols == expected


def test_an_evaluation_is_no_licence() -> None:
    licence: JsonValue = [
        {"status": 1, "description": "Windows(R), ServerStandardEval edition, TIMEBASED_EVAL channel"}
    ]
    facts = read({"os": {"caption": "Microsoft Windows Server 2022"}, "licence": licence})
    assert facts.os
    assert facts.os.licence == "evaluation"


@pytest.mark.parametrize("steps", [0, 2**63 - 1, None])
def test_a_filetime_that_stands_for_never_is_no_moment(steps: JsonValue) -> None:
    assert at_of(steps) is None


def test_a_filetime_after_all_calendars_is_refused() -> None:
    with pytest.raises(UnexpectedReply):
        at_of(2**63 - 2)


def test_users_beyond_the_limit_make_the_list_partial() -> None:
    users: JsonValue = [{"name": f"u{number}", "flags": 512, "sid": None, "last_logon": None} for number in range(3001)]
    facts = read({"accounts": None, "users": users})
    assert facts.accounts is not None
    assert len(facts.accounts) == 3000
    assert "accounts" in facts.incomplete


def test_every_subject_of_the_audit_policy_has_a_name() -> None:
    assert len(NAMES) == 59
    assert set(SETTINGS.values()) == {(True, True), (True, False), (False, True), (False, False)}


def test_tables_of_products_hold_small_letters_and_names() -> None:
    assert all(sign == sign.casefold() and sign for signs in REMOTE_TOOLS.values() for sign in signs)
    assert all(service == service.casefold() and product for service, product in PROTECTION_SERVICES.items())


def test_the_feature_powershell_2_is_read_from_the_list_of_features() -> None:
    facts = read({"hardening": {}, "features": ["PowerShell-V2"]})
    assert facts.hardening
    assert facts.hardening.powershell_v2_installed is True
