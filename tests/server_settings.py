"""The server's settings under test: the real ones, with a secret of this process and a database in memory."""

import os

os.environ["DATUMLINE_SERVER_DEBUG"] = "1"

from server.settings import *  # noqa: F403 - the environment must be set first
from server.settings import DATABASES

DATABASES["default"]["NAME"] = ":memory:"
ALLOWED_HOSTS = ["testserver"]
