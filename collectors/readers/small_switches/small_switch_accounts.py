"""The accounts and stored passwords of Cisco-like configurations of smaller switches: their kind, never a password."""

import re

from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.accounts import Account
from collectors.readers.cisco.cisco_config import Configuration

_KINDS = {"0": "plain", "5": "type 5", "7": "type 7", "8": "type 8"}
_WEAK = {"plain", "none", "type 7"}
_KEYWORDS = {"password", "passwd", "secret"}
_AFTER = {"privilege", "level", "access-level", "role", "access-class"}
ADMIN_LEVELS = frozenset({"15", "read-write"})
_WORD = re.compile(r'"([^"]*)"|(\S+)')
UNTOLD = Gap(reason=GapReason.NOT_TOLD, text="are not told: of some password the configuration does not say its kind")
_NO_KIND = {None, "encrypted"}
"""FASTPATH writes 'encrypted' behind hashes of all its releases, the weak ones of older releases among them."""


def words_of(text: str) -> list[str]:
    """Return the words of a line, one in quotes as a whole and without them."""
    return [quoted or bare for quoted, bare in _WORD.findall(text)]


def read_accounts(config: Configuration, admin_levels: frozenset[str] = ADMIN_LEVELS) -> tuple[Account, ...]:
    """Return the local accounts with the kind of their password; some levels make an administrator."""
    found: dict[str, Account] = {}
    for line in config.all("username "):
        name, *words = words_of(line)
        level = next((words[place + 1] for place, word in enumerate(words[:-1])
                      if word in {"privilege", "level", "access-level"}), None)  # fmt: skip
        admin = None if level is None else level in admin_levels
        if name and name not in found and words:
            found[name] = Account(name=name, password_kind=password_kind(words), admin=admin)
    return tuple(found.values())


def password_kind(words: list[str]) -> str | None:
    """Return the kind of the password in 'privilege 15 password 8 $1$...'; None without one, or when it is not told."""
    if "nopassword" in words:
        return "none"
    place = next((place for place, word in enumerate(words) if word in _KEYWORDS), None)
    after = [] if place is None else words[place + 1 :]
    after = after[2:] if after[:1] == ["level"] else after
    if not after or after[0].startswith(("$", "<")) or not after[0].strip(".*"):  # a hash, or dots for one
        return None
    if "encrypted" in after[1:]:
        return "encrypted"
    if len(after) > 1 and after[1] not in _AFTER:
        return _KINDS.get(after[0])
    return "plain"


def weak_kinds(config: Configuration) -> tuple[str, ...] | Gap:
    """Return the weak kinds of all stored passwords: accounts, 'enable', lines; a gap when one has no known kind.

    Without any password stated, those of the factory's accounts are not shown: a switch can be logged on to.
    """
    kinds = [one.password_kind for one in read_accounts(config)]
    kinds += [password_kind([word, *words_of(words)]) for word in ("password", "secret")
              for words in config.all(f"enable {word} ")]  # fmt: skip
    kinds += [password_kind(["password", *words_of(words)]) for line in config.blocks("line ")
              for words in line.below("password ")]  # fmt: skip
    weak = tuple(sorted({kind for kind in kinds if kind in _WEAK}))
    return UNTOLD if not weak and (not kinds or _NO_KIND & set(kinds)) else weak
