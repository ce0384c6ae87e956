"""A site with an approved agent that has told its policy, and keys to open what is sealed for it."""

import base64
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from pydantic import SecretStr

from collectors.credentials import Credential as Account
from collectors.credentials import SshAccount
from collectors.link.sealing import information, opened, read
from server.access.models import Credential
from server.access.scope import read_scope, scope_of
from server.accounts.actor import Actor
from server.agents.models import Agent, AgentState
from server.clients.models import Client, Site

POLICY = {"networks": ["10.20.0.0/16", "2001:db8:20::/48"], "names": ["kestrel.test"]}
DRIVERS = {"fortios": "ssh", "cisco_ios": "ssh", "ups_mib": "snmp", "windows_server": "winrm"}


@dataclass
class Keyed:
    """An agent with its private sealing key."""

    agent: Agent
    key: X25519PrivateKey

    def opens(self, credential: Credential) -> Account:
        """Return the credential as the agent opens it."""
        copy = credential.copies.get(agent=self.agent)
        info = information(
            credential.site.uid, credential.uid, copy.version, credential.kind, scope_of(credential.scope)
        )
        return read(opened(copy.sealed, self.key, info), credential.kind)


def public(key: X25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def make_agent(site: Site, name: str = "KESTREL-MGMT", state: str = AgentState.APPROVED) -> Keyed:
    key = X25519PrivateKey.generate()
    agent = Agent.objects.create(
        site=site,
        name=name,
        state=state,
        signing_key=public(X25519PrivateKey.generate()),
        sealing_key=public(key),
        policy=POLICY,
        drivers=DRIVERS,
        transports=["snmp", "ssh", "winrm"],
        local_credentials=["at-site"],
    )
    return Keyed(agent, key)


def make_site(name: str) -> Site:
    client = Client.objects.create(name=name, time_zone="Europe/London")
    return Site.objects.create(client=client, name="Main office", time_zone="Europe/London")


@pytest.fixture
def keyed(site: Site) -> Keyed:
    return make_agent(site)


def ssh(password: str, user: str = "datumline-ro") -> SshAccount:
    return SshAccount(kind="ssh", user=user, password=SecretStr(password))


def seal_one(by: Actor, site: Site, name: str = "switch-ro", password: str = "first-secret-1") -> Credential:
    from server.access.actions.credential import Described, add_credential
    from server.access.scope import allowed_at

    scope = read_scope("10.20.1.0/24", "ssh", allowed_at(site))
    return add_credential(by, site, name, scope, ssh(password), Described())
