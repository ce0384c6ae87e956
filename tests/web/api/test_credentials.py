"""Credentials over the API: what goes in as a secret is sealed, and comes out nowhere."""

import json
from collections.abc import Iterator

import pytest
from django.core import serializers
from django.db import connection

from server.access.models import Credential
from server.accounts.models import AuditEntry
from server.accounts.rights import Right
from server.api.models import SentOnce
from server.clients.models import Device, Site
from tests.web.access.conftest import Keyed, make_agent, make_site, ssh
from tests.web.api.conftest import Program, post

pytestmark = pytest.mark.django_db
CANARY = "Kanari-7f3e-never-told"


@pytest.fixture
def keyed(site: Site) -> Keyed:
    return make_agent(site)


def told(**more: object) -> dict[str, object]:
    return {
        "name": "switch-ro", "shape": "ssh", "parts": {"user": "datumline-ro"}, "secrets": {"password": CANARY},
        "where": ["10.20.1.0/24"], **more,
    }  # fmt: skip


def password_of(keyed: Keyed, uid: object) -> object:
    return keyed.opens(Credential.objects.get(uid=uid))


def everything_kept() -> Iterator[str]:
    """Yield each row of each table as text."""
    from django.apps import apps

    for model in apps.get_models():
        if model._meta.db_table in connection.introspection.table_names():
            for row in model._default_manager.all():
                blob = getattr(row, "body", None)
                yield serializers.serialize("json", [row]) + (bytes(blob).decode() if isinstance(blob, bytes) else "")


def test_a_new_credential_is_sealed_for_the_sites_agent(program: Program, site: Site, keyed: Keyed) -> None:
    status, made = post(program(), f"/api/v1/sites/{site.uid}/credentials", told())
    assert (status, made["secrets"], made["account"]) == (201, ["password"], {"user": "datumline-ro"})
    assert password_of(keyed, made["uid"]) == ssh(CANARY)


def test_no_answer_no_row_and_no_log_holds_a_secret(
    program: Program, site: Site, keyed: Keyed, caplog: pytest.LogCaptureFixture
) -> None:
    asking, key = program(), {"Idempotency-Key": "once"}
    answers = [
        post(asking, f"/api/v1/sites/{site.uid}/credentials", told(), **key),
        post(asking, f"/api/v1/sites/{site.uid}/credentials", told(), **key),
        post(asking, f"/api/v1/sites/{site.uid}/credentials", told(parts={"user": "x", "password": CANARY})),
        post(asking, f"/api/v1/sites/{site.uid}/credentials", told(name=CANARY * 9)),
        post(asking, f"/api/v1/sites/{site.uid}/credentials", told(secrets={"password": [CANARY]})),
    ]
    uid = answers[0][1]["uid"]
    answers += [
        post(asking, f"/api/v1/credentials/{uid}/again", {**told(), "name": "other"}),
        post(asking, f"/api/v1/credentials/{uid}/renew", {"secrets": {"password": CANARY}}, **{"Idempotency-Key": "2"}),
    ]
    answers += [(200, asking.get(f"/api/v1/credentials{path}").json()) for path in ("", f"/{uid}")]
    assert [status for status, _told in answers] == [201, 201, 422, 422, 422, 422, 200, 200, 200]
    kept = [*map(json.dumps, answers), *everything_kept(), caplog.text, *map(str, SentOnce.objects.values_list())]
    assert [one[:200] for one in kept if CANARY in one] == []


def test_what_was_sent_is_kept_under_no_plain_hash(program: Program, site: Site, keyed: Keyed) -> None:
    import hashlib

    url = f"/api/v1/sites/{site.uid}/credentials"
    post(program(), url, told(), **{"Idempotency-Key": "once"})
    guessed = hashlib.sha256(f"{url}\n".encode() + json.dumps(told()).encode()).hexdigest()
    assert SentOnce.objects.get().sha256 != guessed


def test_a_renewed_secret_keeps_account_and_scope(program: Program, site: Site, keyed: Keyed) -> None:
    asking = program()
    _status, made = post(asking, f"/api/v1/sites/{site.uid}/credentials", told())
    status, after = post(asking, f"/api/v1/credentials/{made['uid']}/renew", {"secrets": {"password": "new-one-1"}})
    assert (status, after["version"], after["scope"]) == (200, 2, made["scope"])
    assert password_of(keyed, made["uid"]) == ssh("new-one-1")


def test_a_secret_that_it_does_not_hold_is_refused_by_name(program: Program, site: Site, keyed: Keyed) -> None:
    asking = program()
    _status, made = post(asking, f"/api/v1/sites/{site.uid}/credentials", told())
    status, problem = post(asking, f"/api/v1/credentials/{made['uid']}/renew", {"secrets": {"community": CANARY}})
    assert (status, problem["detail"]) == (422, "secrets: it holds password")


def test_a_scope_outside_the_agents_policy_is_refused(program: Program, site: Site, keyed: Keyed) -> None:
    status, problem = post(program(), f"/api/v1/sites/{site.uid}/credentials", told(where=["192.0.2.0/24"]))
    assert status == 422
    assert str(problem["detail"]).startswith("where: Outside of what the site's agents may ask")


