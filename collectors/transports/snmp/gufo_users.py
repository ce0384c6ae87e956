"""Version 3 in gufo-snmp's words: protocols, and a user's keys bound to an engine."""

from typing import TYPE_CHECKING, Final, NamedTuple

from collectors.credentials import SnmpUser
from collectors.transports.snmp.usm import ENGINES, secrets_of

if TYPE_CHECKING:
    from gufo.snmp.user import BaseAuthKey, BasePrivKey

AUTH: Final = {
    "MD5": "Md5Key",
    "SHA-1": "Sha1Key",
    "SHA-224": "Sha224Key",
    "SHA-256": "Sha256Key",
    "SHA-384": "Sha384Key",
    "SHA-512": "Sha512Key",
}
PRIVACY: Final = {
    "DES": ("DesKey", "Blumenthal"),
    "AES-128": ("Aes128Key", "Blumenthal"),
    "AES-192": ("Aes192Key", "Blumenthal"),
    "AES-256": ("Aes256Key", "Blumenthal"),
    "AES-192-Cisco": ("Aes192Key", "Cisco"),
    "AES-256-Cisco": ("Aes256Key", "Cisco"),
}


class Keys(NamedTuple):
    """A user's keys, bound to an engine."""

    user: SnmpUser
    auth_key: bytes
    privacy_key: bytes

    def in_its_words(self) -> tuple[int, bytes, int, bytes]:
        """Return algorithm and key of authentication and of privacy, as the library takes them."""
        from gufo.snmp import user as usm

        user, localized = self.user, usm.KeyType.Localized
        auth_class: type[BaseAuthKey] = getattr(usm, AUTH[user.auth or ""])
        auth_key = auth_class(self.auth_key, key_type=localized)
        if not user.privacy:
            words = usm.User(user.user, auth_key=auth_key)
        else:
            name, expansion = PRIVACY[user.privacy]
            privacy_class: type[BasePrivKey] = getattr(usm, name)
            privacy_key = privacy_class(self.privacy_key, key_type=localized)
            words = usm.User(
                user.user, auth_key=auth_key, priv_key=privacy_key, key_expansion=usm.KeyExpansion[expansion]
            )
        return words.get_auth_alg(), words.get_auth_key(), words.get_priv_alg(), words.get_priv_key()


def keys_of(user: SnmpUser, engine_id: bytes) -> Keys:
    """Return the keys of a user with authentication, bound to an engine; made once in this process."""
    auth, privacy = ENGINES.keys("gufo", user, engine_id.hex(), lambda: _bound_keys(user, engine_id))
    return Keys(user, auth, privacy)


def _bound_keys(user: SnmpUser, engine_id: bytes) -> tuple[bytes, bytes]:
    from gufo.snmp import user as usm

    auth_class: type[BaseAuthKey] = getattr(usm, AUTH[user.auth or ""])
    auth, privacy = (
        auth_class.get_localized_key(auth_class.get_master_key(phrase.encode()), engine_id) if phrase else b""
        for phrase in secrets_of(user)
    )
    return auth, privacy
