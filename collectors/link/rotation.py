"""What a new signing key signs to prove that whoever shows it has it (the `proof` of a RotateRequest)."""

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_MADE_OF = "datumline-rotate-1"


def proof_of(new_key: Ed25519PrivateKey, agent_id: str, signing_key: str, sealing_key: str) -> str:
    """Return the new key's signature over the agent's id and both new public keys (base64), as base64."""
    return base64.b64encode(new_key.sign(_words(agent_id, signing_key, sealing_key))).decode()


def proof_holds(proof: str, agent_id: str, signing_key: str, sealing_key: str) -> bool:
    """Return whether the proof was made by the owner of the new signing key for this agent."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(signing_key, validate=True))
        key.verify(base64.b64decode(proof, validate=True), _words(agent_id, signing_key, sealing_key))
    except (InvalidSignature, ValueError):
        return False
    return True


def _words(agent_id: str, signing_key: str, sealing_key: str) -> bytes:
    return "\n".join((_MADE_OF, agent_id, signing_key, sealing_key)).encode()
