"""What a Windows machine does not tell is a gap: null is no zero, no 'off', no empty list and no 'none of them'."""

from datetime import UTC, datetime

import pytest

from collectors.drivers import windows_server, windows_workstation
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap, GapReason
from collectors.replies import JsonReplies, JsonValue

AT = datetime(2026, 11, 21, 3, tzinfo=UTC)
OPEN = "O:BAG:DUD:(A;;FA;;;WD)"
TEMPLATE: dict[str, JsonValue] = {
    "name": "User", "name_flags": 1, "enrollment_flags": 0, "signatures": 0, "usages": [], "sddl": OPEN,
}  # fmt: skip
COPY: dict[str, JsonValue] = {"volume": "v", "taken_at": "2026-11-20T11:00:00Z", "for_users": True}
DISK_C: dict[str, JsonValue] = {"letter": "C:", "device": "v", "drive_type": 3, "size_bytes": 10, "free_bytes": 5}


def read(blocks: dict[str, JsonValue | Gap]) -> Facts:
    return windows_server.read(JsonReplies(AT, blocks))


def share(**more: JsonValue) -> dict[str, JsonValue]:
    return {"name": "Daten", "kind": 0, "share_sddl": OPEN, "folder_sddl": OPEN, **more}


@pytest.mark.parametrize("told", [True, False, None])
def test_the_encryption_of_a_share_is_what_is_told_of_it(told: bool | None) -> None:
    facts = read({"shares": [share(encrypted=told)]})
    assert facts.shares
    assert facts.shares[0].encrypted is told


def test_a_share_of_no_known_kind_is_not_left_out_in_silence() -> None:
    facts = read({"shares": [share(kind=None)]})
    assert facts.shares is None
    assert facts.gaps["shares"].reason is GapReason.UNEXPECTED_REPLY


@pytest.mark.parametrize(
    ("licences", "licence"),
    [
        ([(1, "Windows(R), VOLUME_KMSCLIENT channel")], "licensed"),
        ([(1, "Windows(R), TIMEBASED_EVAL channel")], "evaluation"),
        ([(1, None)], None),
        ([(None, "Windows(R)")], None),
        ([(None, "Windows(R)"), (2, "Windows(R)")], None),
        ([(0, "Windows(R)")], "unlicensed"),
    ],
)
def test_a_licence_is_judged_by_states_and_channels_that_are_told(
    licences: list[tuple[int | None, str | None]], licence: str | None
) -> None:
    facts = read({"os": {}, "licence": [{"status": status, "description": text} for status, text in licences]})
    assert facts.os
    assert facts.os.licence == licence


@pytest.mark.parametrize(
    ("change", "count"), [({}, 1), ({"for_users": None}, None), ({"taken_at": None}, None), ({"volume": ""}, None)]
)
def test_shadow_copies_are_counted_only_when_each_tells_of_what_it_is(
    change: dict[str, JsonValue], count: int | None
) -> None:
    facts = read({"volumes": [DISK_C], "shadow-copies": [COPY | change]})
    assert facts.volumes
    assert facts.volumes[0].shadow_copies_count == count
    assert ("volumes[C:].newest_shadow_copy_at" in facts.gaps) is (count is None)


@pytest.mark.parametrize(
    ("listeners", "https"), [(["Transport=HTTPS"], True), (["Transport=HTTP"], False), ([""], None), ([], None)]
)
def test_a_listener_without_a_transport_decides_nothing(listeners: list[JsonValue], https: bool | None) -> None:
    facts = read({"winrm": {"unencrypted": "false", "listeners": listeners}, "winrm-networks": []})
    assert facts.winrm
    assert facts.winrm.all_listeners_https is https


