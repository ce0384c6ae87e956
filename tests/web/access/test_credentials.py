"""Credentials: sealed for whoever may open them, and for nobody else."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import LazySettings
from django.utils import timezone
from pydantic import SecretStr

from collectors.credentials import SshAccount
from collectors.link.sealing import CannotOpen, information, opened, read
from server.access.actions.credential import Described, add_credential, enter_again, renew, resume, withdraw
from server.access.credential_lists import counts, credentials_seen, held_by
from server.access.models import Credential, CredentialState
from server.access.scope import OutOfPolicy, allowed_at, default_scope, read_scope, scope_of
from server.accounts.actor import Actor, Forbidden, NotThere
from server.accounts.models import AuditEntry
from server.accounts.rights import Right
from server.agents.models import Agent, AgentState
from server.clients.actions.client import Refused
from server.clients.models import ClientState, Site
from tests.web.access.conftest import Keyed, make_agent, make_site, public, seal_one, ssh

pytestmark = pytest.mark.django_db


def password_of(account: object) -> str:
    assert isinstance(account, SshAccount)
    assert account.password is not None
    return account.password.get_secret_value()


def test_the_agent_of_the_site_opens_what_was_typed(by: Actor, site: Site, keyed: Keyed) -> None:
    assert password_of(keyed.opens(seal_one(by, site))) == "first-secret-1"


def test_each_approved_agent_gets_a_copy_and_no_other(by: Actor, site: Site, keyed: Keyed) -> None:
    second = make_agent(site, "SECOND")
    for name, state in (("PENDING", AgentState.PENDING), ("COPIED", AgentState.RESTORED_OR_CLONED)):
        make_agent(site, name, state)
    make_agent(make_site("Other"), "OTHER")
    held = set(seal_one(by, site).copies.values_list("agent__name", flat=True))
    assert held == {keyed.agent.name, second.agent.name}


def test_the_recovery_key_gets_a_copy(by: Actor, site: Site, keyed: Keyed, settings: LazySettings) -> None:
    key = X25519PrivateKey.generate()
    settings.RECOVERY_PUBLIC_KEY = public(key)
    one = seal_one(by, site)
    info = information(site.uid, one.uid, 1, "ssh", scope_of(one.scope))
    assert password_of(read(opened(one.copies.get(agent=None).sealed, key, info), "ssh")) == "first-secret-1"


def test_a_copy_opens_for_no_other_scope(by: Actor, site: Site, keyed: Keyed) -> None:
    one = seal_one(by, site)
    one.scope = {**one.scope, "networks": ["10.20.0.0/16"]}
    with pytest.raises(CannotOpen):
        keyed.opens(one)


def test_nothing_is_entered_where_nobody_could_open_it(by: Actor, site: Site) -> None:
    with pytest.raises(OutOfPolicy, match="no approved agent"):
        read_scope("10.20.1.0/24", "ssh", allowed_at(site))


def test_an_agent_that_is_revoked_meanwhile_leaves_nothing_behind(by: Actor, site: Site, keyed: Keyed) -> None:
    scope = read_scope("10.20.1.0/24", "ssh", allowed_at(site))
    Agent.objects.update(state=AgentState.REVOKED)
    with pytest.raises(Refused, match="nobody could open it"):
        add_credential(by, site, "switch-ro", scope, ssh("x"), Described())
    assert not Credential.objects.exists()


@pytest.mark.parametrize("outside", ["10.21.0.0/24", "0.0.0.0/0", "10.0.0.0/8", "2001:db8::/32", "example.test"])
def test_a_scope_outside_the_policy_is_refused(site: Site, keyed: Keyed, outside: str) -> None:
    with pytest.raises(OutOfPolicy, match="policy"):
        read_scope(outside, "ssh", allowed_at(site))


def test_the_scope_begins_with_all_that_the_agents_may_ask(site: Site, keyed: Keyed) -> None:
    text = default_scope(allowed_at(site))
    assert text.split() == ["10.20.0.0/16", "2001:db8:20::/48", "kestrel.test"]
    assert read_scope(text, "snmp", allowed_at(site)).transports == ("snmp",)


def test_a_new_version_replaces_every_copy_and_ends_a_pause(by: Actor, site: Site, keyed: Keyed) -> None:
    one = seal_one(by, site)
    Credential.objects.update(state=CredentialState.PAUSED, paused_why="refused", to_be_changed=True)
    one.refresh_from_db()
    enter_again(by, one, scope_of(one.scope), ssh("second-secret-2"), Described())
    one.refresh_from_db()
    assert (one.version, one.state, one.paused_why, one.to_be_changed) == (2, CredentialState.READY, "", False)
    assert password_of(keyed.opens(one)) == "second-secret-2"
    assert one.copies.count() == 1


def test_two_people_cannot_both_enter_the_next_version(by: Actor, site: Site, keyed: Keyed) -> None:
    one = seal_one(by, site)
    stale = Credential.objects.get(pk=one.pk)
    enter_again(by, one, scope_of(one.scope), ssh("second"), Described())
    with pytest.raises(Refused, match="meanwhile"):
        enter_again(by, stale, scope_of(one.scope), ssh("third"), Described())
    one.refresh_from_db()
    assert password_of(keyed.opens(one)) == "second"


def test_a_renewed_secret_keeps_user_and_scope(by: Actor, site: Site, keyed: Keyed) -> None:
    one = seal_one(by, site)
    renew(by, one, {"password": SecretStr("renewed-3")})
    one.refresh_from_db()
    account = keyed.opens(one)
    assert isinstance(account, SshAccount)
    assert (account.user, password_of(account), one.scope["networks"]) == (
        "datumline-ro",
        "renewed-3",
        ["10.20.1.0/24"],
    )


def test_other_secrets_than_it_holds_are_refused(by: Actor, site: Site, keyed: Keyed) -> None:
    with pytest.raises(Refused, match="other secrets"):
        renew(by, seal_one(by, site), {"community": SecretStr("x")})


def test_a_resumed_credential_keeps_its_version(by: Actor, site: Site, keyed: Keyed) -> None:
    one = seal_one(by, site)
    Credential.objects.update(state=CredentialState.PAUSED, paused_why="SW-1 refused it", paused_at=timezone.now())
    one.refresh_from_db()
    resume(by, one, "unlocked in the directory")
    one.refresh_from_db()
    assert (one.version, one.state) == (1, CredentialState.READY)
    with pytest.raises(Refused, match="not paused"):
        resume(by, one, "again")


def test_withdrawing_destroys_every_copy(by: Actor, site: Site, keyed: Keyed) -> None:
    one = seal_one(by, site)
    assert withdraw(by, one, "not needed") == 1
    one.refresh_from_db()
    assert (one.state, one.copies.count()) == (CredentialState.WITHDRAWN, 0)


def test_an_agent_that_is_approved_later_waits_for_the_secret(by: Actor, site: Site, keyed: Keyed) -> None:
    one = seal_one(by, site)
    later = make_agent(site, "LATER").agent
    assert {held.agent: held.sealed for held in held_by(one)} == {keyed.agent: True, later: False}
    assert counts(credentials_seen(by), timezone.localdate())["waits"] == 1


def test_the_filters_count_what_is_to_be_done(by: Actor, site: Site, keyed: Keyed) -> None:
    today = timezone.localdate()
    for name, changed in (
        ("a", {"state": CredentialState.PAUSED}),
        ("b", {"expires_on": today + timedelta(days=30)}),
        ("c", {"expires_on": today + timedelta(days=31), "proven_at": timezone.now()}),
        ("d", {"to_be_changed": True}),
        ("e", {"state": CredentialState.WITHDRAWN}),
    ):
        Credential.objects.filter(pk=seal_one(by, site, name).pk).update(**changed)
    told = counts(credentials_seen(by), today)
    assert told == {"": 4, "paused": 1, "expires": 1, "change": 1, "waits": 0, "unproven": 3, "withdrawn": 1}


def test_the_record_tells_version_and_scope_and_never_a_secret(by: Actor, site: Site, keyed: Keyed) -> None:
    seal_one(by, site)
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.details["version"], entry.details["agents"]) == ("credential entered", 1, 1)
    assert "first-secret" not in str(entry.details)


def test_who_lacks_the_right_or_the_client_seals_nothing(by: Actor, site: Site, keyed: Keyed) -> None:
    scope = read_scope("10.20.1.0/24", "ssh", allowed_at(site))
    reader = Actor("Reader", frozenset({Right.SEE_CLIENTS}), all_clients=True)
    stranger = Actor("Stranger", frozenset(Right))
    for actor, error in ((reader, Forbidden), (stranger, NotThere)):
        with pytest.raises(error):
            add_credential(actor, site, "x", scope, ssh("x"), Described())
    assert not Credential.objects.exists()


def test_nothing_is_entered_at_a_client_that_has_left(by: Actor, site: Site, keyed: Keyed) -> None:
    one = seal_one(by, site)
    one.client.state = ClientState.LEFT
    with pytest.raises(Refused, match="read-only"):
        renew(by, one, {"password": SecretStr("x")})
