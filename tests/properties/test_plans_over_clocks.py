"""No slot is lost or doubled: over summer time, skipped days, leap days, clocks put wrong, and restarts."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.scans.choices import DAYS, NTHS, Choice, choice_of, rule_of
from server.scans.due import LOOK_BACK, Timing, jitter_of, look, look_again
from server.scans.recurrence import BadRule, instant, next_slot, parse, slots

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
LORD_HOWE, CHATHAM, APIA = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Pacific/Chatham"), ZoneInfo("Pacific/Apia")
ZONES = st.sampled_from((LONDON, NEW_YORK, LORD_HOWE, CHATHAM, APIA, ZoneInfo("UTC"), ZoneInfo("Asia/Kolkata")))
INSTANTS = st.integers(1_200_000_000, 2_840_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))  # 2008 to 2059
CHOICES = st.builds(
    Choice,
    st.sampled_from(("daily", "weekdays", "weekly", "monthly")),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from([day for day, _word in DAYS]),
    st.sampled_from([nth for nth, _word in NTHS]),
)
RULES = st.one_of(
    CHOICES.map(rule_of),
    st.sampled_from(
        (
            "FREQ=DAILY;INTERVAL=3;BYHOUR=2;BYMINUTE=30",
            "FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,30",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;BYHOUR=20;BYMINUTE=0",
            "FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=2;BYMINUTE=30",
            "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=31;BYHOUR=1;BYMINUTE=30",
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=2;BYMINUTE=30",
        )
    ),
)


def seen(rule: str, zone: ZoneInfo, first: datetime, count: int) -> list[str]:
    found = islice(slots(rule, zone, first), count)
    return [at.astimezone(zone).strftime("%Y-%m-%d %H:%M %z") for at in found]


def test_a_time_that_the_clock_leaves_out_becomes_the_end_of_the_gap() -> None:
    rule = "FREQ=DAILY;BYHOUR=1;BYMINUTE=30"
    told = seen(rule, LONDON, datetime(2026, 3, 28, 12, tzinfo=UTC), 2)
    assert told == ["2026-03-29 02:00 +0100", "2026-03-30 01:30 +0100"]


def test_a_time_that_the_clock_shows_twice_counts_once() -> None:
    rule = "FREQ=DAILY;BYHOUR=1;BYMINUTE=30"
    told = seen(rule, NEW_YORK, datetime(2026, 10, 31, 12, tzinfo=UTC), 2)
    assert told == ["2026-11-01 01:30 -0400", "2026-11-02 01:30 -0500"]


def test_half_an_hour_of_summer_time_is_left_out_too() -> None:
    told = seen("FREQ=DAILY;BYHOUR=2;BYMINUTE=15", LORD_HOWE, datetime(2026, 10, 3, 0, tzinfo=UTC), 2)
    assert told == ["2026-10-04 02:30 +1100", "2026-10-05 02:15 +1100"]


def test_two_times_in_one_gap_are_one_slot() -> None:
    told = seen("FREQ=DAILY;BYHOUR=1;BYMINUTE=10,40", LONDON, datetime(2026, 3, 28, 12, tzinfo=UTC), 3)
    assert told == ["2026-03-29 02:00 +0100", "2026-03-30 01:10 +0100", "2026-03-30 01:40 +0100"]


def test_the_day_that_apia_left_out_is_one_slot_at_its_end() -> None:
    told = seen("FREQ=DAILY;BYHOUR=20;BYMINUTE=0", APIA, datetime(2011, 12, 29, 12, tzinfo=UTC), 3)
    assert told == ["2011-12-29 20:00 -1000", "2011-12-31 00:00 +1400", "2011-12-31 20:00 +1400"]


def test_the_last_tuesday_of_a_month_is_found_by_the_site_s_calendar() -> None:
    told = seen("FREQ=MONTHLY;BYDAY=-1TU;BYHOUR=0;BYMINUTE=5", CHATHAM, datetime(2026, 3, 1, tzinfo=UTC), 2)
    assert told == ["2026-03-31 00:05 +1345", "2026-04-28 00:05 +1245"]


@given(RULES, ZONES, INSTANTS)
def test_slots_rise_strictly(rule: str, zone: ZoneInfo, after: datetime) -> None:
    told = list(islice(slots(parse(rule), zone, after), 30))
    assert after < told[0]
    assert all(one < two for one, two in pairwise(told))


@given(RULES, ZONES, INSTANTS, st.integers(0, 25))
def test_where_one_begins_to_look_changes_no_slot(rule: str, zone: ZoneInfo, after: datetime, passed: int) -> None:
    rule = parse(rule)
    told = list(islice(slots(rule, zone, after), passed + 5))
    assert list(islice(slots(rule, zone, told[passed] - timedelta(seconds=1)), 5)) == told[passed:]


@given(CHOICES, ZONES, INSTANTS)
def test_each_slot_shows_its_time_unless_the_clock_leaves_it_out(choice: Choice, zone: ZoneInfo, at: datetime) -> None:
    for slot in islice(slots(parse(rule_of(choice)), zone, at), 10):
        wall = slot.astimezone(zone)
        if wall.time() != choice.at:
            a_second_before = (slot - timedelta(seconds=1)).astimezone(zone)
            assert a_second_before.utcoffset() != wall.utcoffset()


@given(INSTANTS, ZONES)
def test_an_instant_comes_back_from_its_wall_clock_unless_shown_twice(at: datetime, zone: ZoneInfo) -> None:
    local = at.astimezone(zone)
    if local.fold == 0:
        assert instant(local.replace(tzinfo=None), zone) == at


@given(CHOICES)
def test_a_choice_and_its_rule_say_the_same(choice: Choice) -> None:
    rule = parse(rule_of(choice))
    again = choice_of(rule)
    assert (rule_of(again), again.how) == (rule, choice.how)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FREQ=SECONDLY;BYHOUR=1;BYMINUTE=0",
        "FREQ=DAILY;BYMINUTE=0",
        "FREQ=DAILY;COUNT=3;BYHOUR=1;BYMINUTE=0",
        "FREQ=DAILY;UNTIL=20270101;BYHOUR=1;BYMINUTE=0",
        "FREQ=WEEKLY;BYHOUR=1;BYMINUTE=0",
        "FREQ=WEEKLY;BYDAY=2MO;BYHOUR=1;BYMINUTE=0",
        "FREQ=DAILY;BYHOUR=24;BYMINUTE=0",
        "FREQ=DAILY;BYHOUR=1;BYHOUR=2;BYMINUTE=0",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;BYHOUR=1;BYMINUTE=0",
        "FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=2MO;BYHOUR=1;BYMINUTE=0",
        "DTSTART:20260101T000000\nRRULE:FREQ=DAILY;BYHOUR=1;BYMINUTE=0",
        "FREQ=DAILY;BYHOUR=" + ",".join(str(hour) for hour in range(24)) + ";BYMINUTE=0,30",
        "FREQ=DAILY;BYHOUR=1;BYMINUTE=0" + ";" * 300 + "X=1",
    ],
)
def test_a_rule_that_says_too_much_too_little_or_never_is_refused(text: str) -> None:
    with pytest.raises(BadRule):
        parse(text)


@given(st.text(alphabet="FREQDAILYWKBMONTHU=;,-0123456789:\n", max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    try:
        rule = parse(text)
    except BadRule:
        return
    assert next_slot(rule, LONDON, now) > now


@given(st.text(max_size=26), st.lists(st.text(min_size=1, max_size=26), min_size=40, max_size=40, unique=True))
def test_the_jitter_spreads_sites_and_stays_the_same(plan: str, sites: list[str]) -> None:
    at_most = timedelta(minutes=30)
    told = [jitter_of(plan, site, at_most) for site in sites]
    assert told == [jitter_of(plan, site, at_most) for site in sites]
    assert all(timedelta() <= one <= at_most for one in told)
    assert len(set(told)) > 20


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 3 * 86_400)),
        st.tuples(st.just("sleep"), st.integers(1, 60 * 86_400)),
        st.tuples(
            st.just("clock"),
            st.sampled_from((-86_400, 86_400, -3_650 * 86_400, 3_650 * 86_400, -3_600, 3_600, -30, 30)),
        ),
        st.tuples(st.just("right"), st.just(0)),
    ),
    max_size=25,
)


@given(RULES, ZONES, INSTANTS, STEPS, st.integers(0, 30), st.integers(60, 600))
def test_no_slot_is_lost_or_doubled_whatever_the_clock_does(
    rule: str, zone: ZoneInfo, began: datetime, steps: list[tuple[str, int]], jitter: int, window: int
) -> None:
    timing = Timing(parse(rule), zone, timedelta(minutes=window), timedelta(minutes=jitter))
    site = OneSite(timing, began)
    for kind, seconds in steps:
        site.step(kind, seconds)
    assert len(site.ran) == len(set(site.ran))
    assert not site.unhandled()


class OneSite:
    """A plan at one site with a database of its own, and a server whose clock may be wrong."""

    def __init__(self, timing: Timing, began: datetime) -> None:
        self.timing = timing
        self.true_at, self.offset = began, timedelta()
        self.since = self.ticked_at = began
        self.slot_at = next_slot(timing.rule, timing.zone, began)
        self.ran: list[datetime] = []
        self.missed: dict[datetime, datetime] = {}
        self.ticks: list[datetime] = []
        self.as_one: list[tuple[datetime, datetime]] = []

    def step(self, kind: str, seconds: int) -> None:
        match kind:
            case "wait":  # the server looks every quarter of the time
                for _ in range(4):
                    self.true_at += timedelta(seconds=seconds / 4)
                    self.tick()
            case "sleep":  # the server is down
                self.true_at += timedelta(seconds=seconds)
                self.tick()
            case "clock":
                self.offset += timedelta(seconds=seconds)
                self.tick()
            case _:
                self.offset = timedelta()
                self.tick()

    def tick(self) -> None:
        now = self.true_at + self.offset
        if now < self.ticked_at:
            self.since = min(self.since, now)
            over_at = now - self.timing.window
            self.missed = {slot: at for slot, at in self.missed.items() if at <= now or slot <= over_at}
            self.slot_at = look_again(self.timing, self.handled, self.since, now)
        self.ticked_at = now
        if now - self.slot_at > LOOK_BACK + self.timing.jitter:  # noted as one, by its first slot
            self.as_one.append((self.slot_at, now - LOOK_BACK))
        found = look(self.timing, self.slot_at, now)
        if found.run is not None and found.run not in self.handled:
            self.ran.append(found.run)
        for slot in found.missed:
            self.missed.setdefault(slot, now)
        self.slot_at = found.slot_at
        self.ticks.append(now)

    @property
    def handled(self) -> set[datetime]:
        return {*self.ran, *self.missed}

    def unhandled(self) -> list[datetime]:
        """Return slots that were open and due at some tick, were neither run nor noted, and will not come any more.

        What a clock that was ahead noted as missed is taken back: such a slot may still lie ahead of the right clock.
        """
        lost = []
        handled = self.handled
        for now in self.ticks:
            open_since = max(now - self.timing.window, self.since)
            for slot in slots(self.timing.rule, self.timing.zone, open_since):
                if slot + self.timing.jitter > now:
                    break
                noted = slot in handled or any(first <= slot <= last for first, last in self.as_one)
                if not noted and slot < self.slot_at:
                    lost.append(slot)
        return lost
