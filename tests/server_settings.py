"""The server's settings under test: the real ones, with a secret of this process and a database in memory.

DATUMLINE_TEST_DATABASE=postgresql runs the tests on a PostgreSQL that they start themselves.
"""

import os

os.environ["DATUMLINE_SERVER_DEBUG"] = "1"

if os.environ.get("DATUMLINE_TEST_DATABASE") == "postgresql":
    from tests.peers.postgresql import address

    os.environ["DATABASE_URL"] = address()
else:
    os.environ.pop("DATABASE_URL", None)

from server.settings import *  # noqa: F403 - the environment must be set first
from server.settings import DATABASES

if os.environ.pop("DATABASE_URL", None):  # processes that a test starts have databases of their own
    DATABASES["default"]["CONN_MAX_AGE"] = 0
else:
    DATABASES["default"]["NAME"] = ":memory:"
ALLOWED_HOSTS = ["testserver"]
