"""Django's entry for the app."""

from django.apps import AppConfig


class Agents(AppConfig):
    """The app `server.agents`."""

    name = "server.agents"
    label = "agents"
