"""What an SSH server offers to agree on, and the devices that offer nothing newer than SHA-1."""

from dataclasses import dataclass

from paramiko import Message

from collectors.errors import Unsupported

_NAMES_LIMIT_COUNT = 100
_NAME_LIMIT_CHARACTERS = 64  # RFC 4251 section 6: names are at most 64 characters of printable US-ASCII
_NO_ALGORITHMS = ("ext-info-", "kex-strict-")  # marks that travel in the list of key exchanges
_OLD_KEY_EXCHANGES = frozenset(
    {"diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group-exchange-sha1"}
)
_OLD_HOST_KEYS = frozenset({"ssh-rsa", "ssh-dss"})  # signatures over SHA-1 (RFC 4253 section 6.6)


@dataclass(frozen=True)
class SshOffer:
    """The algorithms in the server's SSH_MSG_KEXINIT (RFC 4253 section 7.1), in its own order of preference."""

    key_exchanges: tuple[str, ...]
    host_keys: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]

    @property
    def only_sha1(self) -> bool:
        """Return whether every key exchange, every host key signature or every MAC needs SHA-1 (or MD5)."""
        return (
            _all_in(self.key_exchanges, _OLD_KEY_EXCHANGES)
            or _all_in(self.host_keys, _OLD_HOST_KEYS)
            or (bool(self.macs) and all(mac.startswith(("hmac-sha1", "hmac-md5")) for mac in self.macs))
        )


class OldAlgorithms(Unsupported):
    """The device offers no algorithm that is still in use; the offer itself is a fact worth telling."""

    def __init__(self, offered: SshOffer) -> None:
        super().__init__(_in_words(offered))
        self.offered = offered


def read_offer(payload: bytes) -> SshOffer:
    """Return the offer in a KEXINIT after its message number; raises ValueError-like errors of a truncated text."""
    message = Message(payload)
    message.get_bytes(16)  # the cookie
    lists = [_names(message) for _ in range(6)]
    key_exchanges = tuple(name for name in lists[0] if not name.startswith(_NO_ALGORITHMS))
    return SshOffer(key_exchanges, lists[1], _joined(lists[2], lists[3]), _joined(lists[4], lists[5]))


def _in_words(offered: SshOffer) -> str:
    if not offered.only_sha1:
        names = ", ".join((*offered.key_exchanges, *offered.host_keys))[:200]
        return f"cannot be read: it shares no SSH algorithm with us (it offers {names or 'none'})"
    names = ", ".join((*offered.key_exchanges, *offered.host_keys, *offered.macs))[:200]
    return f"cannot be read: it offers only SHA-1 SSH algorithms ({names}), which are no longer safe"


def _names(message: Message) -> tuple[str, ...]:
    listed = message.get_binary().decode("ascii", "replace").split(",")[:_NAMES_LIMIT_COUNT]
    return tuple(name for name in listed if name and name.isprintable() and len(name) <= _NAME_LIMIT_CHARACTERS)


def _joined(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def _all_in(names: tuple[str, ...], known: frozenset[str]) -> bool:
    return bool(names) and known.issuperset(names)
