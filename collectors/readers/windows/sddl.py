"""Who may write, from a security descriptor's text (SDDL, MS-DTYP section 2.5.1): SIDs, never names."""

import re

EVERYONE = {"WD", "AN", "AU", "DU", "S-1-1-0", "S-1-5-7", "S-1-5-11"}
"""Everyone, anonymous, authenticated users, domain users."""
DOMAIN_USERS = re.compile(r"S-1-5-21-(?:\d+-){3}513$")
WRITE_RIGHTS = {"FA", "FW", "GA", "GW", "KA", "KW", "WP", "WD"}
WRITE_BITS = 0x2 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000
"""FILE_WRITE_DATA, WRITE_DAC, WRITE_OWNER, GENERIC_ALL, GENERIC_WRITE."""

_ENTRY = re.compile(r"\(([A-Z]{1,2});([A-Z]*);([^;]*);([^;]*);([^;]*);([^;)]+)[^)]*\)")
_DACL = re.compile(r"D:([A-Z_]*)((?:\([^)]*\))*)")


def open_to_everyone(sddl: str) -> bool | None:
    """Return whether everyone, all authenticated or all domain users may change something; None for another text."""
    found = _DACL.search(sddl)
    if found is None:
        return None
    if "NO_ACCESS_CONTROL" in found[1]:
        return True
    allowed = False
    for kind, _flags, rights, _object, _inherited, sid in _ENTRY.findall(found[2]):
        if is_everyone(sid) and may_write(rights):
            if kind == "D":
                return False  # a refusal stands before all permissions
            allowed = allowed or kind == "A"
    return allowed


def enrollers(sddl: str, right: str) -> bool:
    """Return whether everyone or all domain users or computers hold an extended right, or full control."""
    found = _DACL.search(sddl)
    for kind, _flags, rights, guid, _inherited, sid in _ENTRY.findall(found[2] if found else ""):
        common = is_everyone(sid) or sid == "DC" or re.fullmatch(r"S-1-5-21-(?:\d+-){3}515", sid)
        full = kind == "A" and may_write(rights)
        granted = kind in {"A", "OA"} and _control_access(rights) and guid.casefold() in {"", right}
        if common and (full or granted):
            return True
    return False


def is_everyone(sid: str) -> bool:
    """Return whether a SID stands for all users of the machine or the domain."""
    return sid in EVERYONE or DOMAIN_USERS.fullmatch(sid) is not None


def may_write(rights: str) -> bool:
    """Return whether rights, as letters or as a number, allow to change contents or permissions."""
    if re.fullmatch(r"0x[0-9a-fA-F]{1,8}", rights):
        return bool(int(rights, 16) & WRITE_BITS)
    return bool({rights[at : at + 2] for at in range(0, len(rights), 2)} & WRITE_RIGHTS)


def _control_access(rights: str) -> bool:
    if re.fullmatch(r"0x[0-9a-fA-F]{1,8}", rights):
        return bool(int(rights, 16) & 0x100)
    return "CR" in {rights[at : at + 2] for at in range(0, len(rights), 2)}
