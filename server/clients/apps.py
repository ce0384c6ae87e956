"""Django's entry for the app."""

from django.apps import AppConfig


class Clients(AppConfig):
    """The app `server.clients`."""

    name = "server.clients"
    label = "clients"
