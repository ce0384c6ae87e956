"""New keys for the agent: made and proved here, the held credentials sealed to them, in force at the server's word.

At any step the process may be killed: until the new keys are in force they lie beside the old ones, and the same ones
are shown again.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from agent.errors import KeysUnusable, ServerRefused
from agent.home import Home
from agent.keys import AgentKeys, made_keys, read_keys, write_keys
from agent.platform.private_write import sync_folder
from agent.ports import Vault
from agent.server_api import ServerApi
from agent.steps import At, passing
from collectors.link.messages import RotateRequest
from collectors.link.rotation import proof_of

logger = logging.getLogger(__name__)

AGE: Final = timedelta(days=30)
AGAIN_S: Final = 24 * 3600.0
"""A rotation that the server refused is tried again after this."""


@dataclass
class Rotation:
    """The rotation of one agent's keys. `open_vault` opens the vault with the given keys."""

    home: Home
    api: ServerApi
    agent_id: str
    open_vault: Callable[[AgentKeys], Vault]
    at: At = passing
    _not_before_s: float = 0.0

    @property
    def pending(self) -> bool:
        """Return whether a change of keys was broken off."""
        return self.home.next_keys.exists()

    def due(self) -> bool:
        """Return whether the keys are to be changed now: they are old, or a change was broken off."""
        if self.api.clock.monotonic() < self._not_before_s:
            return False
        return self.pending or self.api.clock.now() - self.api.keys.made_at > AGE

    def rotate(self, vault: Vault) -> Vault:
        """Change the keys, and return the vault under the new ones; raises what `ServerApi.rotate` raises."""
        new = read_keys(self.home.next_keys)
        if new is None:
            new = made_keys(self.api.clock.now())
            write_keys(self.home.next_keys, new)
        self.at("next keys written")
        request = RotateRequest(
            signing_key=new.signing_key,
            sealing_key=new.sealing_key,
            proof=proof_of(new.signing, self.agent_id, new.signing_key, new.sealing_key),
            credentials=tuple(vault.resealed(new.sealing_key)),
        )
        epoch = self._agreed(request, new)
        self.at("rotation answered")
        self._in_force(new)
        self.at("next keys in force")
        if self.api.counter is not None:
            self.api.counter.renewed(epoch)
        fresh = self.open_vault(new)
        fresh.forget_other_keys()
        self.at("rotation ended")
        logger.info("the agent has new keys", extra={"fingerprint": new.fingerprint})
        return fresh

    def _agreed(self, request: RotateRequest, new: AgentKeys) -> int:
        """Return the epoch after the server's word, which may have been lost: then the new key alone may be known."""
        old = self.api.keys
        try:
            return self.api.rotate(request).epoch
        except ServerRefused as refused:
            self.api.keys = new
            try:
                return self.api.rotate(request).epoch
            except ServerRefused:
                self.api.keys = old
                self._not_before_s = self.api.clock.monotonic() + AGAIN_S
                raise refused from None

    def _in_force(self, new: AgentKeys) -> None:
        try:
            os.replace(self.home.next_keys, self.home.keys)
            sync_folder(self.home.folder)
        except OSError as error:
            raise KeysUnusable(f"The new keys cannot be put in force ({error.strerror}); look at the disk.") from error
        self.api.keys = new
