"""An agent of the tests: real keys and signatures, its own counter, and no mercy with the server."""

import base64
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings
from django.test import Client as Browser
from django.utils import timezone

from collectors.facts.document import to_json
from collectors.facts.reading import Device, Reading, Snapshot, Source
from collectors.facts.sections.system import Firmware
from collectors.link.canonical import canonical_json, digest_of_report
from collectors.link.ids import fresh_id
from collectors.link.messages import JSON, PACKED, PREFIX, AccessTried, FoundDevice
from collectors.link.packing import packed
from collectors.link.signatures import signed_headers

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

Told = dict[str, Any]


def told_key(private: Ed25519PrivateKey | X25519PrivateKey) -> str:
    return base64.b64encode(private.public_key().public_bytes_raw()).decode()


@dataclass
class FakeAgent:
    uid: str = ""
    signing: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    sealing: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)
    epoch: int = 1
    counter: int = 0
    browser: Browser = field(default_factory=Browser)

    @property
    def signing_key(self) -> str:
        return told_key(self.signing)

    @property
    def sealing_key(self) -> str:
        return told_key(self.sealing)

    def signed(
        self,
        route: str,
        body: bytes,
        content_type: str = JSON,
        *,
        key_id: str | None = None,
        key: Ed25519PrivateKey | None = None,
        counter: int | None = None,
        url: str | None = None,
        at: datetime | None = None,
    ) -> dict[str, str]:
        """Return the headers of a signed request; what is given otherwise is wrong on purpose."""
        if counter is None:
            self.counter += 1
            counter = self.counter
        return signed_headers(
            "POST",
            url or f"{settings.PUBLIC_URL}{PREFIX}{route}",
            body,
            content_type,
            key=key or self.signing,
            key_id=self.uid if key_id is None else key_id,
            epoch=self.epoch,
            counter=counter,
            at=at or timezone.now(),
        )

    def send(
        self,
        route: str,
        body: bytes,
        content_type: str = JSON,
        *,
        key_id: str | None = None,
        key: Ed25519PrivateKey | None = None,
        counter: int | None = None,
        signed_body: bytes | None = None,
        signed_url: str | None = None,
        headers: dict[str, str] | None = None,
        meta: dict[str, str] | None = None,
        query: str = "",
        at: datetime | None = None,
    ) -> "Answer":
        """Sign and send a body."""
        told = body if signed_body is None else signed_body
        signed = self.signed(route, told, content_type, key_id=key_id, key=key, counter=counter, url=signed_url, at=at)
        given = {**signed, **(headers or {})}
        content_type = given.pop("Content-Type")
        extra: dict[str, Any] = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in given.items()}
        path = f"{PREFIX}{route}" + (f"?{query}" if query else "")
        return self.browser.generic("POST", path, body, content_type=content_type, **{**extra, **(meta or {})})

    def enrol(self, token: str, **more: object) -> "Answer":
        asked = {
            "protocol": 1,
            "token": token,
            "signing_key": self.signing_key,
            "sealing_key": self.sealing_key,
            "name": "KES-AGENT",
            "platform": "Debian 12",
            "agent_version": "0.1.0",
            **more,
        }
        response = self.send("/v1/enrol", canonical_json(asked), key_id=self.signing_key, counter=1)  # type: ignore[arg-type]
        if response.status_code == 200:
            self.uid = response.json()["agent_id"]
        return response

    def poll(self, **more: object) -> "Answer":
        return self.send("/v1/poll", canonical_json({**poll_request(), **more}))  # type: ignore[dict-item]

    def deliver(self, *reports: Told) -> "Answer":
        body = packed(canonical_json({"reports": list(reports)}))
        return self.send("/v1/results", body, PACKED)

    def outcomes(self, *reports: Told) -> list[tuple[str, str]]:
        response = self.deliver(*reports)
        assert response.status_code == 200, response.content
        return [(one["outcome"], one["reason"]) for one in response.json()["outcomes"]]


def poll_request() -> Told:
    return {
        "protocol": 1,
        "agent_version": "0.1.0",
        "boot_id": "boot-1",
        "platform": "Debian 12",
        "clock_at": timezone.now().isoformat(),
        "policy": {
            "sha256": "0" * 64,
            "networks": ["192.168.1.0/24"],
            "ports": [22, 161],
            "transports": ["snmp", "ssh"],
            "devices_at_once": 8,
        },
        "spool": {"reports_count": 0, "bytes": 0, "capacity_bytes": 1_000_000},
        "drivers": {"apc_powernet": "snmp"},
        "transports": ["snmp", "ssh"],
    }


def firmware_document(
    version: str = "2.0.1", at: datetime | None = None, *, marks: dict[str, str] | None = None, **more: Any
) -> str:
    """Return the document of a switch that told its firmware."""
    when = at or timezone.now()
    source = Source(transport="snmp", driver="apc_powernet")
    readings = [Reading(section="firmware", read_at=when, source=source, value=Firmware(version=version))]
    readings += [Reading(section=name, read_at=when, source=source, value=value) for name, value in more.items()]
    device = Device.model_validate(
        {"name": "whatever", "class": "switch", "transport": "snmp", "driver": "apc_powernet"}
    )
    snapshot = Snapshot(observed_at=when, device=device, readings=tuple(readings), marks=marks or {})  # type: ignore[arg-type]
    return to_json(snapshot)


def report(job_uid: str, document: str | None = None, **more: Any) -> Told:
    """Return a report of a scan, or of what else is given."""
    content = {"document": document} if document is not None else {}
    told: Told = {
        "id": fresh_id(),
        "job_id": job_uid,
        "attempt": 1,
        "ended_at": timezone.now().isoformat(),
        **content,
        **more,
    }
    if "sha256" not in told:
        told["sha256"] = _digest(told)
    return told


def _digest(told: Told) -> str:
    if "found" in told:
        return digest_of_report(None, tuple(FoundDevice.model_validate(one, strict=False) for one in told["found"]))
    if "tried" in told:
        return digest_of_report(None, None, AccessTried.model_validate(told["tried"], strict=False))
    return digest_of_report(told["document"])
