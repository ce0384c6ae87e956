"""What guards a Linux machine: its SSH server's effective settings and its packet filter."""

import re

from collectors.driver import Part
from collectors.errors import CollectError
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.sections.linux import HostFirewall, Sshd
from collectors.readers.linux import questions as ask
from collectors.replies import TextReplies
from collectors.told import told

ROOT_LOGINS = {
    "no": "no",
    "yes": "yes",
    "prohibit-password": "key-only",
    "without-password": "key-only",
    "forced-commands-only": "key-only",
}
_PASSWORD_WORDS = (
    "passwordauthentication",
    "kbdinteractiveauthentication",
    "challengeresponseauthentication",
    "usepam",
)
YES_NO = {"yes": True, "no": False}
UFW_WORDS = {"deny": "drop", "reject": "reject", "allow": "accept"}
# firewalld.zone(5): packets that no rule takes are refused by the target default, and by %%REJECT%%.
FIREWALLD_TARGETS = dict.fromkeys(("default", "%%REJECT%%", "REJECT"), "reject") | {"DROP": "drop", "ACCEPT": "accept"}
_INPUT_CHAIN = re.compile(r"hook input priority [^;]+;(?: policy (?P<policy>accept|drop);)?(?P<rules>[^}]*)\}")


def read_sshd(replies: TextReplies) -> Part:
    """Return the settings that the SSH server works with (`sshd -T`); its file alone would not tell them."""
    settings: dict[str, str] = {}
    for line in replies[ask.SSHD].splitlines():
        name, _, value = line.strip().partition(" ")
        settings.setdefault(name.casefold(), value.strip())

    def algorithms(name: str) -> tuple[str, ...] | None:
        return tuple(word for word in settings[name].split(",") if word) if name in settings else None

    return told(
        Sshd,
        {
            "root_login": lambda: (
                _exception(replies, "permitrootlogin") or ROOT_LOGINS.get(settings.get("permitrootlogin", ""))
            ),
            "password_logon": lambda: _exception(replies, *_PASSWORD_WORDS) or _password_logon(settings),
            "empty_passwords": lambda: (
                _exception(replies, "permitemptypasswords") or YES_NO.get(settings.get("permitemptypasswords", ""))
            ),
            "ciphers": lambda: algorithms("ciphers"),
            "macs": lambda: algorithms("macs"),
            "key_exchanges": lambda: algorithms("kexalgorithms"),
        },
    )


def _exception(replies: TextReplies, *words: str) -> Gap | None:
    """Return the gap for a setting that a Match block may change; raises NoReply when the files could not be read."""
    inside = False
    for line in replies[ask.SSHD_FILES].splitlines():
        word = line.strip().replace("=", " ").partition(" ")[0].casefold()
        inside = inside or word == "match"
        if inside and (word in words or word == "include"):
            return Gap(reason=GapReason.NOT_TOLD, text="is not one for all: a Match block of the SSH server changes it")
    return None


def _password_logon(settings: dict[str, str]) -> bool | None:
    """Return whether a password lets in; asking for it through PAM (keyboard-interactive) is the same."""
    by_password = YES_NO.get(settings.get("passwordauthentication", ""))
    name = "kbdinteractiveauthentication"
    asked = settings.get(name, settings.get("challengeresponseauthentication", ""))
    by_pam = YES_NO.get(asked) and YES_NO.get(settings.get("usepam", ""))
    return by_password if by_password or not by_pam else True


def read_firewall(replies: TextReplies) -> Part:
    """Return whether a packet filter is active and what it does with what nobody asked for.

    ufw and firewalld speak for what they set up; else the kernel's own rules are looked at. 'Not active' is certain
    only when the rules themselves could be read.
    """
    gaps: list[Gap] = []
    for tell in (_ufw, _firewalld, _nft, _iptables):
        try:
            found = tell(replies)
        except CollectError as error:
            if error.gap.reason is not GapReason.UNSUPPORTED:
                gaps.append(error.gap)
            continue
        if found is not None:
            return Part(found)
    if gaps:
        return Part(None, {"": gaps[0]})
    rules_read = any(isinstance(replies.replies.get(question), str) for question in (ask.NFT, ask.IPTABLES))
    return Part(HostFirewall(active=False, inbound="accept")) if rules_read else Part(None, {"": NOT_TOLD})


def _ufw(replies: TextReplies) -> HostFirewall | None:
    text = replies[ask.UFW]
    if not re.search(r"^Status: active$", text, re.MULTILINE):
        return None
    found = re.search(r"^Default: (\w+) \(incoming\)", text, re.MULTILINE)
    return _active(UFW_WORDS.get(found[1]) if found else None)


def _firewalld(replies: TextReplies) -> HostFirewall | None:
    found = re.search(r"^ +target: (\S+)$", replies[ask.FIREWALLD], re.MULTILINE)
    return _active(FIREWALLD_TARGETS.get(found[1])) if found else None


def _nft(replies: TextReplies) -> HostFirewall | None:
    """Return what chains at the input hook do: one that drops by policy, or ends with a rule for all that is left."""
    chains = list(_INPUT_CHAIN.finditer(replies[ask.NFT]))
    endings = [_ending(chain["policy"] or "accept", chain["rules"]) for chain in chains]
    for ending in ("drop", "reject"):
        if ending in endings:
            return _active(ending)
    return _active("accept") if any(chain["rules"].strip() for chain in chains) else None


def _ending(policy: str, rules: str) -> str:
    lines = [line.strip() for line in rules.splitlines() if line.strip()]
    last = re.fullmatch(r"(?:counter packets \d+ bytes \d+ )?(drop|reject)(?: with .*)?", lines[-1]) if lines else None
    return last[1] if last else policy


def _iptables(replies: TextReplies) -> HostFirewall | None:
    lines = replies[ask.IPTABLES].splitlines()
    if "-P INPUT DROP" in lines:
        return _active("drop")
    last = re.fullmatch(r"-A INPUT -j (DROP|REJECT)(?: --reject-with \S+)?", lines[-1]) if lines else None
    if last:
        return _active(last[1].lower())
    return _active("accept") if any(line.startswith("-A INPUT") for line in lines) else None


def _active(inbound: str | None) -> HostFirewall:
    return HostFirewall.model_validate({"active": True, "inbound": inbound})
