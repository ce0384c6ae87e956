"""Malware protection: Microsoft Defender's own words, and which other product's service runs in its place."""

from collections.abc import Callable

from collectors.driver import Part
from collectors.errors import AccessDenied, NoReply, UnexpectedReply
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.protection import Antivirus, AttackSurfaceRule
from collectors.readers.json_shapes import JsonObject, an_object, flag, moment, name_of, rows, text, texts, whole
from collectors.readers.windows.asked import gap_of
from collectors.readers.windows.defender_rules import ACTIONS, NAMES
from collectors.readers.windows.software import protection_running
from collectors.replies import JsonReplies
from collectors.told import told, word

DEFENDER = "Microsoft Defender"
MODES = {
    "normal": True, "passive": False, "passive mode": False, "sxs passive": False, "sxs passive mode": False,
    "edr block": False, "edr block mode": False, "edr blocked": False, "not running": False,
}  # fmt: skip
"""MSFT_MpComputerStatus.AMRunningMode: whether Defender itself protects; another word decides nothing."""
SWITCHED_ON = 0x1000  # SecurityCenter2 AntiVirusProduct.productState
_CONSOLE_ONLY = Gap(reason=GapReason.NOT_TOLD, text="is told by this product's own console only")

Others = Callable[[JsonReplies], tuple[str, ...] | None]


def security_center(replies: JsonReplies) -> tuple[str, ...] | None:
    """Return the products of other makers that the security centre of a workstation lists as switched on."""
    if gap_of(replies, "security-center"):
        return None
    found = rows(replies, "security-center")
    states = {name_of(row, "security-center"): whole(row.get("state")) for row in found}
    if None in states.values():
        return None
    names = {name for name, state in states.items() if state is not None and state & SWITCHED_ON}
    return tuple(sorted(name for name in names if "defender" not in name.casefold()))


def read_antivirus(replies: JsonReplies, others_of: Others = protection_running) -> Part:
    """Return the product that protects: Defender, or another one whose service runs while Defender stands back."""
    others, gap = others_of(replies), gap_of(replies, "antivirus")
    if gap and not others:
        raise NoReply(gap)
    defender = {} if gap else an_object(replies, "antivirus")
    active = False if gap and gap.reason is GapReason.UNSUPPORTED else _active(defender)

    def count() -> int | Gap | None:
        unread = gap_of(replies, "services") if others is None else None
        return unread or (None if others is None or active is None else len(others) + active)

    tellers = {"exclusions": lambda: _exclusions(replies), "active_products_count": count}
    if active or (others == () and active is not None):
        return told(Antivirus, {**_defender(defender), **tellers})
    console = dict.fromkeys(("realtime", "tamper_protected", "signatures_at", "last_scan_at"), lambda: _CONSOLE_ONLY)
    product = {"product": lambda: ", ".join(others or ()) or None, "running": lambda: True if others else None}
    return told(Antivirus, {**product, **console, **tellers})


def _active(defender: JsonObject) -> bool | None:
    """Return whether Defender itself protects: by its mode, which old ones do not tell, else by its real-time scan."""
    running, mode = flag(defender.get("running")), text(defender.get("mode"))
    if mode is None:
        return flag(defender.get("realtime")) if running else running
    return running and MODES.get(mode.casefold())


def _defender(defender: JsonObject) -> dict[str, Callable[[], object]]:
    scans = [at for key in ("quick_scan_at", "full_scan_at") if (at := moment(defender.get(key)))]
    return {
        "product": lambda: DEFENDER,
        "running": lambda: flag(defender.get("running")),
        "realtime": lambda: flag(defender.get("realtime")),
        "tamper_protected": lambda: flag(defender.get("tamper_protected")),
        "signatures_at": lambda: moment(defender.get("signatures_at")),
        "last_scan_at": lambda: max(scans, default=None),
    }


def _exclusions(replies: JsonReplies) -> tuple[str, ...] | None:
    """Return what Defender leaves out; an account without the right gets a sentence in the list's place."""
    entries = texts(an_object(replies, "preferences").get("exclusions"))
    if entries and any(entry.startswith("N/A:") for entry in entries):
        raise AccessDenied("may not be read with this account")
    return entries


def read_attack_surface_rules(replies: JsonReplies) -> Part:
    """Return the rules that are set, by their names; a rule that is new to us keeps its GUID."""
    block = an_object(replies, "preferences")
    ids, actions = texts(block.get("rules")), block.get("actions")
    rules: list[AttackSurfaceRule] = []
    gaps: dict[str, Gap] = {}
    if ids is None or not isinstance(actions, list) or len(actions) != len(ids):
        raise UnexpectedReply("holds rules and actions that do not go together")
    for guid, code in zip(ids, actions, strict=True):
        name = NAMES.get(guid.casefold(), guid)
        action = word(whole(code), ACTIONS, "action of a rule")
        rules.append(
            AttackSurfaceRule.model_validate({"name": name, "action": action if isinstance(action, str) else None})
        )
        if isinstance(action, Gap):
            gaps[f"[{name}].action"] = action
    return Part(tuple(rules), gaps)