@pytest.mark.parametrize(("mode", "product"), [("Normal", "Microsoft Defender"), ("Modus 7", None)])
def test_a_mode_of_defender_that_is_not_known_makes_it_nobodys_protection(mode: str, product: str | None) -> None:
    facts = read({"antivirus": {"running": True, "mode": mode, "realtime": True}, "services": []})
    assert (facts.antivirus.product if facts.antivirus else None) == product


def test_a_product_whose_state_the_security_centre_does_not_tell_leaves_open_who_protects() -> None:
    center: JsonValue = [{"name": "Other Guard", "state": None}]
    defender: JsonValue = {"running": True, "mode": "Normal", "realtime": True}
    facts = windows_workstation.read(JsonReplies(AT, {"antivirus": defender, "security-center": center}))
    assert facts.antivirus
    assert facts.antivirus.active_products_count is None


def test_rules_that_defender_does_not_tell_are_not_none() -> None:
    facts = read({"preferences": {"rules": None, "actions": [], "exclusions": []}})
    assert facts.attack_surface_rules is None
    assert "attack_surface_rules" in facts.gaps


def test_a_writer_without_a_state_makes_no_list_of_good_writers() -> None:
    lines: list[JsonValue] = ["Writer name: 'One'", "   State: [1] Stable", "Writer name: 'Two'", "   State: what"]
    assert read({"shadow-writers": lines}).shadow_writers is None
    assert read({"shadow-writers": lines[:2]}).shadow_writers


@pytest.mark.parametrize(("severity", "meant"), [("Critical", "critical"), ("", "unrated"), (None, None)])
def test_only_an_empty_severity_is_unrated(severity: str | None, meant: str | None) -> None:
    facts = read({"missing-updates": [{"title": "x", "articles": ["5000000"], "severity": severity}]})
    assert facts.missing_patches
    assert facts.missing_patches[0].severity == meant


@pytest.mark.parametrize(("change", "risky"), [({}, ("User",)), ({"name_flags": None}, None), ({"sddl": ""}, None)])
def test_a_template_of_which_not_all_is_told_is_not_safe(
    change: dict[str, JsonValue], risky: tuple[str, ...] | None
) -> None:
    facts = read({"directory": {"domain_level": 7}, "templates": [TEMPLATE | change]})
    assert facts.directory
    assert facts.directory.risky_templates == risky


@pytest.mark.parametrize(("staging", "enabled"), [(False, True), (True, False), (None, None)])
def test_a_synchronisation_of_unknown_staging_is_neither_on_nor_off(staging: bool | None, enabled: bool | None) -> None:
    facts = read({"entra-connect": {"enabled": True, "staging": staging, "last_result": "success",
                                    "last_end_at": "2026-11-20T11:00:00Z"}})  # fmt: skip
    assert facts.entra_connect
    assert facts.entra_connect.sync_enabled is enabled


@pytest.mark.parametrize(("used", "percent"), [(12.5, 12.5), (None, None)])
def test_a_scope_whose_use_is_not_told_is_not_empty(used: float | None, percent: float | None) -> None:
    facts = read({"dhcp-scopes": [{"name": "10.0.0.0", "state": "Active", "used_percent": used, "failover": None}]})
    assert facts.dhcp_scopes
    assert facts.dhcp_scopes[0].used_percent == percent


@pytest.mark.parametrize(("free", "count"), [(3, 3), (None, None)])
def test_a_pack_whose_licences_are_not_told_does_not_count_as_used_up(free: int | None, count: int | None) -> None:
    packs: JsonValue = [{"kind": 2, "total": 10, "free": free}]
    facts = read({"remote-desktop": {"licensing": 4, "servers": ["a"]}, "licence-packs": packs})
    assert facts.remote_desktop_services
    assert facts.remote_desktop_services.free_licences_count == count


def test_a_machine_that_never_installed_an_update_says_so_by_the_zero_of_its_clock() -> None:
    facts = read({"patch": {"last_success_at": "1899-12-30T00:00:00Z"}})
    assert facts.patch
    assert facts.patch.last_success_at == "never"
