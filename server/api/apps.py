"""The app of the API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Keeps what came of requests that a program may send twice."""

    name = "server.api"
    label = "api"
