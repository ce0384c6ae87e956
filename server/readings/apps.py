"""Django's entry for the app."""

from django.apps import AppConfig


class Readings(AppConfig):
    """The app `server.readings`."""

    name = "server.readings"
    label = "readings"
