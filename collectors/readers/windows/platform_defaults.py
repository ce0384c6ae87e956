"""What Windows does where a registry value is not there: data, each with the page of Microsoft that states it.

Only what is certain for a build stands here; where Microsoft changed a default and the build does not decide it, the
default is None and the fact stays open.
"""

from collections.abc import Mapping
from typing import Final

SERVER_2012_R2, WINDOWS_10_1607, SERVER_2022, WINDOWS_11_22H2, SERVER_2025 = 9600, 14393, 20348, 22621, 26100

LM_COMPATIBILITY_LEVEL: Final = 3
"""'Network security: LAN Manager authentication level': servers and workstations since Vista send NTLMv2 only."""
NO_LM_HASH: Final = True
"""'Network security: Do not store LAN Manager hash value': on since Vista."""
RESTRICT_ANONYMOUS_SAM: Final = True
"""'Network access: Do not allow anonymous enumeration of SAM accounts': on."""
RESTRICT_ANONYMOUS: Final = 0
"""'Network access: Do not allow anonymous enumeration of SAM accounts and shares': off."""
EVERYONE_INCLUDES_ANONYMOUS: Final = False
"""'Network access: Let Everyone permissions apply to anonymous users': off."""
MULTICAST_NAMES: Final = True
"""'Turn off multicast name resolution' not configured: LLMNR is on."""
ENABLE_LUA: Final = True
"""'User Account Control: Run all administrators in Admin Approval Mode': on."""
ADMIN_PROMPT: Final = 5
"""'User Account Control: Behavior of the elevation prompt for administrators': consent for non-Windows binaries."""

RDP_SESSION_NEVER: Final = 0


def lsa_protected(build: int) -> bool | None:
    """Return whether LSA runs protected without RunAsPPL ('Configure added LSA protection'); newer ones may do so."""
    return False if build < WINDOWS_11_22H2 else None


def wdigest_cleartext(build: int) -> bool | None:
    """Return whether WDigest keeps passwords without UseLogonCredential (advisory 2871997): not since 2012 R2."""
    return False if build >= SERVER_2012_R2 else None


def ldap_signing(build: int) -> str | None:
    """Return what a controller demands without LDAPServerIntegrity: nothing before Server 2025."""
    return "none" if build < SERVER_2025 else None


def channel_binding(build: int) -> str | None:
    """Return what a controller demands without LdapEnforceChannelBinding (KB4034879): nothing before Server 2025."""
    return "never" if build < SERVER_2025 else None


def tls_versions(build: int) -> Mapping[str, bool | None]:
    """Return which protocols a server offers without any value of Schannel ('Protocols in TLS/SSL (Schannel SSP)')."""
    if build < SERVER_2012_R2:
        return dict.fromkeys(("SSL 2.0", "SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"))
    old = build < SERVER_2025 or None  # Microsoft is taking both out of newer Windows, release by release
    return {
        "SSL 2.0": False,
        "SSL 3.0": build < WINDOWS_10_1607,
        "TLS 1.0": old,
        "TLS 1.1": old,
        "TLS 1.2": True,
        "TLS 1.3": build >= SERVER_2022,
    }
