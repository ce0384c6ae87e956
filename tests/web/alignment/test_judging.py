"""Verdicts of a device are kept in one row, and each change is an event."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from collectors.facts.gaps import WHOLE_DEVICE, Gap, GapReason
from rules.verdict import Reason, Word
from server.alignment.judging import keep
from server.alignment.models import DeviceVerdicts, VerdictChange
from server.alignment.packed import Kept, packed, unpacked
from server.alignment.reevaluating import judge_device, judge_due
from server.clients.models import Device, RollUpDue, Site
from server.readings.models import CurrentReadings
from server.standards.library import in_force
from tests.seeding import Planted, plant_device

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
UPS = Planted("UPS-RACK", "apc_powernet/smart_ups_on_line", "snmp")


@pytest.fixture
def ups(site: Site) -> Device:
    return plant_device(site, UPS, "192.0.2.10", AT)


def kept(device: Device) -> dict[str, Kept]:
    return unpacked(DeviceVerdicts.objects.get(device=device).packed)


def test_a_reading_makes_verdicts_with_evidence(ups: Device) -> None:
    verdict = kept(ups)["ups.load"]
    assert (verdict.word, bool(verdict.evidence)) == (Word.YES, True)


def test_only_standards_of_its_kind_are_kept(ups: Device) -> None:
    assert {name.partition(".")[0] for name in kept(ups)} == {"ups"}


def test_the_first_verdicts_are_no_change(ups: Device) -> None:
    assert not VerdictChange.objects.filter(device=ups).exists()


def test_old_readings_make_stale_verdicts_when_time_has_passed(ups: Device) -> None:
    judge_device(ups.pk, AT + timedelta(days=60))
    verdict = kept(ups)["ups.load"]
    assert (verdict.word, verdict.reason) == (Word.UNKNOWN, Reason.STALE)


def test_a_verdict_that_became_another_is_an_event(ups: Device) -> None:
    judge_device(ups.pk, AT + timedelta(days=60))
    change = VerdictChange.objects.get(device=ups, standard="ups.load")
    assert (change.before, change.after, change.reason) == ("yes", "unknown", "stale")


def test_judging_again_with_the_same_facts_changes_nothing(ups: Device) -> None:
    before = bytes(DeviceVerdicts.objects.get(device=ups).packed)
    assert judge_device(ups.pk, AT) == 0
    assert bytes(DeviceVerdicts.objects.get(device=ups).packed) == before


def test_a_device_is_judged_again_when_time_alone_changes_a_verdict(ups: Device) -> None:
    row = DeviceVerdicts.objects.get(device=ups)
    assert row.valid_until is not None
    assert judge_due(row.valid_until - timedelta(seconds=1)) == 0
    assert judge_due(row.valid_until) == 1
    assert kept(ups)["ups.load"].word == Word.UNKNOWN


def test_a_change_has_the_client_rolled_up(ups: Device) -> None:
    RollUpDue.objects.all().delete()
    judge_device(ups.pk, AT + timedelta(days=60))
    assert RollUpDue.objects.filter(client=ups.client).exists()


def test_a_device_that_was_never_read_is_unknown_and_never_yes(site: Site) -> None:
    device = Device.objects.create(client=site.client, site=site, name="new", kind="ups")
    judge_device(device.pk, AT)
    assert {verdict.word for verdict in kept(device).values()} <= {Word.UNKNOWN, Word.NOT_APPLICABLE}


def test_readings_that_are_gone_leave_no_yes(ups: Device) -> None:
    CurrentReadings.objects.filter(device=ups).delete()
    judge_device(ups.pk, AT)
    assert Word.YES not in {verdict.word for verdict in kept(ups).values()}


def test_a_standard_that_left_the_library_leaves_the_row(ups: Device) -> None:
    told = Kept(Word.YES, None, None, ("was so",), (), (), None)
    keep(ups, {**kept(ups), "gone.standard": told}, in_force(), AT)
    judge_device(ups.pk, AT)
    assert "gone.standard" not in kept(ups)


def test_a_row_holds_all_of_a_verdict() -> None:
    gap = Gap(reason=GapReason.UNREACHABLE, text="did not answer")
    told = Kept(Word.UNKNOWN, Reason.GAP, AT, ("a", "b"), ("C:",), ((WHOLE_DEVICE, gap),), Word.YES)
    assert unpacked(packed({"a.b": told, "c.d": replace(told, valid_until=None)})) == {
        "a.b": told,
        "c.d": replace(told, valid_until=None),
    }
