"""Properties of merging: what several scans make of a device, whatever they asked, in whatever order they come."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from collectors.facts.gaps import Gap, GapReason
from collectors.facts.merge import alternatives, combine, subject_of
from collectors.facts.reading import Reading, Snapshot, Source
from collectors.facts.within import value_within
from tests.unit.facts.told import START, field_paths, snapshots, values

SECTIONS = ("ups", "os", "firmware", "volumes", "interfaces", "vms", "roles", "accounts")
LATER = START + timedelta(days=3)
UNREAD = Gap(reason=GapReason.UNREACHABLE, text="could not be read: the device did not answer")
several = st.lists(snapshots(SECTIONS), max_size=5)


@given(several, st.randoms(use_true_random=False))
def test_the_order_of_snapshots_makes_no_difference(taken: list[Snapshot], random: object) -> None:
    shuffled = list(taken)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert subject_of(shuffled, name="d1") == subject_of(taken, name="d1")


@given(several)
def test_merging_a_snapshot_twice_changes_nothing(taken: list[Snapshot]) -> None:
    assert subject_of([*taken, *taken], name="d1") == subject_of(taken, name="d1")


@given(several, snapshots(("ups",)))
def test_a_partial_scan_leaves_all_other_sections_untouched(taken: list[Snapshot], scan: Snapshot) -> None:
    partial = scan.model_copy(update={"observed_at": LATER, "problem": None})
    before, after = subject_of(taken, name="d1"), subject_of([*taken, partial], name="d1")
    for told in ("readings", "gaps", "not_reread", "earlier"):
        others = {path: value for path, value in getattr(before, told).items() if not path.startswith(("ups", "*"))}
        assert {
            path: value for path, value in getattr(after, told).items() if not path.startswith(("ups", "*"))
        } == others


@given(several, st.sampled_from(SECTIONS), st.sampled_from(["snmp", "ssh"]))
def test_a_later_gap_in_the_place_of_a_section_erases_nothing(
    taken: list[Snapshot], section: str, transport: str
) -> None:
    source = Source.model_validate({"transport": transport, "driver": "one"})
    refused = Reading(section=section, read_at=LATER, source=source, gap=UNREAD)
    scan = Snapshot(observed_at=LATER, device={"name": "d1"}, readings=(refused,))  # type: ignore[arg-type]
    before, after = subject_of(taken, name="d1"), subject_of([*taken, scan], name="d1")
    assert after.readings == before.readings


@given(several)
def test_a_device_that_no_longer_answers_keeps_its_facts(taken: list[Snapshot]) -> None:
    scan = Snapshot(observed_at=LATER, device={"name": "d1"}, problem=UNREAD)  # type: ignore[arg-type]
    before, after = subject_of(taken, name="d1"), subject_of([*taken, scan], name="d1")
    assert after.readings == before.readings
    assert after.gaps["*"] == UNREAD
    assert {section: after.not_reread[section] for section in after.readings} == dict.fromkeys(after.readings, UNREAD)


@given(
    st.sampled_from(["ups", "os", "volumes"]).flatmap(lambda name: st.tuples(st.just(name), values(name), values(name)))
)
def test_a_field_that_could_not_be_read_again_keeps_its_old_value(told: tuple[str, object, object]) -> None:
    section, old, new = told
    source = Source(transport="snmp", driver="one")
    lost = {path: UNREAD for path in field_paths(section) if value_within(new, path) is None}  # type: ignore[arg-type]
    scans = [
        Snapshot(
            observed_at=at,
            device={"name": "d1"},  # type: ignore[arg-type]
            readings=(Reading(section=section, read_at=at, source=source, value=value, field_gaps=missing),),  # type: ignore[arg-type]
        )
        for at, value, missing in ((START, old, {}), (LATER, new, lost))
    ]
    combined = combine(subject_of(scans, name="d1").readings[section])
    for path in lost:
        known = value_within(old, path)  # type: ignore[arg-type]
        if known is not None and section != "volumes" and path not in {f for g in type(old).TOGETHER for f in g}:  # type: ignore[attr-defined]
            assert value_within(combined.value, path) == known
            assert combined.read_at_of(path) == START


@given(several)
def test_every_value_of_the_best_source_is_in_the_combined_section(taken: list[Snapshot]) -> None:
    for told in subject_of(taken, name="d1").readings.values():
        combined = combine(told)
        first = told[0]
        assert len(combined.value if isinstance(combined.value, tuple) else ()) >= len(
            first.value if isinstance(first.value, tuple) else ()
        )
        assert alternatives(told)[0].readings[0] == first
        assert combined.read_at <= max(reading.read_at for reading in told)
