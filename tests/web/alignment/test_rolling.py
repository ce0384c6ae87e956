"""A client is rolled up over its devices: one row for each standard, changes as events, a sum for each week."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rules.verdict import Word
from server.alignment.models import ClientStandard, OtherVerdicts, VerdictChange, WeeklySummary
from server.alignment.reevaluating import judge_device
from server.alignment.rolling import roll_up_client, roll_up_due
from server.clients.due import roll_up_later
from server.clients.models import (
    Client,
    ClientState,
    Device,
    DeviceGroup,
    DeviceState,
    InventoryStatement,
    RollUpDue,
    Site,
)
from server.standards.library import in_force
from tests.seeding import Planted, plant_device

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
GOOD = "apc_powernet/smart_ups_on_line"
OLD = timedelta(days=41)


def ups(site: Site, name: str, age: timedelta = timedelta(hours=1)) -> Device:
    return plant_device(site, Planted(name, GOOD, "snmp", age=age), f"192.0.2.{len(name)}", AT)


def standing(client: Client, standard: str = "ups.load") -> ClientStandard:
    return ClientStandard.objects.get(client=client, standard=standard)


def test_every_standard_of_the_library_has_a_row(site: Site) -> None:
    roll_up_client(site.client, AT)
    assert ClientStandard.objects.filter(client=site.client).count() == len(in_force().library.standards)


def test_a_client_without_devices_is_unknown_and_never_yes(site: Site) -> None:
    roll_up_client(site.client, AT)
    words = set(ClientStandard.objects.filter(client=site.client).values_list("verdict", flat=True))
    assert words <= {Word.UNKNOWN, Word.NOT_APPLICABLE}


def test_yes_needs_every_device(site: Site) -> None:
    ups(site, "one")
    roll_up_client(site.client, AT)
    assert (standing(site.client).verdict, standing(site.client).yes) == ("yes", 1)
    ups(site, "two", age=OLD)
    roll_up_client(site.client, AT)
    assert (standing(site.client).verdict, standing(site.client).unknown) == ("unknown", 1)


@pytest.mark.parametrize("state", [DeviceState.RETIRED, DeviceState.OUT_OF_SCOPE])
def test_a_device_out_of_use_counts_no_more(site: Site, state: DeviceState) -> None:
    ups(site, "one")
    Device.objects.filter(pk=ups(site, "two", age=OLD).pk).update(state=state)
    roll_up_client(site.client, AT)
    assert standing(site.client).verdict == "yes"


def test_devices_of_a_group_count_once(site: Site) -> None:
    group = DeviceGroup.objects.create(client=site.client, name="pair")
    for name in ("one", "two"):
        Device.objects.filter(pk=ups(site, name).pk).update(group=group)
    roll_up_client(site.client, AT)
    assert standing(site.client).yes == 1


def test_a_statement_that_there_is_none_makes_it_not_applicable(site: Site) -> None:
    InventoryStatement.objects.create(client=site.client, kind="ups", by="Ada", until=date(2027, 5, 1))
    roll_up_client(site.client, AT)
    assert standing(site.client).verdict == "not applicable"


def test_a_withdrawn_statement_counts_no_more(site: Site) -> None:
    InventoryStatement.objects.create(client=site.client, kind="ups", by="Ada", until=date(2027, 5, 1), withdrawn_at=AT)
    roll_up_client(site.client, AT)
    assert standing(site.client).verdict == "unknown"


def test_a_verdict_that_changed_is_an_event_and_has_a_new_since(site: Site) -> None:
    device = ups(site, "one")
    roll_up_client(site.client, AT)
    later = AT + timedelta(days=60)
    judge_device(device.pk, later)
    roll_up_client(site.client, later)
    change = VerdictChange.objects.get(client=site.client, device=None, standard="ups.load")
    assert (change.before, change.after, standing(site.client).since) == ("yes", "unknown", later)


def test_rolling_up_again_writes_nothing(site: Site) -> None:
    ups(site, "one")
    roll_up_client(site.client, AT)
    before = list(ClientStandard.objects.values_list("pk", "evaluated_at", "since"))
    assert roll_up_client(site.client, AT + timedelta(minutes=1)) == 0
    assert list(ClientStandard.objects.values_list("pk", "evaluated_at", "since")) == before


def test_standards_that_ask_the_client_itself_are_judged(site: Site) -> None:
    ups(site, "one")
    roll_up_client(site.client, AT)
    assert standing(site.client, "ups.present").verdict in {"yes", "unknown"}
    assert OtherVerdicts.objects.filter(client=site.client, kind="client").count() == 1


def test_a_week_keeps_its_counts_when_the_next_begins(site: Site) -> None:
    roll_up_client(site.client, AT)
    roll_up_client(site.client, AT + timedelta(days=1))
    assert list(WeeklySummary.objects.order_by("week_on").values_list("week_on", flat=True)) == [
        date(2026, 11, 16),
        date(2026, 11, 23),
    ]


def test_a_client_that_left_stays_as_it_was(site: Site) -> None:
    Client.objects.filter(pk=site.client.pk).update(state=ClientState.LEFT)
    roll_up_client(Client.objects.get(pk=site.client.pk), AT)
    assert not ClientStandard.objects.exists()


def test_the_longest_waiting_client_is_rolled_up_first(site: Site) -> None:
    other = Client.objects.create(name="Alder Street Law")
    roll_up_later(site.client.pk, AT)
    roll_up_later(other.pk, AT - timedelta(hours=1))
    assert roll_up_due(AT, at_most_count=1) == 1
    assert list(RollUpDue.objects.values_list("pk", flat=True)) == [site.client.pk]


def test_a_change_during_the_roll_up_is_not_lost(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    roll_up_later(site.client.pk, AT)

    def meanwhile(client: Client, at: datetime) -> int:
        roll_up_later(client.pk, at)
        return 0

    monkeypatch.setattr("server.alignment.rolling.roll_up_client", meanwhile)
    roll_up_due(AT)
    assert RollUpDue.objects.filter(pk=site.client.pk).exists()


def test_the_number_of_queries_does_not_depend_on_the_number_of_devices(site: Site) -> None:
    counts = set()
    for name in ("a", "bb", "ccc", "dddd"):
        ups(site, name)
        roll_up_client(site.client, AT)
        with CaptureQueriesContext(connection) as told:
            roll_up_client(site.client, AT)
        counts.add(len(told))
    assert len(counts) == 1
