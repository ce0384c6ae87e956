"""Devices judged as reports come in: worked out before the transaction of the report, kept inside it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rules.settings import ClientSettings
from server.alignment.judging import judge_alone, keep, kept_all, settings_of
from server.alignment.packed import Kept
from server.clients.models import Device
from server.readings.current import Current
from server.readings.history import earlier_readings
from server.readings.subject import subject_of_device
from server.standards.library import InForce, in_force

Verdicts = dict[str, Kept]


@dataclass
class Judging:
    """What the verdicts of one delivery are made by; each client's settings are read once."""

    at: datetime
    law: InForce = field(default_factory=in_force)
    _settings: dict[int, ClientSettings] = field(default_factory=dict)

    def verdicts(self, device: Device, current: Current) -> Verdicts:
        """Return what the library says of a device as it will stand; give it with its site and group selected."""
        settings = self._settings.get(device.client_id)
        if settings is None:
            settings = self._settings[device.client_id] = settings_of(device.client_id)
        past = {}
        if self.law.looks_back:
            since = self.at - timedelta(seconds=self.law.looks_back_s)
            past = earlier_readings([device.pk], self.law.looks_back, since)
        subject = subject_of_device(device, current, past.get(device.pk))
        return kept_all(judge_alone(subject, self.law, settings, self.at, ZoneInfo(device.site.time_zone)))

    def keep(self, device: Device, verdicts: Verdicts) -> None:
        """Keep the verdicts; belongs into the transaction of the report."""
        keep(device, verdicts, self.law, self.at)
