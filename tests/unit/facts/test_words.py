"""What a reader sees: values, ages, spans, gaps."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.scalars import Span
from collectors.facts.sections.power import Ups
from collectors.facts.sections.storage import Volume
from collectors.facts.words import derivation, gap_sentence, noun, say, say_beside, statement

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
GB = 1024**3
TAKEN = NOW - timedelta(days=40, hours=3)
JUNE = Span(earliest_on=date(2025, 6, 1), latest_on=date(2025, 6, 30))


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("ups.runtime_s", 600, "10 minutes"),
        ("ups.runtime_s", 599, "9 minutes 59 s"),
        ("ups.runtime_s", 45, "45 s"),
        ("ups.runtime_s", 3600, "1 hour"),
        ("password_policy.max_age_s", 31_536_000, "365 days"),
        ("password_policy.max_age_s", "unlimited", "unlimited"),
        ("wan.latency_s", 0.0234, "0.0234 s"),
        ("time.offset_s", -3.25, "-3.25 s"),
        ("volumes.free_bytes", 12_030_000_000, "11.2 GB"),
        ("volumes.size_bytes", 1000 * GB, "1000 GB"),
        ("volumes.size_bytes", 16 * 1024 * GB, "16 TB"),
        ("volumes.free_bytes", 512, "512 bytes"),
        ("ups.input_volts", 230.0, "230 V"),
        ("ups.battery_celsius", 27.25, "27.2 °C"),
        ("interfaces.speed_bps", 1_000_000_000, "1 Gbit/s"),
        ("lockout.threshold_count", 10, "10"),
        ("open_ports.port", 3389, "3389"),
        ("ups.self_test", "never-run", "never run"),
        ("firmware.version", "7.4.3-build2573", "7.4.3-build2573"),
        ("time.servers", (), "nothing"),
        ("time.servers", tuple("abcdefgh"), "a, b, c, d, e, f and 2 more"),
        ("volumes", (Volume(name="C:"), Volume(name="D:")), "C:, D:"),
        ("identity.location", "rack 4\n2nd floor", "rack 4 2nd floor"),
        ("ups.self_test_at", "never", "never"),
        ("ups.runtime_s", None, "not known"),
    ],
)
def test_a_value_reads_as_a_person_would_write_it(path: str, value: object, words: str) -> None:
    assert say(path, value, at=NOW) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (TAKEN, "2026-05-06, 40 days ago"),
        (NOW - timedelta(hours=26), "2026-06-14, 26 hours ago"),
        (NOW + timedelta(days=30), "2026-07-15, in 30 days"),
    ],
)
def test_a_moment_has_its_day_and_its_age_in_days_without_hours(value: datetime, words: str) -> None:
    assert say("vms.checkpoints.taken_at", value, at=NOW) == words


def test_days_count_in_the_time_zone_of_the_site() -> None:
    late = datetime(2026, 6, 14, 23, 30, tzinfo=UTC)
    assert say("ups.self_test_at", late, zone=ZoneInfo("Europe/Berlin")) == "2026-06-15"
    assert (
        say("identity.manufactured_on", date(2026, 6, 15), at=late, zone=ZoneInfo("Europe/Berlin"))
        == "2026-06-15, today"
    )


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (JUNE, "between 2025-06-01 and 2025-06-30 (reported by the device)"),
        (Span.exactly(date(2026, 6, 14), "catalogue"), "2026-06-14, 1 day ago (by the catalogue)"),
        (Span.not_before(date(2025, 6, 1)), "2025-06-01 or later (as far as can be bounded)"),
        (Span(latest_on=date(2025, 6, 1), kind="person"), "2025-06-01 or earlier (entered by a person)"),
        (Span(), "an unknown day (reported by the device)"),
    ],
)
def test_a_span_says_who_says_so(span: Span, words: str) -> None:
    assert say("firmware.released", span, at=NOW) == words


@pytest.mark.parametrize(
    ("path", "value", "limit", "words"),
    [
        ("volumes.free_percent", 19.999, 20, "19.999 %"),
        ("volumes.free_percent", 19.5, 20, "19.5 %"),
        ("volumes.free_percent", 20, 20, "20 %"),
        ("volumes.free_percent", 20.0004, 20, "20.0004 %"),
        ("ups.runtime_s", 899, 900, "14 minutes 59 s"),
        ("password_policy.max_age_s", 31_536_001, 31_536_000, "365 days 1 s"),
        ("volumes.free_bytes", 15 * GB - 1, 15 * GB, "14.999999999 GB"),
        ("vms.checkpoints.taken_at", TAKEN, NOW - timedelta(days=40), "2026-05-06, 40 days 3 h ago"),
        ("ups.self_test", "passed", "failed", "passed"),
    ],
)  # fmt: skip
def test_a_shown_value_never_equals_a_limit_that_it_misses(path: str, value: object, limit: object, words: str) -> None:
    assert say_beside(path, value, limit, at=NOW) == words


def test_a_derived_fact_brings_what_it_was_worked_out_from() -> None:
    volume = Volume(name="C:", size_bytes=106_837_311_488, free_bytes=12_030_000_000)
    assert derivation("volumes.free_percent", volume) == "11.2 GB free of 99.5 GB"
    assert derivation("ups.input_deviation_percent", Ups(input_volts=253, nominal_volts=230)) == "253 V of 230 V"


def test_what_is_not_derived_has_nothing_it_was_worked_out_from() -> None:
    assert derivation("volumes.free_bytes", Volume(name="C:", free_bytes=1)) is None
    assert derivation("volumes.free_percent", Volume(name="C:", free_bytes=1)) is None


def test_a_boolean_speaks_in_a_statement() -> None:
    assert statement("smb.v1_enabled", True) == "SMB version 1 is switched on"
    assert statement("admins.mfa", False) == "uses no second factor"


def test_a_fact_has_the_noun_of_its_path_before_that_of_its_name() -> None:
    assert (noun("time.kind"), noun("components.kind")) == ("source of time", "kind of part")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("ups.runtime_s", "runtime is not told by this model"),
        ("supplies[Black].left_percent", "Black: left is not told by this model"),
        ("vms[a.b].checkpoints[x[1]].taken_at", "a.b / x[1]: taken is not told by this model"),
        ("volumes", "volumes is not told by this model"),
        ("later_section.field", "later_section.field is not told by this model"),
    ],
)
def test_a_gap_ends_the_sentence_that_its_fact_begins(path: str, words: str) -> None:
    assert gap_sentence(path, NOT_TOLD) == words


def test_a_gap_of_all_is_the_device_s() -> None:
    gap = Gap(reason=GapReason.UNREACHABLE, text="could not be read: it did not answer")
    assert gap_sentence("*", gap) == "this device could not be read: it did not answer"
