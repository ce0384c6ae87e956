"""The policy table, held against the answer sheet."""

from collections import Counter

import pytest

from server.accounts.rights import RIGHTS, WHOLE_SERVER, Right, Role
from tests.web.matrix.duties import ANYBODYS, BY_ROUTE, DUTIES
from tests.web.matrix.routes import routes

POLICIES = {name: policy for one in routes() for name, policy in one.policies}
PLANS = next(duty.routes for duty in DUTIES if "scan_plan_new" in duty.routes)
"""Their actions look at the scope, which the table does not tell."""
CHANGES = frozenset(name for name, policy in POLICIES.items() if "POST" in policy.methods)


def served(role: Role) -> frozenset[str]:
    """Return the routes that the sheet gives to a role."""
    return frozenset(route for route, duty in BY_ROUTE.items() if role in duty.who)


def own() -> frozenset[str]:
    """Return what everybody has for themselves."""
    return DUTIES[0].routes


def test_every_route_stands_in_one_duty() -> None:
    told = Counter([*ANYBODYS, *(route for duty in DUTIES for route in duty.routes)])
    assert set(told) == set(POLICIES)
    assert {route for route, count in told.items() if count > 1} == set()


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_the_policy_table_gives_a_route_to_those_whose_duty_it_serves(name: str) -> None:
    right = POLICIES[name].right
    if name in ANYBODYS:
        assert right is None
        return
    duty = BY_ROUTE[name]
    assert {role for role in Role if right in RIGHTS[role]} == duty.who
    assert (right in WHOLE_SERVER or name in PLANS) == duty.everywhere


def test_an_auditor_changes_nothing_but_their_own_account() -> None:
    assert served(Role.AUDITOR) & CHANGES - own() == {"client_export"}  # a file, asked for by POST


@pytest.mark.parametrize("role", [Role.VCIO, Role.COMMITTEE])
def test_who_only_reads_changes_nothing_of_a_clients(role: Role) -> None:
    assert served(role) & CHANGES - own() <= {"client_export"}


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR, Role.CENTRALIZED_SERVICES}))
def test_only_centralized_services_and_administrators_come_near_credentials(role: Role) -> None:
    assert {route for route in served(role) if "credential" in route} == set()


def test_a_client_contact_sees_nothing_yet() -> None:
    assert served(Role.CLIENT_CONTACT) == own()


def test_people_and_the_server_belong_to_the_administrator_alone() -> None:
    mine = {name for name, policy in POLICIES.items() if policy.right in {*WHOLE_SERVER, Right.END_CLIENTS}}
    assert {role for role in Role if served(role) & mine} == {Role.ADMINISTRATOR}
