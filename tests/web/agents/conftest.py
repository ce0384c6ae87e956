"""Agents in every state, for the tests of their actions and pages."""

import base64
import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from server.agents.models import Agent
from server.clients.models import Client, Site

MakeAgent = Callable[..., Agent]


@pytest.fixture
def make_agent(site: Site) -> MakeAgent:
    """Return what makes an agent at the site, or another one; approved and online unless told otherwise."""

    def make(at: Site = site, **more: object) -> Agent:
        told: dict[str, object] = {
            "site": at,
            "name": f"AGENT-{Agent.objects.count()}",
            "state": "approved",
            "signing_key": base64.b64encode(secrets.token_bytes(32)).decode(),
            "sealing_key": base64.b64encode(secrets.token_bytes(32)).decode(),
            "version": "9999.0.0",
            "seen_at": timezone.now() - timedelta(seconds=30),
            "decided_at": timezone.now() - timedelta(days=2),
            **more,
        }
        return Agent.objects.create(**told)

    return make


@pytest.fixture
def other_site(db: None) -> Site:
    """Return a site of another client."""
    client = Client.objects.create(name="Pellworth Foods")
    return Site.objects.create(client=client, name="Plant")
