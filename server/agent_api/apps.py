"""Django's entry for the app."""

from django.apps import AppConfig


class AgentApi(AppConfig):
    """The app `server.agent_api`."""

    name = "server.agent_api"
    label = "agent_api"
