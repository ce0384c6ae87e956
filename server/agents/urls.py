"""Addresses of agents and their enrolment, with who may."""

from django.urls import URLPattern

from server.accounts.rights import Right
from server.accounts.routes import page
from server.agents import enrol_views, views

urlpatterns: list[URLPattern] = [
    page("agents/", views.agents, "agents", Right.SEE_HEALTH),
    page("agents/enrol/", enrol_views.enrol, "agent_enrolment", Right.APPROVE_AGENTS, methods=("GET", "POST")),
    page(
        "agents/enrol/many/", enrol_views.enrol_many, "agent_enrolments", Right.APPROVE_AGENTS, methods=("GET", "POST")
    ),
    page("agents/approve/", enrol_views.approve_many, "agent_approvals", Right.APPROVE_AGENTS, methods=("GET", "POST")),
    page("agents/<str:uid>/", views.agent, "agent", Right.SEE_HEALTH),
    page("agents/<str:uid>/approve/", views.approve, "agent_approve", Right.APPROVE_AGENTS, methods=("POST",)),
    page("agents/<str:uid>/revoke/", views.revoke, "agent_revoke", Right.APPROVE_AGENTS, methods=("POST",)),
    page("agents/<str:uid>/confirm/", views.confirm, "agent_confirm", Right.APPROVE_AGENTS, methods=("POST",)),
    page("agents/<str:uid>/watch/", views.watch, "agent_watch", Right.RUN_SCANS, methods=("POST",)),
]
