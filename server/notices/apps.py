"""Django's entry for the app."""

from django.apps import AppConfig


class Notices(AppConfig):
    """The app `server.notices`."""

    name = "server.notices"
    label = "notices"
