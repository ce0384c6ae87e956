"""Django's entry for the app."""

from django.apps import AppConfig


class Scans(AppConfig):
    """The app `server.scans`."""

    name = "server.scans"
    label = "scans"
