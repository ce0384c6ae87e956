"""Pseudonyms: names, addresses, serial numbers and secrets replaced in any text, the same one always by the same other.

The others keep their shape (length, letters, digits, points), so that a driver still reads them. What is in no pattern
and was not named stays: a person must look before a recording is sent.
"""

import hashlib
import ipaddress
import re
from collections.abc import Iterable
from functools import partial

from collectors.facts.marks import is_junk

_NETWORKS = (
    *(ipaddress.IPv4Network(block) for block in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")),
    *ipaddress.IPv4Network("198.18.0.0/15").subnets(new_prefix=24),
)
"""RFC 5737, then RFC 2544: networks that are nobody's."""
_IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_VERSION_BEFORE = re.compile(
    r"(?:\b(?:version|ver|v|release|rev|revision|firmware|build|bios|rom)[ :=.]{0,3})$", re.IGNORECASE
)
_IPV6 = re.compile(r"(?<![\w:.])(?=[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:)[0-9A-Fa-f:]{3,39}(?![\w:.])")
_MAC = re.compile(
    r"(?<![\w:-])(?:(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}"
    r"|[0-9A-Fa-f]{4}([.-])[0-9A-Fa-f]{4}\1[0-9A-Fa-f]{4}|[0-9A-Fa-f]{6}-[0-9A-Fa-f]{6})(?![\w:-])"
)
_MAIL = re.compile(
    r"[\w.+-]{1,64}@(?!(?:openssh\.com|libssh\.org|lysator\.liu\.se)(?![\w.-]))[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
)
"""SSH names its private algorithms like mail addresses (RFC 4251 section 6): these are nobody's."""
_PEM = re.compile(r"(-----BEGIN [A-Z0-9 ]+-----)(.+?)(-----END [A-Z0-9 ]+-----)", re.DOTALL)
_CRYPT = re.compile(r"\$(?:\d\w?|y|gy|2[aby]|5|6|sha\d)\$[^\s\"':;<]+")
_BEFORE_A_PROOF = (
    "password|passwd|passphrase|secret|psksecret|psk|community|key-string|pre-shared-key|shared-key|auth-pass|priv-pass"
    "|authentication-key|encrypted-password|private-key|token|key|community-string|authpwd|privpwd|pass-phrase-hashed"
)
_POLICY_WORDS = frozenset(
    {
        "age", "chain", "cipher", "ciphertext", "complexity", "encryption", "exchange", "expires", "generate", "hash",
        "history", "last", "length", "lifetime", "management", "manager", "maximum", "minimum", "operator", "plaintext",
        "policy", "read", "recovery", "required", "reset", "simple", "size", "type", "write", "zeroize",
    }
)  # fmt: skip
"""What stands after 'password' or 'key' where no proof is meant."""
_FORMS = (
    r"ENC|encrypted|sha\d*|md5|plain(?:text)?|(?:irreversible-)?cipher(?:text)?|hash|simple|manager|operator|read|write"
    r"|user-name[ \t]+(?:\"[^\"\n]*\"|\S+)"
)
"""What stands between such a word and the proof: its form, whose it is, what it permits. AOS-S breaks lines there."""
_SECRET_LINE = re.compile(
    rf"(?im)(\b(?:{_BEFORE_A_PROOF}|(?:md5|sha1?)(?=[ \t]+\d[ \t]))\b[ \t:=\"']+"
    rf"(?:(?:{_FORMS}|\d{{1,3}})(?:[ \t\"']+|[ \t]*\n[ \t]+\"))*)([^\s\"']{{3,}})"
)
_XML_SECRET = re.compile(
    r"(?i)(<(?:[\w-]*[_-])?(?:(?:ro|rw)?community|\w*password|passwd|passwordagain|passphrase|\w*secret|\w*psk"
    r"|(?:pre|api|auth|enc|priv|shared|private)?-?key|presharedkey|bindpw|prv|tls|hash|token|seed)(?: [^<>]*)?>)"
    r"([^<>]{3,})(?=</)"
)
"""The text of an element whose name says that it is a proof."""
_TRAP_LINE = re.compile(
    r"(?im)^([ \t]*snmp-server host \S+[ \t]+"
    r"(?:(?:vrf[ \t]+\S+|informs|traps|version[ \t]+(?:1|2c|3[ \t]+(?:auth|noauth|priv)))[ \t]+)*)(\S{3,})"
)
"""Where a trap goes, with its community as the next word."""
_COMMUNITY_ROW = re.compile(r"()(?<=[ \t]name=\")([^\s\"]{3,})(?=\" addresses=)")
"""A community in RouterOS's list of them."""
_OTHER_ACCOUNT = re.compile(r"(?im)^[ \t]*ppp[ \t].*?\b(?:sent-username|hostname)[ \t]+(\S+)")
_SECRETS = (_SECRET_LINE, _XML_SECRET, _TRAP_LINE, _COMMUNITY_ROW)
_PLAIN_COMMUNITIES = frozenset({"public", "private"})
_BUILT_IN_ACCOUNTS = frozenset(
    {
        "admin", "administrator", "defaultaccount", "guest", "manager", "monitor", "operator", "root", "super_admin",
        "ubnt", "user",
    }
)  # fmt: skip
"""Accounts that every device of a kind has: they tell nobody's name, and are words of its commands."""
_METHOD = re.compile(r"(?:AK1|SH2|PB2)(?=\S{8})")  # how FortiOS made this hash; it tells nothing of the password
_IS_A_WORD = re.compile(r"[a-z-]+|[A-Z][a-z]+|.{1,3}")  # it may stand elsewhere and mean something else
_KEPT_LEAD_CHARACTERS = 4
_HEX = re.compile(r"[0-9A-Fa-f-]{32,}")  # an id such as a UUID: it stays one
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


class Pseudonyms:
    """One recording's replacements. `key` makes them differ from those of every other recording.

    The words `kept` stay even where they are a name too: those of the platform's own commands.
    """

    def __init__(self, key: bytes, kept: Iterable[str] = ()) -> None:
        self._key = key
        self._kept = _PLAIN_COMMUNITIES | _BUILT_IN_ACCOUNTS | {word.casefold() for word in kept}
        self._networks: dict[str, ipaddress.IPv4Network] = {}
        self._addresses: dict[str, str] = {}
        self._named: dict[str, str] = {}

    def name(self, words: Iterable[str], kind: str) -> None:
        """Replace these words wherever they stand: 'serial' keeps the first characters, others are counted.

        A filler such as 'To be filled by O.E.M.' stays: replaced, it would pass for a serial number.
        """
        for word in words:
            bare = word.strip()
            if len(bare) < 3 or is_junk(bare) or bare.casefold() in {*self._named, *self._kept}:
                continue
            count = sum(1 for other in self._named.values() if other.startswith(kind)) + 1
            self._named[bare.casefold()] = self.shaped(bare, keep=True) if kind == "serial" else f"{kind}{count}"

    def learn(self, text: str) -> None:
        """Note the secrets of a text, so that `replace` finds them wherever else they stand as a word."""
        self.name(_OTHER_ACCOUNT.findall(text), "account")
        for _, secret in (found for pattern in _SECRETS for found in pattern.findall(text)):
            bare = secret.rstrip(";")  # the end of a statement in braces
            other = self._secret(bare)
            if other != bare and not _IS_A_WORD.fullmatch(bare):
                self._named.setdefault(bare.casefold(), other)

    def replace(self, text: str) -> str:
        """Return a text with everything replaced that was named or has a pattern."""
        text = _PEM.sub(lambda found: found[1] + self._shaped_body(found[2]) + found[3], text)
        text = _CRYPT.sub(lambda found: self._crypt(found[0]), text)
        for pattern in _SECRETS:
            text = pattern.sub(lambda found: found[1] + self._secret(found[2]), text)
        text = self._replace_named(text)
        text = _MAIL.sub("person@example.com", text)
        text = _MAC.sub(lambda found: self.mac(found[0]), text)
        text = _IPV4.sub(self._ipv4, text)
        return _IPV6.sub(lambda found: self.address(found[0]), text)

    def address(self, text: str) -> str:
        """Return the other address: same host part, another network; masks and special addresses stay."""
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return text
        if address.is_loopback or address.is_unspecified or address.is_multicast or _is_mask(address):
            return text
        if isinstance(address, ipaddress.IPv6Address):
            prefix = "fe80::" if address.is_link_local else "2001:db8::"
            number = 1 + sum(1 for other in self._addresses.values() if ":" in other)
            return self._addresses.setdefault(str(address), f"{prefix}{number:x}")
        lead, _, last = str(address).rpartition(".")
        network = self._networks.setdefault(lead, _NETWORKS[len(self._networks) % len(_NETWORKS)])
        return self._addresses.setdefault(text, str(network[int(last)]))

    def mac(self, text: str) -> str:
        """Return the other MAC address: the maker's half stays, the rest is another."""
        digits = re.sub("[^0-9A-Fa-f]", "", text)
        if len(set(digits.casefold())) == 1:
            return text
        other = iter(digits[:6] + self._digest(digits.casefold())[:6])
        return re.sub("[0-9A-Fa-f]", lambda _: next(other), text)

    def shaped(self, text: str, *, keep: bool = False) -> str:
        """Return a text of the same shape: letters for letters, digits for digits; `keep` leaves the first ones."""
        stream = bytes.fromhex(self._digest(text) * (len(text) // 32 + 1))
        lead = _KEPT_LEAD_CHARACTERS if keep and len(text) >= 2 * _KEPT_LEAD_CHARACTERS else 0
        letters = "ABCDEF" if _HEX.fullmatch(text) else _LETTERS
        others = (_other(character, number, letters) for character, number in zip(text[lead:], stream, strict=False))
        return text[:lead] + "".join(others)

    def _shaped_body(self, body: str) -> str:
        return "\n".join(self.shaped(line) for line in body.split("\n"))

    def _secret(self, secret: str) -> str:
        folded = secret.casefold().rstrip(":;")
        tells_nothing = folded in _PLAIN_COMMUNITIES | _POLICY_WORDS or secret.startswith(("<", "*"))
        if tells_nothing or _CRYPT.fullmatch(secret):
            return secret
        method = _METHOD.match(secret)
        lead = method[0] if method else ""
        return lead + self.shaped(secret[len(lead) :])

    def _crypt(self, text: str) -> str:
        method_ends = text.index("$", 1) + 1
        return text[:method_ends] + self.shaped(text[method_ends:])

    def _replace_named(self, text: str) -> str:
        for word in sorted(self._named, key=len, reverse=True):
            in_column = partial(_in_column, other=self._named[word])
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)( {{2,}})?", in_column, text, flags=re.IGNORECASE)
        return text

    def _ipv4(self, found: re.Match[str]) -> str:
        before = found.string[max(0, found.start() - 16) : found.start()]
        return found[0] if _VERSION_BEFORE.search(before) else self.address(found[0])

    def _digest(self, text: str) -> str:
        return hashlib.blake2b(text.encode(), key=self._key, digest_size=32).hexdigest()


def _in_column(found: re.Match[str], other: str) -> str:
    """Return a word's other; before the next column of a table it takes the place of the word and its spaces."""
    return other.ljust(len(found[0]) - 1) + " " if found[1] else other


def _other(character: str, number: int, letters: str) -> str:
    if character.isdecimal():
        return str(number % 10)
    if character.isalpha() and character.isascii():
        letter = letters[number % len(letters)]
        return letter if character.isupper() else letter.lower()
    return character


def _is_mask(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Return whether an address is a net mask, or one turned round as access lists write it."""
    if isinstance(address, ipaddress.IPv6Address):
        return False
    bits = int(address)
    return any(mask & (mask + 1) == 0 for mask in (bits, bits ^ 0xFFFFFFFF))
