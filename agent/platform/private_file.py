"""Who else may read a file of secrets, or change one that rules, as far as this system can say (decision 18)."""

import sys

if sys.platform == "win32":
    from agent.platform.windows import NOTE, changeable, exposed, exposed_own, hand_over
else:
    from agent.platform.posix import NOTE, changeable, exposed, exposed_own, hand_over

__all__ = ["NOTE", "changeable", "exposed", "exposed_own", "hand_over"]
