"""Django's entry for the app."""

from django.apps import AppConfig


class Alignment(AppConfig):
    """The app `server.alignment`."""

    name = "server.alignment"
    label = "alignment"
