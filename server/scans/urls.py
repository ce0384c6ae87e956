"""Addresses of the app, with who may."""

from typing import Final

from server.accounts.rights import Right
from server.accounts.routes import Method, page
from server.scans.views import orders, overview, plans, runs, visits

POST: Final[tuple[Method, ...]] = ("POST",)
urlpatterns = [
    page("scans/", overview.scans, "scans", Right.SEE_HEALTH),
    page("scans/failures/", overview.failures, "scan_failures", Right.SEE_HEALTH),
    page("scans/plans/new/", plans.plan_new, "scan_plan_new", Right.EDIT_PLANS, methods=("GET", "POST")),
    page("scans/plans/<str:uid>/", plans.plan, "scan_plan", Right.SEE_HEALTH),
    page("scans/plans/<str:uid>/edit/", plans.plan_edit, "scan_plan_edit", Right.EDIT_PLANS, methods=("GET", "POST")),
    page("scans/plans/<str:uid>/remove/", plans.plan_remove, "scan_plan_remove", Right.EDIT_PLANS, methods=POST),
    page("scans/plans/<str:uid>/except/", plans.plan_except, "scan_plan_except", Right.EDIT_PLANS, methods=POST),
    page("scans/exceptions/<str:uid>/end/", plans.exception_end, "scan_exception_end", Right.EDIT_PLANS, methods=POST),
    page("scans/blackouts/", plans.blackouts, "scan_blackouts", Right.EDIT_PLANS, methods=("GET", "POST")),
    page("scans/blackouts/<str:uid>/end/", plans.blackout_end, "scan_blackout_end", Right.EDIT_PLANS, methods=POST),
    page("scans/runs/<str:uid>/", runs.scan_run, "scan_run", Right.SEE_CLIENTS),
    page("scans/runs/<str:uid>/stop/", runs.scan_run_stop, "scan_run_stop", Right.RUN_SCANS, methods=POST),
    page("scans/jobs/<str:uid>/", runs.scan_job, "scan_job", Right.SEE_CLIENTS),
    page("scans/visits/", visits.visits, "visits", Right.SEE_CLIENTS),
    page("clients/<str:uid>/visits/new/", visits.visit_new, "visit_new", Right.RUN_SCANS, methods=("GET", "POST")),
    page("scans/visits/<str:uid>/", visits.visit, "visit", Right.SEE_CLIENTS),
    page("scans/visits/<str:uid>/edit/", visits.visit_edit, "visit_edit", Right.RUN_SCANS, methods=("GET", "POST")),
    page("scans/visits/<str:uid>/cancel/", visits.visit_cancel, "visit_cancel", Right.RUN_SCANS, methods=POST),
    page("clients/<str:uid>/scan/", orders.client_scan, "client_scan", Right.RUN_SCANS, methods=POST),
    page(
        "clients/<str:uid>/standards/<str:standard_id>/scan/",
        orders.standard_scan,
        "standard_scan",
        Right.RUN_SCANS,
        methods=POST,
    ),
    page("sites/<str:uid>/scan/", orders.site_scan, "site_scan", Right.RUN_SCANS, methods=POST),
    page("sites/<str:uid>/discover/", orders.site_discover, "site_discover", Right.RUN_SCANS, methods=("GET", "POST")),
    page("devices/<str:uid>/scan/", orders.device_scan, "device_scan", Right.RUN_SCANS, methods=POST),
    page("accesses/<str:uid>/try/", orders.access_try, "access_try", Right.RUN_SCANS, methods=POST),
    page("accesses/<str:uid>/test/", orders.access_test, "access_test", Right.EDIT_CREDENTIALS, methods=POST),
]
