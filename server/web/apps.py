"""Django's entry for the app."""

from django.apps import AppConfig


class Web(AppConfig):
    """The app `server.web`."""

    name = "server.web"
    label = "web"

    def ready(self) -> None:
        """Tell the page on leaving what hangs on a person in the later apps."""
        from server.web.leaving import register_all

        register_all()
