"""What an operation of the API is sent, so that nothing but who asks can be wrong with it."""

from collections.abc import Mapping
from typing import Final

from tests.web.world import AT, MISSING, Things

WHY: Final = {"why": "replaced"}
PLAN: Final = {"name": "Mornings", "rule": "FREQ=DAILY;BYHOUR=6;BYMINUTE=0"}
SITE: Final = {"name": "Depot", "time_zone": "UTC"}
SECRET: Final = {"secrets": {"password": "correct horse battery"}}
LATER: Final = AT.replace(year=AT.year + 1).isoformat()
BODIES: Final[Mapping[str, Mapping[str, object]]] = {
    "api_client_add": {"name": "New", "time_zone": "UTC", "site": "Main"},
    "api_client_change": {"name": "Changed", "time_zone": "UTC"},
    "api_site_add": SITE,
    "api_site_change": SITE,
    "api_device_add": {"name": "SW-NEW"},
    "api_device_change": {"name": "SW-NEW"},
    "api_device_out": {"state": "retired", **WHY},
    "api_device_trust": WHY,
    "api_device_import": {"text": "name;site", "only_check": True},
    "api_group_change": {"name": "Stack"},
    "api_statement_add": {"kind": "nas", "until": LATER[:10]},
    "api_found_take": {"found": [MISSING]},
    "api_found_ignore": {"found": [MISSING]},
    "api_access_add": {"transport": "snmp", "address": "10.20.0.9"},
    "api_access_change": {"transport": "snmp", "address": "10.20.0.9"},
    "api_access_trust": WHY,
    "api_site_discover": {"networks": ["10.20.0.0/24"]},
    "api_agent_approve": {"fingerprint": "another one"},
    "api_agents_approve": {"text": "none", "only_check": True},
    "api_credential_add": {"name": "ssh-ro", "shape": "ssh", "where": ["10.20.0.0/24"], **SECRET},
    "api_credential_describe": {"says": "read only"},
    "api_credential_again": {"where": ["10.20.0.0/24"], **SECRET},
    "api_credential_renew": SECRET,
    "api_credential_resume": WHY,
    "api_credential_withdraw": WHY,
    "api_credentials_together": {"name": "audit", "kind": "ssh", **SECRET},
    "api_plan_make": PLAN,
    "api_plan_preview": PLAN,
    "api_plan_change": PLAN,
    "api_plan_change_preview": PLAN,
    "api_plan_except": WHY,
    "api_blackout_make": {"begins_at": AT.isoformat(), "ends_at": LATER, **WHY},
    "api_problem_give": {"to": None},
    "api_problem_snooze": {"until": LATER},
    "api_problem_note": {"text": "asked the client"},
    "api_visit_plan": {"day": LATER[:10]},
    "api_visit_change": {"day": LATER[:10]},
    "api_switches_change": {"kinds": {}},
    "api_webhook_change": {"active": True},
    "api_person_leaving": {"to": None},
}
OF_SITE: Final = frozenset({"api_device_add", "api_device_change"})
OF_CLIENT: Final = frozenset({"api_plan_except", "api_blackout_make"})


def sent(name: str, things: Things) -> dict[str, object]:
    """Return the body of an operation over somebody's things."""
    told = dict(BODIES.get(name, {}))
    if name in OF_SITE:
        told["site"] = things.by_place["sites", "uid"]
    if name in OF_CLIENT:
        told["client"] = things.client.uid
    return told
