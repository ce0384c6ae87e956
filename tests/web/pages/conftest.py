"""Two clients with devices that were read."""

from datetime import UTC, datetime, timedelta

import pytest

from server.clients.models import Client, Device
from tests.seeding import Planted, plant_client

AT = datetime.now(UTC)
FEW = (
    Planted("UPS-RACK", "apc_powernet/smart_ups_on_line", "snmp"),
    Planted("SRV-FILES", "windows_server/member_server", "winrm"),
    Planted("UPS-OLD", "ups_mib/single_phase", "snmp", age=timedelta(days=41)),
)


@pytest.fixture
def kestrel(db: None) -> Client:
    return plant_client("Kestrel Joinery", AT, FEW, weeks_count=5)


@pytest.fixture
def alder(db: None) -> Client:
    return plant_client("Alder Street Law", AT, FEW[:1], weeks_count=1)


@pytest.fixture
def server_device(kestrel: Client) -> Device:
    return Device.objects.get(client=kestrel, name="SRV-FILES")
