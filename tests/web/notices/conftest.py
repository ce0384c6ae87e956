"""People who are told, and what they are told of."""

from datetime import UTC, datetime, timedelta

import pytest

from server.access.models import Access, AccessState, Credential, CredentialState
from server.accounts.models import User
from server.accounts.rights import Role
from server.agents.models import Agent, AgentState
from server.clients.models import Client, Device, Site
from server.notices.models import Outgoing, Webhook
from server.notices.telling import Matter
from tests.web.conftest import MakePerson

AT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
"""A Wednesday, in office hours everywhere in Europe."""


@pytest.fixture
def told(make_person: MakePerson) -> User:
    """Return somebody of Centralized Services, in London."""
    user = make_person(Role.CENTRALIZED_SERVICES)
    user.time_zone = "Europe/London"
    user.save()
    return user


def matter(client: Client, kind: str = "credential_paused", key: str = "a", title: str = "snmp is paused") -> Matter:
    return Matter(kind, key, title, "SW-CORE refused it", "/credentials/x/", client)


def mail_to(user: User, subject: str = "snmp is paused", key: str = "m1") -> Outgoing:
    body = {"subject": subject, "lines": ["SW-CORE refused it"], "links": ["/credentials/x/"]}
    return Outgoing.objects.create(key=key, kind="mail", user=user, body=body, due_at=AT)


def message_to(hook: Webhook, key: str = "w1") -> Outgoing:
    body = {"kind": "agent_silent", "title": "1 agent is silent"}
    return Outgoing.objects.create(key=key, kind="webhook", webhook=hook, body=body, due_at=AT)


def plant_agent(site: Site, state: AgentState = AgentState.APPROVED, seen: timedelta = timedelta(0)) -> Agent:
    number = Agent.objects.count()
    return Agent.objects.create(
        site=site,
        name=f"AGENT-{number}",
        state=state,
        signing_key=f"{number:A<44}",
        sealing_key="B" * 44,
        version="99.0",
        seen_at=AT - seen,
        enrolled_at=AT - timedelta(days=60),
        decided_at=AT - timedelta(days=60),
    )


def plant_credential(site: Site, name: str = "snmp", state: CredentialState = CredentialState.READY) -> Credential:
    return Credential.objects.create(client=site.client, site=site, name=name, kind="snmp", state=state)


def plant_failing(
    site: Site,
    count: int,
    reason: str = "unreachable",
    state: AccessState = AccessState.CLOSED,
    transport: str = "snmp",
    credential: Credential | None = None,
    driver: str = "",
) -> None:
    """Plant devices whose one access fails."""
    first = Device.objects.count()
    devices = Device.objects.bulk_create(
        Device(client=site.client, site=site, name=f"SW-{first + number:04}") for number in range(count)
    )
    Access.objects.bulk_create(
        Access(
            device=one, transport=transport, address=one.name, state=state, reason=reason, credential=credential,
            driver=driver, text="no answer",
        )
        for one in devices
    )  # fmt: skip


def another_site(name: str = "Alder Street Law") -> Site:
    client = Client.objects.create(name=name, time_zone="Europe/London")
    return Site.objects.create(client=client, name="Main office", time_zone="Europe/London")
