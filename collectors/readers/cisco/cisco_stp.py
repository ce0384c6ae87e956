"""Spanning tree as 'show spanning-tree summary' and 'show spanning-tree root' of IOS, NX-OS and EOS tell it."""

import re

from collectors.driver import Part
from collectors.errors import UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.network import Stp
from collectors.readers.outputs.cli_words import address_of, said
from collectors.replies import TextReplies
from collectors.told import no_known, told

MODES = {
    "mst": "mstp", "mstp": "mstp", "rapid-pvst": "rapid-pvst", "rpvst+": "rapid-pvst", "rpvst": "rapid-pvst",
    "pvst": "pvst", "pvst+": "pvst", "rstp": "rstp", "stp": "stp", "ieee": "stp",
}  # fmt: skip
"""Words of configurations and outputs, in ours."""
_MODE = re.compile(r"^Switch is in (?P<mode>\S+) mode", re.MULTILINE)
_GUARD = re.compile(r"BPDU Guard(?: Default)?\s+(?:is )?(?P<word>enabled|disabled|edge)", re.IGNORECASE)
_NONE = re.compile(
    r"^(No spanning tree instances? exists?|Spanning[- ]tree is (disabled|not enabled))", re.MULTILINE | re.IGNORECASE
)
_ROOT = re.compile(
    r"^(?:VLAN|VL|MST|Cist|CST|\d)\S* +\d+ +(?P<address>(?:[0-9a-f]{4}\.){2}[0-9a-f]{4})\b",
    re.MULTILINE | re.IGNORECASE,
)
_RULE = re.compile(r"^-{4,}[- ]+$", re.MULTILINE)
SEVERAL = Gap(reason=GapReason.NOT_TOLD, text="differs between the VLANs")


def mode_of(word: str) -> str | Gap:
    """Return our word for a mode, a gap that quotes an unknown one."""
    return MODES.get(word.casefold()) or no_known(word, "mode")


def read_both(replies: TextReplies, summary: str, root: str) -> Part:
    """Return what the two outputs tell; raises the summary's error when neither could be read."""
    roots = said(replies, root)
    if said(replies, summary) is None and roots is not None:
        return told(Stp, {"root": lambda: _root(roots)})
    return read_stp(replies[summary], roots or "")


def read_stp(summary: str, root: str) -> Part:
    """Return mode, guard and root; raises UnexpectedReply for a summary without a mode."""
    if _NONE.search(summary):
        return Part(Stp(enabled=False))
    mode = _MODE.search(summary)
    if not mode:
        raise UnexpectedReply("is told without a mode")
    guard = _GUARD.search(summary)
    return told(
        Stp,
        {
            "enabled": lambda: True,
            "mode": lambda: mode_of(mode["mode"]),
            "root": lambda: _root(root),
            "bpdu_guard_default": lambda: None if not guard else guard["word"].casefold() != "disabled",
        },
    )


def one_root(text: str) -> str | None:
    """Return the address of the one root, None where there are several or none."""
    root = _root(text)
    return root if isinstance(root, str) else None


def _root(text: str) -> str | Gap | None:
    """Return the address of the one root; a gap when VLANs have roots of their own."""
    rows = _RULE.split(text, maxsplit=1)[-1].splitlines() if _RULE.search(text) else []
    if any(line.strip() and not _ROOT.match(line) for line in rows):
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text="is not certain: the list of roots holds unknown lines")
    found = dict.fromkeys(address_of(match["address"]) for match in _ROOT.finditer(text))
    return SEVERAL if len(found) > 1 else next(iter(found), None)
