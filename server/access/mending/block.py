"""One way to mend an access: a heading, who does it, the commands, and what to know before."""

import re
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from server.access.models import AccessState

CLOSED, REFUSED, RIGHT = AccessState.CLOSED, AccessState.REFUSED, AccessState.RIGHT_MISSING
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.@\\-]{1,200}", re.ASCII)
ADMIN: Final = _("whoever keeps the machine")
NETWORK: Final = _("whoever keeps the network")
DIRECTORY: Final = _("whoever keeps the directory")


@dataclass(frozen=True)
class Mending:
    """Commands of one platform for one trouble."""

    title: Promise | str
    who: Promise | str
    commands: str
    shell: str
    """Where the commands are typed: PowerShell, the device's command line, sh."""
    note: Promise | str = ""

    def filled(self, account: str) -> str:
        """Return the commands with the account's own name, where it is known and means nothing else to a shell."""
        return self.commands.replace("ACCOUNT", account) if _PLAIN.fullmatch(account) else self.commands
