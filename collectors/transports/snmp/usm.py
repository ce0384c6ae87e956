"""The user-based security model (RFC 3414, 3826, 7860): pass phrases, and keys bound to an engine."""

import hmac
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from collectors.credentials import SnmpUser

KEPT_LIMIT_COUNT = 5_000
ENGINE_ID_BYTES = range(5, 33)  # RFC 3411, SnmpEngineID

NOT_IN_TIME: Final = 2
REFUSED: Final = {
    1: "refused the account: this SNMPv3 user has another security level there",
    3: "refused the account: it knows no SNMPv3 user of this name",
    5: "refused the account: the SNMPv3 authentication key or protocol is wrong",
    6: "refused the account: the SNMPv3 privacy key or protocol is wrong",
}
"""By the number of the counter in usmStats (RFC 3414, section 5) that a report tells."""
REPORTS: Final = frozenset(bytes((number, 0)) for number in range(1, 7))
"""Number and instance of each counter, as they end its name."""

_process_key = os.urandom(32)


@dataclass
class EngineCache:
    """Keys bound to an engine id, by engine and credential, for this process; a parent process may fill and keep it.

    Making them costs a hash over a megabyte (RFC 3414, A.2); without this a scan of version 3 costs five times as much.
    Boots and time are not kept: neither library takes them, and asking costs one message a session.
    """

    kept: dict[tuple[str, str, str], tuple[bytes, bytes]] = field(default_factory=dict, repr=False)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def keys(
        self, library: str, user: SnmpUser, engine_id: str, make: Callable[[], tuple[bytes, bytes]]
    ) -> tuple[bytes, bytes]:
        """Return the keys for authentication and privacy in a library's form, made once."""
        place = (library, mark_of(user), engine_id)
        with self.lock:
            found = self.kept.get(place)
        if found is None:
            found = make()
            with self.lock:
                if len(self.kept) >= KEPT_LIMIT_COUNT:
                    self.kept.clear()
                self.kept[place] = found
        return found


ENGINES = EngineCache()


def secrets_of(user: SnmpUser) -> tuple[str, str]:
    """Return both pass phrases, empty where the user has none."""
    auth = user.auth_key.get_secret_value() if user.auth and user.auth_key else ""
    privacy = user.privacy_key.get_secret_value() if user.privacy and user.privacy_key else ""
    return auth, privacy


def mark_of(user: SnmpUser) -> str:
    """Return what tells this credential from any other within this process; worth nothing outside it."""
    parts = (user.user, user.auth or "", user.privacy or "", user.context, *secrets_of(user))
    return hmac.new(_process_key, "\0".join(parts).encode(), "sha256").hexdigest()


def security_level(user: SnmpUser) -> int:
    """Return SnmpSecurityLevel (RFC 3411): 1 nothing, 2 authentication, 3 privacy too."""
    if not user.auth:
        return 1
    return 3 if user.privacy else 2
