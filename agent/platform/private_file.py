"""Who else may read a file of secrets, as far as this system can say (decision 18)."""

import sys

if sys.platform == "win32":
    from agent.platform.windows import NOTE, exposed
else:
    from agent.platform.posix import NOTE, exposed

__all__ = ["NOTE", "exposed"]