def test_a_paused_credential_is_resumed_with_a_reason(program: Program, site: Site, keyed: Keyed) -> None:
    asking = program()
    _status, made = post(asking, f"/api/v1/sites/{site.uid}/credentials", told())
    Credential.objects.update(state="paused", paused_why="SW-1 refused it")
    assert asking.get("/api/v1/credentials?show=paused").json()["count"] == 1
    status, after = post(asking, f"/api/v1/credentials/{made['uid']}/resume", {"why": "unlocked"})
    assert (status, after["state"], AuditEntry.objects.latest("pk").action) == (200, "ready", "credential resumed")


def test_a_withdrawn_credential_has_no_copy_left(program: Program, site: Site, keyed: Keyed) -> None:
    asking = program()
    _status, made = post(asking, f"/api/v1/sites/{site.uid}/credentials", told())
    post(asking, f"/api/v1/credentials/{made['uid']}/withdraw", {"why": "device gone"})
    assert Credential.objects.get().copies.count() == 0


def test_one_secret_is_renewed_at_many_sites_and_each_says_what_became_of_it(
    program: Program, site: Site, keyed: Keyed
) -> None:
    asking, other = program(), make_site("Pelham Dental")
    make_agent(other)
    for one in (site, other):
        post(asking, f"/api/v1/sites/{one.uid}/credentials", told())
    other.agents.update(state="revoked")
    body = {"name": "switch-ro", "kind": "ssh", "secrets": {"password": "new-one-1"}}
    response = asking.post("/api/v1/credentials/together", json.dumps(body), content_type="application/json")
    problems = [one["problem"] for one in response.json()]
    assert problems == ["", "The site has no approved agent: nobody could open it."]


def test_a_token_without_the_right_sees_no_credential(program: Program, site: Site, keyed: Keyed) -> None:
    assert program(Right.SEE_CLIENTS, Right.EDIT_DEVICES).get("/api/v1/credentials").status_code == 403


def test_an_access_is_added_changed_and_removed_beside_the_others(program: Program, site: Site, keyed: Keyed) -> None:
    asking, device = program(), Device.objects.create(client=site.client, site=site, name="SW-1")
    first = post(asking, f"/api/v1/devices/{device.uid}/accesses", {"transport": "snmp", "address": "10.20.1.5"})
    second = post(asking, f"/api/v1/devices/{device.uid}/accesses", {"transport": "ssh", "address": "10.20.1.5"})
    changed = post(asking, f"/api/v1/accesses/{second[1]['uid']}", {"transport": "ssh", "address": "SW-1.kestrel.test"})
    assert [one[0] for one in (first, second, changed)] == [201, 201, 200]
    assert changed[1]["uid"] == second[1]["uid"]
    assert {one.address for one in device.accesses.all()} == {"10.20.1.5", "sw-1.kestrel.test"}
    post(asking, f"/api/v1/accesses/{first[1]['uid']}/remove")
    assert [one.transport for one in device.accesses.all()] == ["ssh"]


def test_an_access_keeps_a_withdrawn_credential_when_another_is_added(
    program: Program, site: Site, keyed: Keyed
) -> None:
    asking, device = program(), Device.objects.create(client=site.client, site=site, name="SW-1")
    gone = Credential.objects.create(client=site.client, site=site, name="old", kind="snmp", state="withdrawn")
    device.accesses.create(transport="snmp", address="10.20.1.5", credential=gone, state="works")
    post(asking, f"/api/v1/devices/{device.uid}/accesses", {"transport": "ssh", "address": "10.20.1.5"})
    standing = device.accesses.get(transport="snmp")
    assert (standing.credential, standing.state) == (gone, "works")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"transport": "ssh"}, "address: An access needs the address"),
        ({"transport": "ssh", "address": "169.254.169.254"}, "address: This is a cloud's metadata address"),
        ({"transport": "ssh", "address": "10.20.1.5", "driver": "nothing"}, "driver: No agent of this site"),
        ({"transport": "ssh", "address": "10.20.1.5", "driver": "ups_mib"}, "driver: This driver reads over SNMP"),
    ],
)
def test_an_access_that_no_agent_could_use_is_refused(
    program: Program, site: Site, keyed: Keyed, wrong: dict[str, object], says: str
) -> None:
    device = Device.objects.create(client=site.client, site=site, name="SW-1")
    status, problem = post(program(), f"/api/v1/devices/{device.uid}/accesses", wrong)
    assert (status, str(problem["detail"])[: len(says)]) == (422, says)
    assert device.accesses.count() == 0


def test_an_access_is_tried_and_its_credential_tested(program: Program, site: Site, keyed: Keyed) -> None:
    asking, device = program(), Device.objects.create(client=site.client, site=site, name="SW-1")
    access = device.accesses.create(transport="ssh", address="10.20.1.5", local_credential="at-site")
    tried = post(asking, f"/api/v1/accesses/{access.uid}/try")
    tested = post(asking, f"/api/v1/accesses/{access.uid}/test")
    assert (tried[0], tried[1]["jobs_count"]) == (200, 1)
    assert (tested[0], tested[1]["run"], tested[1]["already_count"]) == (200, tried[1]["run"], 1)
    assert access.jobs.get().released
