"""Addresses of the link between agents and server; who may is proved by signatures, not by a session."""

from django.urls import URLPattern

from server.accounts.routes import public
from server.agent_api import views

urlpatterns: list[URLPattern] = [
    public("v1/enrol", views.enrol, "agent_enrol", methods=("POST",)),
    public("v1/poll", views.poll, "agent_poll", methods=("POST",)),
    public("v1/results", views.results, "agent_results", methods=("POST",)),
    public("v1/rotate", views.rotate, "agent_rotate", methods=("POST",)),
    public("v1/time", views.time, "agent_time"),
]
