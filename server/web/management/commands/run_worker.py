"""`run_worker`: works off the background tasks; one of it on SQLite, any number on PostgreSQL."""

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    """The worker that fits the database."""

    help = "Do background tasks; ends on SIGTERM when the one under way is done."

    def handle(self, *args: object, **options: object) -> None:
        """Run until SIGTERM or SIGINT."""
        if connection.vendor == "postgresql":
            from server.background.on_postgresql import work

            work()
        else:
            call_command("db_worker", "--queue-name", "*", "--no-reload", "--interval", "1")
