"""The answer sheet: who may what, written from the orders and the days of the users, not from the table of rights.

Each route stands in one duty. `everywhere` marks what concerns all clients at once: it needs all of them in scope.
"""

from dataclasses import dataclass
from typing import Final

from server.accounts.rights import Role

ADMINISTRATOR: Final = frozenset({Role.ADMINISTRATOR})
CENTRAL: Final = ADMINISTRATOR | {Role.CENTRALIZED_SERVICES}
ENGINEERS: Final = CENTRAL | {Role.TAM}
DESK: Final = ENGINEERS | {Role.SERVICE_DESK}
EVERYBODY: Final = frozenset(Role)
MSP: Final = EVERYBODY - {Role.CLIENT_CONTACT}
"""A client contact sees nothing yet."""


@dataclass(frozen=True)
class Duty:
    """What somebody does here, who they are, and the routes that serve it."""

    says: str
    who: frozenset[Role]
    routes: frozenset[str]
    everywhere: bool = False


def duty(says: str, who: frozenset[Role], routes: str, *, everywhere: bool = False) -> Duty:
    """Return a duty whose routes are named in one text."""
    return Duty(says, who, frozenset(routes.split()), everywhere)


ANYBODYS: Final = frozenset(
    """
    healthz readyz metrics account_login mfa_authenticate openid_connect_login openid_connect_callback account_logout
    set_password brand_style brand_logo api_description agent_enrol agent_poll agent_results agent_rotate agent_time
    """.split()
)
"""The entrance, what monitors ask, and the agents' own routes, which check signatures: `tests/web/agent_api`."""

DUTIES: Final = (
    duty(
        "looks after their own sign-in, tokens and inbox",
        EVERYBODY,
        """
        home account account_sign_in account_second_factor account_sessions_end account_tokens account_token_end
        second_factor recovery_codes inbox inbox_read_all notice_read notice_switches api_listing
        api_inbox api_inbox_read_all api_inbox_read api_switches api_switches_change api_tokens api_token_end
        """,
    ),
    duty(
        "sees clients, devices, what was read and which standards are met",
        MSP,
        """
        clients client client_standards client_devices client_plans client_changes client_readiness device_readiness
        search changes devices device matrix matrix_standard scan_run scan_job
        api_clients api_client api_sites api_site api_devices api_device api_device_readings api_device_verdicts
        api_device_changes api_standard_clients api_client_standards api_verdict_changes api_runs api_run api_feed
        api_statements api_accesses api_access api_client_readiness api_device_readiness api_matrix api_job
        api_client_plans api_search visits visit api_visits api_visit
        """,
    ),
    duty("reads the Standards Library", MSP, "library standard api_library api_standards api_standard"),
    duty(
        "sees how scanning goes: Centralized Services on Monday, the TAM before a visit, the desk, the auditor",
        DESK | {Role.AUDITOR},
        """
        agents agent scans scan_failures scan_plan problems problem completeness api_agents api_agent api_plans
        api_agent_events api_scans api_scan_failures api_plan api_blackouts api_problems api_problem api_completeness
        """,
    ),
    duty(
        "scans now and checks again: a TAM must be able to, and the desk after a fix",
        DESK,
        """
        agent_watch scan_run_stop client_scan standard_scan site_scan site_discover device_scan access_try
        api_client_scan api_site_scan api_device_scan api_run_stop
        api_access_try api_agent_watch api_standard_scan api_site_discover
        visit_new visit_edit visit_cancel api_visit_plan api_visit_change api_visit_cancel
        """,
    ),
    duty(
        "keeps devices and their accesses: also the TAM, who retires the switch in the rack",
        ENGINEERS,
        """
        statement_new statement_withdraw device_new device_import device_sample client_groups group_change proposals
        proposal_accept proposal_dismiss device_edit device_out device_back device_trust access_trust client_found
        api_device_add api_device_change api_device_out api_device_back
        api_device_trust api_groups api_group_change api_group_dissolve api_statement_add api_statement_withdraw
        api_device_import api_proposals api_proposal_accept api_proposal_dismiss api_found api_found_take
        api_found_ignore api_access_add api_access_change api_access_remove api_access_trust
        """,
    ),
    duty(
        "adds clients and sites",
        CENTRAL,
        "client_new client_edit site_new site_edit api_client_add api_client_change api_site_add api_site_change",
    ),
    duty(
        "enters and tests credentials; never the Service Desk, a TAM or an auditor",
        CENTRAL,
        """
        credentials credentials_together credential credential_again credential_resume credential_withdraw
        credential_new access_test
        api_access_test api_credentials api_credential_names api_credentials_together api_credential_add api_credential
        api_credential_describe api_credential_again api_credential_renew api_credential_resume
        api_credential_withdraw
        """,
    ),
    duty(
        "enrols and approves agents",
        CENTRAL,
        """
        agent_enrolment agent_enrolments agent_approvals agent_approve agent_revoke agent_confirm
        api_agent_approve api_agent_revoke
        api_agents_approve api_agent_confirm
        """,
    ),
    duty(
        "leaves clients out of plans and blacks scans out",
        CENTRAL,
        """
        scan_plan_except scan_exception_end scan_blackouts scan_blackout_end
        api_plan_except api_exception_end api_blackout_make api_blackout_end
        """,
    ),
    duty(
        "makes scan plans, which reach every client",
        CENTRAL,
        """
        scan_plan_new scan_plan_edit scan_plan_remove
        api_plan_make api_plan_preview api_plan_change api_plan_change_preview api_plan_remove
        """,
        everywhere=True,
    ),
    duty(
        "owns, snoozes and notes problems",
        CENTRAL,
        """
        problem_take problem_give problem_snooze problem_note
        api_problem_take api_problem_give api_problem_snooze api_problem_wake api_problem_note
        """,
    ),
    duty("ends a client's contract", ADMINISTRATOR, "client_leave"),
    duty("exports what is known of a client", ENGINEERS | {Role.VCIO, Role.AUDITOR}, "client_export"),
    duty("reads the audit log", ADMINISTRATOR | {Role.AUDITOR}, "audit audit_export api_audit"),
    duty(
        "looks after people: whoever may could widen their own scope",
        ADMINISTRATOR,
        """
        people person_add departure_tick person person_state person_leaving
        api_people api_person api_person_deactivate api_person_leaving api_departure_tick
        """,
        everywhere=True,
    ),
    duty(
        "looks after the server: its mails and webhooks tell of every client",
        ADMINISTRATOR,
        """
        settings server_status webhooks webhook webhook_test webhook_remove outbox outgoing_again api_health
        api_webhooks api_webhook_change api_webhook_test api_webhook_remove api_outbox api_outbox_again
        """,
        everywhere=True,
    ),
)
BY_ROUTE: Final = {route: one for one in DUTIES for route in one.routes}
