"""Version 3 in pysnmp's words: protocols, users with keys bound to an engine, and what its reports mean."""

from typing import Any, Final

from pysnmp.entity import config
from pysnmp.proto import errind

from collectors.credentials import SnmpUser
from collectors.errors import AccessDenied, UnexpectedReply
from collectors.transports.snmp.pysnmp_loop import PysnmpLoop
from collectors.transports.snmp.usm import ENGINES, REFUSED, mark_of, secrets_of

AUTH: Final = {
    "MD5": config.USM_AUTH_HMAC96_MD5,
    "SHA-1": config.USM_AUTH_HMAC96_SHA,
    "SHA-224": config.USM_AUTH_HMAC128_SHA224,
    "SHA-256": config.USM_AUTH_HMAC192_SHA256,
    "SHA-384": config.USM_AUTH_HMAC256_SHA384,
    "SHA-512": config.USM_AUTH_HMAC384_SHA512,
}
# pysnmp calls the key extension of Cisco and others (Reeder) plain AES, and the other one by its author's name.
PRIVACY: Final = {
    "DES": config.USM_PRIV_CBC56_DES,
    "3DES": config.USM_PRIV_CBC168_3DES,
    "AES-128": config.USM_PRIV_CFB128_AES,
    "AES-192": config.USM_PRIV_CFB192_AES_BLUMENTHAL,
    "AES-256": config.USM_PRIV_CFB256_AES_BLUMENTHAL,
    "AES-192-Cisco": config.USM_PRIV_CFB192_AES,
    "AES-256-Cisco": config.USM_PRIV_CFB256_AES,
}
REFUSALS: Final = {
    errind.UnsupportedSecurityLevel: REFUSED[1],
    errind.UnknownUserName: REFUSED[3],
    errind.WrongDigest: REFUSED[5],
    errind.DecryptionError: REFUSED[6],
}


def know_user(shared: PysnmpLoop, user: SnmpUser, engine_octets: Any, engine_id: str) -> None:
    """Enter a user with the keys bound to one agent's engine; runs in the loop's thread, once for each engine."""
    place = (engine_id, user.user)
    if shared.known.get(place) == mark_of(user):
        return
    auth = AUTH[user.auth] if user.auth else config.USM_AUTH_NONE
    privacy = PRIVACY[user.privacy] if user.auth and user.privacy else config.USM_PRIV_NONE
    auth_key, privacy_key = ENGINES.keys(
        "pysnmp", user, engine_id, lambda: _bound_keys(user, auth, privacy, engine_octets)
    )
    config.add_v3_user(
        shared.engine,
        user.user,
        auth,
        auth_key or None,
        privacy,
        privacy_key or None,
        securityEngineId=engine_octets,
        authKeyType=config.USM_KEY_TYPE_LOCALIZED,
        privKeyType=config.USM_KEY_TYPE_LOCALIZED,
    )
    shared.known[place] = mark_of(user)


def _bound_keys(user: SnmpUser, auth: Any, privacy: Any, engine_octets: Any) -> tuple[bytes, bytes]:
    auth_phrase, privacy_phrase = secrets_of(user)
    auth_service: Any = config.AUTH_SERVICES[auth]
    privacy_service: Any = config.PRIV_SERVICES[privacy]
    auth_key = auth_service.localize_key(auth_service.hash_passphrase(auth_phrase), engine_octets)
    master = privacy_service.hash_passphrase(auth, privacy_phrase)
    privacy_key = privacy_service.localize_key(auth, master, engine_octets)
    return bytes(auth_key or b""), bytes(privacy_key or b"")


def refusal(indication: Any) -> AccessDenied | UnexpectedReply:
    """Return the error that a report of the agent means."""
    for kind, text in REFUSALS.items():
        if isinstance(indication, kind):
            return AccessDenied(text)
    return UnexpectedReply(f"is answered with the report {indication}")
