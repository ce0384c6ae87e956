"""Makes verdicts anew: of one device, of all that time alone has overtaken, of all of one client."""

from datetime import datetime
from zoneinfo import ZoneInfo

from server.alignment.judging import judge_alone, keep, kept_all, settings_of
from server.alignment.models import ClientStandard, DeviceVerdicts
from server.alignment.subjects import devices_as_seen
from server.clients.due import roll_up_later
from server.clients.models import Client, ClientState, Device, DeviceState
from server.standards.library import InForce, in_force


def judge_device(device_id: int, at: datetime, law: InForce | None = None) -> int:
    """Make a device's verdicts anew from its current readings; return how many changed."""
    device = Device.objects.select_related("site", "group").get(pk=device_id)
    law = law or in_force()
    subject = devices_as_seen([device], law, at)[device.pk]
    judged = judge_alone(subject, law, settings_of(device.client_id), at, ZoneInfo(device.site.time_zone))
    return keep(device, kept_all(judged), law, at)


def judge_due(at: datetime, at_most_count: int = 500) -> int:
    """Judge the devices whose verdicts time has overtaken, and have such clients rolled up; return how many devices."""
    due = DeviceVerdicts.objects.filter(valid_until__lte=at, device__client__state=ClientState.ACTIVE)
    devices = list(due.order_by("valid_until").values_list("pk", flat=True)[:at_most_count])
    for device_id in devices:
        judge_device(device_id, at)
    clients = ClientStandard.objects.filter(valid_until__lte=at, client__state=ClientState.ACTIVE)
    for client_id in clients.values_list("client_id", flat=True).distinct():
        roll_up_later(client_id, at)
    return len(devices)


def judge_client(client: Client, at: datetime) -> None:
    """Judge every device of a client, and have it rolled up."""
    in_use = Device.objects.filter(client=client).exclude(state=DeviceState.OUT_OF_SCOPE)
    for device_id in in_use.order_by("pk").values_list("pk", flat=True):
        judge_device(device_id, at)
    roll_up_later(client.pk, at)
