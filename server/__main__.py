"""`python -m server COMMAND`: Django's management commands for this server."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from server.environment import read_environment


def main(arguments: list[str]) -> int:
    """Run one management command; return 2 with a sentence when the environment is not usable."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.settings")
    try:
        read_environment().data.mkdir(mode=0o700, parents=True, exist_ok=True)
        execute_from_command_line(["python -m server", *arguments])
    except ImproperlyConfigured as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
